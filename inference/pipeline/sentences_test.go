package pipeline_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/onnxtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/optimize"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// sentenceCase is what sentence-transformers itself made of texts:
// tests/reference/make_embeddings.py.
type sentenceCase struct {
	Name  string                     `json:"name"`
	Model string                     `json:"model"`
	Files map[string]json.RawMessage `json:"files"`
	Texts []struct {
		Text   string    `json:"text"`
		Vector []float64 `json:"vector"`
	} `json:"texts"`
}

func sentenceCases(t *testing.T) []sentenceCase {
	t.Helper()
	data, err := os.ReadFile(goldens.ArchitectureDir("../embeddings.json"))
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		Cases []sentenceCase `json:"cases"`
	}
	if err := json.Unmarshal(data, &golden); err != nil || len(golden.Cases) < 8 {
		t.Fatalf("%d cases: %v", len(golden.Cases), err)
	}
	return golden.Cases
}

// folder is the model's, with the case's files.
func (c *sentenceCase) folder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), c.Model)
	if err := os.CopyFS(dir, os.DirFS(goldens.ArchitectureDir(c.Model))); err != nil {
		t.Fatal(err)
	}
	for name, content := range c.Files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func classifierIn(t *testing.T, dir string) *pipeline.Classifier {
	t.Helper()
	onnxtest.Init(t)
	folder, err := modelstore.Find(dir, modelstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c, err := pipeline.Load(folder, pipeline.Runtime{}, pipeline.Options{MaxBatchTokens: 512})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	return c
}

func embedder(t *testing.T, dir string) *pipeline.Embedder {
	t.Helper()
	onnxtest.Init(t)
	folder, err := modelstore.Find(dir, modelstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := pipeline.LoadEmbedder(folder, pipeline.Runtime{}, pipeline.Options{MaxBatchTokens: 512})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close(context.Background()) })
	return e
}

// TestSentences: texts are read, cut and embedded as sentence-transformers does, white space,
// capitals and settings included.
func TestSentences(t *testing.T) {
	for _, c := range sentenceCases(t) {
		t.Run(c.Name, func(t *testing.T) {
			dir := c.folder(t)
			c.check(t, embedder(t, dir))
			if !strings.Contains(c.Name, "cls") && c.Name != "xlm-roberta" {
				return
			}
			// Where the first token alone is read, the last layer is computed for it alone.
			folder, err := modelstore.Find(dir, modelstore.Options{})
			if err != nil {
				t.Fatal(err)
			}
			record, err := optimize.Run(context.Background(), optimize.Options{Folder: folder})
			if err != nil || !slices.Contains(record.Steps, "last layer for the first token alone") {
				t.Fatalf("%+v: %v", record, err)
			}
			prepared := embedder(t, dir)
			if !prepared.Info().Optimized {
				t.Error("the prepared model isn't served")
			}
			c.check(t, prepared)
		})
	}
}

// check compares with sentence-transformers.
func (c *sentenceCase) check(t *testing.T, e *pipeline.Embedder) {
	t.Helper()
	texts := make([]string, len(c.Texts))
	for i, text := range c.Texts {
		texts[i] = text.Text
	}
	r, err := e.Embed(context.Background(), pipeline.EmbedRequest{Texts: texts, Normalize: true, Truncate: true})
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range c.Texts {
		closeTo(t, text.Text, r.Vectors[i], text.Vector)
	}
}

func closeTo(t *testing.T, name string, got []float32, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%q: %d numbers, want %d", name, len(got), len(want))
	}
	for i, v := range got {
		if math.Abs(float64(v)-want[i]) > 1e-5 {
			t.Errorf("%q: number %d is %g, want %g", name, i, v, want[i])
			return
		}
	}
}

// TestDimensions: vectors that a request wants shorter are those of truncate_dim, which a
// request may also ask to be longer.
func TestDimensions(t *testing.T) {
	cases := map[string]sentenceCase{}
	for _, c := range sentenceCases(t) {
		cases[c.Name] = c
	}
	whole, narrow := cases["as saved"], cases["narrower"]
	for _, c := range []sentenceCase{whole, narrow} {
		e := embedder(t, c.folder(t))
		for n, want := range map[int]sentenceCase{8: narrow, 32: whole} {
			for i, text := range c.Texts {
				r, err := e.Embed(context.Background(), pipeline.EmbedRequest{Texts: []string{text.Text}, Dimensions: n, Normalize: true, Truncate: true})
				if err != nil {
					t.Fatal(err)
				}
				closeTo(t, text.Text, r.Vectors[0], want.Texts[i].Vector)
			}
		}
		for _, n := range []int{-1, 33} {
			if _, err := e.Embed(context.Background(), pipeline.EmbedRequest{Texts: []string{"a"}, Dimensions: n}); err == nil || !strings.Contains(err.Error(), "they have 32") {
				t.Errorf("%d dimensions: %v", n, err)
			}
		}
	}
	trained := embedder(t, withConfig(t, whole.folder(t), `"matryoshka_dimensions": [8, 16]`))
	for n, fine := range map[int]bool{8: true, 32: true, 9: false} {
		_, err := trained.Embed(context.Background(), pipeline.EmbedRequest{Texts: []string{"a"}, Dimensions: n})
		var invalid *pipeline.InvalidError
		if fine != (err == nil) || !fine && (!errors.As(err, &invalid) || !strings.Contains(err.Error(), "these are [8 16 32]")) {
			t.Errorf("%d dimensions: %v", n, err)
		}
	}
}

// withConfig adds a field to a folder's config.json.
func withConfig(t *testing.T, dir, field string) string {
	t.Helper()
	path := filepath.Join(dir, modelstore.ConfigFile)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(data), "{", "{"+field+",", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}
