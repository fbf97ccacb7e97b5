package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Client calls a scorer, directly or behind an Azure ML online endpoint. Its
// methods may be called at the same time.
type Client struct {
	// URL is where the scorer is: http://localhost:5001, or the scoring URI of an
	// Azure ML online endpoint (https://NAME.REGION.inference.ml.azure.com/).
	URL string
	// HTTP sends the requests; nil means http.DefaultClient. A request ends
	// with its context, so no timeout is needed here.
	HTTP *http.Client
	// Token gives the key or the Entra token of the endpoint; nil sends none.
	// It is asked at each request, so it should cache.
	Token func(context.Context) (string, error)
	// Deployment names the deployment that is to answer, whatever the
	// endpoint's traffic says; "" leaves it to Azure.
	Deployment string
}

// Parameters of scoring. The zero value gives all labels of a text, and leaves
// the rest to the server.
type Parameters struct {
	TopK       int    // labels a text; 0 means all
	Function   string // softmax, sigmoid or none; "" means the model's own
	Truncation *bool  // false: a text that is too long is an error, not cut
}

// StatusError is an answer that isn't a success.
type StatusError struct {
	Status     int           // of the scorer; behind Azure too, where the gateway answers 424
	Code       Code          // "" if something other than a scorer answered
	Message    string        // for a person
	RetryAfter time.Duration // 0 if the answer didn't say
	RequestID  string        // under which the logs have the request
}

func (e *StatusError) Error() string {
	s := fmt.Sprintf("the scorer answered %d", e.Status)
	if e.Code != "" {
		s += " (" + string(e.Code) + ")"
	}
	if e.Message != "" {
		s += ": " + e.Message
	}
	return s
}

// Temporary reports whether the same request may succeed later.
func (e *StatusError) Temporary() bool {
	switch e.Status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
		http.StatusBadGateway, http.StatusRequestTimeout:
		return true
	}
	return false
}

// Score returns the best label of each text, in the order of the texts.
func (c *Client) Score(ctx context.Context, texts ...string) ([]Score, error) {
	lists, err := c.ScoreWith(ctx, texts, Parameters{TopK: 1})
	if err != nil {
		return nil, err
	}
	best := make([]Score, len(lists))
	for i, list := range lists {
		best[i] = list[0]
	}
	return best, nil
}

// ScoreWith returns the labels of each text, best first, in the order of the
// texts.
func (c *Client) ScoreWith(ctx context.Context, texts []string, p Parameters) ([][]Score, error) {
	if len(texts) == 0 {
		return nil, nil
	}
	// top_k is always sent: without it the answer has another shape. null asks
	// for all labels.
	parameters := map[string]any{"top_k": nil}
	if p.TopK != 0 {
		parameters["top_k"] = p.TopK
	}
	if p.Function != "" {
		parameters["function_to_apply"] = p.Function
	}
	if p.Truncation != nil {
		parameters["truncation"] = *p.Truncation
	}
	body, err := json.Marshal(map[string]any{"inputs": texts, "parameters": parameters})
	if err != nil {
		return nil, err
	}
	var lists [][]Score
	if err := c.do(ctx, http.MethodPost, ScorePath, body, &lists); err != nil {
		return nil, err
	}
	if len(lists) != len(texts) {
		return nil, fmt.Errorf("the scorer answered %d texts, %d were sent", len(lists), len(texts))
	}
	for i, list := range lists {
		if len(list) == 0 {
			return nil, fmt.Errorf("the scorer gave no label for text %d", i)
		}
	}
	return lists, nil
}

// Ready returns nil if the scorer takes requests. Behind Azure it is one of several
// instances that answers.
func (c *Client) Ready(ctx context.Context) error {
	return c.do(ctx, http.MethodGet, ReadyPath, nil, nil)
}

// Info tells what is served, unless the scorer hides that (StatusError with 404).
func (c *Client) Info(ctx context.Context) (Info, error) {
	var i Info
	err := c.do(ctx, http.MethodGet, InfoPath, nil, &i)
	return i, err
}

// maxAnswer is the most that is read of an answer.
const maxAnswer = 256 << 20

// do sends a request and decodes its answer into the value that answer points
// to, unless that is nil.
func (c *Client) do(ctx context.Context, method, path string, body []byte, answer any) error {
	resp, err := c.send(ctx, method, path, body)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	content, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("the answer of %s broke off: %w", resp.Request.URL.Host, err)
	}
	if answer == nil {
		return nil
	}
	if err := json.Unmarshal(content, answer); err != nil {
		return fmt.Errorf("the answer of %s%s isn't a scorer's: %w", resp.Request.URL.Host, path, err)
	}
	return nil
}

// send sends a request and returns its answer if that is a success.
func (c *Client) send(ctx context.Context, method, path string, body []byte) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, BaseURL(c.URL)+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.Deployment != "" {
		r.Header.Set(DeploymentHeader, c.Deployment)
	}
	if c.Token != nil {
		token, err := c.Token(ctx)
		if err != nil {
			return nil, fmt.Errorf("the token for %s: %w", r.URL.Host, err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
	}
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	resp, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusOK {
		return resp, nil
	}
	defer func() { _ = resp.Body.Close() }()
	content, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("the answer of %s broke off: %w", r.URL.Host, err)
	}
	return nil, statusError(resp, content)
}

// statusError reads an answer that isn't a success. Azure's gateway puts 424 in
// the place of the scorer's own status, which it passes in a header.
func statusError(resp *http.Response, content []byte) *StatusError {
	e := &StatusError{Status: resp.StatusCode, RequestID: resp.Header.Get(RequestIDHeader)}
	if resp.StatusCode == http.StatusFailedDependency {
		if own, err := strconv.Atoi(resp.Header.Get(ModelStatusHeader)); err == nil && own > 0 {
			e.Status = own
		}
	}
	if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && s > 0 {
		e.RetryAfter = time.Duration(s) * time.Second
	}
	var body ErrorBody
	if json.Unmarshal(content, &body) == nil && body.Error.Code != "" {
		e.Code, e.Message = body.Error.Code, body.Error.Message
		return e
	}
	// A gateway's or a proxy's page is of use only if it is plain text.
	if media, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); media == "text/plain" {
		e.Message = fmt.Sprintf("%.200s", strings.TrimSpace(string(content)))
	}
	return e
}
