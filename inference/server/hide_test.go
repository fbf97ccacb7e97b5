package server_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/server"
)

// TestHide: what is hidden is as absent, and nothing else is.
func TestHide(t *testing.T) {
	routes := map[string][]string{
		"metrics": {"/metrics"},
		"docs":    {"/docs", "/docs/", "/docs/docs.js", "/docs/docs.css", "/openapi.json", "/swagger.json", "/swagger.json?version=3"},
		"page":    {"/playground/main.js", "/playground/playground.css"},
		"info":    {"/info", "//info/"},
	}
	if parts := server.Parts(); len(parts) != len(routes) {
		t.Fatalf("the parts are %v", parts)
	}
	for _, hidden := range [][]string{nil, {"metrics"}, {"docs"}, {"page"}, {"page", "info"}, {"metrics", "docs", "page", "info"}} {
		s := start(t, &fake{}, func(o *server.Options) { o.Hide = hidden })
		for part, paths := range routes {
			want := 200
			if slices.Contains(hidden, part) {
				want = 404
			}
			for _, path := range paths {
				got := s.do(t, "GET", path, "")
				if got.StatusCode != want {
					t.Errorf("%v hidden: %s has status %d, want %d", hidden, path, got.StatusCode, want)
				}
				if want == 404 && s.do(t, "OPTIONS", path, "").StatusCode != 404 {
					t.Errorf("%v hidden: OPTIONS of %s shows it", hidden, path)
				}
				if want == 404 && slices.Contains(hidden, "docs") && strings.Contains(got.body, "/openapi.json") {
					t.Errorf("%v hidden: %s names what is hidden: %s", hidden, path, got.body)
				}
			}
		}
		for _, path := range []string{"/livez", "/readyz", "/health", "/v2/health/ready", "/v2/models/fake"} {
			if got := s.do(t, "GET", path, ""); got.StatusCode != 200 {
				t.Errorf("%v hidden: %s has status %d", hidden, path, got.StatusCode)
			}
		}
		if got := s.do(t, "GET", "/", ""); got.StatusCode != 200 || got.body != "Healthy" {
			t.Errorf("%v hidden: / has status %d, %s", hidden, got.StatusCode, got.body)
		}
		if got := s.do(t, "POST", "/", `{"text": "a"}`); got.StatusCode != 200 {
			t.Errorf("%v hidden: POST / has status %d, %s", hidden, got.StatusCode, got.body)
		}
		page := s.do(t, "GET", "/", "", "Accept", "text/html")
		if strings.Contains(page.body, "<html") == slices.Contains(hidden, "page") {
			t.Errorf("%v hidden: a browser gets %.60s", hidden, page.body)
		}
	}
}
