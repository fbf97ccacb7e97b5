package pipeline

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/chat"
)

var (
	tags   = chat.Notation{Begin: "<tool_call>", Open: "<tool_call>\n{\"name\": \"", Middle: "\", \"arguments\": ", Close: "}\n</tool_call>", Separator: "\n", Anywhere: true, Several: true}
	listed = chat.Notation{Begin: "\x00[TOOL_CALLS]", First: "\x00[TOOL_CALLS][", Open: "{\"name\": \"", Middle: "\", \"arguments\": ", Close: "}", Separator: ", ", Last: "]", Several: true}
	named  = chat.Notation{Begin: "\x00[TOOL_CALLS]", Open: "\x00[TOOL_CALLS]", Middle: "\x00[ARGS]", Anywhere: true, Several: true}
	escape = chat.Notation{Begin: "\x00<start_function_call>", Open: "\x00<start_function_call>call:", Close: "\x00<end_function_call>", Escape: "\x00<escape>", Null: "None", Anywhere: true, Several: true}
	ids    = chat.Notation{Begin: "\x00[TOOL_CALLS]", Open: "\x00[TOOL_CALLS]", ID: "\x00[CALL_ID]", Middle: "\x00[ARGS]", Anywhere: true, Several: true}
	bare   = chat.Notation{Begin: "{", Open: "{\"name\": \"", Middle: "\", \"parameters\": ", Close: "}", Later: true}
)

// said puts together what a splitter passed on.
func said(k *sink) string {
	var b strings.Builder
	b.WriteString("[" + string(k.reasoning) + "]" + string(k.text))
	for _, c := range k.calls {
		if c.ID != "" {
			b.WriteString("|" + c.Name + ":")
		}
		b.Write(c.Arguments)
	}
	return b.String()
}

// TestSplitter takes answers apart, whole and in pieces of any length.
func TestSplitter(t *testing.T) {
	for _, c := range []struct {
		calls        *chat.Notation
		state        splitState
		answer, want string
	}{
		{nil, beforeThought, "<think>\nWell, </b>\nso.\n</think>\n\nIt is.\n", "[Well, </b>\nso.]It is.\n"},
		{nil, beforeThought, "\n<think>\n\n</think>\n\nIt is.", "[]It is."},
		{nil, beforeThought, "It <think>is</think>.", "[]It <think>is</think>."},
		{nil, beforeThought, "<thin", "[]<thin"},
		{nil, inThought, "Well\n\nso\n\n</think>It is.", "[Well\n\nso]It is."},
		{nil, inThought, "cut off </thi", "[cut off </thi]"},
		{&tags, inText, "No call < here <tool_cal", "[]No call < here <tool_cal"},
		{&tags, inText, "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": \"}\\\"{\", \"b\": [{}]}}\n</tool_call>", "[]|f:{\"a\": \"}\\\"{\", \"b\": [{}]}"},
		{&tags, beforeThought, "<think>\nHm <tool\n</think>\n\nLook:\n<tool_call>\n{\"name\": \"f\", \"arguments\": {}}\n</tool_call>\n<tool_call>\n{\"name\": \"g\", \"arguments\": {\"x\":1}}\n</tool_call>", "[Hm <tool]Look:\n|f:{}|g:{\"x\":1}"},
		{&tags, beforeThought, "<think>\nHm\n<tool_call>\n{\"name\": \"f\", \"arguments\": {}}\n</tool_call>", "[Hm]|f:{}"},
		{&tags, inText, "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"cut", "[]|f:{\"cut"},
		{&listed, inText, "\x00[TOOL_CALLS][{\"name\": \"f\", \"arguments\": {}}, {\"name\": \"g\", \"arguments\": {\"x\": \"\x7f]\"}}]", "[]|f:{}|g:{\"x\": \"\x7f]\"}"},
		{&listed, inText, "text", "[]text"},
		{&named, inText, "Look. \x00[TOOL_CALLS]f\x00[ARGS]{\"x\": {}}\x00[TOOL_CALLS]g\x00[ARGS]{}", "[]Look. |f:{\"x\": {}}|g:{}"},
		{&ids, inText, "\x00[TOOL_CALLS]f\x00[CALL_ID]abcDEF123\x00[ARGS]{\"x\": {}}\x00[TOOL_CALLS]g\x00[CALL_ID]abcDEF124\x00[ARGS]{}", "[]|f:{\"x\": {}}|g:{}"},
		{&bare, inText, "{\"name\": \"f\", \"parameters\": {\"x\": 1}}", "[]|f:{\"x\": 1}"},
		{&bare, inText, "See {\"name\": \"f\", \"parameters\": {}}", "[]See {\"name\": \"f\", \"parameters\": {}}"},
		{&bare, beforeThought, "<think>\nHm\n</think>\n\n{\"a\": 1}", "[Hm]{\"a\": 1}"},
		{&bare, inThought, "Hm</think>{\"a\": 1}", "[Hm]{\"a\": 1}"},
		{&listed, inThought, "Hm</think>[\"a\"]", "[Hm][\"a\"]"},
		{&tags, inThought, "Hm</think><tool_call>\n{\"name\": \"f\", \"arguments\": {}}\n</tool_call>", "[Hm]|f:{}"},
		{&bare, inText, "", "[]"},
		{&escape, inText, "See: \x00<start_function_call>call:f{x:\x00<escape>}\"\x00<escape>,y:[1,None]}\x00<end_function_call>\x00<start_function_call>call:g{}\x00<end_function_call>", "[]See: |f:{\"x\":\"}\\\"\",\"y\":[1,null]}|g:{}"},
		{&escape, inText, "\x00<start_function_call>call:f{x:\x00<escape>cut", "[]|f:{\"x\":\"cut"},
	} {
		for seed := range uint64(30) {
			r := rand.New(rand.NewPCG(seed, 2))
			k := &sink{}
			s := &splitter{state: c.state, calls: c.calls}
			for at := 0; at < len(c.answer); {
				n := len(c.answer) - at
				if seed > 0 {
					n = 1 + r.IntN(min(n, 1+int(seed)))
				}
				s.take([]byte(c.answer[at:at+n]), k, false)
				at += n
			}
			s.take(nil, k, true)
			if got := said(k); got != c.want {
				t.Errorf("%q: got %q, want %q", c.answer, got, c.want)
				break
			}
		}
	}
}

// TestIDsThatModelsSay has a model say its calls' ids, one of them twice.
func TestIDsThatModelsSay(t *testing.T) {
	k := &sink{}
	s := &splitter{state: inText, calls: &ids}
	const call = "\x00[TOOL_CALLS]f\x00[CALL_ID]abcDEF123\x00[ARGS]{}"
	s.take([]byte(call+call), k, true)
	if len(k.calls) != 2 || k.calls[0].ID != "abcDEF123" || len(k.calls[1].ID) != 9 || k.calls[1].ID == k.calls[0].ID || k.calls[1].Name != "f" {
		t.Errorf("%+v", k.calls)
	}
}

// TestIDsOfEarlierCalls has a model say an id of the conversation's once more.
func TestIDsOfEarlierCalls(t *testing.T) {
	g := tinyChat(t, GeneratorOptions{})
	g.answers = ids
	const id = "abcDEF123"
	r := GenerateRequest{Tools: weather(), Messages: append(user(capital), chat.Message{Role: chat.Assistant, ToolCalls: []chat.ToolCall{{ID: id, Name: "now"}}}, chat.Message{Role: chat.Tool, ToolCallID: id, Content: "noon"})}
	k := &sink{}
	g.splitter(&r, nil).take([]byte("\x00[TOOL_CALLS]now\x00[CALL_ID]"+id+"\x00[ARGS]{}"), k, true)
	if len(k.calls) != 1 || k.calls[0].ID == id || len(k.calls[0].ID) != len(id) {
		t.Errorf("%+v", k.calls)
	}
}
