package chat

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/genuine"
)

// toolGoldens are conversations with tools.
type toolGoldens struct {
	Written writtenTemplates
	Cases   []struct {
		Messages            []toolMessage
		Tools               []json.RawMessage
		Variables           map[string]json.RawMessage
		AddGenerationPrompt bool `json:"add_generation_prompt"`
		ContinueFinal       bool `json:"continue_final_message"`
	}
	Prompts map[string][]json.RawMessage
}

type toolMessage struct {
	Role, Content, Name string
	Reasoning           string `json:"reasoning_content"`
	ToolCallID          string `json:"tool_call_id"`
	ToolCalls           []struct {
		ID       string
		Function struct {
			Name      string
			Arguments json.RawMessage
		}
	} `json:"tool_calls"`
}

func (m toolMessage) message() Message {
	out := Message{Role: m.Role, Content: m.Content, Name: m.Name, Reasoning: m.Reasoning, ToolCallID: m.ToolCallID}
	for _, c := range m.ToolCalls {
		out.ToolCalls = append(out.ToolCalls, ToolCall{c.ID, c.Function.Name, c.Function.Arguments})
	}
	return out
}

func readTools(t testing.TB) (g toolGoldens) {
	t.Helper()
	if err := genuine.ReadGoldens("tools.json.gz", &g); err != nil {
		t.Fatal(err)
	}
	if len(g.Cases) < 100 || len(g.Prompts) != 10 {
		t.Fatalf("only %d cases and %d templates", len(g.Cases), len(g.Prompts))
	}
	return g
}

func (g *toolGoldens) inputs(i int) Inputs {
	c := &g.Cases[i]
	in := Inputs{Tools: c.Tools, Variables: c.Variables, AddGenerationPrompt: c.AddGenerationPrompt, ContinueFinal: c.ContinueFinal}
	for _, m := range c.Messages {
		in.Messages = append(in.Messages, m.message())
	}
	return in
}

// TestToolTemplates compares conversations with tools with transformers'
// apply_chat_template, by tests/reference/genuine_tool_goldens.py.
func TestToolTemplates(t *testing.T) {
	g := readTools(t)
	for name, prompts := range g.Prompts {
		t.Run(name, func(t *testing.T) {
			template, special := g.Written.template(t, name)
			bad := 0
			for i := range g.Cases {
				in := g.inputs(i)
				if in.ContinueFinal && (name == "everything" || name == "rare") {
					continue // transformers marks the message's end, and this template shows the mark
				}
				in.Special = special
				segments, err := template.Render(t.Context(), in)
				var want string
				if json.Unmarshal(prompts[i], &want) == nil {
					if err == nil && joined(segments) == want {
						continue
					}
				} else if errors.As(err, new(*TemplateError)) {
					continue
				}
				if bad++; bad < 4 {
					t.Errorf("%s: got %v\n%q, want\n%s", asJSON(g.Cases[i]), err, joined(segments), prompts[i])
				}
			}
			if bad > 0 {
				t.Errorf("%d of %d differ", bad, len(prompts))
			}
		})
	}
}

func asJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		return []byte(err.Error())
	}
	return b
}
