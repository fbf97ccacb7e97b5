// Encoders measures the scorer beside what a user would serve a text classifier or
// embeddings with instead, all in one run: throughput, latency, processor time, memory, the
// time until the first answer, and what must be installed. Every answer is checked.
//
// Machines are noisy, so that all take turns, and ratios are of one turn's figures.
package main

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnxlib"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/command"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/ideal"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

func main() {
	var b bench
	c := command.New("make bench-peers")
	model := command.Model(subjects, "distilbert")
	seconds := flag.Float64("seconds", 3, "length of one measurement in closed loop; in open loop it is a third longer")
	flag.IntVar(&b.turns, "turns", 3, "how often each measurement is taken")
	only := flag.String("only", "", "measure these alone, by their `names` with commas: "+strings.Join(keys(), ", "))
	python := flag.String("python", filepath.Join(scorerproc.Root(), "build", "reference", "bin", "python"), "interpreter with tests/reference/requirements.txt, for all models but distilbert")
	flag.Parse()
	c.Fixed = append(c.Fixed, "python")
	if c.Quick {
		b.turns, *seconds = 1, 1
	}
	b.length = time.Duration(*seconds * float64(time.Second))
	c.Main(func(ctx context.Context, dir string) (*command.Result, error) {
		subject, err := model()
		if err != nil {
			return nil, err
		}
		return b.run(ctx, subject(), dir, *only, *python)
	})
}

// bench is what is measured, and how.
type bench struct {
	*subject
	turns      int
	length     time.Duration // of a measurement in closed loop
	texts      []goldens.Text
	contenders []*contender
	ideal      map[string]*ideal.Session // by the contender that serves the same graph
	rates      []float64                 // texts a second of the open loops
	figures    figures
}

// budget is the scorer's default of max_batch_tokens.
const budget = 512

// run makes the model in dir and measures with it.
func (b *bench) run(ctx context.Context, s *subject, dir, only, python string) (r *command.Result, err error) {
	b.subject = s
	if b.contenders, err = choose(s.contenders, only); err != nil {
		return nil, err
	}
	var m *models
	if m, b.texts, err = s.make(ctx, dir, python); err != nil {
		return nil, err
	}
	if err := m.prepare(ctx, dir); err != nil {
		return nil, err
	}
	text, charts, err := b.measure(ctx, m)
	return &command.Result{Section: s.section, Text: s.about + about + text, Files: charts}, err
}

// measure takes all measurements on the models.
func (b *bench) measure(ctx context.Context, m *models) (text string, charts map[string]string, err error) {
	defer b.close()
	b.figures = figures{}
	m.task = b.task
	for _, c := range b.contenders {
		c.answers = b.task.answers(b.texts, b.task.tolerance(c))
		if err := c.install(ctx, m); err != nil {
			return "", nil, fmt.Errorf("%s: %w", c.key, err)
		}
	}
	if err := b.openIdeal(m); err != nil {
		return "", nil, err
	}
	phases := []func(context.Context) error{b.starts, b.closedLoops}
	if b.open {
		phases = append(phases, b.openLoops)
	}
	for _, phase := range phases {
		if err := phase(ctx); err != nil {
			return "", nil, err
		}
	}
	if err := b.stop(); err != nil {
		return "", nil, err
	}
	if b.open {
		charts = b.charts()
	}
	return b.tables(), charts, nil
}

// openIdeal opens a session of each of our graphs, for its limit.
func (b *bench) openIdeal(m *models) error {
	b.ideal = map[string]*ideal.Session{}
	library, err := onnxlib.Locate("")
	if err != nil {
		return err
	}
	if err := onnx.Init(library); err != nil {
		return err
	}
	for key, dir := range map[string]string{oursFP32: m.fp32, oursInt8: m.int8} {
		if b.contender(key) == nil {
			continue
		}
		if b.ideal[key], err = ideal.Open(dir, plain(b.texts), budget); err != nil {
			return err
		}
	}
	return nil
}

func plain(texts []goldens.Text) []string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = t.Text
	}
	return out
}

func (b *bench) contender(key string) *contender {
	for _, c := range b.contenders {
		if c.key == key {
			return c
		}
	}
	return nil
}

func (b *bench) close() {
	for _, c := range b.contenders {
		if c.process != nil {
			c.process.kill()
		}
	}
	for _, s := range b.ideal {
		s.Close()
	}
}
