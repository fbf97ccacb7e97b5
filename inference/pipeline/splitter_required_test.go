package pipeline

import (
	"encoding/json"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/chat"
)

// TestRequiredCallsAreNoThought: a call that must come is one also where the prompt ends with
// the beginning of a thought, and calls can't come after a text.
func TestRequiredCallsAreNoThought(t *testing.T) {
	g := tinyChat(t, GeneratorOptions{})
	template, err := chat.ParseTemplate("{% for m in messages %}{{ m.content }}{% if m.reasoning_content %}<think>{{ m.reasoning_content }}</think>{% endif %}{% endfor %}<think>\n")
	if err != nil {
		t.Fatal(err)
	}
	g.template = template
	g.findNotation()
	g.answers = bare
	tools := weather()[1:]
	tools[0].Parameters = json.RawMessage(`{"type": "object", "properties": {}, "additionalProperties": false}`)
	s, err := g.Generate(t.Context(), GenerateRequest{Messages: user(capital), Tools: tools, ToolChoice: ToolChoice{Mode: ToolRequired}, OneCall: true, MaxTokens: 100})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var d Delta
	calls := 0
	for err = s.Next(&d); err == nil; err = s.Next(&d) {
		if calls += len(d.Calls); len(d.Reasoning) > 0 {
			t.Errorf("it thinks %q", d.Reasoning)
		}
	}
	if c := s.Completion(); calls == 0 || c.Finish != FinishCalls {
		t.Errorf("%d calls, %+v", calls, c)
	}
}
