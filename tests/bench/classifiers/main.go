// Classifiers measures the scorer beside what a user would serve a text classifier
// with instead, all in one run: throughput, latency, processor time, memory, the time
// until the first answer, and what must be installed. Every answer is checked.
//
// Machines are noisy, so that all take turns, and ratios are of one turn's figures.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnxlib"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/ideal"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/report"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/realsize"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

func main() {
	var b bench
	write := flag.String("write", "", "markdown `file` whose section is replaced; its charts go into benchmarks/ beside it")
	dir := flag.String("dir", "", "`folder` to make the models in, and to find them again; none: a new one that is removed")
	seconds := flag.Float64("seconds", 3, "length of one measurement in closed loop; in open loop it is a third longer")
	flag.IntVar(&b.turns, "turns", 3, "how often each measurement is taken")
	only := flag.String("only", "", "measure these alone, by their `names` with commas: "+strings.Join(keys(), ", "))
	quick := flag.Bool("quick", false, "one turn, a second each, and nothing is written: to see that all works")
	flag.Parse()
	b.length = time.Duration(*seconds * float64(time.Second))
	if *quick {
		b.turns, b.length, *write = 1, time.Second, ""
	}
	b.command = command()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM) // the servers must not stay
	defer stop()
	if err := b.run(ctx, *dir, *only, *write); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// command is what makes the same figures again.
func command() string {
	var args []string
	flag.Visit(func(f *flag.Flag) {
		if f.Name != "write" && f.Name != "dir" {
			args = append(args, fmt.Sprintf("-%s=%s", f.Name, f.Value))
		}
	})
	if len(args) == 0 {
		return "make bench-peers"
	}
	return fmt.Sprintf("make bench-peers ARGS=%q", strings.Join(args, " "))
}

// bench is what is measured, and how.
type bench struct {
	turns      int
	length     time.Duration // of a measurement in closed loop
	command    string
	texts      []goldens.Text
	contenders []*contender
	ideal      map[string]*ideal.Session // by the contender that serves the same graph
	rates      []float64                 // texts a second of the open loops
	figures    figures
}

// budget is the scorer's default of max_batch_tokens.
const budget = 512

// run makes the real-size model in dir and measures with it.
func (b *bench) run(ctx context.Context, dir, only, write string) error {
	if dir == "" {
		made, err := os.MkdirTemp("", "bench-")
		if err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(made) }()
		dir = made
	}
	var err error
	if b.contenders, err = choose(only); err != nil {
		return err
	}
	busy := report.Load()
	if b.texts, err = goldens.BenchTexts(); err != nil {
		return err
	}
	report.Note("making the model")
	export := filepath.Join(dir, "model")
	if err := realsize.Write(export); err != nil {
		return err
	}
	if err := realsize.WriteSafetensors(export); err != nil {
		return err
	}
	m, err := makeModels(ctx, export, dir)
	if err != nil {
		return err
	}
	text, charts, err := b.measure(ctx, m)
	if err != nil {
		return err
	}
	text = report.Machine(b.command) + busy + about + text
	fmt.Println(text)
	if write == "" {
		return nil
	}
	for name, svg := range charts {
		path := filepath.Join(filepath.Dir(write), "benchmarks", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(svg), 0o644); err != nil {
			return err
		}
	}
	return report.Replace(write, "make bench-peers", "classifiers", text)
}

// measure takes all measurements on the models.
func (b *bench) measure(ctx context.Context, m *models) (text string, charts map[string]string, err error) {
	defer b.close()
	b.figures = figures{}
	for _, c := range b.contenders {
		c.answers = &answers{texts: b.texts, tolerance: c.tolerance}
		if err := c.install(ctx, m); err != nil {
			return "", nil, fmt.Errorf("%s: %w", c.key, err)
		}
	}
	if err := b.openIdeal(m); err != nil {
		return "", nil, err
	}
	for _, phase := range []func(context.Context) error{b.starts, b.closedLoops, b.openLoops} {
		if err := phase(ctx); err != nil {
			return "", nil, err
		}
	}
	if err := b.stop(); err != nil {
		return "", nil, err
	}
	return b.tables(), b.charts(), nil
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

// models are the folders that are served.
type models struct{ export, flat, fp32, int8 string }

// makeModels makes of an export, in dir, what the contenders need.
func makeModels(ctx context.Context, export, dir string) (*models, error) {
	m := &models{export: export, flat: filepath.Join(dir, "flat"), fp32: filepath.Join(dir, "fp32"), int8: filepath.Join(dir, "int8")}
	for precision, output := range map[string]string{"fp32": m.fp32, "int8": m.int8} {
		if err := scorerproc.Prepare(ctx, export, output, "--precision", precision); err != nil {
			return nil, err
		}
	}
	return m, flatten(export, m.flat)
}
