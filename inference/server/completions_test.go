package server_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/server"
)

type textCompletion struct {
	ID, Object string
	Choices    []struct {
		Index        int
		Text         string
		FinishReason *string `json:"finish_reason"`
		Logprobs     *struct {
			Tokens        []string
			TokenLogprobs []float64            `json:"token_logprobs"`
			TopLogprobs   []map[string]float64 `json:"top_logprobs"`
			TextOffset    []int                `json:"text_offset"`
		}
	}
	Usage *api.Usage
}

func TestCompletions(t *testing.T) {
	g := &scripted{pieces: []string{"Hel", "lö", "!"}, finish: pipeline.FinishLength}
	s := chats(t, g)
	for _, c := range []struct {
		body string
		want pipeline.GenerateRequest
	}{
		{`{"prompt": "Once"}`, pipeline.GenerateRequest{Prompt: pointer("Once"), MaxTokens: 16}},
		{`{"prompt": ["Once"], "max_tokens": 3, "temperature": 0, "echo": false, "best_of": 1, "suffix": ""}`, pipeline.GenerateRequest{Prompt: pointer("Once"), MaxTokens: 3, Sampling: greedy}},
		{`{"prompt": "Once", "add_special_tokens": false}`, pipeline.GenerateRequest{Prompt: pointer("Once"), BarePrompt: true, MaxTokens: 16}},
		{`{"prompt": "Once", "add_special_tokens": true}`, pipeline.GenerateRequest{Prompt: pointer("Once"), MaxTokens: 16}},
		{`{"prompt": [2, 300]}`, pipeline.GenerateRequest{PromptTokens: []int32{2, 300}, MaxTokens: 16}},
		{`{"prompt": [[2, 300]], "logprobs": 2}`, pipeline.GenerateRequest{PromptTokens: []int32{2, 300}, MaxTokens: 16, Logprobs: true, TopLogprobs: 2}},
	} {
		got := s.do(t, "POST", "/v1/completions", c.body)
		if got.StatusCode != 200 || !reflect.DeepEqual(g.last(t), c.want) {
			t.Errorf("%s: status %d, %s, %+v", c.body, got.StatusCode, got.body, g.last(t))
		}
	}
	got := decode[textCompletion](t, s.do(t, "POST", "/v1/completions", `{"prompt": "Once", "logprobs": 2}`).body)
	choice := got.Choices[0]
	if !strings.HasPrefix(got.ID, "cmpl-") || got.Object != "text_completion" || choice.Text != "Hellö!" || *choice.FinishReason != "length" || got.Usage.TotalTokens != 12 {
		t.Errorf("got %+v", got)
	}
	if l := choice.Logprobs; l == nil || !reflect.DeepEqual(l.Tokens, g.pieces) || !reflect.DeepEqual(l.TextOffset, []int{0, 3, 5}) ||
		!reflect.DeepEqual(l.TokenLogprobs, []float64{-0.5, -0.5, -0.5}) || l.TopLogprobs[2]["b"] != -1.5 {
		t.Errorf("logprobs %+v", l)
	}
	var text string
	var offsets []int
	body := s.do(t, "POST", "/v1/completions", `{"prompt": "Once", "logprobs": 0, "stream": true, "stream_options": {"include_usage": true}}`)
	events := body.events(t)
	if n := strings.Count(body.body, `"usage":null`); n != len(events)-2 {
		t.Errorf("%d of %d events have no usage yet", n, len(events))
	}
	for i, e := range events[:len(events)-1] {
		c := decode[textCompletion](t, e)
		if (len(c.Choices) == 0) != (i == len(events)-2) || (c.Usage != nil) != (i == len(events)-2) {
			t.Errorf("event %d is %s", i, e)
		}
		for _, choice := range c.Choices {
			text += choice.Text
			offsets = append(offsets, choice.Logprobs.TextOffset...)
		}
	}
	if text != "Hellö!" || !reflect.DeepEqual(offsets, []int{0, 3, 5}) || events[len(events)-1] != "[DONE]" {
		t.Errorf("streamed %q, %v, %q", text, offsets, events)
	}
}

// TestSeveralPrompts checks that each prompt gets its choice, streamed or not.
func TestSeveralPrompts(t *testing.T) {
	g := &scripted{pieces: []string{"Hel", "lö"}, finish: pipeline.FinishLength}
	s := chats(t, g)
	const body = `{"prompt": ["Once", [2, 300], "Twice"], "max_tokens": 2, "logprobs": 0`
	got := decode[textCompletion](t, s.do(t, "POST", "/v1/completions", body+`}`).body)
	g.mu.Lock()
	want := []pipeline.GenerateRequest{{Prompt: pointer("Once")}, {PromptTokens: []int32{2, 300}}, {Prompt: pointer("Twice")}}
	for i := range want {
		want[i].MaxTokens, want[i].Logprobs = 2, true
	}
	if !reflect.DeepEqual(g.requests, want) {
		t.Errorf("the model was asked %+v", g.requests)
	}
	g.mu.Unlock()
	if len(got.Choices) != 3 || got.Usage.PromptTokens != 27 || got.Usage.CompletionTokens != 6 {
		t.Fatalf("got %+v", got)
	}
	for i, c := range got.Choices {
		if c.Index != i || c.Text != "Hellö" || *c.FinishReason != "length" || !reflect.DeepEqual(c.Logprobs.TextOffset, []int{0, 3}) {
			t.Errorf("choice %d is %+v", i, c)
		}
	}
	texts, offsets, finished := make([]string, 3), make([][]int, 3), make([]int, 3)
	events := s.do(t, "POST", "/v1/completions", body+`, "stream": true, "stream_options": {"include_usage": true}}`).events(t)
	for _, e := range events[:len(events)-2] {
		c := decode[textCompletion](t, e).Choices[0]
		texts[c.Index] += c.Text
		offsets[c.Index] = append(offsets[c.Index], c.Logprobs.TextOffset...)
		if c.FinishReason != nil {
			finished[c.Index]++
		}
	}
	if !reflect.DeepEqual(texts, []string{"Hellö", "Hellö", "Hellö"}) || !reflect.DeepEqual(finished, []int{1, 1, 1}) ||
		!reflect.DeepEqual(offsets, [][]int{{0, 3}, {0, 3}, {0, 3}}) {
		t.Errorf("streamed %q, %v, %v", texts, offsets, finished)
	}
	if usage := decode[textCompletion](t, events[len(events)-2]).Usage; usage == nil || usage.TotalTokens != 33 {
		t.Errorf("usage is %+v", usage)
	}
	// What was submitted before a prompt that can't be is ended.
	g.closed = make(chan struct{}, 3)
	g.failAt = 8
	got2 := s.do(t, "POST", "/v1/completions", `{"prompt": ["a", "b"]}`)
	if _, param := got2.openAIError(t); got2.StatusCode != 400 || param != "prompt[1]" || len(g.closed) != 1 {
		t.Errorf("status %d, %d closed: %s", got2.StatusCode, len(g.closed), got2.body)
	}
	if got := s.do(t, "POST", "/v1/completions", `{"prompt": ["1","2","3","4","5","6","7"]}`); got.StatusCode != 413 || !strings.Contains(got.body, "more than 6 prompts") {
		t.Errorf("status %d: %s", got.StatusCode, got.body)
	}
}

func TestBadCompletions(t *testing.T) {
	s := chats(t, &scripted{})
	for _, c := range []struct{ body, param, message string }{
		{`{}`, "prompt", "prompt is missing"},
		{`{"prompt": []}`, "prompt", "is an empty list"},
		{`{"prompt": {}}`, "prompt", "is an object"},
		{`{"prompt": ["a", 1]}`, "prompt[1]", "is a number"},
		{`{"prompt": ["a", []]}`, "prompt[1]", "is an empty list"},
		{`{"prompt": [[1], [2560]]}`, "prompt[1][0]", "the model has 2560 tokens"},
		{`{"prompt": [1, -1]}`, "prompt[1]", "a token id is needed"},
		{`{"prompt": [1, null]}`, "prompt[1]", "a token id is needed"},
		{`{"prompt": [1, 2560]}`, "prompt[1]", "the model has 2560 tokens"},
		{`{"prompt": "a", "echo": true}`, "echo", "it can be false"},
		{`{"prompt": "a", "suffix": "b"}`, "suffix", "it can be"},
		{`{"prompt": "a", "best_of": 2}`, "best_of", "one answer"},
		{`{"prompt": "a", "add_special_tokens": 1}`, "add_special_tokens", "true or false"},
		{`{"prompt": "a", "logprobs": 6}`, "logprobs", "it can be 0 to 5"},
		{`{"prompt": "a", "logprobs": true}`, "logprobs", "a whole number is needed"},
		{`{"prompt": "a", "messages": []}`, "messages", "is not known"},
	} {
		got := s.do(t, "POST", "/v1/completions", c.body)
		e, param := got.openAIError(t)
		if got.StatusCode != 400 || param != c.param || !strings.Contains(e.Message, c.message) {
			t.Errorf("%s: status %d, param %q, %s", c.body, got.StatusCode, param, got.body)
		}
	}
}

// TestLongPrompt checks that the error names the field that the body has.
func TestLongPrompt(t *testing.T) {
	s := chats(t, &scripted{err: &pipeline.ContextLengthError{PromptTokens: 2040, MaxTokens: 16, ContextWindow: 2048}})
	got := s.do(t, "POST", "/v1/completions", `{"prompt": "a"}`)
	e, param := got.openAIError(t)
	if got.StatusCode != 400 || e.Code != api.ContextLengthExceeded || param != "prompt" || !strings.Contains(e.Message, "2040") || !strings.Contains(e.Message, "2048") {
		t.Errorf("status %d: %s", got.StatusCode, got.body)
	}
}

func TestModels(t *testing.T) {
	s := chats(t, &scripted{})
	const model = `{"id":"tiny-chat","object":"model","created":1700000000,"owned_by":"azure-nlp-endpoint","context_length":2048}`
	if got := s.do(t, "GET", "/v1/models", ""); got.body != `{"data":[`+model+`],"object":"list"}` {
		t.Errorf("got %s", got.body)
	}
	if got := s.do(t, "GET", "/v1/models/", ""); got.body != `{"data":[`+model+`],"object":"list"}` {
		t.Errorf("got %s", got.body)
	}
	for _, name := range []string{"tiny-chat", "google/tiny-chat", "google%2Ftiny-chat"} {
		if got := s.do(t, "GET", "/v1/models/"+name, ""); got.body != model {
			t.Errorf("%s: got %s", name, got.body)
		}
	}
	got := s.do(t, "GET", "/v1/models/gpt-4o", "")
	if e, param := got.openAIError(t); got.StatusCode != 404 || e.Code != api.ModelNotFound || param != "model" {
		t.Errorf("status %d: %s", got.StatusCode, got.body)
	}
}

// TestUnknownOpenAIRoutes checks that what OpenAI has and this server doesn't is
// refused in a form that its clients read.
func TestUnknownOpenAIRoutes(t *testing.T) {
	s := chats(t, &scripted{})
	for _, c := range []struct {
		method, path string
		status       int
	}{{"POST", "/v1/embeddings", 404}, {"GET", "/v1/responses/resp_1", 404}, {"GET", "/v1/chat/completions", 405}} {
		got := s.do(t, c.method, c.path, "")
		if e, _ := got.openAIError(t); got.StatusCode != c.status || e.Type != "invalid_request_error" {
			t.Errorf("%s: status %d, %s", c.path, got.StatusCode, got.body)
		}
	}
}

func TestTokenize(t *testing.T) {
	s := chats(t, &scripted{})
	for body, want := range map[string]string{
		`{"text": "a\"é"}`:                                 `{"count":5,"context_length":2048,"tokens":[2,97,34,195,169],"pieces":["\u0002","a","\"","bytes:\\xc3","bytes:\\xa9"]}`,
		`{"text": "a", "add_special_tokens": false}`:       `{"count":1,"context_length":2048,"tokens":[97],"pieces":["a"]}`,
		`{"text": "", "add_special_tokens": false}`:        `{"count":0,"context_length":2048,"tokens":[],"pieces":[]}`,
		`{"messages": [{"role": "user", "content": "a"}]}`: `{"count":2,"context_length":2048,"tokens":[2,97],"pieces":["\u0002","a"]}`,
		`{"messages": [{"role": "user", "content": "a"}], "tools": [{"type": "function", "function": {"name": "f"}}]}`: `{"count":3,"context_length":2048,"tokens":[2,97,102],"pieces":["\u0002","a","f"]}`,
		`{"text": "a", "model": "tiny-chat", "messages": null}`:                                                        `{"count":2,"context_length":2048,"tokens":[2,97],"pieces":["\u0002","a"]}`,
	} {
		if got := s.do(t, "POST", "/tokenize", body); got.StatusCode != 200 || got.body != want {
			t.Errorf("%s: status %d, %s", body, got.StatusCode, got.body)
		}
	}
	for body, want := range map[string]string{
		`{}`: "text is missing", `{"text": 1}`: "text is a number",
		`{"text": "a", "messages": [{"role": "user", "content": "a"}]}`:                             "text is given, and what is for messages",
		`{"text": "a", "tools": [{"function": {"name": "f"}}]}`:                                     "text is given, and what is for messages",
		`{"messages": [{"role": "user", "content": "a"}], "add_special_tokens": true}`:              "add_special_tokens is for text",
		`{"text": "a", "return_tokens": true}`:                                                      "is not known",
		`{"text": "a", "model": "other"}`:                                                           "is not here",
		`{"messages": [{"role": "user", "content": [{"input_audio": {}, "type": "input_audio"}]}]}`: "reads only text",
	} {
		got := s.do(t, "POST", "/tokenize", body)
		if e, _ := got.openAIError(t); got.StatusCode < 400 || !strings.Contains(e.Message, want) {
			t.Errorf("%s: status %d, %s", body, got.StatusCode, got.body)
		}
	}
}

// TestChatsWaitForWarmUp checks that no text is asked of a model that isn't ready.
func TestChatsWaitForWarmUp(t *testing.T) {
	s := server.New(chatOptions(&scripted{}))
	st := serveHandler(t, s)
	got := st.do(t, "POST", "/v1/chat/completions", `{`+hello+`}`)
	if e, _ := got.openAIError(t); got.StatusCode != 503 || e.Code != api.NotReady {
		t.Errorf("status %d: %s", got.StatusCode, got.body)
	}
}
