package command

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRun writes the section and the files, or neither.
func TestRun(t *testing.T) {
	folder := t.TempDir()
	document := filepath.Join(folder, "a.md")
	const empty = "before\n<!-- make x writes y from here -->\n<!-- y to here -->\nafter\n"
	var made string
	measure := func(_ context.Context, dir string) (*Result, error) {
		made = dir
		return &Result{Section: "y", Text: "| 1 |\n", Files: map[string]string{"charts/c.svg": "<svg/>"}}, os.WriteFile(filepath.Join(dir, "model"), nil, 0o644)
	}
	for _, quick := range []bool{true, false} {
		if err := os.WriteFile(document, []byte(empty), 0o644); err != nil {
			t.Fatal(err)
		}
		c := &Command{Target: "make x", Quick: quick, write: document}
		if err := c.run(t.Context(), measure); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(made); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the models stay in %s: %v", made, err)
		}
		text, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		if written := strings.Contains(string(text), "from here -->\nMade by `make x") && strings.Contains(string(text), "| 1 |\n<!-- y to here -->\nafter\n"); written == quick || quick && string(text) != empty {
			t.Errorf("quick %v wrote:\n%s", quick, text)
		}
		if _, err := os.Stat(filepath.Join(folder, "charts", "c.svg")); (err == nil) == quick {
			t.Errorf("quick %v, the chart: %v", quick, err)
		}
	}
	c := &Command{Target: "make x", dir: t.TempDir()}
	if err := c.run(t.Context(), measure); err != nil || made != c.dir {
		t.Errorf("%v, models in %s, want %s", err, made, c.dir)
	}
	if _, err := os.Stat(filepath.Join(c.dir, "model")); err != nil {
		t.Errorf("a model in a folder that was named is gone: %v", err)
	}
}

// TestLine is what a user types for the same figures.
func TestLine(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "make x"},
		{[]string{"-write", "a.md", "-python", "p"}, "make x"},
		{[]string{"-model", "minilm", "-turns", "2", "-only", "a,b"}, `make x MODEL=minilm ARGS="-only=a,b -turns=2"`},
	} {
		flags := flag.NewFlagSet("", flag.PanicOnError)
		for _, name := range []string{"write", "python", "model", "only"} {
			flags.String(name, "", "")
		}
		flags.Int("turns", 1, "")
		if err := flags.Parse(c.args); err != nil {
			t.Fatal(err)
		}
		if got := (&Command{Target: "make x", Fixed: []string{"write", "python"}}).line(flags); got != c.want {
			t.Errorf("%v: %s, want %s", c.args, got, c.want)
		}
	}
}
