// Growth measures throughput and latency as requests grow: in their number, in the
// texts of each and in the texts' length, with processors and with models. It names
// every cliff, where the next step costs far more than the step.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/report"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/gemmashape"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/realsize"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

const command = "make bench-growth"

func main() {
	write := flag.String("write", "", "markdown `file` whose section is replaced")
	dir := flag.String("dir", "", "`folder` to make the models in, and to find them again; none: a new one that is removed")
	seconds := flag.Float64("seconds", 3, "length of a measurement")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM) // the scorers must not stay
	defer stop()
	b := bench{length: time.Duration(*seconds * float64(time.Second))}
	if err := b.run(ctx, *dir, *write); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is how it is measured, and with what.
type bench struct {
	length           time.Duration
	classifier, chat string // folders
}

func (b *bench) run(ctx context.Context, dir, write string) error {
	if dir == "" {
		made, err := os.MkdirTemp("", "bench-")
		if err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(made) }()
		dir = made
	}
	if err := b.makeModels(ctx, dir); err != nil {
		return err
	}
	busy := report.Load()
	axes, err := b.measure(ctx)
	if err != nil {
		return err
	}
	text := report.Machine(command) + busy + tables(axes)
	fmt.Println(text)
	if write == "" {
		return nil
	}
	return report.Replace(write, command, "growth", text)
}

// makeModels makes a DistilBERT of real size and Gemma 3 1B's shape. Exports that are
// there are taken as they are.
func (b *bench) makeModels(ctx context.Context, dir string) error {
	report.Note("making the models")
	export, shape := filepath.Join(dir, "model"), filepath.Join(dir, "1b")
	b.classifier, b.chat = filepath.Join(dir, "growth-classifier"), filepath.Join(dir, "growth-chat")
	if err := realsize.Write(export); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(shape, "model.onnx")); err != nil {
		if err := gemmashape.Write(shape, filepath.Join(scorerproc.Root(), "tests", "testdata")); err != nil {
			return err
		}
	}
	if err := scorerproc.Prepare(ctx, export, b.classifier); err != nil {
		return err
	}
	return scorerproc.Prepare(ctx, shape, b.chat)
}
