package main

import (
	"slices"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/load"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/report"
)

// measured names what is measured: of a contender, and with how many clients, or at
// which of the rates.
type measured struct {
	key  string
	what quantity
	at   int
}

type quantity string

const (
	rate       quantity = "texts/s"
	p50        quantity = "p50 ms"
	p99        quantity = "p99 ms"
	cpu        quantity = "processor seconds a thousand texts"
	firstAfter quantity = "ms from start to first answer"
	idealRate  quantity = "texts/s in ideal batches"
)

// figures are what was measured, once a turn.
type figures map[measured][]float64

func (f figures) add(key string, what quantity, at int, v float64) {
	report.Note("%s, %s at %d: %.4g", key, what, at, v)
	m := measured{key, what, at}
	f[m] = append(f[m], v)
}

// median of the turns; false if it wasn't measured.
func (f figures) median(m measured) (float64, bool) {
	if len(f[m]) == 0 {
		return 0, false
	}
	return report.Median(f[m]), true
}

// ratio is the median of the turns' ratios of a to b, as both ran one after the other.
func (f figures) ratio(a, b measured) (float64, bool) {
	var ratios []float64
	for i := range min(len(f[a]), len(f[b])) {
		ratios = append(ratios, f[a][i]/f[b][i])
	}
	if len(ratios) == 0 {
		return 0, false
	}
	return report.Median(ratios), true
}

// best is the greatest median over the numbers of clients, the fewest if they are equal.
func (f figures) best(key string) (at int, most float64) {
	for m := range f {
		if m.key != key || m.what != rate {
			continue
		}
		if v, _ := f.median(m); v > most || v == most && m.at < at {
			at, most = m.at, v
		}
	}
	return at, most
}

// opened is what the open loops of a contender at one rate gave, over all turns.
type opened struct {
	latencies load.Latencies
	overloads int // turns
	turns     int
}

func (o *opened) add(a *load.Arrivals) {
	o.turns++
	if a == nil || a.Overloaded() {
		o.overloads++
		return
	}
	o.latencies = append(o.latencies, a.Latencies...)
	slices.Sort(o.latencies)
}

// overloaded says that it was in half of the turns or more.
func (o *opened) overloaded() bool { return 2*o.overloads >= o.turns }

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
