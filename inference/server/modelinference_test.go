package server_test

import (
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// TestModelInference checks what clients of Azure's model inference API need
// beside OpenAI's routes; tests/clients has the real one.
func TestModelInference(t *testing.T) {
	s := chats(t, &scripted{pieces: []string{"Hi"}})
	const path, unknown = "/chat/completions?api-version=2024-05-01-preview", `{` + hello + `, "safe_mode": true}`
	for header, status := range map[string]int{"": 400, "error": 400, "pass-through": 400, "drop": 200, "Ignore": 200} {
		got := s.do(t, "POST", path, unknown, "extra-parameters", header)
		if got.StatusCode != status {
			t.Errorf("%q: status %d, %s", header, got.StatusCode, got.body)
		}
		if e := decode[api.OpenAIErrorBody](t, got.body).Error; status == 400 && (e.Code != api.UnknownParameter || e.Param == nil || *e.Param != "safe_mode") {
			t.Errorf("%q: %s", header, got.body)
		}
	}
	// What is known is never dropped.
	for _, fields := range []string{`"temperature": 9`, `"tools": [{}]`} {
		if got := s.do(t, "POST", path, `{`+hello+`, `+fields+`}`, "extra-parameters", "drop"); got.StatusCode != 400 {
			t.Errorf("%s: status %d, %s", fields, got.StatusCode, got.body)
		}
	}
	if got := s.do(t, "POST", "/completions", `{"prompt": "a"}`); got.StatusCode != 200 || !strings.Contains(got.body, "text_completion") {
		t.Errorf("status %d, %s", got.StatusCode, got.body)
	}
	for _, path := range []string{"/models", "/models/", "/models/tiny-chat"} {
		if got := s.do(t, "GET", path, ""); got.StatusCode != 200 || !strings.Contains(got.body, `"id":"tiny-chat"`) {
			t.Errorf("%s: status %d, %s", path, got.StatusCode, got.body)
		}
	}
	for _, c := range [][2]string{{"POST", "/chat/none"}, {"GET", "/chat/completions"}, {"GET", "/models/gpt-4o"}} {
		if got := s.do(t, c[0], c[1], ""); got.StatusCode < 404 {
			t.Errorf("%s: status %d", c[1], got.StatusCode)
		} else {
			got.openAIError(t)
		}
	}
	for _, c := range []struct {
		s          *started
		name, kind string
	}{{s, "tiny-chat", "chat_completion"}, {start(t, &fake{}), "fake", "text_classification"}} {
		info := decode[api.Info](t, c.s.do(t, "GET", "/info?api-version=2024-05-01-preview", "").body)
		if info.ModelName != c.name || info.ModelType != c.kind || info.ModelProviderName == "" {
			t.Errorf("got %+v", info)
		}
	}
}
