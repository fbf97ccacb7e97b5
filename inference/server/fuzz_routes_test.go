package server

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telemetry"
)

// echo is a Classifier that gives every text the same scores.
type echo struct{}

func (echo) Info() pipeline.Info {
	return pipeline.Info{Name: "echo", Labels: []string{"NEGATIVE", "POSITIVE"}, Function: pipeline.Softmax, MaxTokens: 512}
}

func (echo) Classify(_ context.Context, r pipeline.ClassifyRequest) (result pipeline.ClassifyResult, _ error) {
	for range r.Texts {
		row := []pipeline.LabelScore{{Label: "POSITIVE", Score: 0.75, Class: 1}, {Label: "NEGATIVE", Score: 0.25}}
		if r.TopK > 0 && r.TopK < len(row) {
			row = row[:r.TopK]
		}
		result.Scores = append(result.Scores, row)
	}
	return result, nil
}

func (e echo) ZeroShot(ctx context.Context, r pipeline.ZeroShotRequest) (result pipeline.ZeroShotResult, _ error) {
	for range r.Texts {
		row := []pipeline.LabelScore{}
		for i, l := range r.Labels {
			row = append(row, pipeline.LabelScore{Label: l, Class: i})
		}
		result.Scores = append(result.Scores, row)
	}
	return result, nil
}

func (echo) Rerank(_ context.Context, r pipeline.RerankRequest) (result pipeline.RerankResult, _ error) {
	for i := range r.Texts {
		result.Ranked = append(result.Ranked, pipeline.Ranked{Index: i})
	}
	return result, nil
}

// FuzzRoutes sends requests through all of the server to the routes of a
// classifier. Whatever comes, the answer is scores, or an error of the client's in
// the shape of the route's protocol.
func FuzzRoutes(f *testing.F) {
	paths := []string{"/score", "/predict", "/", "/v2/models/echo/infer", "/v2/models/echo/versions/1/infer", "/v1/chat/completions", "/nothing", "/rerank"}
	for i, seed := range []string{
		`{"input_data": {"columns": ["text"], "index": [0], "data": [["a"]]}, "params": {"return_all_scores": false}}`,
		`{"inputs": [["a"], ["b"]], "truncate": true, "raw_scores": null}`,
		`{"inputs": "a", "parameters": {"top_k": 1}, "model": "dummy"}`,
		`{"inputs": [{"name": "text", "datatype": "BYTES", "shape": [1, 1], "data": [["a"]]}], "parameters": {"binary_data_output": true}}`,
		`{"inputs": [{"name": "text", "datatype": "BYTES", "shape": [1], "parameters": {"binary_data_size": 5}}]}` + "\x01\x00\x00\x00a",
		`{"messages": []}`, `{}`, `{"query": "a", "texts": ["b"], "return_text": true}`,
	} {
		f.Add(byte(i), "POST", "", "", []byte(seed))
		f.Add(byte(i), "OPTIONS", "application/json", "", []byte(seed))
	}
	f.Add(byte(4), "POST", "application/octet-stream", "102", []byte(`{"inputs": [{"name": "text", "datatype": "BYTES", "shape": [1], "parameters": {"binary_data_size": 5}}]}`+"\x01\x00\x00\x00a"))
	limits := limitsOfFuzzing
	limits.MaxConcurrentRequests, limits.RequestTimeoutSeconds = 8, 5
	s := New(Options{Classifier: echo{}, Limits: limits, Metrics: telemetry.NewMetrics(), Log: slog.New(slog.DiscardHandler), AllowedOrigins: []string{"*"}})
	s.SetReady()
	f.Fuzz(func(t *testing.T, route byte, method, contentType, length string, body []byte) {
		r, err := http.NewRequest(method, paths[int(route)%len(paths)], bytes.NewReader(body))
		if err != nil {
			return // no method
		}
		for name, value := range map[string]string{"Content-Type": contentType, kserveLengthHeader: length} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		got := httptest.NewRecorder()
		s.ServeHTTP(got, r)
		content := got.Body.Bytes()
		if got.Code >= 500 {
			t.Fatalf("%s %s %q: status %d, %s", method, r.URL.Path, body, got.Code, content)
		}
		if header := got.Header().Get(kserveLengthHeader); header != "" {
			n, err := strconv.Atoi(header)
			if err != nil || n > len(content) {
				t.Fatalf("%q: the JSON has %q of %d bytes", body, header, len(content))
			}
			content = content[:n]
		}
		if strings.HasPrefix(got.Header().Get("Content-Type"), "application/") && !json.Valid(content) {
			t.Errorf("%s %s %q: %s is not JSON", method, r.URL.Path, body, content)
		}
		if got.Code < 400 || method == http.MethodHead {
			return
		}
		var e struct{ Error any }
		if err := json.Unmarshal(content, &e); err != nil {
			t.Fatalf("%s %s %q: %v", method, r.URL.Path, body, err)
		}
		_, isString := e.Error.(string)
		if shape := shapeOf(r.URL.Path); e.Error == nil || isString != (shape >= kserveErrors) {
			t.Errorf("%s %s %q: the error is %s", method, r.URL.Path, body, content)
		}
	})
}
