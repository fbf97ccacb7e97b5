// Bench measures the scorer on a random DistilBERT of real size, all in one
// run: its throughput over HTTP against the same graph driven directly with
// ideal batches, and against the plain export served one text at a time;
// latency at half load, memory, and the time until it is ready.
//
// Machines are noisy, so the configurations take turns, and ratios are of
// medians.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnxlib"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/ideal"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/report"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/realsize"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

func main() {
	write := flag.String("write", "", "markdown file whose section is replaced")
	seconds := flag.Float64("seconds", 6, "length of one measurement")
	rounds := flag.Int("rounds", 3, "how often each is taken")
	flag.Parse()
	if err := run(*write, time.Duration(*seconds*float64(time.Second)), *rounds); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// budget is the scorer's default of max_batch_tokens.
const budget = 512

// bench holds what is measured.
type bench struct {
	texts           []string
	model           string // folder of the export
	fp32, int8      string // folders of the optimised models
	length          time.Duration
	rounds          int
	plain, padded   *scorerproc.Process
	packed, packed8 *scorerproc.Process
	direct, direct8 *ideal.Session
}

func run(write string, length time.Duration, rounds int) error {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	b := &bench{model: filepath.Join(dir, "model"), fp32: filepath.Join(dir, "fp32"), int8: filepath.Join(dir, "int8"), length: length, rounds: rounds}
	report.Note("making the model")
	if err := realsize.Write(b.model); err != nil {
		return err
	}
	for _, precision := range []string{"fp32", "int8"} {
		cmd, err := scorerproc.Command(ctx, "optimize", "--model-dir", b.model, "--output", filepath.Join(dir, precision), "--precision", precision)
		if err != nil {
			return err
		}
		out, err := cmd.CombinedOutput()
		if err != nil {
			return fmt.Errorf("optimize: %w\n%s", err, out)
		}
		report.Note("%s", strings.TrimSpace(string(out)))
	}
	if b.texts, err = makeTexts(filepath.Join(b.model, "tokenizer.json"), 256); err != nil {
		return err
	}
	library, err := onnxlib.Locate("")
	if err != nil {
		return err
	}
	if err := onnx.Init(library); err != nil {
		return err
	}
	defer b.stop()
	starts, err := b.start(ctx)
	if err != nil {
		return err
	}
	results, err := b.throughput(ctx)
	if err != nil {
		return err
	}
	latency, err := b.latency(ctx, results)
	if err != nil {
		return err
	}
	memory, err := b.memory()
	if err != nil {
		return err
	}
	text := report.Machine("make bench") + about + results.table() + latency + memory + starts
	fmt.Println(text)
	if write == "" {
		return nil
	}
	return report.Replace(write, "make bench", "scoring", text)
}

const about = "The model is a DistilBERT of real size (6 layers, 768, 12 heads, vocabulary 30,522) with random weights; " +
	"the texts have a median of 21 tokens, 1 % of them 100 to 400.\n"

// start starts the servers, each several times, and says how long until ready.
func (b *bench) start(ctx context.Context) (string, error) {
	var out strings.Builder
	out.WriteString("\n### From start to ready\n\nMedian of five starts, warm-up inferences included; files are in the page cache.\n\n| model | ms |\n|---|---|\n")
	for _, s := range []struct {
		name string
		at   **scorerproc.Process
		dir  string
		args []string
	}{
		{"plain export, one text at a time", &b.plain, b.model, []string{"--optimized", "off", "--max-batch-tokens", "1"}},
		{"plain export", &b.padded, b.model, []string{"--optimized", "off"}},
		{"optimised, fp32", &b.packed, b.fp32, nil},
		{"optimised, int8", &b.packed8, b.int8, nil},
	} {
		report.Note("starting: %s", s.name)
		var took []float64
		for range 5 {
			if *s.at != nil {
				(*s.at).Kill()
			}
			p, err := scorerproc.Start(ctx, s.dir, append(s.args, "--log-level", "warn")...)
			if err != nil {
				return "", err
			}
			*s.at = p
			took = append(took, float64(p.Ready.Milliseconds()))
		}
		fmt.Fprintf(&out, "| %s | %.0f |\n", s.name, report.Median(took))
	}
	var err error
	if b.direct, err = ideal.Open(b.fp32, b.texts, budget); err != nil {
		return "", err
	}
	b.direct8, err = ideal.Open(b.int8, b.texts, budget)
	return out.String(), err
}

func (b *bench) stop() {
	for _, p := range []*scorerproc.Process{b.plain, b.padded, b.packed, b.packed8} {
		if p != nil {
			p.Kill()
		}
	}
	for _, d := range []*ideal.Session{b.direct, b.direct8} {
		if d != nil {
			d.Close()
		}
	}
}
