package server_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/server"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/turns"
)

// errorOf reads an error's message as the clients of a path's protocol do.
func (a answer) errorOf(t testing.TB, path string) string {
	t.Helper()
	switch {
	case strings.HasPrefix(path, "/v1/"), path == "/tokenize":
		e, _ := a.openAIError(t)
		return e.Message
	case strings.HasPrefix(path, "/v2"), path == "/predict", path == "/":
		var body struct {
			Error string
			Type  *string `json:"error_type"`
		}
		if err := json.Unmarshal([]byte(a.body), &body); err != nil || body.Error == "" || (body.Type == nil) != strings.HasPrefix(path, "/v2") {
			t.Fatalf("%s: status %d with %s, want an error that is a string", path, a.StatusCode, a.body)
		}
		return body.Error
	}
	return a.failure(t).Message
}

// TestEveryErrorHasItsProtocolsShape asks for errors of handlers and of what
// stands before them, in each family of routes.
func TestEveryErrorHasItsProtocolsShape(t *testing.T) {
	with := func(err error) *started {
		return start(t, &fake{err: err}, func(o *server.Options) { o.Generator = server.GeneratorOf(&scripted{err: err}) })
	}
	s := with(nil)
	failing := map[int]*started{
		http.StatusTooManyRequests: with(&turns.FullError{}), http.StatusServiceUnavailable: with(pipeline.ErrDraining),
		http.StatusGatewayTimeout: with(context.DeadlineExceeded), http.StatusInternalServerError: with(io.ErrUnexpectedEOF),
	}
	const infer = "/v2/models/fake/infer"
	tensor := `{"inputs": [{"name": "text", "datatype": "BYTES", "shape": [1], "data": ["a"]}]}`
	good := map[string]string{
		"/score": `{"text": "a"}`, infer: tensor, "/predict": `{"inputs": "a"}`,
		"/v1/chat/completions": `{` + hello + `}`, "/v1/completions": `{"prompt": "a"}`,
	}
	large := `{"text": "` + strings.Repeat("a", 5000) + `"}`
	for path, body := range good {
		for status, failed := range failing {
			got := failed.do(t, "POST", path, body)
			if message := got.errorOf(t, path); got.StatusCode != status || message == "" {
				t.Errorf("%s: status %d, %s; want %d", path, got.StatusCode, got.body, status)
			}
		}
		for _, c := range []struct {
			method, path, body, contentType string
			status                          int
		}{
			{"POST", path, `{`, "application/json", 400},
			{"POST", path, large, "application/json", 413},
			{"POST", path, body, "text/plain", 415},
			{"DELETE", path, "", "", 405},
			{"POST", path + "/nothing", "", "", 404},
		} {
			got := s.do(t, c.method, c.path, c.body, "Content-Type", c.contentType)
			if message := got.errorOf(t, path); got.StatusCode != c.status || message == "" {
				t.Errorf("%s %s: status %d, %s; want %d", c.method, c.path, got.StatusCode, got.body, c.status)
			}
		}
	}
}
