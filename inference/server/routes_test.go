package server

import (
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telemetry"
)

// TestRoutesAreDescribed looks up each route in openapi.json, but for the files of pages.
// Routes without their /v1 are named where those with it are described.
func TestRoutesAreDescribed(t *testing.T) {
	var described struct {
		Paths map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal(api.OpenAPI, &described); err != nil {
		t.Fatal(err)
	}
	s := New(Options{Generator: nobody{}, Log: slog.New(slog.DiscardHandler), Metrics: telemetry.NewMetrics()})
	for _, r := range s.routes() {
		method, path, _ := strings.Cut(r.pattern, " ")
		path = strings.NewReplacer("{$}", "", "...}", "}").Replace(path)
		file := strings.HasPrefix(path, "/playground") || strings.HasPrefix(path, api.DocsPath)
		if method = strings.ToLower(method); !file && described.Paths[path][method] == nil && described.Paths[api.OpenAIPath+path][method] == nil {
			t.Errorf("%s is not described in openapi.json", r.pattern)
		}
	}
}
