package server_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"azure-nlp-endpoint/inference/api"
	"azure-nlp-endpoint/inference/pipeline"
)

func description(t *testing.T) (*openapi3.T, routers.Router) {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(api.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(context.Background(), openapi3.EnableExamplesValidation()); err != nil {
		t.Fatal(err)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return doc, router
}

// TestAnswersAreAsDescribed sends requests of every operation and holds both
// the request and the answer against openapi.json.
func TestAnswersAreAsDescribed(t *testing.T) {
	_, router := description(t)
	openapi3filter.RegisterBodyDecoder("text/html", openapi3filter.FileBodyDecoder)
	s := start(t, &fake{})
	full := start(t, &fake{err: &pipeline.QueueFullError{}})
	failing := start(t, &fake{err: io.ErrUnexpectedEOF})
	ask := func(s *started, method, path, body string, status int) {
		t.Helper()
		req, err := http.NewRequest(method, s.url+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if body != "" {
			req.Header.Set("Content-Type", "application/json")
		}
		described := req.Clone(context.Background())
		described.URL.Scheme, described.URL.Host = "", ""
		route, params, err := router.FindRoute(described)
		if err != nil {
			t.Errorf("%s %s is not described: %v", method, path, err)
			return
		}
		input := &openapi3filter.RequestValidationInput{Request: described, PathParams: params, Route: route}
		described.Body = io.NopCloser(strings.NewReader(body))
		if err := openapi3filter.ValidateRequest(context.Background(), input); err != nil && status < 400 {
			t.Errorf("%s %s: a good request is not as described: %v", method, path, err)
		} else if err == nil && status == 400 {
			t.Errorf("%s %s: a bad request is described as good: %s", method, path, body)
		}
		got := s.do(t, method, path, body)
		if got.StatusCode != status {
			t.Errorf("%s %s %s: status %d, want %d: %s", method, path, body, got.StatusCode, status, got.body)
		}
		output := &openapi3filter.ResponseValidationInput{
			RequestValidationInput: input, Status: got.StatusCode, Header: got.Header,
			Options: &openapi3filter.Options{IncludeResponseStatus: true},
		}
		output.Body = io.NopCloser(bytes.NewReader([]byte(got.body)))
		if err := openapi3filter.ValidateResponse(context.Background(), output); err != nil {
			t.Errorf("%s %s: the answer is not as described: %v", method, path, err)
		}
	}
	for _, body := range []string{
		`{"text": "a"}`, `{"text": ["a", "b"]}`, `{"inputs": "a"}`, `{"inputs": ["a"], "parameters": {"top_k": 1}}`,
		`{"inputs": ["a"], "parameters": {"top_k": null, "function_to_apply": "none", "truncation": true}}`, `{"text": "a", "parameters": null}`,
	} {
		ask(s, "POST", "/score", body, 200)
	}
	for _, body := range []string{`{}`, `{"text": 1}`, `{"text": []}`, `{"x": "a"}`, `{"text": "a", "inputs": "a"}`, `{"text": "a", "parameters": {"top_k": 0}}`} {
		ask(s, "POST", "/score", body, 400)
	}
	ask(s, "POST", "/score", `{"text": ["1","2","3","4","5","6","7","8","9"]}`, 413)
	ask(full, "POST", "/score", `{"text": "a"}`, 429)
	ask(failing, "POST", "/score", `{"text": "a"}`, 500)
	for _, body := range []string{`{"inputs": "a"}`, `{"inputs": ["a"]}`, `{"inputs": [["a"], ["b"]], "truncate": null, "raw_scores": true}`} {
		ask(s, "POST", "/predict", body, 200)
	}
	ask(s, "POST", "/predict", `{"inputs": ["a", "b"]}`, 400)
	const tensor = `{"inputs": [{"name": "text", "datatype": "BYTES", "shape": [1], "data": ["a"]}]}`
	ask(s, "POST", "/v2/models/fake/infer", tensor, 200)
	ask(s, "POST", "/v2/models/fake/versions/1/infer", tensor, 200)
	ask(s, "POST", "/v2/models/fake/infer", `{}`, 400)
	ask(s, "POST", "/v2/models/other/infer", tensor, 404)
	for _, path := range []string{
		"/livez", "/readyz", "/info", "/metrics", "/openapi.json", "/swagger.json", "/docs", "/", "/v2", "/v2/health/live", "/v2/health/ready",
		"/v2/models/fake", "/v2/models/fake/ready", "/v2/models/fake/versions/1", "/v2/models/fake/versions/1/ready",
	} {
		ask(s, "GET", path, "", 200)
	}
	s.Drain()
	ask(s, "GET", "/readyz", "", 503)
}

// TestEveryRouteIsDescribed compares the paths of openapi.json with what the
// server answers: a described path is no 404.
func TestEveryRouteIsDescribed(t *testing.T) {
	doc, _ := description(t)
	s := start(t, &fake{})
	for path, item := range doc.Paths.Map() {
		path = strings.NewReplacer("{model}", "fake", "{version}", "1").Replace(path)
		for method := range item.Operations() {
			if got := s.do(t, method, path, ""); got.StatusCode == http.StatusNotFound || got.StatusCode == http.StatusMethodNotAllowed {
				t.Errorf("%s %s is described, but answers %d", method, path, got.StatusCode)
			}
		}
	}
}
