// Compare runs the genuine Gemma 3 270M through the scorer's commands, compares
// its answers with those of transformers and onnxruntime-genai, and writes what it
// saw into a document.
//
// It fetches and converts what it needs into the cache once. `make genuine` runs
// it; CI doesn't, because it takes an hour and 8 GB.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/report"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/genuine"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

func main() {
	c := &comparison{}
	root := scorerproc.Root()
	write := flag.String("write", "", "document whose section is written; none: standard output")
	flag.StringVar(&c.python, "python", filepath.Join(root, "build", "reference", "bin", "python"), "interpreter with tests/reference/requirements.txt")
	flag.StringVar(&c.folder, "folder", "", "where the model lies; none: in the cache")
	flag.StringVar(&c.peers, "peers", "", "folder of other engines, as scripts/fetch-peer.sh generation prints it, whose speed is compared; none: without")
	flag.IntVar(&c.every, "every", 4, "batches, chunks and the prefix cache are tried with each so many-th prompt")
	recorded := flag.Bool("recorded", false, "compare with the reference texts that are there, and don't make the missing ones")
	only := flag.String("only", "", "names of the parts to do, with commas, the others' results are those of earlier runs; none: all")
	flag.Parse()
	if err := c.run(*write, *only, *recorded); err != nil {
		fmt.Fprintln(os.Stderr, "genuine:", err)
		os.Exit(1)
	}
}

// comparison is what is compared, and what was seen.
type comparison struct {
	python, folder, peers string
	every                 int
	reference             *reference
	document              document
}

func (c *comparison) run(write, only string, recorded bool) error {
	ctx := context.Background()
	if err := c.make(recorded); err != nil {
		return err
	}
	var err error
	if c.reference, err = readReference(c.folder); err != nil {
		return err
	}
	if err := c.document.load(c.folder); err != nil {
		return err
	}
	for _, part := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"optimize", c.optimize}, {"fp32", c.fp32}, {"int4", c.int4}, {"int4-chunks", c.chunks}, {"int4-itself", c.itself}, {"plain", c.plain}, {"same", c.same}, {"chats", c.chats},
		{"tied", c.tied}, {"lookup", c.lookup}, {"speed", c.speed},
	} {
		if only != "" && !strings.Contains(","+only+",", ","+part.name+",") {
			continue
		}
		report.Note("%s", part.name)
		c.document.begin()
		if err := part.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
		if err := c.document.save(c.folder, part.name); err != nil {
			return err
		}
	}
	text := c.document.text(c.reference.versions)
	if write == "" {
		fmt.Print(text)
		return nil
	}
	return report.Replace(write, "make genuine", "Gemma", text)
}

// make fetches and converts the model, and lets the references write their texts.
func (c *comparison) make(recorded bool) error {
	root := scorerproc.Root()
	gguf, err := output(exec.Command(filepath.Join(root, "scripts", "fetch-genuine.sh"), "gemma"))
	if err != nil {
		return err
	}
	if c.folder == "" {
		c.folder = filepath.Dir(filepath.Dir(gguf))
	}
	tokenizer, err := genuine.Tokenizer("gemma3")
	if err != nil {
		return err
	}
	scripts := filepath.Join(root, "tests", "reference")
	if _, err := output(exec.Command(c.python, filepath.Join(scripts, "genuine_convert.py"), gguf, tokenizer, c.folder)); err != nil {
		return fmt.Errorf("%w: it needs tests/reference/requirements.txt in build/reference, or name an interpreter with -python", err)
	}
	if recorded {
		return nil
	}
	_, err = output(exec.Command(c.python, filepath.Join(scripts, "genuine_reference.py"), c.folder))
	return err
}

func output(cmd *exec.Cmd) (string, error) {
	report.Note("%s", strings.Join(cmd.Args, " "))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w", filepath.Base(cmd.Path), err)
	}
	return strings.TrimSpace(string(out)), nil
}

// gguf is the file that everything is made from.
func (c *comparison) gguf() string {
	return filepath.Join(c.folder, "gguf", "gemma-3-270m-q4_k_m.gguf")
}
