package server_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/chat"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

const responsesPath = "/v1/responses"

func TestResponses(t *testing.T) {
	s := chats(t, calling())
	body := `{"input": "Hello", "instructions": "Be brief.", "model": "tiny-chat", "metadata": {"a": "b"}, "store": false}`
	got := decode[api.Response](t, s.do(t, "POST", responsesPath, body).body)
	var kinds []string
	for _, item := range got.Output {
		kinds = append(kinds, item.Type)
		if item.Status != "completed" || item.ID == "" {
			t.Errorf("an item is %+v", item)
		}
	}
	if !reflect.DeepEqual(kinds, []string{"reasoning", "message", "function_call", "function_call"}) || got.Object != "response" || got.Status != "completed" || got.Store ||
		(*got.Output[0].Content)[0].Text != "Let me." || (*got.Output[1].Content)[0].Text != "Look:" || *got.Output[2].Arguments != `{"a": "b\"}"}` || got.Output[3].CallID != "bbbbbbbbb" ||
		got.Usage.InputTokens != 9 || got.Usage.OutputTokensDetails.ReasoningTokens != 2 || got.Usage.InputTokensDetails.CachedTokens != 4 || *got.Instructions != "Be brief." || string(got.Metadata) != `{"a":"b"}` {
		t.Errorf("got %+v", got)
	}
	// Streamed, each item begins and ends before the next, and is the same.
	var events []api.ResponseEvent
	text := s.do(t, "POST", responsesPath, `{"input": "Hello", "stream": true}`).body
	for i, block := range strings.Split(strings.TrimSuffix(text, "\n\n"), "\n\n") {
		name, data, _ := strings.Cut(block, "\ndata: ")
		e := decode[api.ResponseEvent](t, data)
		if name != "event: "+e.Type || e.Sequence != i {
			t.Errorf("event %d is %s", i, block)
		}
		events = append(events, e)
	}
	var order []string
	open, deltas := -1, ""
	for _, e := range events {
		order = append(order, e.Type)
		switch {
		case e.Type == "response.output_item.added":
			if open = *e.OutputIndex; deltas != "" {
				t.Errorf("%s wasn't said at the end", deltas)
			}
		case e.Delta != nil:
			deltas += *e.Delta
		case e.Text != nil && *e.Text == deltas, e.Arguments != nil && *e.Arguments == deltas:
			deltas = ""
		}
		if e.OutputIndex != nil && *e.OutputIndex != open || e.ItemID != "" && e.ItemID != got0(events, open) {
			t.Errorf("%+v isn't of item %d", e, open)
		}
	}
	want := []string{"response.created", "response.in_progress",
		"response.output_item.added", "response.reasoning_text.delta", "response.reasoning_text.delta", "response.reasoning_text.done", "response.output_item.done",
		"response.output_item.added", "response.content_part.added", "response.output_text.delta", "response.output_text.done", "response.content_part.done", "response.output_item.done",
		"response.output_item.added", "response.function_call_arguments.delta", "response.function_call_arguments.delta", "response.function_call_arguments.done", "response.output_item.done",
		"response.output_item.added", "response.function_call_arguments.delta", "response.function_call_arguments.done", "response.output_item.done", "response.completed"}
	if !reflect.DeepEqual(order, want) {
		t.Errorf("the events are %q", order)
	}
	last := events[len(events)-1].Response
	for i := range last.Output {
		a, b := last.Output[i], got.Output[i]
		if a.ID, b.ID = "", ""; !reflect.DeepEqual(a, b) {
			t.Errorf("streamed %+v, whole %+v", a, b)
		}
	}
}

// got0 is the id of an item, as it began.
func got0(events []api.ResponseEvent, index int) string {
	for _, e := range events {
		if e.Type == "response.output_item.added" && *e.OutputIndex == index {
			return e.Item.ID
		}
	}
	return ""
}

// TestResponseFields checks what reaches the pipeline.
func TestResponseFields(t *testing.T) {
	g := &scripted{pieces: []string{"a"}, finish: pipeline.FinishLength}
	s := chats(t, g)
	turn := []chat.Message{{Role: "user", Content: "Hello"}}
	for fields, want := range map[string]pipeline.GenerateRequest{
		`"input": "Hello"`: {Messages: turn},
		`"input": [{"role": "user", "content": "Hello"}], "max_output_tokens": 5, "temperature": 0.5, "top_p": 1, "user": "u"`: {Messages: turn, MaxTokens: 5,
			Sampling: pipeline.Sampling{Temperature: pointer[float32](0.5), TopP: pointer[float32](1)}},
		`"input": [{"type": "message", "role": "developer", "content": "b"}, {"role": "user", "content": [{"type": "input_text", "text": "c"}]}], "instructions": "a"`: {
			Messages: []chat.Message{{Role: "system", Content: "a\n\nb"}, {Role: "user", Content: "c"}}},
		`"input": "Hello", "instructions": "a", "reasoning": {"effort": "none", "summary": "auto"}`: {Messages: []chat.Message{{Role: "system", Content: "a"}, turn[0]},
			Variables: map[string]json.RawMessage{"enable_thinking": json.RawMessage("false")}},
		`"input": "Hello", "text": {"format": {"type": "json_schema", "name": "n", "schema": {}, "strict": true}, "verbosity": "low"}`: {Messages: turn,
			Format: pipeline.ResponseFormat{Type: pipeline.FormatJSONSchema, Schema: json.RawMessage(`{}`), Strict: true}},
		`"input": "Hello", "text": {"format": {"type": "json_object"}}`: {Messages: turn, Format: pipeline.ResponseFormat{Type: pipeline.FormatJSONObject}},
		`"input": "Hello", "tools": [{"type": "function", "name": "f", "parameters": {"type": "object"}, "strict": true}], "tool_choice": {"type": "function", "name": "f"}, "parallel_tool_calls": false`: {Messages: turn,
			Tools:      []pipeline.Tool{{Name: "f", Strict: true, Parameters: json.RawMessage(`{"type": "object"}`), Definition: json.RawMessage(`{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}`)}},
			ToolChoice: pipeline.ToolChoice{Mode: pipeline.ToolRequired, Names: []string{"f"}}, OneCall: true},
		`"input": "Hello", "include": ["message.output_text.logprobs", "reasoning.encrypted_content"], "top_logprobs": 2, "truncation": "disabled", "service_tier": "auto", "background": false`: {
			Messages: turn, Logprobs: true, TopLogprobs: 2},
		`"input": [{"role": "user", "content": "a"}, {"type": "reasoning", "id": "rs_1", "summary": [], "content": [{"type": "reasoning_text", "text": "hm"}]},
			{"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [{"type": "output_text", "text": "b", "annotations": [], "logprobs": []}]},
			{"type": "function_call", "id": "fc_1", "call_id": "1", "name": "f", "arguments": "{}", "status": "completed"}, {"type": "function_call", "call_id": "2", "name": "f", "arguments": "{}"},
			{"type": "function_call_output", "call_id": "1", "output": "c"}, {"type": "function_call_output", "call_id": "2", "output": [{"type": "input_text", "text": "d"}]}]`: {Messages: []chat.Message{
			{Role: "user", Content: "a"}, {Role: "assistant", Content: "b", Reasoning: "hm", ToolCalls: []chat.ToolCall{{ID: "1", Name: "f", Arguments: json.RawMessage("{}")}, {ID: "2", Name: "f", Arguments: json.RawMessage("{}")}}},
			{Role: "tool", Content: "c", ToolCallID: "1"}, {Role: "tool", Content: "d", ToolCallID: "2"}}},
	} {
		got := s.do(t, "POST", responsesPath, `{`+fields+`}`)
		if got.StatusCode != 200 || !reflect.DeepEqual(g.last(t), want) {
			t.Errorf("%s: status %d, %s\ngot  %+v\nwant %+v", fields, got.StatusCode, got.body, g.last(t), want)
		}
		if r := decode[api.Response](t, got.body); r.Status != "incomplete" || r.IncompleteDetails.Reason != "max_output_tokens" || r.Output[0].Status != "incomplete" {
			t.Errorf("got %s", got.body)
		}
	}
}

// TestThoughtsAlone: an answer that ended while the model thought is the same whole and
// streamed, and sent back, its thought isn't that of a later answer.
func TestThoughtsAlone(t *testing.T) {
	g := &scripted{finish: pipeline.FinishLength, deltas: []pipeline.Delta{{Reasoning: []byte("hm")}}}
	s := chats(t, g)
	whole := decode[api.Response](t, s.do(t, "POST", responsesPath, `{"input": "a"}`).body)
	stream := strings.TrimSpace(s.do(t, "POST", responsesPath, `{"input": "a", "stream": true}`).body)
	_, data, _ := strings.Cut(stream[strings.LastIndex(stream, "event: "):], "\ndata: ")
	streamed := decode[api.ResponseEvent](t, data).Response
	if len(whole.Output) != 1 || whole.Output[0].Type != "reasoning" || whole.Output[0].Status != "incomplete" || len(streamed.Output) != 1 ||
		streamed.Output[0].Type != "reasoning" || streamed.Output[0].Status != "incomplete" {
		t.Errorf("whole %+v\nstreamed %+v", whole.Output, streamed.Output)
	}
	s.do(t, "POST", responsesPath, `{"input": [{"role": "user", "content": "a"}, {"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": "hm"}]},
		{"role": "user", "content": "b"}, {"role": "assistant", "content": "c"}, {"role": "user", "content": "d"}]}`)
	want := []chat.Message{{Role: "user", Content: "a"}, {Role: "user", Content: "b"}, {Role: "assistant", Content: "c"}, {Role: "user", Content: "d"}}
	if got := g.last(t).Messages; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
}

func TestBadResponses(t *testing.T) {
	s := chats(t, &scripted{})
	for _, c := range []struct {
		body           string
		code           api.Code
		param, message string
	}{
		{`{}`, api.InvalidRequest, "input", "is missing or empty"},
		{`{"input": []}`, api.InvalidRequest, "input", "is missing or empty"},
		{`{"input": 1}`, api.InvalidValue, "input", "a list of items"},
		{`{"input": "a", "store": true}`, api.UnsupportedParameter, "store", "nothing is kept here"},
		{`{"input": "a", "previous_response_id": "resp_1"}`, api.UnsupportedParameter, "previous_response_id", "send the whole conversation"},
		{`{"input": "a", "conversation": "c"}`, api.UnsupportedParameter, "conversation", "nothing is kept here"},
		{`{"input": "a", "prompt": {"id": "p"}}`, api.UnsupportedParameter, "prompt", "no stored prompts"},
		{`{"input": "a", "background": true}`, api.UnsupportedParameter, "background", "leave it out"},
		{`{"input": "a", "truncation": "auto"}`, api.UnsupportedParameter, "truncation", "never cut"},
		{`{"input": "a", "include": ["file_search_call.results"]}`, api.UnsupportedParameter, "include[0]", "file_search_call.results"},
		{`{"input": "a", "tools": [{"type": "web_search"}]}`, api.UnsupportedParameter, "tools[0].type", "only functions"},
		{`{"input": "a", "tools": [{"type": "function", "name": "f"}, {"type": "function", "name": "f"}]}`, api.InvalidValue, "tools[1].name", "another tool"},
		{`{"input": "a", "text": {"format": {"type": "json_schema", "name": "n"}}}`, api.InvalidValue, "text.format.schema", "is missing"},
		{`{"input": [{"type": "item_reference", "id": "msg_1"}]}`, api.UnsupportedParameter, "input[0]", `with "store": false`},
		{`{"input": [{"id": "msg_1"}]}`, api.UnsupportedParameter, "input[0]", `with "store": false`},
		{`{"input": "a", "tools": [{"type": "function", "function": {"name": "f"}}]}`, api.InvalidValue, "tools[0].function", `stand beside "type"`},
		{`{"input": [{"type": "web_search_call", "id": "1"}]}`, api.UnsupportedParameter, "input[0].type", `is "web_search_call"`},
		{`{"input": [{"content": "a"}]}`, api.InvalidValue, "input[0].role", "is missing"},
		{`{"input": [{"role": "user"}]}`, api.InvalidValue, "input[0].content", "is missing"},
		{`{"input": [{"role": "tool", "content": "a"}]}`, api.InvalidValue, "input[0].role", "function_call_output"},
		{`{"input": [{"role": "user", "content": [{"type": "input_image", "image_url": "x"}]}]}`, api.UnsupportedParameter, "input[0].content[0].type", "reads only text"},
		{`{"input": [{"type": "function_call_output", "call_id": "1", "output": "a"}]}`, api.InvalidValue, "input[0].call_id", "no item before"},
		{`{"input": [{"type": "function_call", "call_id": "1", "name": "f", "arguments": "x"}]}`, api.InvalidValue, "input[0].arguments", "an object in JSON"},
		{`{"input": [{"role": "user", "content": "q", "output": "lost"}]}`, api.InvalidValue, "input[0].output", `the type "message"`},
		{`{"input": [{"type": "function_call", "call_id": "1", "name": "f", "content": "lost"}]}`, api.InvalidValue, "input[0].content", `the type "function_call"`},
		{`{"input": [{"type": "reasoning", "arguments": "{\"a\": 1}"}]}`, api.InvalidValue, "input[0].arguments", `the type "reasoning"`},
		{`{"input": "a", "max_tokens": 5}`, api.UnknownParameter, "max_tokens", "is not known"},
	} {
		got := s.do(t, "POST", responsesPath, c.body)
		e, param := got.openAIError(t)
		if got.StatusCode != 400 || e.Code != c.code || param != c.param || !strings.Contains(e.Message, c.message) {
			t.Errorf("%.120s: status %d, %+v, param %q; want %+v", c.body, got.StatusCode, e, param, c)
		}
	}
	// What the pipeline finds wrong is named as the body has it.
	s = chats(t, &scripted{err: &pipeline.InvalidError{Field: "messages[1]", Problem: "is lost"}})
	got := s.do(t, "POST", responsesPath, `{"instructions": "a", "input": [{"role": "user", "content": "b"}]}`)
	if e, param := got.openAIError(t); param != "input[0]" || e.Message != "input[0]: is lost" {
		t.Errorf("%+v, %s", e, param)
	}
	s = chats(t, &scripted{pieces: []string{"a"}, after: pipeline.ErrNotFinite})
	if got := s.do(t, "POST", responsesPath, `{"input": "a", "stream": true}`).body; !strings.Contains(got, "event: error\ndata: {\"type\":\"error\",") {
		t.Errorf("an error after a piece: %s", got)
	}
}
