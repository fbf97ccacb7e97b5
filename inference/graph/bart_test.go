package graph_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/onnxtest"
)

const shared, encoderTable, decoderTable = "model.shared.weight", "model.encoder.embed_tokens.weight", "model.decoder.embed_tokens.weight"

// TestBartTables: files have the one table of words under any of three names, as the tool
// that wrote them left copies out.
func TestBartTables(t *testing.T) {
	onnxtest.Init(t)
	for _, names := range [][]string{{encoderTable}, {decoderTable}, {encoderTable, decoderTable}, {shared, encoderTable, decoderTable}} {
		config, w, g := fromWeights(t, "bart")
		table := w.Tensors[shared]
		delete(w.Tensors, shared)
		for _, name := range names {
			w.Tensors[name] = table
		}
		built, err := graph.Built(w, config.Spec())
		if err != nil {
			t.Fatal(err)
		}
		check(t, filepath.Join(w.Dir, w.Files[0]), onnx.Options{Built: built, Labels: len(config.Labels)}, g, graph.Classify, false, 2e-5)
	}
}

// TestBartWithoutAnEnd: what transformers refuses isn't answered.
func TestBartWithoutAnEnd(t *testing.T) {
	onnxtest.Init(t)
	config, w, _ := fromWeights(t, "bart")
	built, err := graph.Built(w, config.Spec())
	if err != nil {
		t.Fatal(err)
	}
	s, err := onnx.Open(filepath.Join(w.Dir, w.Files[0]), onnx.Options{Built: built, Labels: len(config.Labels)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	p := &graph.Padded{}
	p.Set(1, 1, func(int) []int32 { return []int32{0, 7, 8} }, func(int) []int32 { return nil })
	if out, err := s.RunBatch(context.Background(), p); err == nil {
		t.Errorf("a text without an end token: %v", out.Float32s)
	}
}

func TestBartSettings(t *testing.T) {
	for fields, want := range map[string]string{
		`{"decoder_attention_heads": 5}`: "5 decoder_attention_heads don't divide",
		`{"eos_token_id": 320}`:          "eos_token_id is 320, a number from 0 to 319",
		`{"eos_token_id": [2, 3]}`:       "eos_token_id",
		`{"decoder_layers": 2000}`:       "decoder_layers is 2000",
		`{"decoder_layers": 4}`:          "has no parameter model.decoder.layers.3.",
		`{"tie_word_embeddings": false}`: "has no parameter model.encoder.embed_tokens.weight",
		`{"is_decoder": true}`:           "is_decoder",
	} {
		config, w, _ := fromWeights(t, "bart")
		spec := config.Spec()
		spec.Config = changed(t, spec.Config, fields)
		if _, err := graph.Built(w, spec); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", fields, err, want)
		}
	}
}

// changed is a configuration with other fields.
func changed(t *testing.T, config []byte, fields string) []byte {
	t.Helper()
	all := map[string]any{}
	if err := json.Unmarshal(config, &all); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(fields), &all); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
