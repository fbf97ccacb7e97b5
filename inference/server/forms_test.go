package server_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/chat"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/server"
)

var greedy = pipeline.Sampling{Temperature: pointer[float32](0)}

// TestScoreForms checks what each form of /score's body asks for, and in which
// form it is answered.
func TestScoreForms(t *testing.T) {
	g := &scripted{pieces: []string{"Hel", "lo"}}
	s := chats(t, g)
	turn := []chat.Message{{Role: chat.User, Content: "Hello"}}
	for _, c := range []struct {
		name, body string
		want       pipeline.GenerateRequest
		answer     string
	}{
		{"chat", `{` + hello + `, "temperature": 0}`, pipeline.GenerateRequest{Messages: turn, Sampling: greedy}, `"content":"Hello","refusal":null}`},
		{"Azure", `{"input_data": {"input_string": [{"role": "user", "content": "Hello"}], "parameters": {"temperature": 0.6, "max_new_tokens": 5, "do_sample": true, "return_full_text": true}}}`,
			pipeline.GenerateRequest{Messages: turn, MaxTokens: 5, Sampling: pipeline.Sampling{Temperature: pointer[float32](0.6)}}, `{"output":"Hello"}`},
		{"Azure, greedy", `{"input_data": {"input_string": [{"role": "user", "content": "Hello"}], "parameters": {"do_sample": false}}, "params": {}}`,
			pipeline.GenerateRequest{Messages: turn, Sampling: greedy}, `{"output":"Hello"}`},
		{"Azure, a text", `{"input_data": {"input_string": ["Once"]}}`, pipeline.GenerateRequest{Prompt: pointer("Once")}, `[{"0":"OnceHello"}]`},
		{"Azure, a list", `{"input_data": ["Once"], "params": {"max_new_tokens": 5, "return_full_text": false}}`, pipeline.GenerateRequest{Prompt: pointer("Once"), MaxTokens: 5}, `["Hello"]`},
		{"Azure, texts", `{"input_data": {"input_string": ["Twice", "Once"], "parameters": {"return_full_text": false}}}`, pipeline.GenerateRequest{Prompt: pointer("Once")}, `[{"0":"Hello","1":"Hello"}]`},
		{"Azure, the full text", `{"input_data": {"input_string": "Once ", "parameters": {"return_full_text": true}}}`, pipeline.GenerateRequest{Prompt: pointer("Once ")}, `[{"0":"Once Hello"}]`},
		{"TGI", `{"inputs": "Once"}`, pipeline.GenerateRequest{Prompt: pointer("Once"), MaxTokens: 100, Sampling: greedy, Logprobs: true}, `{"generated_text":"Hello"}`},
		{"TGI, sampled", `{"inputs": "Once", "parameters": {"temperature": 0.5, "top_k": 3, "stop": ["x"], "max_new_tokens": 7, "seed": 1, "best_of": 1, "watermark": false, "truncate": null}}`,
			pipeline.GenerateRequest{Prompt: pointer("Once"), MaxTokens: 7, Stop: []string{"x"}, Logprobs: true,
				Sampling: pipeline.Sampling{Temperature: pointer[float32](0.5), TopK: pointer(3), Seed: pointer(int64(1))}}, `{"generated_text":"Hello"}`},
		{"TGI, default sampling", `{"inputs": "Once", "parameters": {"do_sample": true, "return_full_text": true}}`,
			pipeline.GenerateRequest{Prompt: pointer("Once"), MaxTokens: 100, Logprobs: true}, `{"generated_text":"OnceHello"}`},
		{"TGI, drawn all the same", `{"inputs": "Once", "parameters": {"do_sample": false, "temperature": 0.5}}`,
			pipeline.GenerateRequest{Prompt: pointer("Once"), MaxTokens: 100, Logprobs: true, Sampling: pipeline.Sampling{Temperature: pointer[float32](0.5)}}, `{"generated_text":"Hello"}`},
		{"TGI, nothing to draw by", `{"inputs": "Once", "parameters": {"do_sample": false, "temperature": 1, "top_k": 0, "top_p": 1.0, "min_p": 0}}`,
			pipeline.GenerateRequest{Prompt: pointer("Once"), MaxTokens: 100, Logprobs: true,
				Sampling: pipeline.Sampling{Temperature: pointer[float32](0), TopK: pointer(0), TopP: pointer[float32](1), MinP: pointer[float32](0)}}, `{"generated_text":"Hello"}`},
		{"TGI, grammar", `{"inputs": "Once", "parameters": {"grammar": {"type": "json", "value": {"type": "object"}}}}`,
			pipeline.GenerateRequest{Prompt: pointer("Once"), MaxTokens: 100, Sampling: greedy, Logprobs: true,
				Format: pipeline.ResponseFormat{Type: pipeline.FormatJSONSchema, Schema: json.RawMessage(`{"type": "object"}`)}}, `{"generated_text":"Hello"}`},
		{"TGI, details", `{"inputs": "Once", "parameters": {"details": true}}`, pipeline.GenerateRequest{Prompt: pointer("Once"), MaxTokens: 100, Sampling: greedy, Logprobs: true},
			`"details":{"finish_reason":"eos_token","generated_tokens":2,"input_length":9,"seed":null,"prefill":[],"tokens":[{"id":1,"text":"Hel","logprob":-0.5,"special":false},{"id":2,"text":"lo","logprob":-0.5,"special":false}]}}`},
	} {
		got := s.do(t, "POST", "/score", c.body)
		if got.StatusCode != 200 || !strings.Contains(got.body, c.answer) || !json.Valid([]byte(got.body)) {
			t.Errorf("%s: status %d, %s", c.name, got.StatusCode, got.body)
		}
		if !reflect.DeepEqual(g.last(t), c.want) {
			t.Errorf("%s: got %+v\nwant %+v", c.name, g.last(t), c.want)
		}
	}
}

// TestScoreStreams checks that each form is streamed if the body says so, or if
// nothing but events is accepted.
func TestScoreStreams(t *testing.T) {
	s := chats(t, &scripted{pieces: []string{"Hel", "lo"}})
	for _, c := range []struct {
		body, accept string
		last         string // "" if the answer is no stream
	}{
		{`{` + hello + `, "stream": true}`, "", "[DONE]"},
		{`{` + hello + `}`, "text/event-stream", "[DONE]"},
		{`{` + hello + `, "stream": false}`, "text/event-stream", ""},
		{`{` + hello + `}`, "application/json, text/event-stream", ""},
		{`{"input_data": {"input_string": [{"role": "user", "content": "Hello"}]}}`, "text/event-stream;q=1", "[DONE]"},
		{`{"inputs": "Once", "stream": true}`, "", `{"index":3,"token":{"id":2,"text":"","logprob":-0.5,"special":true},"generated_text":"Hello","details":{"finish_reason":"eos_token","generated_tokens":2,"input_length":9,"seed":null}}`},
	} {
		got := s.do(t, "POST", "/score", c.body, "Accept", c.accept)
		if c.last == "" {
			if got.Header.Get("Content-Type") != "application/json" {
				t.Errorf("%s, %s: streamed", c.body, c.accept)
			}
			continue
		}
		events := got.events(t)
		if events[len(events)-1] != c.last {
			t.Errorf("%s: %q", c.body, events)
		}
	}
	// A program of text-generation-inference joins the tokens' texts.
	var joined string
	for _, e := range s.do(t, "POST", "/score", `{"inputs": "Once", "stream": true}`).events(t) {
		joined += decode[struct{ Token struct{ Text string } }](t, e).Token.Text
	}
	if joined != "Hello" {
		t.Errorf("the tokens give %q", joined)
	}
}

func TestBadScoreForms(t *testing.T) {
	s := chats(t, &scripted{})
	for _, c := range []struct{ body, param, message string }{
		{`{"messages": []}`, "messages", "is an empty list"},
		{`{"input_data": {}}`, "input_data.input_string", "is missing"},
		{`{"input_data": []}`, "input_data", "is an empty list"},
		{`{"input_data": 1}`, "", "input_data is a number"},
		{`{"input_data": ["a"], "params": {"beams": 1}}`, "params.beams", "is not known"},
		{`{"input_data": {"input_string": [1]}}`, "input_data.input_string[0]", "is a number"},
		{`{"input_data": {"input_string": [{"role": "user", "content": "a"}, "b"]}}`, "", "input_data.input_string[1] is a string"},
		{`{"input_data": {"input_string": [{"role": "user"}]}}`, "input_data.input_string[0].content", "is missing"},
		{`{"input_data": {"input_string": ["a"], "parameters": {"temperature": 9}}}`, "input_data.parameters.temperature", "it can be 0 to 2"},
		{`{"input_data": {"input_string": ["a"], "parameters": {"beams": 9}}}`, "input_data.parameters.beams", "is not known"},
		{`{"input_data": {"input_string": ["a"]}, "params": {"max_new_tokens": 5}}`, "params", "send input_data.parameters"},
		{`{"inputs": ["a"]}`, "inputs", "inputs is a list, a string is needed"},
		{`{"inputs": "a", "parameters": {"truncate": 10}}`, "parameters.truncate", "never cut"},
		{`{"inputs": "a", "parameters": {"watermark": true}}`, "parameters.watermark", "it can be false"},
		{`{"inputs": "a", "parameters": {"typical_p": 0.5}}`, "parameters.typical_p", "not supported"},
		{`{"inputs": "a", "parameters": {"grammar": {"type": "regex", "value": "a"}}}`, "parameters.grammar.type", "it can be json"},
		{`{"inputs": "a", "parameters": {"max_new_tokens": 5, "max_tokens": 6}}`, "parameters.max_tokens", "another field that means the same is 5"},
		{`{"inputs": "a", "parameters": {"max_new_tokens": 0}}`, "parameters.max_new_tokens", "it can be 1 or more"},
	} {
		got := s.do(t, "POST", "/score", c.body)
		e, param := got.openAIError(t)
		if got.StatusCode != 400 || param != c.param || !strings.Contains(e.Message, c.message) {
			t.Errorf("%s: status %d, param %q, %s", c.body, got.StatusCode, param, got.body)
		}
	}
	for body, want := range map[string]string{
		`{"text": "a"}`: `the chat model "tiny-chat" is loaded`, `{`: "is not JSON", `[]`: "",
	} {
		got := s.do(t, "POST", "/score", body)
		if e := got.failure(t); got.StatusCode != 400 || e.Code != api.InvalidRequest || !strings.Contains(e.Message, want) {
			t.Errorf("%s: status %d, %s", body, got.StatusCode, got.body)
		}
	}
}

// TestFoundFields checks that an error of the pipeline's names the field as the
// body has it.
func TestFoundFields(t *testing.T) {
	long := &pipeline.ContextLengthError{PromptTokens: 3000, ContextWindow: 2048}
	turns := &pipeline.InvalidError{Field: "messages", Problem: "the template says no"}
	token := &pipeline.InvalidError{Field: "prompt", Problem: "it has a token"}
	const azure = `{"input_data": {"input_string": [{"role": "user", "content": "a"}]}}`
	for _, c := range []struct {
		body    string
		err     error
		param   string
		message string
	}{
		{`{` + hello + `}`, long, "messages", "maximum context length"},
		{`{` + hello + `}`, turns, "messages", "messages: the template says no"},
		{azure, long, "input_data.input_string", "maximum context length"},
		{azure, turns, "input_data.input_string", "input_data.input_string: the template says no"},
		{`{"input_data": {"input_string": ["a", "b"]}}`, long, "input_data.input_string[0]", "maximum context length"},
		{`{"input_data": ["a"]}`, token, "input_data", "input_data: it has a token"},
		{`{"inputs": "a"}`, long, "inputs", "maximum context length"},
		{`{"inputs": "a"}`, token, "inputs", "inputs: it has a token"},
	} {
		e, param := chats(t, &scripted{err: c.err}).do(t, "POST", "/score", c.body).openAIError(t)
		if param != c.param || !strings.Contains(e.Message, c.message) {
			t.Errorf("%s: param %q, %s", c.body, param, e.Message)
		}
	}
}

// TestTwoModels checks which of a classifier and a chat model answers.
func TestTwoModels(t *testing.T) {
	g := &scripted{pieces: []string{"Hello"}}
	s := start(t, &fake{}, func(o *server.Options) { o.Generator = server.GeneratorOf(g) })
	for body, want := range map[string]string{
		`{"text": "a"}`:   "POSITIVE",
		`{"inputs": "a"}`: "POSITIVE",
		`{"inputs": "a", "parameters": {"top_k": 2}}`:                "POSITIVE",
		`{"inputs": "a", "parameters": {"max_new_tokens": 2}}`:       "generated_text",
		`{"inputs": "a", "parameters": {"do_sample": true}}`:         "generated_text",
		`{"inputs": "a", "stream": false}`:                           "generated_text",
		`{` + hello + `}`:                                            "chat.completion",
		`{"input_data": {"input_string": ["a"]}}`:                    `"0":"aHello"`,
		`{"inputs": "a", "parameters": {"function_to_apply": "no"}}`: "softmax, sigmoid or none",
	} {
		if got := s.do(t, "POST", "/score", body); !strings.Contains(got.body, want) {
			t.Errorf("%s: %s", body, got.body)
		}
	}
	info := decode[api.Info](t, s.do(t, "GET", "/info", "").body)
	if info.Model.Name != "fake" || info.Generation == nil || info.Generation.Name != "tiny-chat" || info.Generation.ContextWindow != 2048 {
		t.Errorf("got %+v", info)
	}
	metrics := s.do(t, "GET", "/metrics", "").body
	for _, want := range []string{`task="text-classification"`, `task="text-generation"`} {
		if !strings.Contains(metrics, want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
}

// TestAbsentModel checks that routes say which model there is.
func TestAbsentModel(t *testing.T) {
	s := start(t, &fake{})
	for _, c := range [][2]string{{"POST", "/v1/chat/completions"}, {"POST", "/v1/completions"}, {"GET", "/v1/models"}, {"GET", "/v1/models/fake"}, {"POST", "/tokenize"}} {
		got := s.do(t, c[0], c[1], `{}`)
		if e, _ := got.openAIError(t); got.StatusCode != 404 || !strings.Contains(e.Message, `the classifier "fake" is loaded`) {
			t.Errorf("%s: status %d, %s", c[1], got.StatusCode, got.body)
		}
	}
	for _, body := range []string{`{` + hello + `}`, `{"input_data": {"input_string": ["a"], "parameters": {}}}`, `{"inputs": "a", "parameters": {"max_new_tokens": 5}}`, `{"inputs": "a", "stream": true}`} {
		got := s.do(t, "POST", "/score", body)
		if message := got.failure(t).Message; got.StatusCode != 400 || !strings.Contains(message, "is not known") || strings.Contains(message, "chat") {
			t.Errorf("%s: status %d, %s", body, got.StatusCode, got.body)
		}
	}
	s = chats(t, &scripted{})
	for _, c := range [][2]string{{"POST", "/predict"}, {"POST", "/v2/models/x/infer"}, {"GET", "/v2/models/x"}, {"GET", "/v2/models/x/ready"}} {
		got := s.do(t, c[0], c[1], `{}`)
		if got.StatusCode != 404 || !strings.Contains(got.errorOf(t, c[1]), `the chat model "tiny-chat" is loaded`) {
			t.Errorf("%s: status %d, %s", c[1], got.StatusCode, got.body)
		}
	}
	if got := s.do(t, "GET", "/v2/health/ready", ""); got.StatusCode != 200 {
		t.Errorf("status %d", got.StatusCode)
	}
	info := decode[api.Info](t, s.do(t, "GET", "/info", "").body)
	if info.Model.Task != "text-generation" || info.Model.Name != "tiny-chat" {
		t.Errorf("got %+v", info.Model)
	}
}
