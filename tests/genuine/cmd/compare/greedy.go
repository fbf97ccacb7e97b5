package main

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/tokenizer"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// ends are the ids that end a text.
var ends = []int32{1, 106}

// agreement is how often two implementations wrote the same tokens.
type agreement struct {
	prompts, same int
	tokens        int     // of the prompts
	furthest      float64 // two log probabilities of the same token
	differing     []difference
	ids           int // prompts whose number of tokens isn't the reference's
}

// difference is a prompt after which the texts part.
type difference struct {
	name   string
	step   int     // of the first token that isn't the same
	margin float64 // by how much the reference's token led there
	rival  bool    // it was the reference's second best
}

// names are tokens as the scorer's answers have them.
type names struct{ bpe *tokenizer.Tokenizer }

func (n names) of(id int32) string {
	name := n.bpe.Name(id)
	if utf8.Valid(name) {
		return string(name)
	}
	var b strings.Builder
	b.WriteString("bytes:")
	for _, c := range name {
		fmt.Fprintf(&b, `\x%02x`, c)
	}
	return b.String()
}

func (n names) all(ids []int32) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = n.of(id)
	}
	return out
}

func (c *comparison) names() (names, error) {
	bpe, err := tokenizer.Load(filepath.Join(c.folder, "hf", "tokenizer.json"))
	return names{bpe}, err
}

func (a *agreement) add(n names, p *prompt, want *recorded, got *answer) {
	a.prompts++
	a.tokens += len(p.IDs)
	if got.Prompt != len(p.IDs) {
		a.ids++
	}
	tokens := want.Tokens
	ended := slices.Contains(ends, tokens[len(tokens)-1])
	if ended {
		tokens = tokens[:len(tokens)-1]
	}
	for i := range max(len(tokens), len(got.Tokens)) {
		if i < len(tokens) && i < len(got.Tokens) && n.of(tokens[i]) == got.Tokens[i] {
			a.furthest = max(a.furthest, math.Abs(want.Logprobs[i]-got.Logprobs[i]))
			continue
		}
		d := difference{name: p.Name, step: i, margin: want.margin(min(i, len(want.Tokens)-1))}
		if i < len(want.Tokens) {
			rival := int32(want.Rivals[i][0])
			d.rival = i < len(got.Tokens) && got.Tokens[i] == n.of(rival) || i == len(got.Tokens) && slices.Contains(ends, rival)
		}
		a.differing = append(a.differing, d)
		return
	}
	if ended == (got.Finish == "stop") {
		a.same++
		return
	}
	a.differing = append(a.differing, difference{name: p.Name, step: len(tokens), margin: want.margin(len(want.Tokens) - 1)})
}

func (a *agreement) String() string {
	s := fmt.Sprintf("%d of %d", a.same, a.prompts)
	if len(a.differing) == 0 {
		return s
	}
	var margins []float64
	rivals := 0
	for _, d := range a.differing {
		margins = append(margins, d.margin)
		if d.rival {
			rivals++
		}
	}
	return fmt.Sprintf("%s; where they part the other's token led by %.3f at most (median %.3f), and ours was its second best in %d of %d",
		s, slices.Max(margins), slices.Sorted(slices.Values(margins))[len(margins)/2], rivals, len(margins))
}

// greedy compares a served folder with recorded texts.
func (c *comparison) greedy(ctx context.Context, folder string, of map[int]*recorded, options ...string) (*agreement, error) {
	n, err := c.names()
	if err != nil {
		return nil, err
	}
	a := &agreement{}
	return a, serving(ctx, folder, options, func(p *scorerproc.Process) error {
		for i := range c.reference.prompts {
			want := of[i]
			if want == nil {
				continue
			}
			got, err := continued(ctx, p.URL, &c.reference.prompts[i], c.reference.newTokens, nil)
			if err != nil {
				return fmt.Errorf("%s: %w", c.reference.prompts[i].Name, err)
			}
			a.add(n, &c.reference.prompts[i], want, got)
		}
		return nil
	})
}
