package pipeline

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/chat"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/grammar"
)

// A request with ContinueFinal is answered with the rest of a text whose beginning the last
// message has. What the whole text has to be, beginning and rest have to be together.

// callable are the tools that an answer may call. No call follows the beginning of a text, if
// the model's notation has none behind a text, or if the text is a document.
func (g *Generator) callable(r *GenerateRequest) []Tool {
	if r.ContinueFinal && (!g.answers.Anywhere || r.Format.Type != FormatText && r.ToolChoice.Mode != ToolRequired) {
		return nil
	}
	return r.offered()
}

// checkContinued refuses a call that has to come but can't.
func (g *Generator) checkContinued(r *GenerateRequest) error {
	if r.ContinueFinal && r.ToolChoice.Mode == ToolRequired && len(r.offered()) > 0 && !g.answers.Anywhere {
		return &InvalidError{Field: "tool_choice", Problem: "it asks for a call, but this model's calls can't follow a text, which continue_final_message asks for: leave one of them out"}
	}
	return nil
}

// begun is the beginning of the text as the prompt ends with it, without the white space
// before it. Templates may cut the white space behind it.
func (g *Generator) begun(r *GenerateRequest, prompt []int32) string {
	said := strings.TrimLeftFunc(r.Messages[len(r.Messages)-1].Content, unicode.IsSpace)
	cut := strings.TrimRightFunc(said, unicode.IsSpace)
	if end := g.tokenizer.Decode(prompt[max(0, len(prompt)-len(said)):], false); strings.HasSuffix(end, said[len(cut):]) {
		return said
	}
	return cut
}

// thinksOn reports whether the beginning ends within a thought.
func thinksOn(begun string) bool {
	return strings.LastIndex(begun, chat.ThinkBegin) > strings.LastIndex(begun, chat.ThinkEnd)
}

// begin has a document begin so.
func begin(m *grammar.Matcher, begun string) error {
	if !m.Begin([]byte(begun)) {
		return &InvalidError{Field: "response_format", Problem: fmt.Sprintf("continue_final_message goes on from %.100q, which is no beginning of such a document: leave one of them out", begun)}
	}
	return nil
}
