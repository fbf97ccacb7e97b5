// Classifier measures what int8 changes on the genuine MiniLM: it serves classifiers
// that tests/reference/genuine_classifier.py trained on it in fp32 and in int8, and
// compares their answers, and those of another int8 form of the same weights.
//
// It fetches and makes what it needs into the cache once. `make genuine` runs it.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/report"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

func main() {
	root := scorerproc.Root()
	write := flag.String("write", "", "document whose section is written; none: standard output")
	python := flag.String("python", filepath.Join(root, "build", "reference", "bin", "python"), "interpreter with tests/reference/requirements.txt")
	flag.Parse()
	if err := run(context.Background(), *python, *write); err != nil {
		fmt.Fprintln(os.Stderr, "genuine:", err)
		os.Exit(1)
	}
}

// leastSame is how many texts in a hundred have fp32's label in int8 at least.
const leastSame = 98.5

func run(ctx context.Context, python, write string) error {
	folder, err := made(python)
	if err != nil {
		return err
	}
	texts, err := readLines[text](filepath.Join(folder, "texts.jsonl"))
	if err != nil {
		return err
	}
	peer, err := readLines[map[string][]float32](filepath.Join(folder, "int8.jsonl"))
	if err != nil {
		return err
	}
	var versions map[string]string
	data, err := os.ReadFile(filepath.Join(folder, "versions.json"))
	if err == nil {
		err = json.Unmarshal(data, &versions)
	}
	if err != nil {
		return err
	}

	var b strings.Builder
	b.WriteString(introduction(texts))
	var checked []string
	for _, name := range []string{"opinion", "topic", "embedding"} {
		report.Note("%s", name)
		of, err := measure(ctx, filepath.Join(folder, name), texts)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if name == "embedding" {
			fmt.Fprintf(&b, "\n`scorer optimize`'s own check of int8, most of whose samples are random ids, saw scores differ by up to %s; over 0.05 it keeps layers in fp32, or refuses.\n", strings.Join(checked, ", "))
			embeddings(&b, of, rows(peer, name))
		} else {
			if same := labels(&b, name, texts, of, rows(peer, name)); same < leastSame {
				return fmt.Errorf("%s: int8 gives %.2f %% of the texts fp32's label, at least %g %% are expected", name, same, leastSame)
			}
			checked = append(checked, fmt.Sprintf("%.2g for %s (%s)", of.record.Check.MaxScoreDifference, name, of.record.Steps[len(of.record.Steps)-1]))
		}
	}
	var of []string
	for _, name := range slices.Sorted(maps.Keys(versions)) {
		of = append(of, name+" "+versions[name])
	}
	fmt.Fprintf(&b, "\n%sReference: %s.\n", report.Machine("make genuine"), strings.Join(of, ", "))
	if write == "" {
		fmt.Print(b.String())
		return nil
	}
	return report.Replace(write, "make genuine", "MiniLM", b.String())
}

// made fetches the weights, and lets the script make the classifiers.
func made(python string) (string, error) {
	root := scorerproc.Root()
	var files []string
	for _, name := range []string{"minilm", "minilm-int8"} {
		file, err := output(exec.Command(filepath.Join(root, "scripts", "fetch-genuine.sh"), name))
		if err != nil {
			return "", err
		}
		files = append(files, file)
	}
	folder := filepath.Join(filepath.Dir(files[0]), "classifiers")
	script := filepath.Join(root, "tests", "reference", "genuine_classifier.py")
	if _, err := output(exec.Command(python, script, files[0], files[1], folder)); err != nil {
		return "", fmt.Errorf("%w: it needs tests/reference/requirements.txt in build/reference, or name an interpreter with -python", err)
	}
	return folder, nil
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
