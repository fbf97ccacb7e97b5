package pipeline

import (
	"fmt"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/chat"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/grammar"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/sampling"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/tokenizer"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/genuine"
)

// TestCallsOfQwen3 takes an answer as Qwen3 gives it, token by token of its genuine
// tokenizer, through the grammar and apart again.
func TestCallsOfQwen3(t *testing.T) {
	folder, err := genuine.Tokenizer("qwen3")
	if err != nil {
		t.Fatal(err)
	}
	tok, err := tokenizer.LoadPretrained(folder, folder+"/tokenizer.json")
	if err != nil {
		t.Fatal(err)
	}
	template, _, err := chat.LoadTemplate(folder)
	if err != nil {
		t.Fatal(err)
	}
	size := tok.VocabSize()
	g := &Generator{tokenizer: tok, template: template, special: map[string]string{"eos_token": tok.SpecialToken("eos_token")}, formats: newFormats(tok, size)}
	g.info.Vocabulary, g.info.ContextWindow = size, 4096
	end, _ := tok.TokenID("<|im_end|>")
	g.defaults.End = []int32{end}
	g.findNotation()
	if !g.notation.Native || !g.notation.Anywhere || !g.notation.Several {
		t.Fatalf("the notation is %+v", g.notation)
	}
	r := &GenerateRequest{Messages: user("Weather?"), Tools: weather()}
	const thought, look = "<think>\nI need {both}.\n</think>\n\n", "Let me look.\n"
	call := func(name, arguments string) string {
		return fmt.Sprintf("<tool_call>\n{\"name\": %q, \"arguments\": %s}\n</tool_call>", name, arguments)
	}
	both := call("get_weather", `{"city": "Paris", "days": 3}`) + "\n" + call("now", "{}")
	for _, c := range []struct {
		answer, want string
		choice       ToolChoice
	}{
		{thought + look + both, "[I need {both}.]" + look + `|get_weather:{"city": "Paris", "days": 3}|now:{}`, ToolChoice{}},
		{both, `[]|get_weather:{"city": "Paris", "days": 3}|now:{}`, ToolChoice{Mode: ToolRequired}},
		{thought + "It rains.", "[I need {both}.]It rains.", ToolChoice{}},
		{call("get_weather", `{"city": "Oslo"}`), "", ToolChoice{}},
		{call("set_weather", `{}`), "", ToolChoice{}},
		{look + both, "", ToolChoice{Mode: ToolRequired}},
	} {
		r.ToolChoice = c.choice
		constraint, err := g.constraint(t.Context(), r, nil)
		if err != nil {
			t.Fatal(err)
		}
		prompt, err := g.TokenizeChat(t.Context(), r, 4000)
		if err != nil {
			t.Fatal(err)
		}
		k := &sink{tokenizer: tok, decoder: tok.NewStream(), splitter: g.splitter(r, prompt), ready: make(chan struct{}, 1)}
		ids := append(tok.Append(nil, tokenizer.Part{Text: c.answer, Control: true}), end)
		taken := 0
		for ; taken < len(ids); taken++ {
			id := ids[taken]
			if mask := constraint.Mask(); mask[id/64]>>(id%64)&1 == 0 {
				break
			}
			if !constraint.(*grammar.Matcher).Accept(id) {
				t.Fatalf("%q: the mask allows %q, Accept doesn't", c.answer, tok.Name(id))
			}
			if id != end {
				k.Token(id, []sampling.Logprob{{ID: id}})
			}
		}
		if all := taken == len(ids); all != (c.want != "") {
			t.Errorf("%q: %d of %d tokens are allowed, up to %q", c.answer, taken, len(ids), tok.Name(ids[min(taken, len(ids)-1)]))
		}
		if c.want == "" {
			continue
		}
		k.splitter.take(nil, k, true)
		if got := said(k); got != c.want {
			t.Errorf("%q: got %q, want %q", c.answer, got, c.want)
		}
		var tokens []byte
		for _, token := range k.tokens {
			tokens = append(tokens, token.Bytes...)
		}
		if string(tokens) != string(k.text) {
			t.Errorf("%q: the tokens give %q, the text is %q", c.answer, tokens, k.text)
		}
	}
}
