// Package command is what the benchmarks' commands have in common: flags, the folder that
// models are made in, and the section of a document that is written.
package command

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/report"
)

// Command is a benchmark as make runs it.
type Command struct {
	Target string   // of make
	Fixed  []string // flags that the target sets by itself
	Quick  bool     // only show that all works; nothing is written

	write, dir string
}

// Result is what was measured.
type Result struct {
	Section string            // of the document, between its marks
	Text    string            // Markdown
	Files   map[string]string // by their paths from the document's folder
}

// New adds the flags that all of them have. The caller adds its own and parses.
func New(target string) *Command {
	c := &Command{Target: target, Fixed: []string{"write", "dir"}}
	flag.StringVar(&c.write, "write", "", "markdown `file` whose section is replaced")
	flag.StringVar(&c.dir, "dir", "", "`folder` to make the models in, and to find them again; none: a new one that is removed")
	flag.BoolVar(&c.Quick, "quick", false, "measure as little as possible and write nothing: to see that all works")
	return c
}

// Model adds the flag that names one of the models, and returns what gives it after parsing.
func Model[T any](models map[string]T, usual string) func() (T, error) {
	names := strings.Join(slices.Sorted(maps.Keys(models)), ", ")
	name := flag.String("model", usual, "what is served: "+names)
	return func() (T, error) {
		m, ok := models[*name]
		if !ok {
			return m, fmt.Errorf("there is no model %s, only %s", *name, names)
		}
		return m, nil
	}
}

// Main measures and ends the process with its status. measure may leave models in dir, and
// finds there what an earlier run left. An interrupt ends ctx, so that no server stays.
func (c *Command) Main(measure func(ctx context.Context, dir string) (*Result, error)) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := c.run(ctx, measure)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (c *Command) run(ctx context.Context, measure func(ctx context.Context, dir string) (*Result, error)) error {
	dir := c.dir
	if dir == "" {
		made, err := os.MkdirTemp("", "bench-")
		if err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(made) }()
		dir = made
	}
	busy := report.Load()
	r, err := measure(ctx, dir)
	if err != nil {
		return err
	}
	text := report.Machine(c.line(flag.CommandLine)) + busy + r.Text
	fmt.Println(text)
	if c.write == "" || c.Quick {
		return nil
	}
	for name, content := range r.Files {
		path := filepath.Join(filepath.Dir(c.write), name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			return err
		}
	}
	return report.Replace(c.write, c.Target, r.Section, text)
}

// line is what makes the same figures again.
func (c *Command) line(flags *flag.FlagSet) string {
	line := c.Target
	var args []string
	flags.Visit(func(f *flag.Flag) {
		switch {
		case f.Name == "model":
			line += " MODEL=" + f.Value.String()
		case !slices.Contains(c.Fixed, f.Name):
			args = append(args, fmt.Sprintf("-%s=%s", f.Name, f.Value))
		}
	})
	if len(args) > 0 {
		line += fmt.Sprintf(" ARGS=%q", strings.Join(args, " "))
	}
	return line
}
