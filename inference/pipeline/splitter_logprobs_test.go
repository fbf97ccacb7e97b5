package pipeline

import (
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/chat"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/generation"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/sampling"
)

// TestLogprobsAreOfTheText: each token of the text has its log probability, also those that
// might have begun a thought or a call, and no token of a thought's or a call's mark has one.
func TestLogprobsAreOfTheText(t *testing.T) {
	g := tinyChat(t, GeneratorOptions{})
	for _, c := range []struct {
		calls        *chat.Notation
		state        splitState
		answer, text string
	}{
		{nil, beforeThought, "\n\n<b>It is.", "\n\n<b>It is."},
		{nil, beforeThought, "🙂 is.", "🙂 is."},
		{nil, beforeThought, "<think>\nHm\n</think>\n\n🙂 is.", "🙂 is."},
		{nil, beforeThought, "<thi", "<thi"},
		{&tags, inText, "See <tool>.", "See <tool>."},
		{&tags, inText, "See:<tool_call>\n{\"name\": \"f\", \"arguments\": {}}\n</tool_call>", "See:"},
		{&tags, inText, "<tool_call>\n{\"na", ""},
		{&bare, inText, "{\"name\": \"f\", \"parameters\": {}}", ""},
	} {
		ids, err := g.Tokenize(c.answer, false, 1000)
		if err != nil {
			t.Fatal(err)
		}
		s := newStream(g.tokenizer, nil, 1)
		s.sink.splitter = &splitter{state: c.state, calls: c.calls}
		var text, tokens []byte
		var d Delta
		take := func() {
			s.sink.take(&d)
			text = append(text, d.Text...)
			for _, token := range d.Tokens {
				tokens = append(tokens, token.Bytes...)
			}
		}
		for _, id := range ids {
			s.sink.Token(id, []sampling.Logprob{{ID: id}})
			take()
		}
		s.sink.Done(generation.Result{Generated: len(ids)})
		take()
		if string(text) != c.text || string(tokens) != c.text {
			t.Errorf("%q: text %q, log probabilities of %q", c.answer, text, tokens)
		}
	}
}
