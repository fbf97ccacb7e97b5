package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// quick is DefaultProbe with shorter waits between askings; the time that one
// may take is Azure's own.
var quick = Probe{InitialDelay: 10 * time.Millisecond, Period: 100 * time.Millisecond, Timeout: 2 * time.Second, Success: 1, Failure: 3}

// options are Default with quick probes and room for the tests' clients.
func options() Options {
	o := Default
	o.Liveness, o.Readiness, o.MaxConcurrent = quick, quick, 64
	return o
}

// endpoint is a gateway on the loopback interface, with its scorers.
type endpoint struct {
	*Gateway
	url     string
	scorers []*scorerproc.Process
	client  *http.Client
}

// deploy starts scorers with a model, as many as instances, and a gateway.
func deploy(t *testing.T, o Options, instances int, model string, args ...string) *endpoint {
	t.Helper()
	e := &endpoint{client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}}
	var urls []string
	for range instances {
		p, err := scorerproc.Start(context.Background(), model, args...)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.Kill)
		e.scorers = append(e.scorers, p)
		urls = append(urls, p.URL)
	}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	g, err := New(ctx, o, urls...)
	if err != nil {
		t.Fatal(err)
	}
	soon, stop := context.WithTimeout(ctx, 30*time.Second)
	defer stop()
	if err := g.AwaitReady(soon, instances); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	e.Gateway, e.url = g, server.URL
	return e
}

// reply is an answer that was read whole.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// post sends a body to the scoring route. Further arguments are headers and
// their values.
func (e *endpoint) post(body string, headers ...string) (reply, error) {
	req, err := http.NewRequest(http.MethodPost, e.url+"/score", strings.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := e.client.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	content, err := io.ReadAll(resp.Body)
	return reply{resp.StatusCode, resp.Header, content}, err
}

func (e *endpoint) mustPost(t *testing.T, body string, headers ...string) reply {
	t.Helper()
	r, err := e.post(body, headers...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// long is a request of n texts of the model's full length.
func long(n int) string {
	texts := make([]string, n)
	for i := range texts {
		texts[i] = strings.Repeat("good ", 510)
	}
	b, err := json.Marshal(map[string]any{"text": texts})
	if err != nil {
		panic(err)
	}
	return string(b)
}

// logLine waits for a line of the scorer's log that has all the parts.
func logLine(t *testing.T, p *scorerproc.Process, parts ...string) string {
	t.Helper()
	for range 200 {
		for line := range strings.Lines(p.Log()) {
			n := 0
			for _, part := range parts {
				if strings.Contains(line, part) {
					n++
				}
			}
			if n == len(parts) {
				return line
			}
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Errorf("the scorer's log has no line with %q", parts)
	return ""
}

func errorCode(body []byte) string {
	var failure struct{ Error struct{ Code string } }
	_ = json.NewDecoder(bytes.NewReader(body)).Decode(&failure)
	return failure.Error.Code
}
