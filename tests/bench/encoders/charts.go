package main

import (
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/plot"
)

// The charts' files, beside the document.
const (
	throughputChart = "benchmarks/throughput.svg"
	p99Chart        = "benchmarks/p99.svg"
)

// charts are drawn of the same figures as the tables, by file name.
func (b *bench) charts() map[string]string {
	throughput := &plot.Chart{Title: "Throughput", X: "clients", Y: "texts/s"}
	tail := &plot.Chart{Title: "99 % of the answers came within", X: "texts/s that arrive; a line ends where texts pile up", Y: "ms", LogY: true}
	for _, c := range b.contenders {
		name := strings.ReplaceAll(c.name, "`", "")
		s := plot.Series{Name: name}
		for _, n := range b.clients {
			if v, ok := b.figures.median(measured{c.key, rate, n}); ok {
				s.Points = append(s.Points, plot.Point{X: float64(n), Y: v})
			}
		}
		throughput.Series = append(throughput.Series, s)
		s = plot.Series{Name: name}
		for i, r := range b.rates {
			if o := c.at(i); !o.overloaded() {
				s.Points = append(s.Points, plot.Point{X: r, Y: ms(o.latencies.Quantile(.99))})
			}
		}
		tail.Series = append(tail.Series, s)
	}
	return map[string]string{throughputChart: throughput.SVG(), p99Chart: tail.SVG()}
}
