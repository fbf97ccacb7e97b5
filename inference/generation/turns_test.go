package generation_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/generation"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/sampling"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/turns"
)

// TestCallersTakeTurns lets one caller fill all slots and the queue with long
// texts, and another ask for a short one: it doesn't wait for any of them, and
// the texts that gave way are what they are alone.
func TestCallersTakeTurns(t *testing.T) {
	long := func(i int) generation.Request {
		return generation.Request{Tokens: prompt(40+i, i), MaxTokens: 200, Caller: "greedy", Reproducible: true, Logprobs: true,
			Sampling: sampling.Params{Temperature: 1, TopK: 50, TopP: 1, RepetitionPenalty: 1, Seed: uint64(i)}}
	}
	alone := load(t, func(o *generation.Options) { o.MaxSequences = 1 })
	const texts = 12
	var want []*collector
	for i := range texts {
		want = append(want, submit(t, alone, long(i)))
		want[i].wait(t)
	}
	e := load(t, func(o *generation.Options) { o.MaxSequences, o.Threads = 3, 1 })
	started := make(chan struct{})
	var all []*collector
	for i := range texts {
		r := long(i)
		c := newCollector()
		if i == 0 {
			c.each = func() {
				if len(c.ids) == 1 {
					close(started)
				}
			}
		}
		r.Sink = c
		if _, err := e.Submit(&r); err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	<-started
	for i := range 5 {
		submit(t, e, generation.Request{Tokens: prompt(30, 50+i), MaxTokens: 5, Caller: "polite", Sampling: sampling.Greedy()}).wait(t)
		if i > 0 {
			continue
		}
		ended := 0
		for _, c := range all {
			select {
			case <-c.done:
				ended++
			default:
			}
		}
		if ended > 3 {
			t.Errorf("%d of the other caller's %d texts ended first", ended, texts)
		}
	}
	for i, c := range all {
		if c.wait(t); !slices.Equal(c.ids, want[i].ids) || !slices.Equal(c.probs, want[i].probs) {
			t.Errorf("text %d:\ngot  %v\nwant %v", i, c.ids, want[i].ids)
		}
	}
}

// TestShortTextsFirst checks that of one caller's texts a short one goes before
// long ones that came just before it.
func TestShortTextsFirst(t *testing.T) {
	e := load(t, func(o *generation.Options) { o.MaxSequences = 1 })
	var all []*collector
	for i := range 5 {
		all = append(all, submit(t, e, generation.Request{Tokens: prompt(20, i), MaxTokens: 500, Sampling: sampling.Greedy()}))
	}
	submit(t, e, generation.Request{Tokens: prompt(20, 9), MaxTokens: 5, Sampling: sampling.Greedy()}).wait(t)
	select {
	case <-all[4].done:
		t.Error("the last of the long texts ended before the short one")
	default:
	}
	for _, c := range all {
		c.wait(t)
	}
}

// TestQueueIsShared checks that one caller can't take all of the queue.
func TestQueueIsShared(t *testing.T) {
	e := load(t, func(o *generation.Options) { o.MaxSequences, o.MaxQueue = 1, 8 })
	var full *turns.FullError
	var all []*collector
	for i := range 20 {
		c := newCollector()
		_, err := e.Submit(&generation.Request{Tokens: prompt(20, i), MaxTokens: 300, Caller: "greedy", Sampling: sampling.Greedy(), Sink: c})
		if err == nil {
			all = append(all, c)
		} else if !errors.As(err, &full) {
			t.Fatal(err)
		}
	}
	if full == nil || len(all) > 7 {
		t.Errorf("%d of 20 were taken of a queue of 8, %v", len(all), full)
	}
	all = append(all, submit(t, e, generation.Request{Tokens: prompt(20, 30), MaxTokens: 5, Caller: "polite", Sampling: sampling.Greedy()}))
	for _, c := range all {
		c.wait(t)
	}
}

// TestPrefixesBelongToTheirCaller checks that nobody learns from cached tokens
// what others sent, but for what all may share.
func TestPrefixesBelongToTheirCaller(t *testing.T) {
	shared := prompt(100, 1)
	e := load(t, func(o *generation.Options) {
		o.MaxSequences, o.PrefillChunk, o.PrefixCache = 1, 16, 64<<20
	})
	e.Share([][]int32{shared})
	cached := func(caller string, tokens []int32) int {
		t.Helper()
		c := submit(t, e, generation.Request{Tokens: tokens, MaxTokens: 3, Caller: caller, Sampling: sampling.Greedy()})
		c.wait(t)
		return c.result.Cached
	}
	secret := prompt(120, 2)
	common := append(slices.Clone(shared), prompt(60, 3)...)
	for _, c := range []struct {
		caller string
		tokens []int32
		want   int
	}{
		{"a", secret, 0}, {"b", secret, 0}, {"a", secret, 119}, {"b", secret, 119}, {"c", secret[:50], 0},
		{"a", common, 0}, {"b", common, 96}, {"b", common, 159}, {"c", append(slices.Clone(shared), prompt(60, 4)...), 96},
	} {
		if got := cached(c.caller, c.tokens); got != c.want {
			t.Errorf("%s, %d tokens that begin with %v: %d were cached, want %d", c.caller, len(c.tokens), c.tokens[:3], got, c.want)
		}
	}
}
