package main

import (
	"fmt"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/report"
)

// names are the phases in the scorer's log, and what the table calls them.
var names = [][2]string{
	{"files", "files checked"}, {"runtime", "ONNX Runtime loaded"}, {"tokenizer", "tokenizer"}, {"session", "session"}, {"warm_up", "warm-up"}, {"all", "ready"},
}

const about = `Milliseconds from the start of the process to the first right answer over HTTP, and what
they went to by the scorer's own log; medians of %d starts. Files are checked while ONNX
Runtime is loaded, and the tokenizer is read while the session is made, so the parts add up to
more than the whole. "On disk" means that the page cache was told to forget the model, the
scorer and ONNX Runtime; in the column beside it is how much of them it still had.

`

func table(models []*model, turns int) string {
	var out strings.Builder
	fmt.Fprintf(&out, about, turns)
	out.WriteString("| model | files | in the page cache | first answer | aim |")
	for _, n := range names {
		fmt.Fprintf(&out, " %s |", n[1])
	}
	out.WriteString("\n|---|---|---|---|---|" + strings.Repeat("---|", len(names)) + "\n")
	for _, m := range models {
		for _, row := range []struct {
			where  string
			starts []start
		}{{"in the page cache", m.warm}, {"on disk", m.cold}} {
			fmt.Fprintf(&out, "| %s | %s | %.0f %% | %.0f | at most %.0f |", m.name, row.where,
				100*median(row.starts, func(s start) float64 { return s.cached }),
				median(row.starts, func(s start) float64 { return s.first }), m.aim)
			for _, n := range names {
				fmt.Fprintf(&out, " %.0f |", median(row.starts, func(s start) float64 { return s.phases[n[0]] }))
			}
			out.WriteString("\n")
		}
	}
	return out.String()
}

func median(starts []start, of func(start) float64) float64 {
	var all []float64
	for _, s := range starts {
		all = append(all, of(s))
	}
	return report.Median(all)
}
