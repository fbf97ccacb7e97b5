package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/chat"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/server"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/turns"
)

func TestChat(t *testing.T) {
	g := &scripted{pieces: []string{"Hel", "lo \"you\"", "\n\u2028é\x00😀"}}
	s := chats(t, g)
	got := s.do(t, "POST", "/v1/chat/completions", `{`+hello+`}`)
	if got.StatusCode != 200 || got.Header.Get("Content-Type") != "application/json" {
		t.Fatalf("status %d: %s", got.StatusCode, got.body)
	}
	c := decode[api.ChatCompletion](t, got.body)
	want := api.ChatChoice{Message: api.ChatMessage{Role: "assistant", Content: strings.Join(g.pieces, "")}, FinishReason: "stop"}
	if !reflect.DeepEqual(c.Choices, []api.ChatChoice{want}) || c.Object != "chat.completion" || c.Model != "tiny-chat" ||
		!strings.HasPrefix(c.ID, "chatcmpl-") || time.Since(time.Unix(c.Created, 0)) > time.Minute {
		t.Errorf("got %+v", c)
	}
	usage := api.Usage{PromptTokens: 9, CompletionTokens: 3, TotalTokens: 12, PromptTokensDetails: api.PromptTokensDetails{CachedTokens: 4}}
	if c.Usage != usage || c.Timings != (api.Timings{Queue: 1, Prefill: 20, Decode: 30}) {
		t.Errorf("usage %+v, timings %+v", c.Usage, c.Timings)
	}
	if !strings.Contains(got.body, `"system_fingerprint":"fp_0123456789ab"`) {
		t.Errorf("no fingerprint: %s", got.body)
	}
}

func TestChatStream(t *testing.T) {
	g := &scripted{pieces: []string{"Hel", "", "lo"}, finish: pipeline.FinishLength}
	s := chats(t, g)
	got := s.do(t, "POST", "/v1/chat/completions", `{`+hello+`, "stream": true}`)
	for name, want := range map[string]string{"Cache-Control": "no-cache", "X-Accel-Buffering": "no"} {
		if got.Header.Get(name) != want {
			t.Errorf("%s is %q", name, got.Header.Get(name))
		}
	}
	events := got.events(t)
	if len(events) != 5 || events[4] != "[DONE]" || strings.Contains(got.body, "usage") {
		t.Fatalf("got %q", events)
	}
	var text string
	for i, e := range events[:4] {
		c := decode[api.ChatChunk](t, e)
		d := c.Choices[0]
		if c.Object != "chat.completion.chunk" || len(c.Choices) != 1 || (d.Delta.Role == "assistant") != (i == 0) || (d.FinishReason == "length") != (i == 3) {
			t.Errorf("event %d is %s", i, e)
		}
		text += d.Delta.Content
	}
	if text != "Hello" {
		t.Errorf("the text is %q", text)
	}
	got = s.do(t, "POST", "/v1/chat/completions", `{`+hello+`, "stream": true, "stream_options": {"include_usage": true}}`)
	events = got.events(t)
	last := decode[api.ChatChunk](t, events[len(events)-2])
	if len(events) != 6 || len(last.Choices) != 0 || !strings.Contains(events[4], `"choices":[]`) || last.Usage == nil ||
		last.Usage.TotalTokens != 12 || last.Timings == nil || !strings.Contains(events[0], `"usage":null`) {
		t.Errorf("with usage: %q", events)
	}
	got = s.do(t, "POST", "/v1/chat/completions", `{`+hello+`, "stream": true, "stream_options": {"include_usage": true, "continuous_usage_stats": true}}`)
	events = got.events(t)
	for i, e := range events[:4] {
		if u := decode[api.ChatChunk](t, e).Usage; u == nil || u.PromptTokens != last.Usage.PromptTokens || u.CompletionTokens != []int{0, 1, 3, 3}[i] || u.TotalTokens != u.PromptTokens+u.CompletionTokens {
			t.Errorf("event %d counts %+v", i, u)
		}
	}
}

func TestLogprobs(t *testing.T) {
	g := &scripted{pieces: []string{"a", "\xf0\x9f", "b"}}
	s := chats(t, g)
	const body = `{` + hello + `, "logprobs": true, "top_logprobs": 2`
	c := decode[api.ChatCompletion](t, s.do(t, "POST", "/v1/chat/completions", body+`}`).body)
	want := []api.TokenLogprob{
		{Token: "a", Bytes: []int{97}}, {Token: `bytes:\xf0\x9f`, Bytes: []int{0xf0, 0x9f}}, {Token: "b", Bytes: []int{98}},
	}
	for i := range want {
		want[i].Logprob = -0.5
		want[i].Top = []api.TokenLogprob{{Token: "a", Logprob: -0.5, Bytes: []int{97}}, {Token: "b", Logprob: -1.5, Bytes: []int{98}}}
	}
	if got := c.Choices[0].Logprobs; got == nil || !reflect.DeepEqual(got.Content, want) {
		t.Errorf("got %+v", got)
	}
	var streamed []api.TokenLogprob
	for _, e := range s.do(t, "POST", "/v1/chat/completions", body+`, "stream": true}`).events(t) {
		if e == "[DONE]" {
			break
		}
		if l := decode[api.ChatChunk](t, e).Choices[0].Logprobs; l != nil {
			streamed = append(streamed, l.Content...)
		}
	}
	if !reflect.DeepEqual(streamed, want) {
		t.Errorf("streamed %+v", streamed)
	}
}

func pointer[T any](v T) *T { return &v }

// TestChatFields checks what reaches the pipeline.
func TestChatFields(t *testing.T) {
	g := &scripted{}
	s := chats(t, g, func(o *server.Options) { o.Limits.MaxBodyBytes = 1 << 16 })
	turn := []chat.Message{{Role: chat.User, Content: "Hello"}}
	for _, c := range []struct {
		fields string
		want   pipeline.GenerateRequest
	}{
		{`"model": "tiny-chat"`, pipeline.GenerateRequest{}},
		{`"model": "google/tiny-chat"`, pipeline.GenerateRequest{}},
		{`"max_tokens": 5`, pipeline.GenerateRequest{MaxTokens: 5}},
		{`"max_completion_tokens": 6, "max_tokens": 6`, pipeline.GenerateRequest{MaxTokens: 6}},
		{`"stop": "x"`, pipeline.GenerateRequest{Stop: []string{"x"}}},
		{`"stop": ["x", "yz"]`, pipeline.GenerateRequest{Stop: []string{"x", "yz"}}},
		{`"temperature": 0, "top_p": 0.5, "top_k": 7, "min_p": 0.1`, pipeline.GenerateRequest{Sampling: pipeline.Sampling{
			Temperature: pointer[float32](0), TopP: pointer[float32](0.5), TopK: pointer(7), MinP: pointer[float32](0.1)}}},
		{`"top_k": -1`, pipeline.GenerateRequest{Sampling: pipeline.Sampling{TopK: pointer(0)}}},
		{`"repetition_penalty": 1.1, "frequency_penalty": -2, "presence_penalty": 2, "seed": -3`, pipeline.GenerateRequest{Sampling: pipeline.Sampling{
			RepetitionPenalty: pointer[float32](1.1), FrequencyPenalty: pointer[float32](-2), PresencePenalty: pointer[float32](2), Seed: pointer(int64(-3))}}},
		{`"logit_bias": {"5": -100, "6": 1.5}`, pipeline.GenerateRequest{Sampling: pipeline.Sampling{LogitBias: map[int32]float32{5: -100, 6: 1.5}}}},
		{`"response_format": {"type": "text"}`, pipeline.GenerateRequest{}},
		{`"response_format": {"type": "json_object"}`, pipeline.GenerateRequest{Format: pipeline.ResponseFormat{Type: pipeline.FormatJSONObject}}},
		{`"response_format": {"type": "json_schema", "json_schema": {"name": "n", "strict": true, "schema": {"type": "object"}}}`,
			pipeline.GenerateRequest{Format: pipeline.ResponseFormat{Type: pipeline.FormatJSONSchema, Schema: json.RawMessage(`{"type": "object"}`), Strict: true}}},
		{`"response_format": {"type": "json_schema", "json_schema": {"name": "n", "strict": null, "schema": {"type": "object"}}}`,
			pipeline.GenerateRequest{Format: pipeline.ResponseFormat{Type: pipeline.FormatJSONSchema, Schema: json.RawMessage(`{"type": "object"}`)}}},
		{`"logprobs": true, "top_logprobs": 20`, pipeline.GenerateRequest{Logprobs: true, TopLogprobs: 20}},
		{`"n": 1, "user": "u", "metadata": {"a": "b"}, "store": true, "service_tier": "auto", "tools": [], "tool_choice": "auto", "parallel_tool_calls": true, "functions": [], "function_call": "none", "reasoning_effort": "low", "modalities": ["text"]`, pipeline.GenerateRequest{}},
		{`"temperature": null, "stop": null, "max_tokens": null, "tools": null, "response_format": null, "seed": null, "stream": null, "unheard_of": null`, pipeline.GenerateRequest{}},
	} {
		got := s.do(t, "POST", "/v1/chat/completions", `{`+hello+`, `+c.fields+`}`)
		c.want.Messages = turn
		if got.StatusCode != 200 || !reflect.DeepEqual(g.last(t), c.want) {
			t.Errorf("%s: status %d, %s\ngot  %+v\nwant %+v", c.fields, got.StatusCode, got.body, g.last(t), c.want)
		}
	}
	const conversation = `{"messages": [{"role": "developer", "content": [{"type": "text", "text": "Be "}, {"type": "text", "text": "brief."}]},
		{"role": "user", "content": "Hi", "name": "bob"}, {"role": "assistant", "content": "Hello", "refusal": null, "annotations": []}, {"role": "user", "content": "Bye"}]}`
	if got := s.do(t, "POST", "/v1/chat/completions", conversation); got.StatusCode != 200 {
		t.Fatal(got.body)
	}
	want := []chat.Message{{Role: "system", Content: "Be brief."}, {Role: "user", Content: "Hi"}, {Role: "assistant", Content: "Hello"}, {Role: "user", Content: "Bye"}}
	if got := g.last(t).Messages; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
}

// openAIError reads an error of OpenAI's form.
func (a answer) openAIError(t testing.TB) (e api.OpenAIError, param string) {
	t.Helper()
	e = decode[api.OpenAIErrorBody](t, a.body).Error
	if e.Message == "" || e.Type == "" || e.Code == "" || !strings.Contains(a.body, `"param":`) {
		t.Fatalf("status %d: not an OpenAI error: %s", a.StatusCode, a.body)
	}
	if e.Param != nil {
		param = *e.Param
	}
	return e, param
}

func TestBadChats(t *testing.T) {
	s := chats(t, &scripted{})
	message := func(m string) string { return `{"messages": [` + m + `]}` }
	with := func(field string) string { return `{` + hello + `, ` + field + `}` }
	for _, c := range []struct {
		body    string
		status  int
		code    api.Code
		param   string
		message string
	}{
		{``, 400, api.InvalidRequest, "", "is not JSON"},
		{`{}`, 400, api.InvalidRequest, "messages", "messages is missing"},
		{`{"messages": null}`, 400, api.InvalidRequest, "messages", "messages is missing"},
		{`{"messages": []}`, 400, api.InvalidValue, "messages", "messages is an empty list"},
		{`{"messages": "Hi"}`, 400, api.InvalidValue, "messages", "messages is a string"},
		{message(`1`), 400, api.InvalidRequest, "", "messages[0] is a number"},
		{message(`{"content": "a"}`), 400, api.InvalidValue, "messages[0].role", "is missing"},
		{message(`{"role": "user"}`), 400, api.InvalidValue, "messages[0].content", "is missing"},
		{message(`{"role": "king", "content": "a"}`), 400, api.InvalidValue, "messages[0].role", `is "king"`},
		{message(`{"role": "function", "content": "a"}`), 400, api.UnsupportedParameter, "messages[0].role", "send results in messages of the role tool"},
		{message(`{"role": "user", "content": null}`), 400, api.InvalidValue, "messages[0].content", "is missing"},
		{message(`{"role": "user", "content": []}`), 400, api.InvalidValue, "messages[0].content", "is an empty list"},
		{message(`{"role": "user", "content": [{"type": "text"}]}`), 400, api.InvalidValue, "messages[0].content[0].text", "is missing"},
		{message(`{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}`), 400, api.UnsupportedParameter, "messages[0].content[0].type", `is "image_url": the model reads only text`},
		{with(`"temperature": 2.5`), 400, api.InvalidValue, "temperature", "temperature is 2.5: it can be 0 to 2"},
		{with(`"temperature": "1"`), 400, api.InvalidValue, "temperature", "a number is needed"},
		{with(`"top_p": -0.1`), 400, api.InvalidValue, "top_p", "top_p is -0.1: it can be 0 to 1"},
		{with(`"top_k": -2`), 400, api.InvalidValue, "top_k", "it can be -1 or more"},
		{with(`"min_p": 1.1`), 400, api.InvalidValue, "min_p", "it can be 0 to 1"},
		{with(`"repetition_penalty": 0`), 400, api.InvalidValue, "repetition_penalty", "over 0, to 10"},
		{with(`"frequency_penalty": 3`), 400, api.InvalidValue, "frequency_penalty", "it can be -2 to 2"},
		{with(`"presence_penalty": -3`), 400, api.InvalidValue, "presence_penalty", "it can be -2 to 2"},
		{with(`"max_tokens": 0`), 400, api.InvalidValue, "max_tokens", "max_tokens is 0: it can be 1 or more"},
		{with(`"max_tokens": 1.5`), 400, api.InvalidValue, "max_tokens", "a whole number is needed"},
		{with(`"max_tokens": 1, "max_completion_tokens": 2`), 400, api.InvalidValue, "max_completion_tokens", "another field that means the same is 1: send one"},
		{with(`"seed": 1.5`), 400, api.InvalidValue, "seed", "whole number"},
		{with(`"n": 9`), 400, api.InvalidValue, "n", "n is 9: it can be 1 to 8"},
		{with(`"n": 8`), 400, api.InvalidValue, "n", "n is 8, which makes 8 answers: at most 6"},
		{with(`"stop": ""`), 400, api.InvalidValue, "stop", "is an empty string"},
		{with(`"stop": ["a", ""]`), 400, api.InvalidValue, "stop[1]", "is an empty string"},
		{with(`"stop": ["1","2","3","4","5"]`), 400, api.InvalidValue, "stop", "has more than 4 strings, the limit"},
		{with(`"stop": [1]`), 400, api.InvalidValue, "stop[0]", "is a number"},
		{with(`"logit_bias": {"x": 1}`), 400, api.InvalidValue, "logit_bias", `the key "x"`},
		{with(`"logit_bias": {"1": 101}`), 400, api.InvalidValue, "logit_bias.1", "it can be -100 to 100"},
		{with(`"logit_bias": {"2560": 1}`), 400, api.InvalidValue, "logit_bias", "the model has 2560 tokens, from 0 on"},
		{with(`"logit_bias": [1]`), 400, api.InvalidValue, "logit_bias", "is not an object"},
		{with(`"top_logprobs": 2`), 400, api.InvalidValue, "top_logprobs", "logprobs isn't true"},
		{with(`"logprobs": true, "top_logprobs": 21`), 400, api.InvalidValue, "top_logprobs", "it can be 0 to 20"},
		{with(`"stream": "yes"`), 400, api.InvalidValue, "stream", "true or false"},
		{with(`"stream_options": {"include_usage": true}`), 400, api.InvalidValue, "stream_options", "is for streams"},
		{with(`"response_format": {"type": "xml"}`), 400, api.InvalidValue, "response_format.type", `is "xml"`},
		{with(`"response_format": {"type": "json_schema"}`), 400, api.InvalidValue, "response_format.json_schema.schema", "is missing"},
		{with(`"response_format": "json"`), 400, api.InvalidValue, "response_format", "not of this shape"},
		{with(`"functions": [{}]`), 400, api.UnsupportedParameter, "functions", "send tools and tool_choice"},
		{with(`"modalities": ["audio"]`), 400, api.UnsupportedParameter, "modalities", "only in text"},
		{with(`"audio": {}`), 400, api.UnsupportedParameter, "audio", "not supported"},
		{with(`"temprature": 1`), 400, api.UnknownParameter, "temprature", `"temprature" is not known`},
		{with(`"seed": 1, "seed": 2`), 400, api.InvalidRequest, "", "given twice"},
		{with(`"model": "gpt-4o"`), 404, api.ModelNotFound, "model", `the model "gpt-4o" is not here: "tiny-chat" is`},
		{with(`"user": "` + strings.Repeat("a", 5000) + `"`), 413, api.PayloadTooLarge, "", "the limit"},
	} {
		got := s.do(t, "POST", "/v1/chat/completions", c.body)
		e, param := got.openAIError(t)
		if got.StatusCode != c.status || e.Code != c.code || param != c.param || !strings.Contains(e.Message, c.message) || e.Type != "invalid_request_error" {
			t.Errorf("%.80s: status %d, %+v, param %q; want %+v", c.body, got.StatusCode, e, param, c)
		}
	}
}

// TestErrorsOfTheGenerator checks which answer each error gets, before the
// first token and after.
func TestErrorsOfTheGenerator(t *testing.T) {
	secret := errors.New("the runtime's own words")
	for _, c := range []struct {
		err    error
		status int
		kind   string
		code   api.Code
		param  string
		retry  string
	}{
		{&turns.FullError{RetryAfter: 2500 * time.Millisecond}, 429, "rate_limit_error", api.RateLimitExceeded, "", "3"},
		{&pipeline.ContextLengthError{PromptTokens: 2000, MaxTokens: 100, ContextWindow: 2048}, 400, "invalid_request_error", api.ContextLengthExceeded, "messages", ""},
		{&pipeline.InvalidError{Field: "response_format", Problem: "is deep"}, 400, "invalid_request_error", api.InvalidValue, "response_format", ""},
		{pipeline.ErrDraining, 503, "server_error", api.Draining, "", ""},
		{pipeline.ErrNotFinite, 500, "server_error", api.Internal, "", ""},
		{fmt.Errorf("step: %w", context.DeadlineExceeded), 504, "server_error", api.DeadlineExceeded, "", ""},
		{secret, 500, "server_error", api.Internal, "", ""},
	} {
		for _, g := range []*scripted{{err: c.err}, {pieces: []string{"a"}, after: c.err}} {
			s := chats(t, g)
			got := s.do(t, "POST", "/v1/chat/completions", `{`+hello+`}`)
			e, param := got.openAIError(t)
			if got.StatusCode != c.status || e.Type != c.kind || e.Code != c.code || param != c.param || got.Header.Get("Retry-After") != c.retry {
				t.Errorf("%v: status %d, Retry-After %q, %+v", c.err, got.StatusCode, got.Header.Get("Retry-After"), e)
			}
			if strings.Contains(got.body, secret.Error()) {
				t.Errorf("the answer shows the inner error: %s", got.body)
			}
		}
		s := chats(t, &scripted{pieces: []string{"a"}, after: c.err})
		events := s.do(t, "POST", "/v1/chat/completions", `{`+hello+`, "stream": true}`).events(t)
		if len(events) != 3 || decode[api.OpenAIErrorBody](t, events[2]).Error.Code != c.code {
			t.Errorf("%v after a token: %q", c.err, events)
		}
		if !strings.Contains(s.log.String(), fmt.Sprintf(`"status":%d`, c.status)) || !strings.Contains(s.log.String(), `"error_code"`) {
			t.Errorf("%v: the log says %s", c.err, s.log)
		}
	}
}

// TestChatLog checks what is said of a chat, and that its text isn't.
func TestChatLog(t *testing.T) {
	s := chats(t, &scripted{pieces: []string{"zanzibar"}})
	s.do(t, "POST", "/v1/chat/completions", `{"messages": [{"role": "user", "content": "zanzibar"}], "stream": true}`)
	s.do(t, "POST", "/v1/chat/completions", `{"messages": [{"role": "user", "content": "zanzibar"}], "temperature": "zanzi"}`)
	log := s.log.String()
	for _, want := range []string{`"prompt_tokens":9`, `"cached_tokens":4`, `"output_tokens":1`, `"queue_ms":1`, `"prefill_ms":20`, `"decode_ms":30`, `"finish":"stop"`} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %s: %s", want, log)
		}
	}
	if strings.Contains(log, "zanzibar") || strings.Contains(s.do(t, "GET", "/metrics", "").body, "zanzibar") {
		t.Errorf("the log or the metrics have the text: %s", log)
	}
}
