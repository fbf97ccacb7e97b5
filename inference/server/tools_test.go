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

const twoTools = `"tools": [{"type": "function", "function": {"name": "f", "description": "d", "strict": true, "parameters": {"type":"object"}}}, {"type": "function", "function": {"name": "g"}}]`

// calling thinks, says something and calls twice.
func calling() *scripted {
	return &scripted{finish: pipeline.FinishCalls, deltas: []pipeline.Delta{
		{Reasoning: []byte("Let ")}, {Reasoning: []byte("me."), Text: []byte("Look:")},
		{Calls: []pipeline.CallDelta{{ID: "aaaaaaaaa", Name: "f", Arguments: []byte(`{"a": "`)}}},
		{Calls: []pipeline.CallDelta{{Arguments: []byte(`b\"}"}`)}, {Index: 1, ID: "bbbbbbbbb", Name: "g", Arguments: []byte(`{}`)}}},
	}}
}

func TestToolCalls(t *testing.T) {
	s := chats(t, calling())
	got := decode[api.ChatCompletion](t, s.do(t, "POST", "/v1/chat/completions", `{`+hello+`, `+twoTools+`}`).body)
	want := api.ChatChoice{FinishReason: "tool_calls", Message: api.ChatMessage{Role: "assistant", Content: "Look:", Reasoning: "Let me.", ToolCalls: []api.ToolCall{
		{ID: "aaaaaaaaa", Type: "function", Function: api.FunctionCall{Name: "f", Arguments: `{"a": "b\"}"}`}},
		{ID: "bbbbbbbbb", Type: "function", Function: api.FunctionCall{Name: "g", Arguments: `{}`}},
	}}}
	if !reflect.DeepEqual(got.Choices, []api.ChatChoice{want}) {
		t.Errorf("got %+v", got.Choices)
	}
	if d := got.Usage.CompletionTokensDetails; d == nil || d.ReasoningTokens != 2 {
		t.Errorf("usage is %+v", got.Usage)
	}
	// Without a text, content is null.
	g := calling()
	g.deltas = g.deltas[2:]
	if body := chats(t, g).do(t, "POST", "/v1/chat/completions", `{`+hello+`}`).body; !strings.Contains(body, `"content":null`) {
		t.Errorf("got %s", body)
	}
	// Streamed, the pieces together are the same.
	events := s.do(t, "POST", "/v1/chat/completions", `{`+hello+`, `+twoTools+`, "stream": true}`).events(t)
	var sum api.ChatMessage
	finish := ""
	for _, e := range events[:len(events)-1] {
		choice := decode[api.ChatChunk](t, e).Choices[0]
		d := choice.Delta
		sum.Role += d.Role
		sum.Content += d.Content
		sum.Reasoning += d.Reasoning
		finish += choice.FinishReason
		for _, c := range d.ToolCalls {
			if c.ID != "" {
				if c.Index != len(sum.ToolCalls) || c.Type != "function" || c.Function.Arguments != "" {
					t.Errorf("a call begins by %s", e)
				}
				sum.ToolCalls = append(sum.ToolCalls, api.ToolCall{ID: c.ID, Type: c.Type, Function: c.Function})
				continue
			}
			sum.ToolCalls[c.Index].Function.Arguments += c.Function.Arguments
		}
	}
	if !reflect.DeepEqual(sum, want.Message) || finish != "tool_calls" {
		t.Errorf("streamed %+v, %s", sum, finish)
	}
}

// TestToolFields checks what reaches the pipeline.
func TestToolFields(t *testing.T) {
	g := &scripted{}
	s := chats(t, g)
	tools := []pipeline.Tool{
		{Name: "f", Definition: json.RawMessage(`{"type": "function", "function": {"name": "f", "description": "d", "parameters": {"type":"object"}}}`), Parameters: json.RawMessage(`{"type":"object"}`), Strict: true},
		{Name: "g", Definition: json.RawMessage(`{"type": "function", "function": {"name": "g", "parameters": {"type": "object", "properties": {}}}}`), Parameters: json.RawMessage(`{"type": "object", "properties": {}}`)},
	}
	for fields, want := range map[string]pipeline.GenerateRequest{
		``:                        {Tools: tools},
		`, "tool_choice": "auto"`: {Tools: tools},
		`, "tool_choice": "none", "parallel_tool_calls": true`:             {Tools: tools, ToolChoice: pipeline.ToolChoice{Mode: pipeline.ToolNone}},
		`, "tool_choice": "required", "parallel_tool_calls": false`:        {Tools: tools, ToolChoice: pipeline.ToolChoice{Mode: pipeline.ToolRequired}, OneCall: true},
		`, "tool_choice": {"type": "function", "function": {"name": "g"}}`: {Tools: tools, ToolChoice: pipeline.ToolChoice{Mode: pipeline.ToolRequired, Names: []string{"g"}}, OneCall: true},
		`, "tool_choice": {"function": {"name": "g"}}`:                     {Tools: tools, ToolChoice: pipeline.ToolChoice{Mode: pipeline.ToolRequired, Names: []string{"g"}}, OneCall: true},
		`, "tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": [{"type": "function", "function": {"name": "g"}}]}}`: {Tools: tools, ToolChoice: pipeline.ToolChoice{Mode: pipeline.ToolRequired, Names: []string{"g"}}},
		`, "tool_choice": {"function": {"name": "g"}}, "parallel_tool_calls": true`:                                                                     {Tools: tools, ToolChoice: pipeline.ToolChoice{Mode: pipeline.ToolRequired, Names: []string{"g"}}, OneCall: true},
		`, "reasoning_effort": "none", "chat_template_kwargs": {"x": [1]}`:                                                                              {Tools: tools, Variables: map[string]json.RawMessage{"enable_thinking": json.RawMessage("false"), "x": json.RawMessage("[1]")}},
		`, "reasoning_effort": "none", "chat_template_kwargs": {"enable_thinking": true}`:                                                               {Tools: tools, Variables: map[string]json.RawMessage{"enable_thinking": json.RawMessage("true")}},
	} {
		want.Messages = []chat.Message{{Role: "user", Content: "Hello"}}
		got := s.do(t, "POST", "/v1/chat/completions", `{`+hello+`, `+twoTools+fields+`}`)
		if got.StatusCode != 200 || !reflect.DeepEqual(g.last(t), want) {
			t.Errorf("%s: status %d, %s\ngot  %+v\nwant %+v", fields, got.StatusCode, got.body, g.last(t), want)
		}
	}
	const conversation = `{"messages": [{"role": "user", "content": "a"},
		{"role": "assistant", "content": null, "reasoning": "hm", "refusal": null, "tool_calls": [{"index": 0, "id": "1", "type": "function", "function": {"name": "f", "arguments": "{\"a\": \"\\u00e9\"}"}}, {"id": "2", "function": {"name": "g", "arguments": ""}}]},
		{"role": "tool", "tool_call_id": "1", "content": [{"type": "text", "text": "b"}], "name": "f"}, {"role": "tool", "tool_call_id": "2", "content": ""},
		{"role": "assistant", "content": "It is"}], "continue_final_message": true, "add_generation_prompt": false}`
	if got := s.do(t, "POST", "/v1/chat/completions", conversation); got.StatusCode != 200 {
		t.Fatal(got.body)
	}
	want := []chat.Message{{Role: "user", Content: "a"},
		{Role: "assistant", Reasoning: "hm", ToolCalls: []chat.ToolCall{{ID: "1", Name: "f", Arguments: json.RawMessage(`{"a": "\u00e9"}`)}, {ID: "2", Name: "g", Arguments: json.RawMessage("{}")}}},
		{Role: "tool", Content: "b", ToolCallID: "1", Name: "f"}, {Role: "tool", ToolCallID: "2"}, {Role: "assistant", Content: "It is"}}
	if got := g.last(t); !reflect.DeepEqual(got.Messages, want) || !got.ContinueFinal {
		t.Errorf("got %+v", got)
	}
}

func TestBadTools(t *testing.T) {
	s := chats(t, &scripted{}, func(o *server.Options) { o.Limits.MaxBodyBytes = 1 << 20 })
	with := func(field string) string { return `{` + hello + `, ` + field + `}` }
	turn := func(message string) string {
		return `{"messages": [{"role": "assistant", "tool_calls": [{"id": "1", "function": {"name": "f", "arguments": "{}"}}]}, ` + message + `]}`
	}
	for _, c := range []struct {
		body           string
		code           api.Code
		param, message string
	}{
		{with(`"tools": {}`), api.InvalidValue, "tools", "a list of tools is needed"},
		{with(`"tools": [{}]`), api.InvalidValue, "tools[0].function", "is missing"},
		{with(`"tools": [{"type": "web_search", "x": 1}]`), api.UnsupportedParameter, "tools[0].type", `is "web_search": only functions`},
		{with(`"tools": [{"type": "function", "function": {}}]`), api.InvalidValue, "tools[0].function.name", `is "": it has 1 to 64`},
		{with(`"tools": [{"function": {"name": "a b"}}]`), api.InvalidValue, "tools[0].function.name", `is "a b"`},
		{with(`"tools": [{"function": {"name": "a", "parameters": []}}]`), api.InvalidValue, "tools[0].function.parameters", "is a list, a JSON schema"},
		{with(`"tools": [{"function": {"name": "a", "params": {}}}]`), api.UnknownParameter, "tools[0].function.params", "is not known"},
		{with(`"tools": [{"function": {"name": "a"}}, {"function": {"name": "a"}}]`), api.InvalidValue, "tools[1].function.name", "another tool"},
		{with(`"tools": [` + strings.Join(manyTools(129), ",") + `]`), api.InvalidValue, "tools", "more than 128"},
		{with(`"tool_choice": "required"`), api.InvalidValue, "tool_choice", "of which there are none"},
		{with(twoTools + `, "tool_choice": "any"`), api.InvalidValue, "tool_choice", `is "any"`},
		{with(twoTools + `, "tool_choice": {"type": "function", "function": {"name": "h"}}`), api.InvalidValue, "tool_choice", `names the function "h", which is none of the tools`},
		{with(twoTools + `, "tool_choice": {"type": "function"}`), api.InvalidValue, "tool_choice", "names no function"},
		{with(twoTools + `, "tool_choice": {"type": "custom", "name": "f"}`), api.UnsupportedParameter, "tool_choice.type", `is "custom"`},
		{with(twoTools + `, "tool_choice": {"type": "function", "function": {"name": "f"}, "mode": "auto"}`), api.InvalidValue, "tool_choice", "is of two kinds"},
		{with(twoTools + `, "tool_choice": {"type": "function", "function": {"name": "f"}, "name": "g"}`), api.InvalidValue, "tool_choice", "names 2 functions"},
		{with(twoTools + `, "tool_choice": {"type": "allowed_tools", "name": "g"}`), api.InvalidValue, "tool_choice", "is of two kinds"},
		{with(twoTools + `, "tool_choice": {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "f"}, {"type": "mcp", "server_label": "x"}]}`), api.UnknownParameter, "tool_choice.tools[1].server_label", "is not known"},
		{with(twoTools + `, "tool_choice": {"type": "allowed_tools", "mode": "auto", "tools": [{"name": "f"}, {"type": "web_search"}]}`), api.InvalidValue, "tool_choice.tools[1]", "names no function"},
		{turn(`{"role": "tool", "content": "a"}`), api.InvalidValue, "messages[1].tool_call_id", "is missing"},
		{turn(`{"role": "tool", "content": "a", "tool_call_id": "2"}`), api.InvalidValue, "messages[1].tool_call_id", "no message before has a call"},
		{turn(`{"role": "tool", "tool_call_id": "1"}`), api.InvalidValue, "messages[1].content", "is missing"},
		{turn(`{"role": "user", "content": "a", "tool_call_id": "1"}`), api.InvalidValue, "messages[1].tool_call_id", "messages of tools"},
		{turn(`{"role": "user", "content": "a", "tool_calls": [{"id": "1", "function": {"name": "f"}}]}`), api.InvalidValue, "messages[1].tool_calls", "messages of the assistant"},
		{turn(`{"role": "assistant", "tool_calls": [{}]}`), api.InvalidValue, "messages[1].tool_calls[0].function.name", "is missing"},
		{turn(`{"role": "assistant", "tool_calls": [{"function": {"name": "f"}}]}`), api.InvalidValue, "messages[1].tool_calls[0].id", "is missing"},
		{turn(`{"role": "assistant", "tool_calls": [{"id": "1", "function": {"name": "f", "arguments": "[]"}}]}`), api.InvalidValue, "messages[1].tool_calls[0].function.arguments", "an object in JSON"},
		{turn(`{"role": "assistant", "tool_calls": [{"id": "1", "function": {"name": "f", "arguments": "{"}}]}`), api.InvalidValue, "messages[1].tool_calls[0].function.arguments", "an object in JSON"},
		{turn(`{"role": "assistant", "tool_calls": [{"id": "1", "type": "custom", "function": {"name": "f"}}]}`), api.UnsupportedParameter, "messages[1].tool_calls[0].type", "only functions"},
		{with(`"continue_final_message": true`), api.InvalidValue, "continue_final_message", "no text of the assistant"},
		{with(`"add_generation_prompt": false`), api.InvalidValue, "add_generation_prompt", "goes with"},
		{with(`"chat_template_kwargs": {"messages": []}`), api.InvalidValue, "chat_template_kwargs.messages", "can't be given here"},
	} {
		got := s.do(t, "POST", "/v1/chat/completions", c.body)
		e, param := got.openAIError(t)
		if got.StatusCode != 400 || e.Code != c.code || param != c.param || !strings.Contains(e.Message, c.message) {
			t.Errorf("%.160s: status %d, %+v, param %q; want %+v", c.body, got.StatusCode, e, param, c)
		}
	}
}

func manyTools(n int) (all []string) {
	for i := range n {
		all = append(all, `{"function": {"name": "f`+strings.Repeat("x", i%60)+strings.Repeat("y", i/60)+`"}}`)
	}
	return all
}

// TestSeveralAnswers has each with a seed of its own, and counts the prompt once.
func TestSeveralAnswers(t *testing.T) {
	g := &scripted{pieces: []string{"a", "b"}}
	s := chats(t, g)
	const body = `{` + hello + `, "n": 3, "seed": 7, "stream_options": null`
	got := decode[api.ChatCompletion](t, s.do(t, "POST", "/v1/chat/completions", body+`}`).body)
	if len(got.Choices) != 3 || got.Usage.PromptTokens != 9 || got.Usage.CompletionTokens != 6 || *g.last(t).Sampling.Seed != 9 {
		t.Errorf("got %+v", got)
	}
	texts := make([]string, 3)
	ends := 0
	events := s.do(t, "POST", "/v1/chat/completions", body+`, "stream": true}`).events(t)
	for _, e := range events[:len(events)-1] {
		c := decode[api.ChatChunk](t, e).Choices[0]
		if texts[c.Index] == "" && c.Delta.Role == "" && c.FinishReason == "" {
			texts[c.Index] += "-" // no role came before
		}
		texts[c.Index] += c.Delta.Role + c.Delta.Content
		if c.FinishReason != "" {
			ends++
		}
	}
	for i, c := range got.Choices {
		if c.Index != i || c.Message.Content != "ab" || c.FinishReason != "stop" || texts[i] != "assistantab" {
			t.Errorf("choice %d: %+v, streamed %q", i, c, texts[i])
		}
	}
	if ends != 3 {
		t.Errorf("%d choices end", ends)
	}
	texts = nil
	for _, c := range decode[struct{ Choices []struct{ Text string } }](t, s.do(t, "POST", "/v1/completions", `{"prompt": ["x", "y"], "n": 2}`).body).Choices {
		texts = append(texts, c.Text)
	}
	if len(texts) != 4 || g.last(t).Prompt == nil || *g.last(t).Prompt != "y" {
		t.Errorf("completions: %q", texts)
	}
}
