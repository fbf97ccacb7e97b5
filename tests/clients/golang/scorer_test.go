package golang

import (
	"context"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// scorerURL is where the scorer runs; ../clients_test.go starts it.
func scorerURL(t *testing.T) string {
	t.Helper()
	url := os.Getenv("SCORER_URL")
	if url == "" {
		t.Fatal("SCORER_URL is not set: run the tests in tests/clients, which start a scorer")
	}
	return url
}

const (
	question = "What is the capital of France?"
	answer   = "The capital of France is Paris." // as the small model learned it
	schema   = `{"type": "object", "properties": {"city": {"type": "string", "maxLength": 12}, "large": {"type": "boolean"}}, "required": ["city", "large"], "additionalProperties": false}`
)

func deadline(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// metric is the value of a series of the scorer's metrics.
func metric(t *testing.T, series string) string {
	t.Helper()
	resp, err := http.Get(scorerURL(t) + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(body)) {
		if value, ok := strings.CutPrefix(line, series+" "); ok {
			return strings.TrimSpace(value)
		}
	}
	t.Fatalf("/metrics has no %s", series)
	return ""
}

// awaitIdle waits until no text is generated: at once, but on a busy machine.
func awaitIdle(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); metric(t, "scorer_generation_running") != "0"; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("a text still runs whose client left")
		}
	}
}
