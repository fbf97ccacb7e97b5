package pipeline

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/chat"
)

// continuing has a model go on from a text of its own.
func continuing(begun string) GenerateRequest {
	return GenerateRequest{Messages: append(user(capital), chat.Message{Role: chat.Assistant, Content: begun}), ContinueFinal: true, MaxTokens: 60}
}

// TestDocumentsGoOn has documents whose beginning the last message has: within a name, a
// string, a number, an array, and at their end.
func TestDocumentsGoOn(t *testing.T) {
	g := tinyChat(t, GeneratorOptions{})
	format := ResponseFormat{Type: FormatJSONSchema, Schema: json.RawMessage(
		`{"type":"object","properties":{"city":{"type":"string","maxLength":9},"levels":{"type":"array","items":{"type":"integer","maximum":99},"maxItems":3}},"required":["city","levels"],"additionalProperties":false}`)}
	for _, begun := range []string{`{`, ` {"ci`, `{"city": "Par`, "{\"city\": \"a b\", \"levels\": [1, 2", `{"city": "x ", "levels": [1]}`, "{\"city\": \"\u00e9"} {
		r := continuing(begun)
		r.Format = format
		rest, _, c := write(t, g, r)
		var doc struct {
			City   string
			Levels []int
		}
		if err := json.Unmarshal([]byte(begun+rest), &doc); err != nil || c.Finish != FinishStop || doc.City == "" && begun != "{" && !strings.Contains(begun, "ci") {
			t.Errorf("%q goes on by %q, %v, %s", begun, rest, err, c.Finish)
		}
	}
	var invalid *InvalidError
	for _, begun := range []string{"Here it is: {", `{"town`, `{"city": 1`} {
		r := continuing(begun)
		r.Format = format
		if _, err := g.Generate(t.Context(), r); !errors.As(err, &invalid) || invalid.Field != "response_format" || !strings.Contains(invalid.Problem, "no beginning") {
			t.Errorf("%q: %v", begun, err)
		}
	}
}

// TestContinuedTextsAreNoCalls has notations by which a call is the whole answer.
func TestContinuedTextsAreNoCalls(t *testing.T) {
	g := tinyChat(t, GeneratorOptions{})
	for _, n := range []chat.Notation{bare, listed, tags} {
		g.answers = n
		r := continuing("The capital of France")
		r.Tools = weather()
		s := g.splitter(&r, nil)
		k := &sink{}
		const rest = "{\"name\": \"now\", \"parameters\": {}}"
		if n.Anywhere {
			if s == nil || s.calls == nil {
				t.Errorf("%s: no call is looked for", n.Begin)
			}
			continue
		}
		if s != nil {
			s.take([]byte(rest), k, true)
			if got := said(k); got != "[]"+rest {
				t.Errorf("%s: %q", n.Begin, got)
			}
		}
		if c, err := g.constraint(t.Context(), &r, nil); c != nil || err != nil {
			t.Errorf("%s: a text is constrained: %v", n.Begin, err)
		}
		if text, _, _ := write(t, g, r); !strings.HasSuffix(text, "Paris.") {
			t.Errorf("%s: it goes on by %q", n.Begin, text)
		}
		r.ToolChoice.Mode = ToolRequired
		var invalid *InvalidError
		if _, err := g.Generate(t.Context(), r); !errors.As(err, &invalid) || invalid.Field != "tool_choice" {
			t.Errorf("%s: a call that can't come: %v", n.Begin, err)
		}
	}
}

// TestThoughtsGoOn has the last message end within a thought, and behind one.
func TestThoughtsGoOn(t *testing.T) {
	g := tinyChat(t, GeneratorOptions{})
	template, err := chat.ParseTemplate("{% for m in messages %}{{ m.content }}{% endfor %}{# </think> #}")
	if err != nil {
		t.Fatal(err)
	}
	g.template = template
	const rest = "\n then.\n</think>\n\nIt is."
	for begun, want := range map[string]string{
		"<think>\nWell": "[\n then.]It is.", "<think>": "[ then.]It is.", "<think>a</think> It": "[]" + rest, "It": "[]" + rest,
	} {
		r := continuing(begun)
		k := &sink{}
		if s := g.splitter(&r, tokenize(t, g, begun, false)); s != nil {
			s.take([]byte(rest), k, true)
		} else {
			k.text = []byte(rest)
		}
		if got := said(k); got != want {
			t.Errorf("%q: got %q, want %q", begun, got, want)
		}
	}
}
