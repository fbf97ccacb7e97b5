package main

import (
	"fmt"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/generation"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/sampling"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/report"
)

// figures are what was measured, by name, once a round.
type figures map[string][]float64

func (f figures) add(name string, v float64) {
	report.Note("%s: %.4g", name, v)
	f[name] = append(f[name], v)
}

func (f figures) median(name string) float64 {
	if len(f[name]) == 0 {
		return 0
	}
	return report.Median(f[name])
}

// Names of figures.
const (
	ofBandwidth = "bandwidth GB/s"
	ofBare      = "bare session"
	ofEngine    = "engine"
	ofHTTP      = "HTTP, streamed"
)

func at(name string, context int) string { return fmt.Sprintf("%s at %d", name, context) }

func streams(n int) string { return fmt.Sprintf("%d streams", n) }

// contexts are the lengths of prompts that single streams continue.
var contexts = []int{64, 1000}

const (
	window = 1280
	slots  = 8
	chunk  = 64 // of prompts, the scorer's default
	// perTurn is how many tokens an engine generates before another's turn.
	perTurn = 48
	long    = 3000 // context at which short caches show
)

var heads = generation.Heads{KeyValue: 1, Size: 256}

// single lets everyone generate in turn, alone.
func (b *bench) single() error {
	for _, context := range contexts {
		rate, err := b.bare.decode(context, perTurn)
		if err != nil {
			return err
		}
		b.figures.add(at(ofBare, context), rate)
		texts, err := generate(b.engine, perTurn+1, nil, prompt(context, 0))
		if err != nil {
			return err
		}
		b.figures.add(at(ofEngine, context), texts[0].rate())
		a, err := b.server.complete(prompt(context, 0), perTurn+1)
		if err != nil {
			return err
		}
		b.figures.add(at(ofHTTP, context), 1/a.perToken.Seconds())
		for _, p := range b.peers {
			a, err := p.Decode(context, perTurn)
			if err != nil {
				return err
			}
			b.figures.add(at(p.Name, context), a.TokensPerSecond)
		}
	}
	gbs, err := bandwidth(b.threads)
	b.figures.add(ofBandwidth, gbs/1e9)
	return err
}

// batched generates several texts at once.
func (b *bench) batched() error {
	for _, n := range []int{1, 4, slots} {
		prompts := make([][]int32, n)
		for i := range prompts {
			prompts[i] = prompt(contexts[0], i)
		}
		texts, err := generate(b.engine, perTurn+1, nil, prompts...)
		if err != nil {
			return err
		}
		b.figures.add(streams(n), total(texts))
	}
	return nil
}

const (
	ofCached, ofUncached = "first token ms, prefix cached", "first token ms"
	ofPruned, ofUnpruned = "prompt of 512 ms, head pruned", "prompt of 512 ms, whole head"
	ofShort, ofWhole     = "short caches at 3000", "whole caches at 3000"
	ofLookup, ofNoLookup = "repetitive text, looked up", "repetitive text"
)

// prefix measures the time to the first token of a prompt of 512 + 16 tokens.
func (b *bench) prefix(round int) error {
	for i := range 3 {
		shared := prompt(512, 1)
		tail := prompt(17, 1000+100*round+i)[1:]
		texts, err := generate(b.engine, 2, func(r *generation.Request) { r.Pin = len(shared) }, append(shared, tail...))
		if err != nil {
			return err
		}
		if round > 0 || i > 0 { // the first fills the cache
			b.figures.add(ofCached, ms(texts[0].first()))
		}
	}
	other := prompt(528, 2)
	for i := range other[1:] {
		other[1+i] = int32(1000 + (i*7919+(round+5)*31337)%200_000)
	}
	texts, err := generate(b.engine, 2, nil, other)
	if err != nil {
		return err
	}
	b.figures.add(ofUncached, ms(texts[0].first()))
	return nil
}

// prefill reads a prompt with logits of the last position alone, and of all.
func (b *bench) prefill() error {
	for _, v := range []struct {
		name string
		keep int
	}{{ofPruned, 1}, {ofUnpruned, 0}} {
		took, err := b.bare.prefill(512, chunk, v.keep)
		if err != nil {
			return err
		}
		b.figures.add(v.name, ms(took))
	}
	return nil
}

// windowed continues a long text with short and with whole caches.
func (b *bench) windowed() error {
	for _, v := range []struct {
		name    string
		session *bare
	}{{ofShort, b.short}, {ofWhole, b.whole}} {
		rate, err := v.session.decode(long, perTurn)
		if err != nil {
			return err
		}
		b.figures.add(v.name, rate)
	}
	return nil
}

// repeated continues a text that repeats itself, with what came before proposed
// and without.
func (b *bench) repeated() error {
	text := repetitive(96, 4)
	const given = 128
	for _, v := range []struct {
		name         string
		reproducible bool
	}{{ofNoLookup, true}, {ofLookup, false}} {
		texts, err := generate(b.engine, len(text)-given, func(r *generation.Request) {
			r.Reproducible = v.reproducible
			r.Constraint = newForced(text[given:], b.engine.Vocabulary())
			r.Sampling = sampling.Params{TopP: 1, RepetitionPenalty: 1}
		}, text[:given])
		if err != nil {
			return err
		}
		b.figures.add(v.name, texts[0].rate())
	}
	return nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
