package graph_test

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/onnxtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/safetensors"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// TestHeads: each family with each of its heads, as it lies and packed, computes what
// transformers computes.
func TestHeads(t *testing.T) {
	onnxtest.Init(t)
	models, err := goldens.LoadHeads()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for name, m := range models {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := m.Write(dir); err != nil {
				t.Fatal(err)
			}
			config, err := modelstore.ReadConfig(filepath.Join(dir, modelstore.ConfigFile))
			if err != nil {
				t.Fatal(err)
			}
			seen[config.Architecture] = true
			w, err := safetensors.Open(filepath.Join(dir, safetensors.File))
			if err != nil {
				t.Fatal(err)
			}
			built, err := graph.Built(w, config.Spec())
			if err != nil {
				t.Fatal(err)
			}
			head, _ := graph.Known(config.Architecture)
			check(t, filepath.Join(dir, safetensors.File), onnx.Options{Built: built, Labels: len(config.Labels)}, &m.Architecture, head, false, 2e-5)
			packed, err := graph.Rewrite(graph.FromWeights(w), config.Spec(), graph.Products{Precision: graph.FP32})
			var unpacked *graph.NotRecognisedError
			if errors.As(err, &unpacked) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, "packed.onnx")
			if err := graph.Save(packed, path); err != nil {
				t.Fatal(err)
			}
			check(t, path, onnx.Options{Optimization: onnx.OptimizeNone}, &m.Architecture, head, true, 2e-5)
		})
	}
	for _, head := range []graph.Head{graph.Classify, graph.Tag, graph.Embed} {
		for _, name := range graph.Names(head) {
			if !seen[name] {
				t.Errorf("%s wasn't tried", name)
			}
		}
	}
}
