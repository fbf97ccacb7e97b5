package chatting_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestRenderedPrompts sends a conversation as messages, and as the prompt that a
// client made of it, in every form: the answers are the same. With
// --no-prompt-control-tokens they aren't.
func TestRenderedPrompts(t *testing.T) {
	const (
		capital  = "What is the capital of France?"
		rendered = "<bos><start_of_turn>user\n" + capital + "<end_of_turn>\n<start_of_turn>model\n"
		want     = "The capital of France is Paris."
	)
	answer := func(url, route string, body object) string {
		t.Helper()
		resp, data, err := post(t.Context(), url+route, body)
		if err != nil || resp.StatusCode != 200 {
			t.Fatalf("%s: %v %s", route, err, data)
		}
		return string(data)
	}
	parsing, plain := start(t), start(t, "--no-prompt-control-tokens")
	quoted, _ := json.Marshal(want)
	for _, c := range []struct {
		route string
		body  object
	}{
		{"/v1/chat/completions", object{"messages": []object{{"role": "user", "content": capital}}, "max_tokens": 20, "temperature": 0}},
		{"/v1/completions", object{"prompt": rendered, "max_tokens": 20, "temperature": 0}},
		{"/v1/completions", object{"prompt": rendered, "max_tokens": 20, "temperature": 0, "add_special_tokens": false}},
		{"/score", object{"inputs": rendered, "parameters": object{"max_new_tokens": 20, "do_sample": false}}},
	} {
		if got := answer(parsing.URL, c.route, c.body); !strings.Contains(got, string(quoted)) {
			t.Errorf("%s %v: %s", c.route, c.body, got)
		}
		if got := answer(plain.URL, c.route, c.body); strings.Contains(got, string(quoted)) != (c.body["messages"] != nil) {
			t.Errorf("as text: %s %v: %s", c.route, c.body, got)
		}
	}
	resp, data, err := post(t.Context(), parsing.URL+"/v1/chat/completions", object{"messages": []object{{"role": "system", "content": "Be brief."}}})
	if err != nil || resp.StatusCode != 400 || !strings.Contains(string(data), "messages[0]") {
		t.Errorf("a system message alone: %v %s", err, data)
	}
}
