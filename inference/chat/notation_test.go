package chat

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// controls are the control tokens of these tests' tokenizers.
func controls(token string) bool {
	return token[0] == '[' || strings.HasSuffix(token, "_function_call>") || token == "<escape>"
}

// TestNotations finds how templates say calls: genuine ones, and those that say them as
// the published ones of Mistral, Llama 3.1 and FunctionGemma do.
func TestNotations(t *testing.T) {
	g := readTools(t)
	for name, want := range map[string]struct {
		native, anywhere, later, several bool
		begin, open                      string
	}{
		"qwen3":      {true, true, false, true, "<tool_call>", "<tool_call>\n{\"name\": \""},
		"listed":     {true, false, false, true, "\x00[TOOL_CALLS]", "{\"name\": \""},
		"named":      {true, true, false, true, "\x00[TOOL_CALLS]", "\x00[TOOL_CALLS]"},
		"parameters": {true, false, true, false, "{", "{\"name\": \""},
		"gemma3":     {false, true, false, true, "<tool_call>", "<tool_call>\n{\"name\": \""},
		"llama3":     {false, true, false, true, "<tool_call>", "<tool_call>\n{\"name\": \""},
		"escaped":    {true, true, false, true, "\x00<start_function_call>", "\x00<start_function_call>call:"},
	} {
		template, special := g.Written.template(t, name)
		n := template.Notation(t.Context(), special, controls).Marked(controls)
		if n.Native != want.native || n.Anywhere != want.anywhere || n.Later != want.later || n.Several != want.several || n.Begin != want.begin || n.Open != want.open ||
			!strings.HasPrefix(n.First+n.Open, n.Begin) {
			t.Errorf("%s: %+v", name, n)
		}
	}
}

// TestSeparators finds what a template has between two calls.
func TestSeparators(t *testing.T) {
	for separator, want := range map[string]string{"": "", "; ": "; ", "{{ '\n' }}": "\n"} {
		template, err := ParseTemplate("{{ tools }}{% for m in messages %}{% for c in m.tool_calls or [] %}" + `{{ '{"name": "' + c.function.name + '", "parameters": ' ~ c.function.arguments | tojson ~ '}' }}` +
			"{% if not loop.last %}" + separator + "{% endif %}{% else %}{{ m.content }}{% endfor %}{% endfor %}")
		if err != nil {
			t.Fatal(err)
		}
		if n := template.Notation(t.Context(), nil, controls); !n.Native || !n.Several || n.Separator != want {
			t.Errorf("%q: %+v", separator, n)
		}
	}
}

// TestIDs has a template that says calls as Mistral's of its tokenizer v11.
func TestIDs(t *testing.T) {
	template, err := ParseTemplate("{{ tools }}{% for m in messages %}{{ m.content }}{% for c in m.tool_calls or [] %}" +
		"{{ '[TOOL_CALLS]' + c.function.name + '[CALL_ID]' + c.id + '[ARGS]' + c.function.arguments | tojson }}{% endfor %}{% endfor %}")
	if err != nil {
		t.Fatal(err)
	}
	if n := template.Notation(t.Context(), nil, controls).Marked(controls); !n.Native || !n.Several || !n.Anywhere || n.ID != "\x00[CALL_ID]" || n.Middle != "\x00[ARGS]" || n.Separator != "" {
		t.Errorf("%+v", n)
	}
}

// TestAdapt has conversations with calls by templates that don't know any.
func TestAdapt(t *testing.T) {
	call := Message{Role: Assistant, Content: "Let me look.", ToolCalls: []ToolCall{{"a", "f", json.RawMessage(`{"x":1}`)}, {"b", "g", json.RawMessage(`{}`)}}}
	messages := []Message{{Role: User, Content: "u"}, call, {Role: Tool, Content: "one", ToolCallID: "a"}, {Role: Tool, Content: "two", ToolCallID: "b"}, {Role: Assistant, Content: "fine"}, {Role: User, Content: "v"}}
	said := "Let me look.\n<tool_call>\n{\"name\": \"f\", \"arguments\": {\"x\":1}}\n</tool_call>\n<tool_call>\n{\"name\": \"g\", \"arguments\": {}}\n</tool_call>"
	const results = "<tool_response>\none\n</tool_response>\n<tool_response>\ntwo\n</tool_response>"
	want := []Message{{Role: User, Content: "u"}, {Role: Assistant, Content: said}, {Role: User, Content: results}, {Role: Assistant, Content: "fine"}, {Role: User, Content: "v"}}
	tools := []json.RawMessage{json.RawMessage(probeTool)}
	g := readTools(t)
	for _, name := range []string{"gemma3", "llama3_1"} {
		template, special := g.Written.template(t, name)
		n := template.Notation(t.Context(), special, controls)
		got, of := n.Adapt(messages, nil)
		if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(of, []int{0, 1, 2, 4, 5}) {
			t.Errorf("%s: %+v, %v", name, got, of)
		}
		got, of = n.Adapt(messages, tools)
		if len(got) != 6 || got[0].Role != System || !strings.Contains(got[0].Content, "probe_tool") || !reflect.DeepEqual(of, []int{0, 0, 1, 2, 4, 5}) {
			t.Errorf("%s: %+v, %v", name, got, of)
		}
		if _, err := template.Prompt(t.Context(), Inputs{Messages: got, AddGenerationPrompt: true, Special: special}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		got, _ = n.Adapt(append([]Message{{Role: System, Content: "Be brief."}}, messages...), tools)
		if len(got) != 6 || !strings.HasPrefix(got[0].Content, "Be brief.\n\nYou can call") {
			t.Errorf("%s: with a system message: %+v", name, got)
		}
	}
	// A template that takes no system message, and turns in order.
	strict, err := ParseTemplate("{% for m in messages %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('order') }}{% endif %}{{ m.content }}{% endfor %}")
	if err != nil {
		t.Fatal(err)
	}
	got, _ := strict.Notation(t.Context(), nil, controls).Adapt(append(messages[:4:4], Message{Role: User, Content: "v"}), tools)
	if len(got) != 3 || !strings.HasPrefix(got[0].Content, "You can call") || !strings.HasSuffix(got[0].Content, "\n\nu") || got[2].Content != results+"\n\nv" {
		t.Errorf("without a system message: %+v", got)
	}
}

// TestCallsThatAreLost has a template that says nothing of calls.
func TestCallsThatAreLost(t *testing.T) {
	template, err := ParseTemplate("{% for m in messages %}{{ m.role }}{{ m.content }}{% endfor %}")
	if err != nil {
		t.Fatal(err)
	}
	in := Inputs{Messages: []Message{{Role: User, Content: "u"}, {Role: Assistant, ToolCalls: []ToolCall{{"a", "f", json.RawMessage(`{}`)}}}, {Role: Tool, Content: "r"}}}
	if _, err := template.Prompt(t.Context(), in); err == nil || !strings.HasPrefix(err.Error(), `messages[1]: its call of "f" isn't in the prompt`) {
		t.Error(err)
	}
}
