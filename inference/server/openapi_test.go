package server_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/turns"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/server"
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

// asker returns a function that sends a request and holds both the request and
// its answer against openapi.json.
func asker(t *testing.T) func(s *started, method, path, body string, status int) {
	_, router := description(t)
	openapi3filter.RegisterBodyDecoder("text/html", openapi3filter.FileBodyDecoder)
	openapi3filter.RegisterBodyDecoder("text/event-stream", openapi3filter.FileBodyDecoder)
	return func(s *started, method, path, body string, status int) {
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
}

// TestAnswersAreAsDescribed sends requests of every operation and holds both
// the request and the answer against openapi.json.
func TestAnswersAreAsDescribed(t *testing.T) {
	s := start(t, &fake{})
	full := start(t, &fake{err: &turns.FullError{}})
	failing := start(t, &fake{err: io.ErrUnexpectedEOF})
	ask := asker(t)
	for _, body := range []string{
		`{"text": "a"}`, `{"text": ["a", "b"]}`, `{"inputs": "a"}`, `{"inputs": ["a"], "parameters": {"top_k": 1}}`,
		`{"inputs": ["a"], "parameters": {"top_k": null, "function_to_apply": "none", "truncation": true}}`, `{"text": "a", "parameters": null}`,
	} {
		ask(s, "POST", "/score", body, 200)
		ask(s, "POST", "/", body, 200)
	}
	for _, body := range []string{`{}`, `{"text": 1}`, `{"text": []}`, `{"x": "a"}`, `{"text": "a", "inputs": "a"}`, `{"text": "a", "parameters": {"top_k": 0}}`} {
		ask(s, "POST", "/score", body, 400)
		ask(s, "POST", "/", body, 400)
	}
	ask(s, "POST", "/score", `{"text": ["1","2","3","4","5","6","7","8","9"]}`, 413)
	ask(s, "POST", "/", `{"text": ["1","2","3","4","5","6","7","8","9"]}`, 413)
	ask(full, "POST", "/score", `{"text": "a"}`, 429)
	ask(full, "POST", "/", `{"text": "a"}`, 429)
	ask(failing, "POST", "/score", `{"text": "a"}`, 500)
	ask(failing, "POST", "/", `{"text": "a"}`, 500)
	for _, body := range []string{`{"inputs": "a"}`, `{"inputs": ["a"]}`, `{"inputs": [["a"], ["b"]], "truncate": null, "raw_scores": true}`} {
		ask(s, "POST", "/predict", body, 200)
	}
	for _, body := range []string{`{"inputs": "a", "parameters": {}}`, `{"inputs": ["a", "b"], "parameters": {"top_k": 1}, "model": "dummy"}`} {
		ask(s, "POST", "/predict", body, 200)
		ask(s, "POST", "/", body, 200)
	}
	for _, body := range []string{`{}`, `{"inputs": 1}`, `{"inputs": "a", "parameters": {"top_k": 0.5}}`, `{"inputs": "a", "normalise": true}`} {
		ask(s, "POST", "/predict", body, 400)
		ask(s, "POST", "/", body, 400)
	}
	for _, body := range []string{
		`{"input_data": ["a"]}`, `{"input_data": ["a"], "params": {"return_all_scores": true}}`, `{"inputs": {"input_string": ["a"]}}`,
		`{"input_data": {"input_string": ["a"]}}`, `{"input_data": {"columns": ["text"], "index": [0], "data": [["a"]]}, "params": {}}`,
	} {
		ask(s, "POST", "/score", body, 200)
		ask(s, "POST", "/", body, 200)
	}
	for _, body := range []string{`{"input_data": [1]}`, `{"input_data": {"columns": ["a", "b"], "data": [["a", "b"]]}}`, `{"inputs": {"input_text": ["a"]}}`} {
		ask(s, "POST", "/score", body, 400)
		ask(s, "POST", "/", body, 400)
	}
	const tensor = `{"inputs": [{"name": "text", "datatype": "BYTES", "shape": [1], "data": ["a"]}]}`
	ask(s, "POST", "/v2/models/fake/infer", tensor, 200)
	ask(s, "POST", "/v2/models/fake/versions/1/infer", tensor, 200)
	for _, fields := range []string{
		`"shape": [1, 1], "data": [["YQ=="]], "parameters": {"content_type": "base64"}}], "parameters": {"timeout": 9e6, "content_type": "str"}`,
		`"shape": [1], "data": ["a"], "parameters": null}], "outputs": [{"name": "label", "parameters": {"binary_data": false, "content_type": "str"}}], "id": null, "model_name": "fake", "model_version": "1"`,
	} {
		ask(s, "POST", "/v2/models/fake/infer", `{"inputs": [{"name": "text", "datatype": "BYTES", `+fields+`}`, 200)
	}
	for _, fields := range []string{
		`"shape": [0], "data": ["a"]}]`, `"shape": [1], "data": ["a"], "dta": 1}]`, `"shape": [1], "data": ["a"], "parameters": {"x": 1}}]`, `"shape": [1], "data": ["a"]}], "parameters": {"x": 1}`,
		`"shape": [1], "data": ["a"]}], "outputs": [{"name": "label", "parameters": {"classification": 1}}]`, `"shape": [1], "data": ["a"]}], "outputs": [{"name": "x"}]`,
	} {
		ask(s, "POST", "/v2/models/fake/infer", `{"inputs": [{"name": "text", "datatype": "BYTES", `+fields+`}`, 400)
	}
	ask(s, "POST", "/v2/models/fake/infer", `{}`, 400)
	ask(s, "POST", "/v2/models/other/infer", tensor, 404)
	for _, path := range []string{
		"/livez", "/readyz", "/health", "/info", "/metrics", "/openapi.json", "/swagger.json", "/docs", "/", "/v2", "/v2/health/live", "/v2/health/ready",
		"/v2/models/fake", "/v2/models/fake/ready", "/v2/models/fake/versions/1", "/v2/models/fake/versions/1/ready",
	} {
		ask(s, "GET", path, "", 200)
	}
	s.Drain()
	ask(s, "GET", "/readyz", "", 503)
}

// TestChatsAreAsDescribed does so for a chat model.
func TestChatsAreAsDescribed(t *testing.T) {
	ask := asker(t)
	s := chats(t, &scripted{pieces: []string{"a", "b"}})
	full := chats(t, &scripted{err: &turns.FullError{}})
	long := chats(t, &scripted{err: &pipeline.ContextLengthError{PromptTokens: 3000, ContextWindow: 2048}})
	const chat = "/v1/chat/completions"
	for _, fields := range []string{
		``, `, "stream": true`, `, "logprobs": true, "top_logprobs": 2`, `, "max_tokens": null, "stop": ["a"], "model": "tiny-chat", "logit_bias": {"1": 2}`,
		`, "temperature": 0, "top_p": 1, "top_k": 0, "min_p": 0, "repetition_penalty": 1, "frequency_penalty": 0, "presence_penalty": 0, "seed": 1, "n": 1`,
		`, "response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": {}}}`, `, "user": "u", "metadata": {}, "tools": [], "modalities": ["text"]`, `, "n": 2`, `, "chat_template_kwargs": {"enable_thinking": false}, "reasoning_effort": "none"`,
		`, "tools": [{"type": "function", "function": {"name": "f", "description": "d", "parameters": {"type": "object"}, "strict": true}}], "tool_choice": "required", "parallel_tool_calls": false`,
		`, "tools": [{"type": "function", "function": {"name": "f"}}], "tool_choice": {"type": "function", "function": {"name": "f"}}`,
		`, "tools": [{"type": "function", "function": {"name": "f"}}], "tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [{"type": "function", "function": {"name": "f"}}]}}`,
	} {
		ask(s, "POST", chat, `{`+hello+fields+`}`, 200)
		ask(s, "POST", "/score", `{`+hello+fields+`}`, 200)
		ask(s, "POST", "/", `{`+hello+fields+`}`, 200)
	}
	for _, body := range []string{
		`{}`, `{"messages": []}`, `{"messages": [{"role": "king", "content": "a"}]}`, `{"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}`,
		`{` + hello + `, "temperature": 3}`, `{` + hello + `, "top_p": -1}`, `{` + hello + `, "n": 9}`, `{` + hello + `, "stop": ""}`, `{` + hello + `, "tools": [{}]}`, `{` + hello + `, "tool_choice": "any"}`,
		`{` + hello + `, "response_format": {"type": "xml"}}`, `{` + hello + `, "max_tokens": 0}`, `{` + hello + `, "typo": 1}`, `{` + hello + `, "logit_bias": {"1": 101}}`,
	} {
		ask(s, "POST", chat, body, 400)
		ask(s, "POST", "/score", body, 400)
		ask(s, "POST", "/", body, 400)
	}
	ask(s, "POST", chat, `{`+hello+`, "model": "gpt-4o"}`, 404)
	ask(s, "POST", "/score", `{`+hello+`, "model": "gpt-4o"}`, 404)
	ask(s, "POST", "/", `{`+hello+`, "model": "gpt-4o"}`, 404)
	ask(full, "POST", chat, `{`+hello+`}`, 429)
	ask(full, "POST", "/score", `{`+hello+`}`, 429)
	ask(full, "POST", "/", `{`+hello+`}`, 429)
	ask(chats(t, &scripted{err: io.ErrUnexpectedEOF}), "POST", chat, `{`+hello+`}`, 500)
	called := chats(t, &scripted{finish: pipeline.FinishCalls, deltas: []pipeline.Delta{{Reasoning: []byte("hm"), Calls: []pipeline.CallDelta{{ID: "a", Name: "f", Arguments: []byte("{}")}}}}})
	ask(called, "POST", chat, `{`+hello+`}`, 200)
	ask(called, "POST", chat, `{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": null, "reasoning_content": "hm", "tool_calls": [{"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}]}, {"role": "tool", "tool_call_id": "a", "content": "b"}]}`, 200)
	if got := long.do(t, "POST", chat, `{`+hello+`}`); got.StatusCode != 400 {
		t.Errorf("status %d", got.StatusCode)
	}
	for _, body := range []string{
		`{"input_data": {"input_string": [{"role": "user", "content": "a"}], "parameters": {"temperature": 0.6, "do_sample": true}}}`, `{"input_data": {"input_string": ["a", "b"]}}`, `{"input_data": ["a"], "params": {"max_new_tokens": 3}}`,
		`{"inputs": "a"}`, `{"inputs": "a", "parameters": {"details": true, "max_new_tokens": 3}}`, `{"inputs": "a", "stream": true}`,
	} {
		ask(s, "POST", "/score", body, 200)
		ask(s, "POST", "/", body, 200)
	}
	for _, body := range []string{`{"input_data": {}}`, `{"inputs": "a", "parameters": {"truncate": 1}}`, `{"inputs": "a", "parameters": {"typo": 1}}`} {
		ask(s, "POST", "/score", body, 400)
		ask(s, "POST", "/", body, 400)
	}
	for _, body := range []string{
		`{"prompt": "a"}`, `{"prompt": ["a"], "logprobs": 1}`, `{"prompt": [1, 2], "stream": true}`, `{"prompt": ["a", "b"]}`, `{"prompt": [[1]], "echo": false, "suffix": "", "best_of": 1}`,
	} {
		ask(s, "POST", "/v1/completions", body, 200)
	}
	for _, body := range []string{`{}`, `{"prompt": []}`, `{"prompt": ["a", 1]}`, `{"prompt": "a", "echo": true}`, `{"prompt": "a", "logprobs": 6}`} {
		ask(s, "POST", "/v1/completions", body, 400)
	}
	for _, body := range []string{
		`{"input": "a"}`, `{"input": [{"role": "user", "content": [{"type": "input_text", "text": "a"}]}], "instructions": "b", "store": false, "stream": true}`,
		`{"input": "a", "tools": [{"type": "function", "name": "f", "parameters": {"type": "object"}}], "tool_choice": "required", "text": {"format": {"type": "text"}}, "max_output_tokens": 9, "temperature": 0}`,
	} {
		ask(s, "POST", "/v1/responses", body, 200)
		ask(called, "POST", "/v1/responses", body, 200)
	}
	for _, body := range []string{`{}`, `{"input": []}`, `{"input": "a", "store": true}`, `{"input": "a", "previous_response_id": "b"}`, `{"input": "a", "tools": [{"type": "web_search"}]}`, `{"input": "a", "typo": 1}`} {
		ask(s, "POST", "/v1/responses", body, 400)
	}
	ask(s, "POST", "/tokenize", `{"text": "a", "add_special_tokens": false}`, 200)
	ask(s, "POST", "/tokenize", `{`+hello+`}`, 200)
	ask(s, "POST", "/tokenize", `{}`, 400)
	for _, path := range []string{"/v1/models", "/v1/models/tiny-chat", "/info", "/v2/health/ready"} {
		ask(s, "GET", path, "", 200)
	}
	ask(s, "GET", "/v1/models/other", "", 404)
	ask(s, "POST", "/predict", `{"inputs": "a"}`, 404)
	ask(start(t, &fake{}), "GET", "/v1/models", "", 404)
}

// TestEveryRouteIsDescribed compares the paths of openapi.json with what the
// server answers: a described path is no 404.
func TestEveryRouteIsDescribed(t *testing.T) {
	doc, _ := description(t)
	s := start(t, &fake{}, func(o *server.Options) { o.Generator = server.GeneratorOf(&scripted{}) })
	other, _ := embeds(t)
	for path, item := range doc.Paths.Map() {
		path = strings.NewReplacer("/v1/models/{model}", "/v1/models/tiny-chat", "{model}", "fake", "{version}", "1").Replace(path)
		for method := range item.Operations() {
			got := s.do(t, method, path, "")
			if got.StatusCode == http.StatusNotFound {
				got = other.do(t, method, path, "")
			}
			if got.StatusCode == http.StatusNotFound || got.StatusCode == http.StatusMethodNotAllowed {
				t.Errorf("%s %s is described, but answers %d", method, path, got.StatusCode)
			}
		}
	}
}
