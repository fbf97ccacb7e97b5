package graph_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/onnxtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/safetensors"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// fromWeights opens a folder of weights.
func fromWeights(t *testing.T, name string) (modelstore.Config, *safetensors.Weights, *goldens.Architecture) {
	t.Helper()
	dir := goldens.ArchitectureDir(name)
	config, err := modelstore.ReadConfig(filepath.Join(dir, modelstore.ConfigFile))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, safetensors.File)
	if _, err := os.Stat(file); err != nil {
		file = filepath.Join(dir, safetensors.IndexFile)
	}
	w, err := safetensors.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	g, err := goldens.LoadArchitecture(name)
	if err != nil {
		t.Fatal(err)
	}
	return config, w, g
}

// furthest is the largest difference of the logits of a session from the golden ones.
func furthest(t *testing.T, s *onnx.Session, g *goldens.Architecture, head graph.Head, packed bool) (largest float64) {
	t.Helper()
	for _, batch := range g.Batches {
		ids := func(i int) []int32 { return batch.IDs[i] }
		types := func(i int) []int32 {
			if batch.Types == nil {
				return nil
			}
			return batch.Types[i]
		}
		var inputs graph.Batch
		if packed {
			p := &graph.Packed{}
			p.Set(len(batch.IDs), ids, types)
			inputs = p
		} else {
			p := &graph.Padded{}
			p.Set(len(batch.IDs), 0, ids, types)
			inputs = p
		}
		out, err := s.RunBatch(context.Background(), inputs)
		if err != nil {
			t.Fatal(err)
		}
		width, at := int(out.Shape[len(out.Shape)-1]), 0
		for i, want := range batch.Logits {
			n := width // of a text, else of each of its tokens
			if head != graph.Classify {
				n *= len(batch.IDs[i])
			}
			got := out.Float32s[at : at+n]
			if at += n; len(out.Shape) == 3 {
				at = (i + 1) * int(out.Shape[1]) * width
			}
			if head == graph.Embed {
				got = mean(got, width)
			}
			if len(got) != len(want) {
				t.Fatalf("text %d has %d logits, want %d", i, len(got), len(want))
			}
			for j, v := range got {
				d := math.Abs(float64(v - want[j]))
				if math.IsNaN(d) {
					t.Fatalf("a logit is %v", v)
				}
				largest = max(largest, d)
			}
		}
		if at != len(out.Float32s) {
			t.Fatalf("there are %d logits, want %d", len(out.Float32s), at)
		}
	}
	return largest
}

func mean(tokens []float32, width int) []float32 {
	out := make([]float32, width)
	for i, v := range tokens {
		out[i%width] += v / float32(len(tokens)/width)
	}
	return out
}

// TestArchitectures: graphs that are built from weights, and the packed ones, compute what
// transformers computes with them.
func TestArchitectures(t *testing.T) {
	onnxtest.Init(t)
	seen := map[string]bool{}
	names, err := goldens.ArchitectureNames()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			config, w, g := fromWeights(t, name)
			seen[config.Architecture] = true
			head, _ := graph.Known(config.Architecture)
			if config.MaxTokens() != g.Positions {
				t.Errorf("it takes %d tokens, want %d", config.MaxTokens(), g.Positions)
			}
			built, err := graph.Built(w, config.Spec())
			if err != nil {
				t.Fatal(err)
			}
			check(t, filepath.Join(w.Dir, w.Files[0]), onnx.Options{Built: built, Labels: len(config.Labels)}, g, head, false, 2e-5)
			for precision, tolerance := range map[graph.Precision]float64{graph.FP32: 2e-5, graph.Int8: 0.5} {
				m, err := graph.Rewrite(graph.FromWeights(w), config.Spec(), graph.Products{Precision: precision})
				var unpacked *graph.NotRecognisedError
				if errors.As(err, &unpacked) && slices.Contains(goldens.Unpacked, name) {
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				path := filepath.Join(t.TempDir(), fmt.Sprintf("%s.onnx", precision))
				if err := graph.Save(m, path); err != nil {
					t.Fatal(err)
				}
				check(t, path, onnx.Options{Optimization: onnx.OptimizeNone}, g, head, true, tolerance)
			}
		})
	}
	for _, name := range graph.Names(graph.Classify) {
		if !seen[name] {
			t.Errorf("%s has no model in %s", name, goldens.ArchitectureDir(""))
		}
	}
}

func check(t *testing.T, path string, o onnx.Options, g *goldens.Architecture, head graph.Head, packed bool, tolerance float64) {
	t.Helper()
	s, err := onnx.Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	if d := furthest(t, s, g, head, packed); d > tolerance {
		t.Errorf("%s: logits differ by up to %g, %g is allowed", filepath.Base(path), d, tolerance)
	} else {
		t.Logf("%s: logits differ by up to %g", filepath.Base(path), d)
	}
}

// TestPositionsWithoutEnd: a configuration of somebody else's takes no memory for tables of
// positions that its weights don't have.
func TestPositionsWithoutEnd(t *testing.T) {
	for _, name := range []string{"deberta", "modernbert", "mpnet"} {
		config, w, _ := fromWeights(t, name)
		spec := config.Spec()
		spec.Positions = 1 << 30
		_, err := graph.Built(w, spec)
		if err == nil || !strings.Contains(err.Error(), "max_position_embeddings is 1073741824") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
