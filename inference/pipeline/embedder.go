package pipeline

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
)

// EmbedRequest asks for the vectors of one or more texts.
type EmbedRequest struct {
	Texts     []string
	Normalize bool   // to the length 1
	Prompt    string // the name of the one that is put before each text; "" is the model's default
	Truncate  bool   // false: a text over the limit is ErrTooLong
	Caller    string // who asks, "" if callers aren't told apart
}

// EmbedResult holds the vectors in the order of EmbedRequest.Texts.
type EmbedResult struct {
	Vectors [][]float32
	Work
}

// Embedder makes vectors of texts, as sentence-transformers does.
type Embedder struct {
	*encoder
	sentences modelstore.Sentences
}

// Embed returns the vectors of a request's texts. Its errors are those of
// [Classifier.Classify], and an InvalidError for a prompt that the model doesn't have.
func (e *Embedder) Embed(ctx context.Context, r EmbedRequest) (EmbedResult, error) {
	prompt := e.sentences.Default
	if r.Prompt != "" {
		var ok bool
		if prompt, ok = e.sentences.Prompts[r.Prompt]; !ok {
			return EmbedResult{}, &InvalidError{Field: "prompt_name", Problem: fmt.Sprintf("%.100q is none of the model's: it has the prompts %s",
				r.Prompt, strings.Join(slices.Sorted(maps.Keys(e.sentences.Prompts)), ", "))}
		}
	}
	all := make([]string, len(r.Texts))
	for i, text := range r.Texts {
		all[i] = e.read(prompt, text)
	}
	vectors, work, err := e.compute(ctx, texts{texts: all, truncate: r.Truncate, caller: r.Caller})
	if err != nil {
		return EmbedResult{}, err
	}
	for i, v := range vectors {
		v = slices.Clone(v)
		if r.Normalize {
			normalized(v)
		}
		vectors[i] = v
	}
	return EmbedResult{vectors, work}, nil
}

// read is the text as sentence-transformers gives it to the tokenizer: without white space
// at its ends, and in small letters where the model wants that.
func (e *Embedder) read(prompt, text string) string {
	text = strings.TrimFunc(prompt+text, isSpace)
	if e.sentences.Lower {
		text = cases.Lower(language.Und).String(text)
	}
	return text
}

// isSpace is Python's str.isspace of a character.
func isSpace(r rune) bool {
	switch {
	case r >= 0x09 && r <= 0x0d, r >= 0x1c && r <= 0x20, r == 0x85, r == 0xa0, r == 0x1680, r >= 0x2000 && r <= 0x200a,
		r == 0x2028, r == 0x2029, r == 0x202f, r == 0x205f, r == 0x3000:
		return true
	}
	return false
}
