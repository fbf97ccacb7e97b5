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
		template, bos, eos := g.template(t, name)
		if name == "dated" {
			continue // leaves messages out by intent
		}
		for _, c := range g.Conversations {
			messages := make([]Message, len(c.Messages))
			for i, m := range c.Messages {
				messages[i] = Message{m.Role, fmt.Sprintf(" text%d \n", i)}
			}
			in := Inputs{Messages: messages, AddGenerationPrompt: c.AddGenerationPrompt, BOS: bos, EOS: eos}
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
		{"gemma3", []Message{{System, "s"}}, "messages[0]: the system message's text isn't in the prompt"},
		{"gemma3", []Message{{System, "s"}, {User, "u"}}, ""},
		{"gemma3", []Message{{System, " "}, {User, "\n"}}, ""},
		{"gemma3", []Message{{User, "u"}, {System, "late"}, {User, "u"}}, `messages[1]: the role "system"`},
		{"gemma3", []Message{{User, "u"}, {"tool", "x"}, {User, "u"}}, `messages[1]: the role "tool"`},
		{"gemma3", []Message{{User, "a<think>b</think>c"}, {Assistant, "<think>b</think>c"}, {User, "u"}}, ""},
		{"llama2", []Message{{User, "u"}, {System, "late"}, {User, "u"}}, "messages[1]: the system message's text isn't in the prompt"},
		{"llama3_1", []Message{{User, "u"}, {System, "late"}, {User, "u"}}, ""},
		{"qwen3", []Message{{System, "s"}}, ""},
		{"qwen3", []Message{{User, "u"}, {System, "late"}, {User, "u"}}, ""},
		{"qwen3", []Message{{User, "u"}, {Assistant, "<think>\nhm\n</think>\n\nyes"}, {User, "u"}}, ""},
		{"qwen3", []Message{{User, "u"}, {Assistant, "one</think>two</think>\n three"}, {User, "u"}}, ""},
		{"qwen3", []Message{{User, "u"}, {"developer", "x"}, {User, "u"}}, "messages[1]: the developer message's text isn't in the prompt"},
		{"{{ messages[0].content[1:] }}", []Message{{User, " u "}}, ""},
		{"{{ messages[0].content[1:] }}", []Message{{User, "uv"}}, "messages[0]: the user message's text isn't in the prompt"},
		{"{{ messages[0].content[:3] }}", []Message{{User, "über"}}, "messages[0]: the user message's text isn't in the prompt"},
		{"{{ messages[0].content[3:] }}{{ messages[0].content[:3] | upper }}", []Message{{User, "abcdef"}}, ""},
		{"{{ messages[0].content.split('|') | join(', ') }}", []Message{{User, "a|b"}}, "messages[0]: the user message's text isn't in the prompt"},
		{"{{ messages[0] | tojson }}", []Message{{User, "\"a\"\n\tb"}}, ""},
		{"{{ messages[0].content | replace('a', 'b') }}", []Message{{User, "cad"}}, "messages[0]: the user message's text isn't in the prompt"},
		{"{{ messages[1].content }}{{ messages[0].content }}", []Message{{User, "same"}, {Assistant, "same"}}, ""},
		{"{{ messages[1].content }}{{ messages[1].content }}", []Message{{User, "same"}, {Assistant, "same"}}, "messages[0]: the user message's text isn't in the prompt"},
	} {
		var template *Template
		var err error
		if template, err = ParseTemplate(c.template); c.template[0] != '{' {
			template, _, _ = g.template(t, c.template)
		} else if err != nil {
			t.Fatal(err)
		}
		_, err = template.Prompt(t.Context(), Inputs{Messages: c.messages, AddGenerationPrompt: true})
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), c.want)) {
			t.Errorf("%s %q: got %v, want %q", c.template, c.messages, err, c.want)
		}
	}
}
