package chat

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
)

// Notation is how a model says that it calls functions: Open, the function's name, ID and
// the call's id, Middle, the arguments, Close. First comes before the calls, Last behind them,
// Separator between two.
type Notation struct {
	Begin                                       string // where First and Open begin: by it, calls are told from text
	First, Open, Middle, Close, Separator, Last string
	ID                                          string   // behind the name, and before the call's id, if that is said at all
	Escape                                      string   // around strings in arguments, which are JSON if it is ""
	Null                                        string   // what null is called in arguments that aren't JSON
	End                                         string   // the control token by which models end calls, if not by that of a turn
	Control                                     []string // parts of these that tokenizers may have as control tokens
	Anywhere                                    bool     // calls may follow a text
	Later                                       bool     // behind a text, Begin is text
	Several                                     bool     // more than one call
	Native                                      bool     // the template has it; else [Notation.Adapt] does
	system                                      bool     // the template takes a system message
}

// notations are those of models. In an answer they are as the models' templates say
// them of earlier turns.
var notations = []Notation{
	{ // Qwen 2.5 and 3, Hermes
		Begin: "<tool_call>", Open: "<tool_call>\n{\"name\": \"", Middle: "\", \"arguments\": ", Close: "}\n</tool_call>", Separator: "\n",
		Control: []string{"<tool_call>", "</tool_call>"},
	},
	{ // Mistral up to its tokenizer v3
		Begin: "[TOOL_CALLS]", First: "[TOOL_CALLS][", Open: "{\"name\": \"", Middle: "\", \"arguments\": ", Close: "}", Separator: ", ", Last: "]",
		Control: []string{"[TOOL_CALLS]"},
	},
	{
		Begin: "[TOOL_CALLS]", First: "[TOOL_CALLS] [", Open: "{\"name\": \"", Middle: "\", \"arguments\": ", Close: "}", Separator: ", ", Last: "]",
		Control: []string{"[TOOL_CALLS]"},
	},
	{ // Mistral's tokenizer v11
		Begin: "[TOOL_CALLS]", Open: "[TOOL_CALLS]", ID: "[CALL_ID]", Middle: "[ARGS]",
		Control: []string{"[TOOL_CALLS]", "[CALL_ID]", "[ARGS]"},
	},
	{ // Mistral from its tokenizer v13 on
		Begin: "[TOOL_CALLS]", Open: "[TOOL_CALLS]", Middle: "[ARGS]",
		Control: []string{"[TOOL_CALLS]", "[ARGS]"},
	},
	{ // Llama 3.1 to 3.3
		Begin: "{", Open: "{\"name\": \"", Middle: "\", \"parameters\": ", Close: "}", Separator: "; ", Later: true,
	},
	{ // FunctionGemma; docs/internals/chat-template.md says where it was read
		Begin: "<start_function_call>", Open: "<start_function_call>call:", Close: "<end_function_call>", Escape: "<escape>", Null: "None", End: "<start_function_response>",
		Control: []string{"<start_function_call>", "<end_function_call>", "<escape>"},
	},
}

// A conversation by which a template's notation is found.
const (
	probeCall, probeID, probeArguments = "probe_call", "probe0001", `{"probe_key": "probe value"}`
	probeNull                          = `{"probe_key": null}`
	probeSaid, probeResult             = "probe said", "probe result"
	probeTool                          = `{"type": "function", "function": {"name": "probe_tool", "description": "d", "parameters": {"type": "object", "properties": {"probe_key": {"type": "string"}}}}}`
)

// Notation finds out how the template says calls. If it doesn't take functions, calls and
// their results, or says calls in a way that isn't known, it is one of ours. isToken tells
// what is one token, as the marks within arguments have to be that aren't JSON.
func (t *Template) Notation(ctx context.Context, special map[string]string, isToken func(token string) bool) *Notation {
	arguments := probeArguments
	probe := func(content string, calls int, with ...Message) string {
		in := Inputs{Messages: append(with, Message{Role: User, Content: "Hello"}, Message{Role: Assistant, Content: content}), Special: special}
		if calls > 0 {
			in.Tools = []json.RawMessage{json.RawMessage(probeTool)}
			last := &in.Messages[len(in.Messages)-1]
			for range calls {
				last.ToolCalls = append(last.ToolCalls, ToolCall{probeID, probeCall, json.RawMessage(arguments)})
			}
			in.Messages = append(in.Messages, Message{Role: Tool, Content: probeResult, ToolCallID: probeID, Name: probeCall})
		}
		prompt, err := t.Render(ctx, in)
		if err != nil {
			return ""
		}
		var b strings.Builder
		for _, s := range prompt {
			b.WriteString(s.Text)
		}
		return b.String()
	}
	said := probe("", 1)
	if strings.Contains(said, "probe_tool") && strings.Contains(said, probeResult) {
		for _, n := range notations {
			if !strings.Contains(said, n.First+n.Open+n.probe()) {
				continue
			}
			if n.Escape != "" {
				if slices.ContainsFunc(n.Control, func(token string) bool { return !isToken(token) }) {
					continue
				}
				if arguments = probeNull; !strings.Contains(probe("", 1), "{probe_key:None}") {
					n.Null = "null"
				}
				arguments = probeArguments
			}
			n.Native = true
			n.Anywhere = !n.Later && strings.Contains(probe(probeSaid, 1), probeSaid)
			if two := probe("", 2); two != "" {
				n.Several = true
				n.Separator = n.between(two)
			}
			return &n
		}
	}
	n := notations[0]
	n.Anywhere, n.Several = true, true
	n.system = strings.Contains(probe("", 0, Message{Role: System, Content: probeSaid}), probeSaid)
	return &n
}

// probe is how the probe's call is said, behind Open.
func (n *Notation) probe() string {
	if n.ID != "" {
		return probeCall + n.ID + probeID + n.Middle + probeArguments
	}
	if n.Escape != "" {
		return probeCall + n.Middle + "{probe_key:" + n.Escape + "probe value" + n.Escape + "}"
	}
	return probeCall + n.Middle + probeArguments
}

// between is what a prompt with two calls has between them, if that is nothing else than
// one's end and the other's beginning.
func (n *Notation) between(prompt string) string {
	call := n.probe()
	parts := strings.SplitN(prompt, call, 3)
	if len(parts) < 3 {
		return n.Separator
	}
	if rest, ok := strings.CutPrefix(parts[1], n.Close); ok {
		if separator, ok := strings.CutSuffix(rest, n.Open); ok {
			return separator
		}
	}
	return n.Separator
}

// Marked has a zero byte before the names of control tokens, which isControl tells: what
// an answer has of them is no text. Ours is text in any case.
func (n Notation) Marked(isControl func(token string) bool) Notation {
	if !n.Native {
		return n
	}
	for _, token := range n.Control {
		if !isControl(token) {
			continue
		}
		for _, part := range []*string{&n.Begin, &n.First, &n.Open, &n.Middle, &n.Close, &n.Separator, &n.Last, &n.ID, &n.Escape} {
			*part = strings.ReplaceAll(*part, token, "\x00"+token)
		}
	}
	return n
}

// Adapt says functions, calls and results in messages of the roles that every template
// has, and which message each was made of.
func (n *Notation) Adapt(messages []Message, tools []json.RawMessage) (adapted []Message, of []int) {
	add := func(m Message, i int) {
		adapted, of = append(adapted, m), append(of, i)
	}
	results := false // the last message has results alone
	for i, m := range messages {
		switch {
		case m.Role == Tool:
			said := "<tool_response>\n" + m.Content + "\n</tool_response>"
			if last := len(adapted) - 1; results {
				adapted[last].Content += "\n" + said
			} else {
				add(Message{Role: User, Content: said}, i)
			}
			results = true
			continue
		case m.Role == User && results:
			adapted[len(adapted)-1].Content += "\n\n" + m.Content
		case len(m.ToolCalls) > 0:
			var calls []string
			for _, c := range m.ToolCalls {
				calls = append(calls, n.Open+c.Name+n.Middle+string(c.Arguments)+n.Close)
			}
			if m.Content != "" {
				m.Content += "\n"
			}
			add(Message{Role: m.Role, Content: m.Content + n.First + strings.Join(calls, n.Separator) + n.Last, Reasoning: m.Reasoning}, i)
		default:
			add(m, i)
		}
		results = false
	}
	if len(tools) == 0 {
		return adapted, of
	}
	said := n.describe(tools)
	to := User
	if n.system {
		to = System
	}
	if len(adapted) > 0 && adapted[0].Role == to {
		if to == System {
			adapted[0].Content += "\n\n" + said
		} else {
			adapted[0].Content = said + "\n\n" + adapted[0].Content
		}
		return adapted, of
	}
	return slices.Insert(adapted, 0, Message{Role: to, Content: said}), slices.Insert(of, 0, 0)
}

// describe tells a model about functions that its template has no place for.
func (n *Notation) describe(tools []json.RawMessage) string {
	var b strings.Builder
	b.WriteString("You can call functions. Each line describes one, in JSON:\n\n")
	for _, t := range tools {
		b.Write(t)
		b.WriteByte('\n')
	}
	b.WriteString("\nTo call a function, end your answer with its name and its arguments in this form:\n\n")
	b.WriteString(n.First + n.Open + "NAME" + n.Middle + "{…}" + n.Close + n.Last)
	b.WriteString("\n\nSeveral calls follow each other. What a function returns is given to you between <tool_response> and </tool_response>. If no function helps, answer in plain text.")
	return b.String()
}
