package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
)

// EmbedRequest asks for the vectors of one or more texts.
type EmbedRequest struct {
	Texts      []string
	Dimensions int    // how many of a vector's numbers are kept; 0: as many as Info.Width
	Normalize  bool   // what is kept, to the length 1
	Prompt     string // the name of the one that is put before each text; "" is the model's default
	Truncate   bool   // false: a text over the limit is ErrTooLong
	Caller     string // who asks, "" if callers aren't told apart
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
	hidden    int   // numbers of a vector before it is cut
	trained   []int // the dimensions that it can be cut to, nil for any
}

// Embed returns the vectors of a request's texts. Its errors are those of
// [Classifier.Classify], and an InvalidError for a prompt or dimensions that the model
// doesn't have.
func (e *Embedder) Embed(ctx context.Context, r EmbedRequest) (EmbedResult, error) {
	prompt := e.sentences.Default
	if r.Prompt != "" {
		var ok bool
		if prompt, ok = e.sentences.Prompts[r.Prompt]; !ok {
			return EmbedResult{}, &InvalidError{Field: "prompt_name", Problem: fmt.Sprintf("%.100q is none of the model's: it has the prompts %s",
				r.Prompt, strings.Join(slices.Sorted(maps.Keys(e.sentences.Prompts)), ", "))}
		}
	}
	width := cmp.Or(r.Dimensions, e.info.Width)
	if r.Dimensions != 0 {
		if err := e.checkDimensions(width); err != nil {
			return EmbedResult{}, err
		}
	}
	all := make([]string, len(r.Texts))
	for i, text := range r.Texts {
		all[i] = prompt + text
	}
	vectors, work, err := e.compute(ctx, texts{texts: all, truncate: r.Truncate, caller: r.Caller})
	if err != nil {
		return EmbedResult{}, err
	}
	for i, v := range vectors {
		v = slices.Clone(v[:width])
		if r.Normalize {
			normalized(v)
		}
		vectors[i] = v
	}
	return EmbedResult{vectors, work}, nil
}

// checkDimensions refuses those that a vector can't be cut to.
func (e *Embedder) checkDimensions(n int) error {
	switch {
	case n < 1 || n > e.hidden:
		return &InvalidError{Field: "dimensions", Problem: fmt.Sprintf("%d is none that the model's vectors can be cut to: they have %d", n, e.hidden)}
	case e.trained != nil && n != e.hidden && !slices.Contains(e.trained, n):
		return &InvalidError{Field: "dimensions", Problem: fmt.Sprintf("%d is none that the model was trained to be cut to: by its config.json these are %v", n, append(slices.Clone(e.trained), e.hidden))}
	}
	return nil
}
