package main

import (
	"fmt"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/report"
)

// aim is a ratio that we want, at most or at least.
type aim struct {
	what    string
	a, b    measured
	of      quantity // unit of both
	atLeast bool
	bound   float64
}

func (a aim) met(ratio float64) bool {
	if a.atLeast {
		return ratio >= a.bound
	}
	return ratio <= a.bound
}

func (a aim) String() string {
	if a.atLeast {
		return fmt.Sprintf("at least %.3g", a.bound)
	}
	return fmt.Sprintf("at most %.3g", a.bound)
}

// ratios are the aims that compare two figures of the turns.
func (b *bench) ratios() []aim {
	served := func(key string, what quantity, n int) measured { return measured{key, what, n} }
	best := func(key string) measured {
		n, _ := b.figures.best(key)
		return measured{key, rate, n}
	}
	return []aim{
		{"1 client, fp32, against FastAPI", served(oursFP32, p50, 1), served(fastAPI, p50, 1), p50, false, .8},
		{"the same with `--spinning`", served(oursSpinning, p50, 1), served(fastAPI, p50, 1), p50, false, .8},
		{"32 clients, fp32, against FastAPI", served(oursFP32, rate, 32), served(fastAPI, rate, 32), rate, true, 2},
		{"32 clients, fp32, against the predecessor", served(oursFP32, rate, 32), served(predecessor, rate, 32), rate, true, 4},
		{"32 clients, int8, against the predecessor", served(oursInt8, rate, 32), served(predecessor, rate, 32), rate, true, 10},
		{"fp32 at best, against ideal batches", best(oursFP32), measured{oursFP32, idealRate, 0}, rate, true, .95},
		{"int8 at best, against ideal batches", best(oursInt8), measured{oursInt8, idealRate, 0}, rate, true, .9},
		{"fp32 against the predecessor", served(oursFP32, firstAfter, 0), served(predecessor, firstAfter, 0), firstAfter, false, 1. / 20},
	}
}

func (b *bench) aims(t *table) {
	about := "Ratios are medians of the turns' ratios."
	if b.contender(predecessor) != nil {
		about = "The predecessor is Azure's inference server with transformers and torch. " + about
	}
	t.head("Against the aims", about, "what", "ours", "theirs", "ratio", "aim", "met")
	for _, a := range b.ratios() {
		ratio, ok := b.figures.ratio(a.a, a.b)
		if !ok {
			continue
		}
		t.row(fmt.Sprintf("%s, %s", a.what, a.of), b.figure(a.a), b.figure(a.b), fmt.Sprintf("%.3g", ratio), a.String(), yes(a.met(ratio)))
	}
	b.tailAim(t)
	if c := b.contender(oursInt8); c != nil {
		t.row("int8, "+b.task.what+" of one text among any neighbours", "", "", "", "equal to the bit", yes(c.answers.widest() == 0))
	}
}

// tailAim compares p99 at half of our saturation. A predecessor that can't bear the
// rate at all has no p99, and more than three times as long it surely takes.
func (b *bench) tailAim(t *table) {
	const half = 1 // of shares
	own, other := b.contender(oursFP32), b.contender(predecessor)
	if own == nil || other == nil {
		return
	}
	a := aim{bound: 1. / 3}
	mine := own.at(half)
	ours := report.Short(ms(mine.latencies.Quantile(.99)))
	if mine.overloaded() {
		ours = "overload"
	}
	what := fmt.Sprintf("%s texts/s, half of our saturation, fp32, against the predecessor, %s", report.Short(b.rates[half]), p99)
	if other.at(half).overloaded() {
		t.row(what, ours, "overload", "-", a.String(), yes(!mine.overloaded()))
		return
	}
	theirs := ms(other.at(half).latencies.Quantile(.99))
	ratio := ms(mine.latencies.Quantile(.99)) / theirs
	t.row(what, ours, report.Short(theirs), fmt.Sprintf("%.3g", ratio), a.String(), yes(!mine.overloaded() && a.met(ratio)))
}

func yes(v bool) string {
	if v {
		return "yes"
	}
	return "no"
}
