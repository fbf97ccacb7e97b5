package server_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/server"
)

// TestCachedTokensAreHidden looks on every route that writes texts, in each form of an
// answer, for what tells how much of a prompt somebody sent before.
func TestCachedTokensAreHidden(t *testing.T) {
	requests := map[string][]string{
		"/v1/chat/completions": {`{` + hello + `}`, `{` + hello + `, "stream": true, "stream_options": {"include_usage": true}}`},
		"/v1/completions":      {`{"prompt": "a"}`, `{"prompt": ["a", "b"], "stream": true, "stream_options": {"include_usage": true}}`},
		"/score": {
			`{` + hello + `}`, `{"inputs": "a", "parameters": {"details": true}}`, `{"inputs": "a", "parameters": {"details": true}, "stream": true}`,
			`{"input_data": {"input_string": [{"role": "user", "content": "a"}]}}`, `{"input_data": {"input_string": ["a"]}}`,
		},
		"/": {`{"inputs": "a", "parameters": {"details": true}}`},
	}
	for _, hidden := range []bool{false, true} {
		s := chats(t, &scripted{pieces: []string{"b"}}, func(o *server.Options) { o.HideCachedTokens = hidden })
		told := 0
		for path, bodies := range requests {
			for _, body := range bodies {
				got := s.do(t, "POST", path, body)
				if got.StatusCode != 200 {
					t.Fatalf("%s: status %d: %s", body, got.StatusCode, got.body)
				}
				header, err := json.Marshal(got.Header)
				if err != nil {
					t.Fatal(err)
				}
				for _, name := range []string{"cached", "prefill_ms", "queue_ms", "timing"} {
					if strings.Contains(strings.ToLower(got.body+string(header)), name) {
						told++
						if hidden {
							t.Errorf("%s: the answer tells %q: %s %s", body, name, got.body, header)
						}
					}
				}
				if strings.Contains(body, "include_usage") && !strings.Contains(got.body, `"total_tokens":`) {
					t.Errorf("%s: the usage is gone: %s", body, got.body)
				}
			}
		}
		if !hidden && told == 0 {
			t.Error("nothing is told where nothing is hidden")
		}
		if logged := strings.Contains(s.log.String(), "cached_tokens"); logged == hidden {
			t.Errorf("hidden: %v, but logged: %v", hidden, logged)
		}
	}
}
