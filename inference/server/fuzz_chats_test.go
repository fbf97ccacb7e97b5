package server_test

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/server"
)

// chatRoutes are all that take the body of a chat or of a text to continue.
var chatRoutes = []string{"/v1/chat/completions", "/chat/completions", "/v1/completions", "/completions", "/score", "/tokenize", "/"}

// FuzzChatRoutes sends bodies to every route of chats. Whatever comes, the answer
// is a whole one, in JSON or events, or an error of the client's.
func FuzzChatRoutes(f *testing.F) {
	for i, seed := range []string{
		`{` + hello + `, "logprobs": true, "top_logprobs": 3, "stream": true, "stream_options": {"include_usage": true}}`,
		`{` + hello + `, "extra": 1, "response_format": {"type": "json_object"}}`,
		`{"prompt": ["a", "b"], "logprobs": 2, "stream": true, "stream_options": {"include_usage": true}}`, `{"prompt": [[1, 2], [3]], "logprobs": 0}`,
		`{"input_data": {"input_string": [{"role": "user", "content": "a"}], "parameters": {"do_sample": false}}, "params": {}}`,
		`{` + hello + `}`, `{"inputs": "a", "parameters": {"details": true, "return_full_text": true}, "stream": true}`, `{"input_data": ["a", "b"], "params": {"top_k": 2}}`,
	} {
		for route := range chatRoutes {
			f.Add(byte(route), i%2 == 0, seed)
		}
	}
	// Half of a character and what needs escapes: pieces can be anything.
	o := chatOptions(&scripted{pieces: []string{"a\"", "\xf0\x9f", "\n\u2028"}, finish: pipeline.FinishLength})
	s := server.New(o)
	s.SetReady()
	f.Fuzz(func(t *testing.T, route byte, drop bool, body string) {
		r := httptest.NewRequest("POST", chatRoutes[int(route)%len(chatRoutes)], strings.NewReader(body))
		if drop {
			r.Header.Set("extra-parameters", "drop")
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		answers := []string{w.Body.String()}
		if w.Header().Get("Content-Type") == "text/event-stream" {
			answers = strings.Split(strings.TrimSuffix(w.Body.String(), "\n\n"), "\n\n")
			if answers[len(answers)-1] == "data: [DONE]" {
				answers = answers[:len(answers)-1]
			}
		}
		for _, answer := range answers {
			if !json.Valid([]byte(strings.TrimPrefix(answer, "data: "))) || w.Code != 200 && (w.Code < 400 || w.Code >= 500) || w.Code != 200 && !strings.Contains(answer, `"error":`) {
				t.Errorf("%s %q: status %d, %q", r.URL.Path, body, w.Code, answer)
			}
		}
	})
}
