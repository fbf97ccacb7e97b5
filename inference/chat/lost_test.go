package chat

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// TestNothingIsLost renders each order of roles by each template: either all
// messages' texts are in the prompt, or the first that isn't is named.
func TestNothingIsLost(t *testing.T) {
	g := readGenuine(t)
	lost, whole := 0, 0
	for name := range g.Prompts {
		template, special := g.Written.template(t, name)
		if name == "dated" {
			continue // leaves messages out by intent
		}
		for _, c := range g.Conversations {
			messages := make([]Message, len(c.Messages))
			for i, m := range c.Messages {
				messages[i] = Message{Role: m.Role, Content: fmt.Sprintf(" text%d \n", i)}
			}
			in := Inputs{Messages: messages, AddGenerationPrompt: c.AddGenerationPrompt, Special: special}
			rendered, err := template.Render(t.Context(), in)
			if err != nil {
				continue
			}
			missing := -1
			for i := range messages {
				if !strings.Contains(joined(rendered), fmt.Sprintf("text%d", i)) {
					missing = i
					break
				}
			}
			prompt, err := template.Prompt(t.Context(), in)
			var refused *LostError
			switch {
			case errors.As(err, &refused) && name == "gemma3" && messages[refused.Message].Role != User && strings.Contains(refused.Problem, "the role"):
				lost++
			case errors.As(err, &refused):
				if lost++; refused.Message != missing {
					t.Errorf("%s %q: %v, but %d is missing in %q", name, messages, err, missing, joined(rendered))
				}
			case err != nil || missing >= 0 || joined(prompt) != joined(rendered):
				t.Errorf("%s %q: got %v, but %d is missing in %q", name, messages, err, missing, joined(rendered))
			default:
				whole++
			}
		}
	}
	if lost < 20 || whole < 1000 {
		t.Errorf("only %d conversations refused and %d whole", lost, whole)
	}
}

func TestWhatIsLost(t *testing.T) {
	g := readGenuine(t)
	for _, c := range []struct {
		template string
		messages []Message
		want     string // "" for none
	}{
		{"gemma3", []Message{{Role: System, Content: "s"}}, "messages[0]: the system message's text isn't in the prompt"},
		{"gemma3", []Message{{Role: System, Content: "s"}, {Role: User, Content: "u"}}, ""},
		{"gemma3", []Message{{Role: System, Content: " "}, {Role: User, Content: "\n"}}, ""},
		{"gemma3", []Message{{Role: User, Content: "u"}, {Role: System, Content: "late"}, {Role: User, Content: "u"}}, `messages[1]: the role "system"`},
		{"gemma3", []Message{{Role: User, Content: "u"}, {Role: "tool", Content: "x"}, {Role: User, Content: "u"}}, `messages[1]: the role "tool"`},
		{"gemma3", []Message{{Role: User, Content: "a<think>b</think>c"}, {Role: Assistant, Content: "<think>b</think>c"}, {Role: User, Content: "u"}}, ""},
		{"llama2", []Message{{Role: User, Content: "u"}, {Role: System, Content: "late"}, {Role: User, Content: "u"}}, "messages[1]: the system message's text isn't in the prompt"},
		{"llama3_1", []Message{{Role: User, Content: "u"}, {Role: System, Content: "late"}, {Role: User, Content: "u"}}, ""},
		{"qwen3", []Message{{Role: System, Content: "s"}}, ""},
		{"qwen3", []Message{{Role: User, Content: "u"}, {Role: System, Content: "late"}, {Role: User, Content: "u"}}, ""},
		{"qwen3", []Message{{Role: User, Content: "u"}, {Role: Assistant, Content: "<think>\nhm\n</think>\n\nyes"}, {Role: User, Content: "u"}}, ""},
		{"qwen3", []Message{{Role: User, Content: "u"}, {Role: Assistant, Content: "one</think>two</think>\n three"}, {Role: User, Content: "u"}}, ""},
		{"qwen3", []Message{{Role: User, Content: "u"}, {Role: "developer", Content: "x"}, {Role: User, Content: "u"}}, "messages[1]: the developer message's text isn't in the prompt"},
		{"{{ messages[0].content[1:] }}", []Message{{Role: User, Content: " u "}}, ""},
		{"{{ messages[0].content[1:] }}", []Message{{Role: User, Content: "uv"}}, "messages[0]: the user message's text isn't in the prompt"},
		{"{{ messages[0].content[:3] }}", []Message{{Role: User, Content: "über"}}, "messages[0]: the user message's text isn't in the prompt"},
		{"{{ messages[0].content[3:] }}{{ messages[0].content[:3] | upper }}", []Message{{Role: User, Content: "abcdef"}}, ""},
		{"{{ messages[0].content.split('|') | join(', ') }}", []Message{{Role: User, Content: "a|b"}}, "messages[0]: the user message's text isn't in the prompt"},
		{"{{ messages[0] | tojson }}", []Message{{Role: User, Content: "\"a\"\n\tb"}}, ""},
		{"{{ messages[0].content | replace('a', 'b') }}", []Message{{Role: User, Content: "cad"}}, "messages[0]: the user message's text isn't in the prompt"},
		{"{{ messages[1].content }}{{ messages[0].content }}", []Message{{Role: User, Content: "same"}, {Role: Assistant, Content: "same"}}, ""},
		{"{{ messages[1].content }}{{ messages[1].content }}", []Message{{Role: User, Content: "same"}, {Role: Assistant, Content: "same"}}, "messages[0]: the user message's text isn't in the prompt"},
	} {
		var template *Template
		var err error
		if template, err = ParseTemplate(c.template); c.template[0] != '{' {
			template, _ = g.Written.template(t, c.template)
		} else if err != nil {
			t.Fatal(err)
		}
		_, err = template.Prompt(t.Context(), Inputs{Messages: c.messages, AddGenerationPrompt: true, Special: specials("<s>", "</s>")})
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), c.want)) {
			t.Errorf("%s %q: got %v, want %q", c.template, c.messages, err, c.want)
		}
	}
}
