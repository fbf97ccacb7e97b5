package rollout

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/diagnosis"
)

const (
	sentimentBody = `{"inputs": ["This is great!"]}`
	chatBody      = `{"messages": [{"role": "user", "content": "Say hello in one word."}], "max_tokens": 16, "temperature": 0}`
	// streamBody asks for an answer that takes long enough to see it come.
	streamBody = `{"messages": [{"role": "user", "content": "Count from one to thirty, in words."}], "max_tokens": 64, "temperature": 0, "stream": true, "stream_options": {"include_usage": true}}`
)

// send sends a request through the gateway; its answer is to be closed.
func (v *verification) send(ctx context.Context, method, path, body string) (*http.Response, error) {
	if err := v.reached(); err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, method, v.address()+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	token, err := v.scorer.token(ctx)
	if err != nil {
		return nil, notAsked{err}
	}
	request.Header.Set("Authorization", "Bearer "+token)
	if v.endpoint.Direct == nil {
		request.Header.Set(api.DeploymentHeader, v.live.Name)
	}
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/json")
	}
	return v.scorer.http.Do(request)
}

// answer is the body of a small request that is answered with 200. modelStatus is
// the container's own, where the gateway turned it into another.
func (v *verification) answer(ctx context.Context, method, path, body string) (content []byte, modelStatus int, err error) {
	ctx, cancel := context.WithTimeout(ctx, v.scorer.timeout)
	defer cancel()
	response, err := v.send(ctx, method, path, body)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = response.Body.Close() }()
	content, err = io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err == nil && response.StatusCode != http.StatusOK {
		modelStatus, _ = strconv.Atoi(response.Header.Get(api.ModelStatusHeader))
		if v.endpoint.Direct != nil { // an ingress passes it on
			modelStatus = response.StatusCode
		}
		err = fmt.Errorf("%s %s is answered with status %d, of the container %d", method, path, response.StatusCode, modelStatus)
	}
	return content, modelStatus, err
}

func (v *verification) root(ctx context.Context) (string, error) {
	body := sentimentBody
	if v.scorer.task == TaskChat {
		body = chatBody
	}
	content, _, err := v.answer(ctx, http.MethodPost, api.ScoringRoute, body)
	if err != nil {
		return "", err
	}
	var scores [][]api.Score
	var chat api.ChatCompletion
	if v.scorer.task == TaskChat && (json.Unmarshal(content, &chat) != nil || len(chat.Choices) == 0) ||
		v.scorer.task != TaskChat && (json.Unmarshal(content, &scores) != nil || len(scores) != 1) {
		return "", fmt.Errorf("the answer isn't a scorer's")
	}
	return "it is answered as /score is", nil
}

// openAI asks below the scoring route. A classifier refuses OpenAI's routes
// itself, which shows as well that they reach it.
func (v *verification) openAI(ctx context.Context) (string, error) {
	content, model, err := v.answer(ctx, http.MethodGet, api.ModelsPath, "")
	if v.scorer.task != TaskChat && model == http.StatusNotFound {
		return "GET /v1/models reaches the classifier, which has no such route", nil
	}
	var list struct{ Data []any }
	if err == nil && (json.Unmarshal(content, &list) != nil || len(list.Data) == 0) {
		err = fmt.Errorf("GET %s doesn't answer with a list of models", api.ModelsPath)
	}
	if err != nil || v.scorer.task != TaskChat {
		return "GET /v1/models is answered", err
	}
	var chat api.ChatCompletion
	content, _, err = v.answer(ctx, http.MethodPost, api.ChatPath, chatBody)
	if err == nil && (json.Unmarshal(content, &chat) != nil || len(chat.Choices) == 0) {
		err = fmt.Errorf("POST %s doesn't answer with a chat", api.ChatPath)
	}
	return "GET /v1/models and POST /v1/chat/completions are answered", err
}

// stream looks whether the pieces of an answer come one after the other, over at
// least half of the time in which the scorer says that it made them.
func (v *verification) stream(ctx context.Context) (string, error) {
	if v.scorer.task != TaskChat {
		return "", unasked("the model is no chat model")
	}
	ctx, cancel := context.WithTimeout(ctx, v.scorer.timeout)
	defer cancel()
	began := time.Now()
	response, err := v.send(ctx, http.MethodPost, api.ChatPath, streamBody)
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("POST %s with stream is answered with status %d", api.ChatPath, response.StatusCode)
	}
	var first, last time.Duration
	var decode time.Duration
	pieces, ended := 0, false
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		data, ok := bytes.CutPrefix(lines.Bytes(), []byte("data:"))
		if !ok {
			continue
		}
		if ended = string(bytes.TrimSpace(data)) == "[DONE]"; ended {
			break
		}
		var chunk struct {
			api.ChatChunk
			Error *api.Error `json:"error"`
		}
		if err := json.Unmarshal(data, &chunk); err != nil {
			return "", fmt.Errorf("the stream isn't a scorer's: %w", err)
		}
		if chunk.Error != nil {
			return "", fmt.Errorf("the stream breaks off: %s", chunk.Error.Message)
		}
		if chunk.Timings != nil {
			decode = time.Duration(chunk.Timings.Decode * float64(time.Millisecond))
		}
		if len(chunk.Choices) == 0 || chunk.Choices[0].Delta.Content == "" {
			continue
		}
		last = time.Since(began)
		if pieces++; pieces == 1 {
			first = last
		}
	}
	switch {
	case !ended:
		return "", fmt.Errorf("the stream ends after %d pieces, without [DONE]", pieces)
	case pieces < 5:
		return "", unasked("the answer has only %d pieces", pieces)
	case decode == 0:
		return "", unasked("the stream doesn't say how long its making took")
	case decode < tooQuick:
		return "", unasked("the answer was made within %s, too quickly to see whether it is held back", decode.Round(time.Millisecond))
	case last-first < decode/2:
		return "", fmt.Errorf("%d pieces, made within %s, arrive within %s", pieces, decode.Round(time.Millisecond), (last - first).Round(time.Millisecond))
	}
	return fmt.Sprintf("%d pieces, the first after %s, the last after %s", pieces, first.Round(time.Millisecond), last.Round(time.Millisecond)), nil
}

// tooQuick is the time of an answer whose pieces may arrive at once by themselves.
const tooQuick = 50 * time.Millisecond

// gpuSize: the sizes whose family begins with N have GPUs.
func gpuSize(size string) bool {
	return strings.HasPrefix(strings.ToLower(size), "standard_n") || strings.HasPrefix(size, "T4")
}

var driverLine = regexp.MustCompile(`(?i)driver\D{0,20}\d{3}\.\d+`)

// driverIn finds the driver in a container's log.
func driverIn(log string) (string, error) {
	if found := diagnosis.Find([]diagnosis.Evidence{{Source: "container", Text: log}}); found.Cause == diagnosis.Driver {
		return "", fmt.Errorf("%s", found.Quote)
	}
	for line := range bytes.Lines([]byte(log)) {
		if driverLine.Match(line) {
			return oneLine(line), nil
		}
	}
	return "", unasked("the container's log doesn't name a driver")
}
