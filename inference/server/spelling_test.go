package server_test

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/chat"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/server"
)

// TestNullIsAbsent checks, with both models, that a null picks no form and is
// read as if it weren't there.
func TestNullIsAbsent(t *testing.T) {
	g := &scripted{pieces: []string{"Hello"}}
	s := start(t, &fake{}, func(o *server.Options) { o.Generator = server.GeneratorOf(g) })
	for _, c := range []struct{ path, body, want string }{
		{"/score", `{"inputs": "great", "stream": null}`, "POSITIVE"},
		{"/score", `{"inputs": "great", "messages": null}`, "POSITIVE"},
		{"/score", `{"text": "great", "inputs": null, "input_data": null}`, "POSITIVE"},
		{"/score", `{"inputs": "great", "parameters": null}`, "POSITIVE"},
		{"/score", `{"inputs": "great", "parameters": {"max_new_tokens": null, "do_sample" : null}}`, "POSITIVE"},
		{"/score", `{"inputs": "great", "parameters": {"truncation": null, "function_to_apply": null}}`, "POSITIVE"},
		{"/score", `{"inputs": "great", "parameters": {"max_new_tokens": 5, "grammar": null, "truncate": null, "best_of": null}, "stream": null}`, "generated_text"},
		{"/score", `{` + hello + `, "inputs": null, "stream": null}`, "chat.completion"},
		{"/score", `{"input_data": {"input_string": ["a"], "parameters": null}, "params": null, "stream": null}`, `"0":"aHello"`},
		{"/score", `{"input_data": {"input_string": ["a"], "parameters": {"temperature": null}}, "messages": null}`, `"0":"aHello"`},
		{"/predict", `{"inputs": "great", "truncate": null, "raw_scores": null, "truncation_direction": null}`, "POSITIVE"},
		{"/v2/models/fake/infer", `{"id": null, "parameters": null, "outputs": null, "inputs": [{"name": "text", "datatype": "BYTES", "shape": [1], "data": ["a"], "parameters": null}]}`, "POSITIVE"},
		{"/v1/completions", `{"prompt": "a", "echo": null, "suffix": null, "best_of": null, "n": null, "logprobs": null, "stream_options": null, "user": null}`, "text_completion"},
		{"/v1/chat/completions", `{` + hello + `, "n": null, "response_format": {"type": "text", "json_schema": null}, "stream_options": {"include_usage": null}, "logit_bias": {"5": null}}`, "chat.completion"},
		{"/v1/chat/completions", `{"messages": [{"role": "user", "content": [{"type": "text", "text": "a", "image_url": null}], "name": null, "nothing": null}]}`, "chat.completion"},
		{"/tokenize", `{"messages": null, "text": "a", "add_special_tokens": null, "model": null}`, `"count":2`},
	} {
		if got := s.do(t, "POST", c.path, c.body); got.StatusCode != 200 || !strings.Contains(got.body, c.want) {
			t.Errorf("%s %s: status %d, %s", c.path, c.body, got.StatusCode, got.body)
		}
	}
}

// TestNamesByCase checks, for each object that a body can have, that a name in
// another case isn't taken for the name.
func TestNamesByCase(t *testing.T) {
	g := &scripted{}
	s := start(t, &fake{}, func(o *server.Options) { o.Generator = server.GeneratorOf(g) })
	user := func(m string) string { return `{"messages": [{"role": "user", ` + m + `}]}` }
	tensor := func(t string) string { return `{"inputs": [{` + t + `, "shape": [1], "data": ["a"]}]}` }
	for _, c := range []struct{ path, body, name string }{
		{"/score", `{"text": "a", "Text": "b"}`, `"Text"`},
		{"/score", `{"text": "a", "Messages": [{"role": "user", "content": "a"}]}`, `"Messages"`},
		{"/score", `{"inputs": "a", "STREAM": true}`, `"STREAM"`},
		{"/score", `{"inputs": "a", "Parameters": {"max_new_tokens": 2}}`, `"Parameters"`},
		{"/score", `{"text": "a", "parameters": {"Top_k": 2}}`, "parameters.Top_k"},
		{"/score", `{"inputs": "a", "stream": false, "parameters": {"grammar": {"type": "json", "value": {}, "Value": {"type": "null"}}}}`, "parameters.grammar.Value"},
		{"/score", `{"input_data": {"input_string": ["a"], "Parameters": {}}}`, "input_data.Parameters"},
		{"/v1/chat/completions", `{` + hello + `, "Temperature": 1}`, "Temperature"},
		{"/v1/chat/completions", user(`"content": "a", "Content": "b"`), "messages[0].Content"},
		{"/v1/chat/completions", user(`"content": [{"type": "text", "text": "a", "Text": "b"}]`), "messages[0].content[0].Text"},
		{"/v1/chat/completions", user(`"content": [{"Type": "text", "text": "a"}]`), "messages[0].content[0].type"},
		{"/v1/chat/completions", `{` + hello + `, "response_format": {"Type": "json_object"}}`, "response_format.Type"},
		{"/v1/chat/completions", `{` + hello + `, "response_format": {"type": "json_schema", "json_schema": {"Schema": {}}}}`, "response_format.json_schema.Schema"},
		{"/v1/chat/completions", `{` + hello + `, "response_format": {"type": "json_object", "schema": {"type": "null"}}}`, "response_format.schema"},
		{"/v1/chat/completions", `{` + hello + `, "stream": true, "stream_options": {"Include_usage": true}}`, "stream_options.Include_usage"},
		{"/v1/completions", `{"prompt": "a", "Max_tokens": 1}`, "Max_tokens"},
		{"/tokenize", `{"text": "a", "Add_special_tokens": false}`, "Add_special_tokens"},
		{"/predict", `{"inputs": "a", "Truncate": false}`, `"Truncate"`},
		{"/v2/models/fake/infer", tensor(`"Name": "text", "datatype": "BYTES"`), "inputs[0].Name"},
		{"/v2/models/fake/infer", tensor(`"name": "text", "name": "text", "datatype": "BYTES"`), "inputs[0].name is given twice"},
		{"/v2/models/fake/infer", tensor(`"name": "text", "datatype": "BYTES", "datatyp": "FP32"`), "inputs[0].datatyp"},
		{"/v2/models/fake/infer", `{"inputs": [{"name": "text", "datatype": "BYTES", "shape": [1], "data": ["a"]}], "outputs": [{"Name": "label"}]}`, "outputs[0].Name"},
	} {
		got := s.do(t, "POST", c.path, c.body)
		if got.StatusCode != 400 || !strings.Contains(got.body, strings.ReplaceAll(c.name, `"`, `\"`)) {
			t.Errorf("%s %s: status %d, %s", c.path, c.body, got.StatusCode, got.body)
		}
	}
}

// TestValuesByValue checks that a value is what it is, however it is spelled.
func TestValuesByValue(t *testing.T) {
	g := &scripted{}
	s := chats(t, g)
	turn := []chat.Message{{Role: chat.User, Content: "Hello"}}
	for fields, want := range map[string]pipeline.GenerateRequest{
		`"max_tokens": 5.0`: {MaxTokens: 5},
		`"max_tokens": 5e0, "max_completion_tokens": 50e-1`:                   {MaxTokens: 5},
		`"n": 1.0, "tools": [ ], "functions": [], "tool_choice": "\u006eone"`: {},
		`"modalities": [ "text" ], "metadata": { }, "logit_bias": { }`:        {Sampling: pipeline.Sampling{LogitBias: map[int32]float32{}}},
		`"seed": 7.0, "top_k": 4.0`:                                           {Sampling: pipeline.Sampling{Seed: pointer(int64(7)), TopK: pointer(4)}},
		`"seed": -9223372036854775808`:                                        {Sampling: pipeline.Sampling{Seed: pointer(int64(math.MinInt64))}},
		`"top_p": 0`:                                                          {Sampling: pipeline.Sampling{TopP: pointer[float32](math.SmallestNonzeroFloat32)}},
		`"stop": [ ]`:                                                         {},
		`"logprobs": true, "top_logprobs": 2.0`:                               {Logprobs: true, TopLogprobs: 2},
	} {
		got := s.do(t, "POST", "/v1/chat/completions", `{`+hello+`, `+fields+`}`)
		want.Messages = turn
		if got.StatusCode != 200 || !reflect.DeepEqual(g.last(t), want) {
			t.Errorf("%s: status %d, %s\ngot  %+v\nwant %+v", fields, got.StatusCode, got.body, g.last(t), want)
		}
	}
	for body, want := range map[string]pipeline.GenerateRequest{
		`{"prompt": [ [ 2.0, 3e1 ] ], "max_tokens": 1e1, "echo": false, "suffix": "", "best_of": 1.0, "n": 1e0}`: {PromptTokens: []int32{2, 30}, MaxTokens: 10},
	} {
		if got := s.do(t, "POST", "/v1/completions", body); got.StatusCode != 200 || !reflect.DeepEqual(g.last(t), want) {
			t.Errorf("%s: status %d, %s, %+v", body, got.StatusCode, got.body, g.last(t))
		}
	}
	for fields, param := range map[string]string{
		`"seed": 1e19`: "seed", `"seed": 9223372036854775808`: "seed", `"max_tokens": 1e300`: "max_tokens", `"n": 1.5`: "n",
		`"logit_bias": {"1": 5, "1": -5}`: "", `"logit_bias": {"1": 5, "01": -5}`: "logit_bias", `"tools": {}`: "tools", `"stream": "true"`: "stream",
	} {
		got := s.do(t, "POST", "/v1/chat/completions", `{`+hello+`, `+fields+`}`)
		if _, at := got.openAIError(t); got.StatusCode != 400 || at != param {
			t.Errorf("%s: status %d, %s", fields, got.StatusCode, got.body)
		}
	}
}

// TestAnswersSentBack checks that what an SDK made of an answer can be a turn of
// the next request.
func TestAnswersSentBack(t *testing.T) {
	g := &scripted{}
	s := chats(t, g)
	for message, want := range map[string]string{
		`{"role": "assistant", "content": "Hi", "refusal": null, "annotations": [], "audio": null, "function_call": null, "tool_calls": null}`: "Hi",
		`{"content": "Hi", "annotations": [ ], "tool_calls": [ ], "function_call": { }, "role": "assistant"}`:                                  "Hi",
		`{"role": "assistant", "content": "{}", "parsed": {"a": 1}, "refusal": null, "tool_calls": []}`:                                        "{}",
		`{"role": "assistant", "content": "Hi", "reasoning_content": "", "reasoning": null, "provider_specific_fields": {"a": 1}}`:             "Hi",
		`{"role": "assistant", "content": null}`:                                                        "",
		`{"role": "assistant"}`:                                                                         "",
		`{"role": "assistant", "content": []}`:                                                          "",
		`{"role": "assistant", "content": null, "refusal": "No."}`:                                      "No.",
		`{"role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]}`:                     "No.",
		`{"role": "assistant", "content": [{"type": "text", "text": "Hi", "annotations": [{"a": 1}]}]}`: "Hi",
	} {
		got := s.do(t, "POST", "/v1/chat/completions", `{"messages": [{"role": "user", "content": "a"}, `+message+`, {"role": "user", "content": "b"}]}`)
		if turns := []chat.Message{{Role: "user", Content: "a"}, {Role: "assistant", Content: want}, {Role: "user", Content: "b"}}; got.StatusCode != 200 || !reflect.DeepEqual(g.last(t).Messages, turns) {
			t.Errorf("%s: status %d, %s, %+v", message, got.StatusCode, got.body, g.last(t).Messages)
		}
	}
	for message, param := range map[string]string{
		`{"role": "user"}`: "content", `{"role": "system", "content": null}`: "content",
		`{"role": "assistant", "content": "a", "refusal": "b"}`:                             "content",
		`{"role": "assistant", "content": null, "tool_calls": [{"id": "1"}]}`:               "tool_calls[0].function.name",
		`{"role": "assistant", "content": "a", "audio": {"id": "1"}}`:                       "audio",
		`{"role": "assistant", "content": "a", "refused": ""}`:                              "refused",
		`{"role": "assistant", "content": [{"type": "text", "text": "a", "refusal": "b"}]}`: "content[0]",
	} {
		got := s.do(t, "POST", "/v1/chat/completions", `{"messages": [`+message+`]}`)
		if e, at := got.openAIError(t); got.StatusCode != 400 || at != "messages[0]."+param || e.Code == api.InvalidRequest {
			t.Errorf("%s: status %d, %s", message, got.StatusCode, got.body)
		}
	}
}
