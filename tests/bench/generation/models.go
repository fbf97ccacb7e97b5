package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
	made "github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/models"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/peers"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/report"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// models are the folders and files of what is measured.
type models struct {
	export    string // folder, as the builder makes it
	optimized string // folder, as scorer optimize makes it
	graph     string // its graph
	whole     string // that graph, where every layer's cache holds all tokens
	gguf      string // Q4_0, 4.5 bits a weight; "" without peers
	gguf5     string // Q4_1, 5 bits a weight, as many as the graph has
}

// makeModels fills dir with what isn't there yet.
func makeModels(ctx context.Context, dir string, p *peers.Peers) (*models, error) {
	export, err := made.Gemma1B(dir)
	if err != nil {
		return nil, err
	}
	m := &models{export: export, optimized: filepath.Join(dir, "optimized")}
	m.graph, m.whole = filepath.Join(m.optimized, "model.onnx"), filepath.Join(m.optimized, "whole.onnx")
	if err := prepare(ctx, m.export, m.optimized); err != nil {
		return nil, err
	}
	if err := writeWhole(m.graph, m.whole); err != nil {
		return nil, err
	}
	if p != nil {
		m.gguf, m.gguf5 = filepath.Join(dir, "model.gguf"), filepath.Join(dir, "model-5.gguf")
		for path, kind := range map[string]string{m.gguf: "Q4_0", m.gguf5: "Q4_1"} {
			if exists(path) {
				continue
			}
			report.Note("making llama.cpp's model, %s", kind)
			if out, err := exec.CommandContext(ctx, p.Python, p.Script("gguf_model.py"), path, kind).CombinedOutput(); err != nil {
				return nil, fmt.Errorf("gguf_model.py: %w\n%s", err, out)
			}
		}
	}
	return m, nil
}

// prepare has scorer optimize make a folder that isn't there yet.
func prepare(ctx context.Context, export, optimized string) error {
	if exists(filepath.Join(optimized, "model.onnx")) {
		return nil
	}
	report.Note("optimizing %s", export)
	cmd, err := scorerproc.Command(ctx, "optimize", "--model-dir", export, "--output", optimized)
	if err != nil {
		return err
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("optimize: %w\n%s", err, out)
	}
	report.Note("%s", strings.TrimSpace(string(out)))
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// writeWhole writes the graph again, over the same weights, without short caches
// for the layers that have a window.
func writeWhole(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	m := &pb.ModelProto{}
	if err := proto.Unmarshal(data, m); err != nil {
		return err
	}
	for _, n := range m.Graph.Node {
		for _, a := range n.Attribute {
			if n.GetOpType() == "GroupQueryAttention" && a.GetName() == "sliding_window_cache" {
				a.I = proto.Int64(0)
			}
		}
	}
	if data, err = proto.Marshal(m); err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o644)
}

// weightBytes is what a token's products read of the weights: all of them but
// the rest of the tables that single rows are taken of.
func weightBytes(path string) (float64, error) {
	s, err := graph.Inspect(path)
	if err != nil {
		return 0, err
	}
	total := 0.0
	seen := map[int64]bool{}
	for _, e := range s.External {
		name := e.Initializer
		if strings.HasPrefix(name, "cos_cache") || strings.HasPrefix(name, "sin_cache") || seen[e.Offset] {
			continue
		}
		seen[e.Offset] = true // the embedding lies where the head does
		total += float64(e.Length)
	}
	return total, nil
}
