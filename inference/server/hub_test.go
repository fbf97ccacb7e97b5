package server_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/server"
)

// TestHub checks whose form POST / and /predict take, and in whose they answer:
// Hugging Face's inference API has a list for each text, even for one.
func TestHub(t *testing.T) {
	g := &scripted{pieces: []string{"Hel", "lo"}}
	classifier := start(t, &fake{})
	both := start(t, &fake{}, func(o *server.Options) { o.Generator = server.GeneratorOf(g) })
	chat := chats(t, g)
	const one = `[{"label":"POSITIVE","score":0.75},{"label":"NEGATIVE","score":0.25}]`
	const two = `[` + one + `,` + one + `]`
	const text = `[{"generated_text":"Hello"}]`
	for _, c := range []struct {
		s          *started
		path, body string
		want       string
	}{
		{classifier, "/", `{"inputs": "a"}`, `[` + one + `]`},
		{classifier, "/", `{"inputs": "a", "parameters": {}, "model": "dummy"}`, `[` + one + `]`},
		{classifier, "/", `{"inputs": ["a", "b"], "parameters": null}`, two},
		{classifier, "/", `{"inputs": "a", "truncate": true, "stream": null}`, `[` + one + `]`},
		{classifier, "/predict", `{"inputs": "a"}`, one},
		{classifier, "/predict", `{"inputs": "a", "parameters": null, "raw_scores": null, "truncate": null}`, one},
		{classifier, "/predict", `{"inputs": "a", "parameters": {}}`, `[` + one + `]`},
		{classifier, "/predict", `{"parameters": {}, "inputs": ["a", "b"], "model": "org/fake"}`, two},
		{classifier, "/predict", `{"inputs": [["a"], ["b"]]}`, two},
		{both, "/", `{"inputs": "a", "parameters": {"top_k": null}}`, `[` + one + `]`},
		{both, "/", `{"inputs": "a", "parameters": {"max_new_tokens": 3}}`, text},
		{both, "/", `{"inputs": "a", "stream": false}`, text},
		{both, "/", `{"inputs": "a", "stream": null}`, `[` + one + `]`},
		{chat, "/", `{"inputs": "a", "model": "dummy"}`, text},
	} {
		got := c.s.do(t, "POST", c.path, c.body)
		if got.StatusCode != 200 || strings.TrimSpace(got.body) != c.want {
			t.Errorf("%s %s: status %d, %s; want %s", c.path, c.body, got.StatusCode, got.body, c.want)
		}
	}
	for _, c := range []struct {
		s          *started
		path, body string
		status     int
		message    string
	}{
		{classifier, "/", `{"inputs": "a", "stream": true}`, 400, `"stream" is not known`},
		{classifier, "/", `{"inputs": "a", "parameters": {"max_new_tokens": 3}}`, 400, "parameters.max_new_tokens is not known: there are top_k"},
		{classifier, "/predict", `{"inputs": "a", "parameters": {}, "raw_scores": true}`, 400, "both parameters and raw_scores"},
		{classifier, "/predict", `{"inputs": "a", "model": "other"}`, 404, `the model "other" is not here`},
		{classifier, "/predict", `{"inputs": "a", "parameters": {"labels": ["b"]}}`, 400, "parameters.labels is not known"},
		{both, "/", `{"inputs": "a", "parameters": {"max_new_tokens": 0}}`, 400, "parameters.max_new_tokens is 0"},
		{chat, "/", `{"inputs": ["a"]}`, 400, "inputs is a list"},
		{chat, "/predict", `{"inputs": "a"}`, 404, `the chat model "tiny-chat" is loaded`},
	} {
		got := c.s.do(t, "POST", c.path, c.body)
		if message := got.errorOf(t, c.path); got.StatusCode != c.status || !strings.Contains(message, c.message) {
			t.Errorf("%s %s: status %d, %s; want %d, %s", c.path, c.body, got.StatusCode, got.body, c.status, c.message)
		}
	}
	events := chat.do(t, "POST", "/", `{"inputs": "a", "stream": true}`).events(t)
	if last := events[len(events)-1]; !strings.Contains(last, `"generated_text":"Hello"`) {
		t.Errorf("the last event is %s", last)
	}
	if got := classifier.do(t, "GET", "/health", ""); got.StatusCode != 200 {
		t.Errorf("/health: status %d", got.StatusCode)
	}
}

// TestRootScores: the root is Azure's scoring route, so it takes every form of /score
// and answers as it does, but for bodies that Hugging Face's clients send there.
func TestRootScores(t *testing.T) {
	g := &scripted{pieces: []string{"Hel", "lo"}}
	for name, s := range map[string]*started{
		"classifier": start(t, &fake{}),
		"both":       start(t, &fake{}, func(o *server.Options) { o.Generator = server.GeneratorOf(g) }),
		"chat":       chats(t, g),
	} {
		for _, body := range []string{
			`{"text": "a"}`, `{"text": ["a", "b"]}`, `{"text": "a", "parameters": {"top_k": 2}}`, `{"text": "a", "inputs": "b"}`,
			`{"inputs": ["a", "b"], "parameters": {"top_k": null}}`, `{"text": 1}`, `{}`, `{"txt": "a"}`,
			`{"inputs": {"input_string": ["a"]}}`, `{"input_data": ["a"]}`, `{"input_data": {"input_string": ["a"]}}`,
			`{"input_data": {"columns": ["text"], "data": [["a"]]}}`, `{"input_data": 1}`,
			`{"messages": [{"role": "user", "content": "a"}], "seed": 1}`, `{"messages": []}`,
			`{"messages": [{"role": "user", "content": "a"}], "temperature": 3}`,
		} {
			if name == "chat" && strings.HasPrefix(body, `{"inputs": [`) {
				continue // no form of a chat model
			}
			want, got := s.do(t, "POST", "/score", body), s.do(t, "POST", "/", body)
			if got.StatusCode != want.StatusCode || ownParts.ReplaceAllString(got.body, "") != ownParts.ReplaceAllString(want.body, "") {
				t.Errorf("%s, %s: / answers %d %s, /score %d %s", name, body, got.StatusCode, got.body, want.StatusCode, want.body)
			}
		}
		if name == "classifier" {
			continue
		}
		const chat = `{"messages": [{"role": "user", "content": "a"}]}`
		for _, streamed := range []answer{s.do(t, "POST", "/", chat[:len(chat)-1]+`, "stream": true}`), s.do(t, "POST", "/", chat, "Accept", "text/event-stream")} {
			if events := streamed.events(t); len(events) < 3 || events[len(events)-1] != "[DONE]" {
				t.Errorf("%s: the events are %q", name, events)
			}
		}
	}
}

// ownParts are those of an answer that no other has.
var ownParts = regexp.MustCompile(`"(id|created|timings)":("[^"]*"|\d+|\{[^}]*\})`)
