package pipeline_test

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/onnxtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/optimize"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// fromWeights opens a folder that has weights and no ONNX file, as it lies or prepared.
func fromWeights(t *testing.T, name string, precision graph.Precision) *modelstore.Folder {
	t.Helper()
	onnxtest.Init(t)
	folder, err := modelstore.Find(goldens.ArchitectureDir(name), modelstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if precision == "" {
		return folder
	}
	output := filepath.Join(t.TempDir(), name)
	if _, err := optimize.Run(context.Background(), optimize.Options{Folder: folder, Output: output, Precision: precision}); err != nil {
		t.Fatal(err)
	}
	if folder, err = modelstore.Find(output, modelstore.Options{}); err != nil {
		t.Fatal(err)
	}
	return folder
}

// TestWeights: folders as they lie on the hub, and what scorer optimize makes of them, give
// the answers of transformers' pipeline.
func TestWeights(t *testing.T) {
	for _, name := range []string{"bert", "distilbert", "electra"} {
		for _, precision := range []graph.Precision{"", graph.FP32} {
			t.Run(name+"/"+string(precision), func(t *testing.T) {
				g, err := goldens.LoadArchitecture(name)
				if err != nil {
					t.Fatal(err)
				}
				c, err := pipeline.Load(fromWeights(t, name, precision), pipeline.Runtime{}, pipeline.Options{MaxBatchTokens: 512})
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = c.Close(context.Background()) }()
				if err := c.Warm(context.Background()); err != nil {
					t.Fatal(err)
				}
				for _, want := range g.Texts {
					if want.Pair != nil {
						continue
					}
					r, err := c.Classify(context.Background(), pipeline.ClassifyRequest{Texts: []string{want.Text}, Truncate: true})
					if err != nil {
						t.Fatal(err)
					}
					if problem := goldens.Compare(scores(r.Scores[0]), want.Scores); problem != "" || r.Tokens != len(want.IDs) {
						t.Errorf("%q: %s, %d tokens, want %d", want.Text, problem, r.Tokens, len(want.IDs))
					}
				}
			})
		}
	}
}

// TestEmbed: vectors are those of transformers' model, pooled and cut as
// sentence-transformers' files say.
func TestEmbed(t *testing.T) {
	for _, name := range []string{"bert-embed"} {
		for _, precision := range []graph.Precision{"", graph.FP32} {
			t.Run(name+"/"+string(precision), func(t *testing.T) {
				g, err := goldens.LoadArchitecture(name)
				if err != nil {
					t.Fatal(err)
				}
				e, err := pipeline.LoadEmbedder(fromWeights(t, name, precision), pipeline.Runtime{}, pipeline.Options{MaxBatchTokens: 512})
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = e.Close(context.Background()) }()
				if err := e.Warm(context.Background()); err != nil {
					t.Fatal(err)
				}
				for _, want := range g.Texts {
					r, err := e.Embed(context.Background(), pipeline.EmbedRequest{Texts: []string{want.Text, "another text"}, Prompt: want.Prompt, Truncate: true})
					if err != nil {
						t.Fatal(err)
					}
					length := 0.0
					for i, v := range r.Vectors[0] {
						if math.Abs(float64(v)-want.Vector[i]) > 1e-5 {
							t.Fatalf("%q, %q: number %d is %g, want %g", want.Prompt, want.Text, i, v, want.Vector[i])
						}
						length += float64(v) * float64(v)
					}
					n, err := e.Embed(context.Background(), pipeline.EmbedRequest{Texts: []string{want.Text}, Prompt: want.Prompt, Normalize: true, Truncate: true})
					if err != nil {
						t.Fatal(err)
					}
					for i, v := range n.Vectors[0] {
						if math.Abs(float64(v)-want.Vector[i]/math.Sqrt(length)) > 1e-6 {
							t.Fatalf("%q: normalised number %d is %g, want %g", want.Text, i, v, want.Vector[i]/math.Sqrt(length))
						}
					}
					if n.Tokens != len(want.IDs) {
						t.Errorf("%q has %d tokens, want %d", want.Text, n.Tokens, len(want.IDs))
					}
				}
				var invalid *pipeline.InvalidError
				_, err = e.Embed(context.Background(), pipeline.EmbedRequest{Texts: []string{"a"}, Prompt: "passage"})
				if !errors.As(err, &invalid) || !strings.Contains(err.Error(), `prompt_name is "passage", the model's prompts are: query`) {
					t.Errorf("another prompt: %v", err)
				}
				_, err = e.Embed(context.Background(), pipeline.EmbedRequest{Texts: []string{strings.Repeat("film ", 100)}})
				var long *pipeline.TooLongError
				if !errors.As(err, &long) || long.Limit != 40 {
					t.Errorf("a long text: %v", err)
				}
			})
		}
	}
}
