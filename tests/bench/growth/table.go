package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/report"
)

const (
	// fall is how much less throughput may be at the next step.
	fall = 0.15
	// spread is how many times the median the slowest of a hundred may take.
	spread = 4
)

const about = `Models were prepared by ` + "`scorer optimize`" + `. Clients send their next request when they
have the last one's answer, and share the processors with the scorer; who is refused comes
again when Retry-After says so. Figures are the better of %d passes.

Processor time is the scorer's, for each text or token. A cliff is throughput that falls by more than %.0f %% from one step to the next, a p99 of more
than %d times the median, or a request that is given up on (504) in both passes. One without
more processor time each is the machine's, if others use it, or time in which nothing is done.

`

func tables(axes []*axis) string {
	var out strings.Builder
	fmt.Fprintf(&out, about, passes, 100*fall, spread)
	var found []string
	for _, a := range axes {
		fmt.Fprintf(&out, "### %s\n\n| %s | %s | processor ms each | p50 ms | p99 ms | refused | late |\n|---|---|---|---|---|---|---|\n", a.title, a.step, a.unit)
		for _, s := range a.steps {
			fmt.Fprintf(&out, "| %s | %s | %s | %s | %s | %d | %d |\n", s.name, report.Short(s.rate), report.Short(1000*s.cost),
				report.Short(milliseconds(s.p50)), report.Short(milliseconds(s.p99)), s.refused, s.late)
		}
		out.WriteString("\n")
		found = append(found, a.cliffs()...)
	}
	out.WriteString("### Cliffs\n\n")
	if len(found) == 0 {
		out.WriteString("None.\n")
	}
	for _, c := range found {
		fmt.Fprintf(&out, "- %s\n", c)
	}
	return out.String()
}

// cliffs are those of an axis, each in a sentence.
func (a *axis) cliffs() (found []string) {
	for i, s := range a.steps {
		if i > 0 && s.rate < (1-fall)*a.steps[i-1].rate {
			before := a.steps[i-1]
			found = append(found, fmt.Sprintf("%s: from %s to %s, throughput falls by %.0f %%, and a text or token takes %.2f times the processor time.",
				a.title, before.name, s.name, 100*(1-s.rate/before.rate), s.cost/before.cost))
		}
		if s.late > 0 {
			found = append(found, fmt.Sprintf("%s: at %s, %d requests were given up on (504) in each pass.", a.title, s.name, s.late))
		}
		if s.p99 > spread*s.p50 {
			found = append(found, fmt.Sprintf("%s: at %s, p99 is %.1f times the median.", a.title, s.name, s.p99.Seconds()/s.p50.Seconds()))
		}
	}
	return found
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
