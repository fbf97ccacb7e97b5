// Embeddings compares the vectors of the genuine MiniLM, served from its safetensors as it
// lies and prepared, with transformers'. It fetches the model into the cache once.
// `make genuine` runs it.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/genuine"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

func main() {
	root := scorerproc.Root()
	python := flag.String("python", filepath.Join(root, "build", "reference", "bin", "python"), "interpreter with tests/reference/requirements.txt")
	flag.Parse()
	if err := run(context.Background(), *python); err != nil {
		fmt.Fprintln(os.Stderr, "genuine:", err)
		os.Exit(1)
	}
}

// least is what a cosine with transformers' vector is at least, by how the model is served.
var least = map[string]float64{"as it lies": 1 - 1e-6, "fp32": 1 - 1e-6, "int8": 0.99}

func run(ctx context.Context, python string) error {
	work, err := os.MkdirTemp("", "minilm")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	model := filepath.Join(work, "minilm")
	if err := genuine.MiniLM(model); err != nil {
		return err
	}
	texts, err := readTexts()
	if err != nil {
		return err
	}
	input, err := json.Marshal(texts)
	if err != nil {
		return err
	}
	reference := exec.Command(python, filepath.Join(scorerproc.Root(), "tests", "reference", "genuine_embeddings.py"), model)
	reference.Stdin, reference.Stderr = bytes.NewReader(input), os.Stderr
	output, err := reference.Output()
	if err != nil {
		return fmt.Errorf("%s: %w", reference, err)
	}
	var want [][]float64
	if err := json.Unmarshal(output, &want); err != nil {
		return err
	}
	for _, how := range []string{"as it lies", "fp32", "int8"} {
		folder := model
		if how != "as it lies" {
			folder = filepath.Join(work, how)
			if err := scorerproc.Prepare(ctx, model, folder, "--precision", how); err != nil {
				return err
			}
		}
		if err := compare(ctx, how, folder, texts, want); err != nil {
			return fmt.Errorf("%s: %w", how, err)
		}
	}
	return nil
}

// compare asks the real server for all vectors at once.
func compare(ctx context.Context, how, folder string, texts []string, want [][]float64) error {
	p, err := scorerproc.Start(ctx, folder, "--max-client-batch-size", fmt.Sprint(len(texts)))
	if err != nil {
		return err
	}
	defer p.Kill()
	body, err := json.Marshal(map[string]any{"inputs": texts})
	if err != nil {
		return err
	}
	began := time.Now()
	resp, err := http.Post(p.URL+"/embed", "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	var got [][]float64
	if err := json.NewDecoder(resp.Body).Decode(&got); err != nil || len(got) != len(want) {
		return fmt.Errorf("status %d, %d vectors, %w", resp.StatusCode, len(got), err)
	}
	took := time.Since(began)
	worst, furthest := 1.0, 0.0
	for i := range want {
		cosine := 0.0
		for j := range want[i] {
			cosine += got[i][j] * want[i][j]
			furthest = max(furthest, math.Abs(got[i][j]-want[i][j]))
		}
		worst = min(worst, cosine)
	}
	fmt.Printf("%s: %d texts in %v; the least cosine with transformers' vector is %.7f, numbers differ by up to %.1e\n", how, len(texts), took.Round(time.Millisecond), worst, furthest)
	if worst < least[how] {
		return fmt.Errorf("the least cosine is %.7f, %.7f is expected", worst, least[how])
	}
	return nil
}

// readTexts are the paragraphs of texts.md, and odd ones.
func readTexts() ([]string, error) {
	data, err := os.ReadFile(filepath.Join(scorerproc.Root(), "tests", "genuine", "texts.md"))
	if err != nil {
		return nil, err
	}
	texts := []string{"", "a", "  white space at both ends \n", "👍🏽 naïve café", strings.Repeat("a long text ", 200)}
	for _, p := range strings.Split(string(data), "\n\n") {
		if p = strings.TrimSpace(p); p != "" && !strings.HasPrefix(p, "#") {
			texts = append(texts, p)
		}
	}
	return texts, nil
}
