package main

import (
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/tokenizer"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// TestAgreement checks what counts as the same text, with tokens of the small chat
// model.
func TestAgreement(t *testing.T) {
	bpe, err := tokenizer.Load(goldens.ModelDir("gemma-tiny-chat") + "/tokenizer.json")
	if err != nil {
		t.Fatal(err)
	}
	n := names{bpe}
	want := &recorded{Tokens: []int32{600, 700, 106}, Logprobs: []float64{-0.5, -1, -0.25}, Rivals: [][2]float64{{601, -2}, {701, -1.125}, {800, -0.5}}}
	p := &prompt{Name: "made", IDs: []int32{2, 500}}
	for name, c := range map[string]struct {
		tokens []int32
		finish string
		same   int
		step   int
		margin float64
		rival  bool
	}{
		"the same":           {[]int32{600, 700}, "stop", 1, 0, 0, false},
		"the second best":    {[]int32{600, 701}, "stop", 0, 1, 0.125, true},
		"another":            {[]int32{602, 700}, "stop", 0, 0, 1.5, false},
		"no end":             {[]int32{600, 700, 800}, "length", 0, 2, 0.25, true},
		"an end too soon":    {[]int32{600}, "stop", 0, 1, 0.125, false},
		"broken off instead": {[]int32{600, 700}, "length", 0, 2, 0.25, false},
	} {
		var a agreement
		a.add(n, p, want, &answer{Finish: c.finish, Prompt: 2, Tokens: n.all(c.tokens), Logprobs: []float64{-0.5, -1.25, -9}[:len(c.tokens)]})
		if a.same != c.same || len(a.differing) != 1-c.same || a.ids != 0 {
			t.Errorf("%s: %+v", name, a)
			continue
		}
		if c.same == 1 {
			if a.furthest != 0.25 {
				t.Errorf("%s: furthest %v", name, a.furthest)
			}
		} else if d := a.differing[0]; d.step != c.step || d.margin != c.margin || d.rival != c.rival {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

func TestAcceptedProposals(t *testing.T) {
	var a accepted
	a.add([]string{"a", "b", "c", "d", "e"}, []string{"a", "b", "c", "d", "x"})
	// After a b c both times: d comes, then (b c d before) e doesn't.
	if a != (accepted{tokens: 5, proposals: 2, proposed: 3, came: 1}) {
		t.Errorf("%+v", a)
	}
}
