// Growth measures throughput and latency as requests grow: in their number, in the
// texts of each and in the texts' length, with processors and with models. It names
// every cliff, where the next step costs far more than the step.
package main

import (
	"context"
	"flag"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/command"
)

func main() {
	c := command.New("make bench-growth")
	model := command.Model(subjects, "distilbert")
	seconds := flag.Float64("seconds", 3, "length of a measurement")
	flag.Parse()
	if c.Quick {
		*seconds = 0.1
	}
	c.Main(func(ctx context.Context, dir string) (*command.Result, error) {
		subject, err := model()
		if err != nil {
			return nil, err
		}
		s := subject()
		b := bench{length: time.Duration(*seconds * float64(time.Second))}
		axes, err := b.measure(ctx, s, dir)
		if err != nil {
			return nil, err
		}
		return &command.Result{Section: s.section, Text: s.about + tables(axes)}, nil
	})
}

// bench is how it is measured.
type bench struct {
	length time.Duration
}
