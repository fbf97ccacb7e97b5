package pipeline_test

import (
	"context"
	"math"
	"os"
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

// TestEncoderExports: exports of encoders alone, with their pooler's output and as a part of a
// model of sentence-transformers, are served as they lie, and prepared as their weights are:
// tests/reference/make_encoder_exports.py.
func TestEncoderExports(t *testing.T) {
	onnxtest.Init(t)
	exports, err := filepath.Glob(goldens.ArchitectureDir("../encoder-exports/*.onnx"))
	if err != nil || len(exports) < 3 {
		t.Fatalf("%d exports: %v", len(exports), err)
	}
	for _, export := range exports {
		t.Run(filepath.Base(export), func(t *testing.T) {
			name, _, _ := strings.Cut(filepath.Base(export), ".")
			dir := filepath.Join(t.TempDir(), name)
			if err := os.CopyFS(dir, os.DirFS(goldens.ArchitectureDir(name))); err != nil {
				t.Fatal(err)
			}
			data, err := os.ReadFile(export)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Mkdir(filepath.Join(dir, "onnx"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "onnx", "model.onnx"), data, 0o600); err != nil {
				t.Fatal(err)
			}
			asItLies := embedder(t, dir)
			if info := asItLies.Info(); info.Layout != "padded" || !strings.HasSuffix(info.GraphFile, "onnx/model.onnx") {
				t.Errorf("%+v", info)
			}
			checkVectors(t, name, asItLies)
			folder, err := modelstore.Find(dir, modelstore.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, precision := range []graph.Precision{graph.FP32, graph.Int8} {
				record, err := optimize.Run(context.Background(), optimize.Options{Folder: folder, Precision: precision, MaxScoreDifference: 0.1})
				if err != nil {
					t.Fatal(err)
				}
				if precision == graph.Int8 {
					continue
				}
				prepared := embedder(t, dir)
				if info := prepared.Info(); info.Layout != "packed" || record.Check.Texts == 0 {
					t.Errorf("%+v", info)
				}
				checkVectors(t, name, prepared)
			}
		})
	}
}

// checkVectors compares with the model's golden file, several texts at once.
func checkVectors(t *testing.T, name string, e *pipeline.Embedder) {
	t.Helper()
	g, err := goldens.LoadArchitecture(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, prompt := range []string{"", "query"} {
		var texts []string
		var want [][]float64
		for _, text := range g.Texts {
			if text.Prompt == prompt {
				texts, want = append(texts, text.Text), append(want, text.Vector)
			}
		}
		r, err := e.Embed(context.Background(), pipeline.EmbedRequest{Texts: texts, Prompt: prompt, Truncate: true})
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			for j, v := range r.Vectors[i] {
				if math.Abs(float64(v)-want[i][j]) > 2e-5 {
					t.Fatalf("%q, %q: number %d is %g, want %g", prompt, texts[i], j, v, want[i][j])
				}
			}
		}
	}
}
