package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/generation"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/sampling"
)

// prompt has n token ids without any control token, those of the peers' for seed
// 0.
func prompt(n, seed int) []int32 {
	ids := make([]int32, n)
	ids[0] = 2 // <bos>
	for i := range n - 1 {
		ids[i+1] = int32(1000 + (i*7919+seed*104729)%200_000)
	}
	return ids
}

// text takes what a stream generates.
type text struct {
	sent  time.Time
	times []time.Time
	done  chan generation.Result
}

func (t *text) Token(int32, []sampling.Logprob) bool {
	t.times = append(t.times, time.Now())
	return true
}

func (t *text) Done(r generation.Result) { t.done <- r }

// first is how long the first token took.
func (t *text) first() time.Duration { return t.times[0].Sub(t.sent) }

// rate is tokens a second after the first.
func (t *text) rate() float64 {
	last := len(t.times) - 1
	return float64(last) / t.times[last].Sub(t.times[0]).Seconds()
}

// generate has the engine continue prompts at the same time, each by the same
// number of tokens, and waits for all. No token ends a text.
func generate(e *generation.Engine, tokens int, change func(*generation.Request), prompts ...[]int32) ([]*text, error) {
	texts := make([]*text, len(prompts))
	for i, p := range prompts {
		t := &text{times: make([]time.Time, 0, tokens), done: make(chan generation.Result, 1), sent: time.Now()}
		r := &generation.Request{
			Tokens: p, MaxTokens: tokens, Sink: t, Reproducible: true,
			Sampling: sampling.Params{TopP: 1, RepetitionPenalty: 1},
		}
		if change != nil {
			change(r)
		}
		if _, err := e.Submit(r); err != nil {
			return nil, err
		}
		texts[i] = t
	}
	for _, t := range texts {
		if r := <-t.done; r.Err != nil {
			return nil, r.Err
		}
		if len(t.times) != tokens {
			return nil, fmt.Errorf("a text has %d tokens, want %d", len(t.times), tokens)
		}
	}
	return texts, nil
}

// total is tokens a second of all texts together, while all were generated.
func total(texts []*text) float64 {
	from, to := texts[0].times[0], texts[0].times[len(texts[0].times)-1]
	for _, t := range texts {
		if t.times[0].After(from) {
			from = t.times[0]
		}
		if last := t.times[len(t.times)-1]; last.Before(to) {
			to = last
		}
	}
	n := 0
	for _, t := range texts {
		for _, at := range t.times {
			if at.After(from) && !at.After(to) {
				n++
			}
		}
	}
	return float64(n) / to.Sub(from).Seconds()
}

// forced is a Constraint that allows one text alone.
type forced struct {
	text []int32
	mask []uint64
}

func newForced(text []int32, vocabulary int) *forced {
	f := &forced{text: slices.Clone(text), mask: make([]uint64, (vocabulary+63)/64)}
	f.allow()
	return f
}

func (f *forced) allow() { f.mask[f.text[0]/64] = 1 << (f.text[0] % 64) }

func (f *forced) Mask() []uint64 { return f.mask }

func (f *forced) Accept(id int32) bool {
	if id != f.text[0] {
		return false
	}
	f.mask[id/64] = 0
	if f.text = f.text[1:]; len(f.text) > 0 {
		f.allow()
	}
	return true
}

// repetitive is a text that repeats a passage of n tokens, of which each time
// another one in twelve is changed.
func repetitive(n, times int) []int32 {
	passage := prompt(n, 7)[1:]
	var out []int32
	for round := range times {
		for i, id := range passage {
			if round > 0 && (i+5*round)%12 == 0 {
				id = int32(210_000 + i + 1000*round)
			}
			out = append(out, id)
		}
	}
	return out
}
