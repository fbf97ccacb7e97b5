package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/load"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/report"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// axis is what grows, and what was measured at each step.
type axis struct {
	title, step, unit string
	steps             []*step
}

// step is the better of its passes, because what else a machine does only slows.
type step struct {
	name     string
	shape    shape
	rate     float64 // of the axis's unit, a second
	cost     float64 // processor time of the server, in seconds for each of the unit
	p50, p99 time.Duration
	refused  int
	late     int // in the pass with the fewest
	passes   int
}

// shape is what is sent, and where to.
type shape struct {
	route                  *route
	clients, texts, tokens int // texts of so many tokens each; of a chat, its prompt's
	answer                 int // tokens of a chat's answer; 0 of the others
}

// passes is how often each axis is measured.
const passes = 2

// per is what of a shape's requests the rate counts.
func (s shape) per(unit string) float64 {
	switch {
	case s.answer > 0:
		return float64(s.answer)
	case unit == unitTokens:
		return float64(s.texts * s.tokens)
	}
	return float64(s.texts)
}

const unitTexts, unitTokens = "texts/s", "tokens/s"

// usual is what stays as it is while something else grows.
var usual = shape{clients: 8, texts: 1, tokens: 16}

func (a *axis) add(name string, s shape) { a.steps = append(a.steps, &step{name: name, shape: s}) }

// only is the axis with one of its steps.
func (a *axis) only(i int) *axis {
	part := *a
	part.steps = a.steps[i : i+1]
	return &part
}

// serve starts a scorer and measures all steps of the axes.
func (b *bench) serve(ctx context.Context, dir, processors string, args []string, axes []*axis) error {
	if processors != "" {
		if err := os.Setenv("GOMAXPROCS", processors); err != nil {
			return err
		}
		defer func() { _ = os.Unsetenv("GOMAXPROCS") }()
	}
	p, err := scorerproc.Start(ctx, dir, append(args, "--log-level", "warn")...)
	if err != nil {
		return err
	}
	defer p.Kill()
	for pass := range passes {
		for _, a := range axes {
			for _, s := range a.steps {
				before, err := report.Processor(p.PID())
				if err != nil {
					return err
				}
				c, err := load.Closing(ctx, service(p.URL, s.shape), make([]string, s.shape.clients), s.shape.clients, b.length)
				if err != nil {
					return fmt.Errorf("%s, %s %s: %w; its log:\n%s", a.title, s.name, a.step, err, p.Log())
				}
				after, err := report.Processor(p.PID())
				if err != nil {
					return err
				}
				per := s.shape.per(a.unit)
				cost := (after - before) / (per * float64(max(1, len(c.Latencies))))
				report.Note("pass %d, %s, %s: %.4g %s, p50 %v, p99 %v, %.3g ms of processor time each, %d refused",
					pass+1, a.title, s.name, c.Rate*per, a.unit, c.Quantile(.5), c.Quantile(.99), 1000*cost, len(c.Refused))
				s.take(c.Rate*per, cost, c)
			}
		}
	}
	return nil
}

func (s *step) take(rate, cost float64, c *load.Crowd) {
	if s.passes++; s.passes == 1 || c.Late < s.late {
		s.late = c.Late
	}
	if len(c.Latencies) == 0 {
		return
	}
	if s.cost == 0 || cost < s.cost {
		s.cost = cost
	}
	if p99 := c.Quantile(.99); s.p99 == 0 || p99 < s.p99 {
		s.p50, s.p99 = c.Quantile(.5), p99
	}
	if rate > s.rate {
		s.rate, s.refused = rate, len(c.Refused)
	}
}

// words are single tokens of all models' vocabularies.
var words = []string{"good", "day", "for", "a", "long", "walk", "in", "the", "park"}

// service sends a shape's requests. No two of one client are alike.
func service(url string, s shape) load.Service {
	return load.Service{URL: url + s.route.path, Body: func(i int) any {
		texts := make([]string, s.texts)
		for j := range texts {
			texts[j] = text(i+j, s.tokens-s.route.special)
		}
		return s.route.body(texts, s)
	}}
}

func text(seed, n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = words[(seed+i*(1+seed%5))%len(words)]
	}
	return strings.Join(out, " ")
}
