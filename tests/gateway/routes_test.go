package gateway

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// ask sends a request with the endpoint's key for any path.
func (e *endpoint) ask(t *testing.T, method, path, body string, headers ...string) reply {
	t.Helper()
	req, err := http.NewRequest(method, e.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+e.Key)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := e.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{resp.StatusCode, resp.Header, content}
}

// TestEveryRoute asks for each protocol's routes, as clients write them, through the
// gateway: all are reached with the endpoint's key, and none without.
func TestEveryRoute(t *testing.T) {
	o := options()
	o.Key = "the-key-of-the-endpoint"
	e := deploy(t, o, 1, scorerproc.BundledModel(), "--chat-model-dir", goldens.ModelDir("gemma-tiny-chat"))
	const tensor = `{"inputs": [{"name": "text", "datatype": "BYTES", "shape": [1], "data": ["This is great!"]}]}`
	const chat = `{"messages": [{"role": "user", "content": "What is the capital of France?"}], "max_tokens": 24, "temperature": 0}`
	for _, c := range []struct{ method, path, body, want string }{
		{"POST", "", `{"text": "This is great!"}`, `[{"label":"POSITIVE"`}, // a base URL without its slash
		{"POST", "/", `{"text": "This is great!"}`, `[{"label":"POSITIVE"`},
		{"POST", "/", chat, "Paris"},
		{"POST", "/", `{"inputs": "This is great!"}`, `[[{"label":"POSITIVE"`},
		{"POST", "/score", `{"text": "This is great!"}`, `[{"label":"POSITIVE"`},
		{"POST", "/v1/chat/completions", chat, "Paris"},
		{"POST", "/v1//chat/completions", chat, "Paris"},
		{"POST", "//v1/chat/completions/", chat, "Paris"},
		{"POST", "/v1/completions", `{"prompt": "The capital of", "max_tokens": 2}`, `"text_completion"`},
		{"GET", "/v1/models", "", `"gemma-tiny-chat"`},
		{"GET", "/v1/models/", "", `"gemma-tiny-chat"`},
		{"GET", "/v1/models/google%2Fgemma-tiny-chat", "", `"gemma-tiny-chat"`},
		{"POST", "/chat/completions", chat, "Paris"},
		{"POST", "/tokenize", `{"text": "a"}`, `"count"`},
		{"GET", "/v2/health/ready", "", ""},
		{"GET", "/v2/models/distilbert-tiny-sentiment", "", `"BYTES"`},
		{"POST", "/v2/models/distilbert-tiny-sentiment/infer", tensor, "POSITIVE"},
		{"POST", "/predict", `{"inputs": "This is great!"}`, "POSITIVE"},
		{"GET", "/health", "", "ready"},
		{"GET", "/info", "", `"model_name"`},
		{"GET", "/openapi.json", "", `"openapi"`},
		{"GET", "/swagger.json?version=3", "", `"openapi"`},
		{"GET", "/swagger.json?version=2", "", `"swagger"`},
		{"GET", "/", "", "Healthy"},
		{"GET", "/playground/calls.js", "", "fetch("},
	} {
		got := e.ask(t, c.method, c.path, c.body)
		if got.status != http.StatusOK || !strings.Contains(string(got.body), c.want) || got.header.Get(DeploymentHeader) != "blue" {
			t.Errorf("%s %s: status %d (the container's %s): %s", c.method, c.path, got.status, got.header.Get(ModelStatusHeader), got.body)
		}
		if refused := e.ask(t, c.method, c.path, c.body, "Authorization", "Bearer another"); refused.status != http.StatusUnauthorized {
			t.Errorf("%s %s with another key: status %d", c.method, c.path, refused.status)
		}
	}
	if page := e.ask(t, "GET", "/", "", "Accept", "text/html"); page.status != 200 || !strings.Contains(string(page.body), "<html") {
		t.Errorf("the page: status %d, %.80s", page.status, page.body)
	}
	// What browsers send when somebody opens the address has no key.
	if page := e.ask(t, "GET", "/", "", "Accept", "text/html", "Authorization", ""); page.status != http.StatusUnauthorized {
		t.Errorf("the page without a key: status %d", page.status)
	}
	// What isn't 200 becomes 424, so that a preflight fails: pages elsewhere can't call.
	if got := e.ask(t, "OPTIONS", "/v1/chat/completions", ""); got.status != http.StatusFailedDependency || got.header.Get(ModelStatusHeader) != "204" {
		t.Errorf("OPTIONS: status %d, %v", got.status, got.header)
	}
}

// TestMetricsAreHidden as the Pulumi program has it: whoever has a key for the model
// has none for what others ask.
func TestMetricsAreHidden(t *testing.T) {
	o := options()
	o.Key = "the-key-of-the-endpoint"
	e := deploy(t, o, 1, scorerproc.BundledModel(), "--hide", "metrics")
	if got := e.ask(t, "GET", "/metrics", ""); got.status != http.StatusFailedDependency || got.header.Get(ModelStatusHeader) != "404" || strings.Contains(string(got.body), "scorer_") {
		t.Errorf("status %d, %v: %s", got.status, got.header, got.body)
	}
	if got := e.ask(t, "GET", "/health", ""); got.status != 200 {
		t.Errorf("/health: status %d", got.status)
	}
}
