package generation_test

import (
	"context"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/generation"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/onnxtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/optimize"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/sampling"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// openModel loads a committed model, as it is or prepared.
func openModel(t *testing.T, model string, prepared bool, o generation.Options) *generation.Engine {
	t.Helper()
	onnxtest.Init(t)
	source, quantized := strings.CutSuffix(model, " quantized")
	f, err := modelstore.Find(goldens.ModelDir(source), modelstore.Options{Plain: true})
	if err != nil {
		t.Fatal(err)
	}
	if quantized {
		dir := filepath.Join(t.TempDir(), "int4")
		if _, err := optimize.Quantize(t.Context(), f, graph.Blocks{Bits: 4, Size: 32}, dir); err != nil {
			t.Fatal(err)
		}
		if f, err = modelstore.Find(dir, modelstore.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	if prepared {
		dir := filepath.Join(t.TempDir(), "prepared")
		if _, err := optimize.Run(context.Background(), optimize.Options{Folder: f, Output: dir}); err != nil {
			t.Fatal(err)
		}
		if f, err = modelstore.Find(dir, modelstore.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	d := f.Config.Decoder
	o.Windows = d.Windows()
	e, err := generation.Load(f.Graph, generation.Heads{KeyValue: d.KVHeads, Size: d.HeadSize}, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// TestGreedyTextsAreTheReferences compares tokens and their log probabilities
// with transformers (fp32) and onnxruntime-genai (int4), whose models are the
// same, whatever the layout and however prompts are read.
func TestGreedyTextsAreTheReferences(t *testing.T) {
	golden, err := goldens.LoadGeneration()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, model string
		prepared    bool
		want        []goldens.Generated
		// How far log probabilities may be. With 4-bit weights the activations are
		// rounded to 8 bits, so that the last bit of a sum can become a step.
		near    float64
		margin  float64 // texts whose tokens lead by less may differ
		options generation.Options
	}{
		{"fp32", "gemma-tiny-chat", false, golden.FP32, 2e-5, 0, generation.Options{}},
		{"fp32 in one chunk", "gemma-tiny-chat", false, golden.FP32, 2e-5, 0, generation.Options{PrefillChunk: 1024}},
		{"fp32 prepared", "gemma-tiny-chat", true, golden.FP32, 2e-5, 0, generation.Options{}},
		{"fp32 prepared, cached", "gemma-tiny-chat", true, golden.FP32, 2e-5, 0, generation.Options{PrefixCache: 64 << 20, PrefillChunk: 48}},
		{"fp32 decomposed", "gemma-decomposed", false, golden.FP32, 2e-5, 0, generation.Options{}},
		{"fp32 decomposed, prepared", "gemma-decomposed", true, golden.FP32, 2e-5, 0, generation.Options{}},
		{"fp16", "gemma-fp16", false, golden.FP32, 0.05, 0.1, generation.Options{}},
		{"fp16 prepared", "gemma-fp16", true, golden.FP32, 0.05, 0.1, generation.Options{}},
		{"int4", "gemma-int4", false, golden.Int4, 0.01, 0, generation.Options{}},
		{"int4 prepared", "gemma-int4", true, golden.Int4, 0.25, 0.1, generation.Options{}},
		{"int4 with an embedding", "gemma-int4-embedding", false, golden.Int4Embedding, 2e-5, 0, generation.Options{}},
		{"int4 by scorer quantize", "gemma-tiny-chat quantized", false, golden.Int4Embedding, 2e-5, 0, generation.Options{}},
		{"int4 by scorer quantize, prepared", "gemma-tiny-chat quantized", true, golden.Int4Embedding, 0.25, 0.1, generation.Options{}},
		{"int4 with an embedding, prepared", "gemma-int4-embedding", true, golden.Int4Embedding, 0.25, 0.1, generation.Options{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.options.ContextWindow, c.options.NoLookup, c.options.MaxQueue = 768, true, len(golden.Prompts)
			e := openModel(t, c.model, c.prepared, c.options)
			var all []*collector
			for _, p := range golden.Prompts {
				r := newCollector()
				_, err := e.Submit(&generation.Request{Tokens: p.IDs, MaxTokens: golden.NewTokens, Sampling: sampling.Greedy(), Logprobs: true, Sink: r})
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, r)
			}
			compared, furthest := 0, 0.0
			for i, r := range all {
				got := r.wait(t)
				want := c.want[i]
				// No end tokens were named, so the text goes on behind them.
				if got = got[:min(len(got), len(want.Tokens))]; !slices.Equal(got, want.Tokens) {
					if want.Margin >= c.margin {
						t.Errorf("%s, margin %.4f:\ngot  %v\nwant %v", golden.Prompts[i].Name, want.Margin, got, want.Tokens)
					}
					continue
				}
				compared += len(got)
				for j, l := range want.Logprobs {
					furthest = max(furthest, math.Abs(float64(r.probs[j].Logprob-l)))
				}
			}
			t.Logf("%d tokens, log probabilities within %.2g", compared, furthest)
			if compared < 770 || c.margin == 0 && compared < 800 || furthest > c.near {
				t.Errorf("%d tokens were compared, their log probabilities differ by up to %.2g", compared, furthest)
			}
		})
	}
}

// TestTextsWithoutEnd compares longer texts, beyond the sliding window. Where
// two tokens are closer than rounding, the reference's may not be ours.
func TestTextsWithoutEnd(t *testing.T) {
	golden, err := goldens.LoadGeneration()
	if err != nil {
		t.Fatal(err)
	}
	forbidden := map[int32]float32{1: float32(math.Inf(-1)), 106: float32(math.Inf(-1))}
	e := openModel(t, "gemma-tiny-chat", true, generation.Options{ContextWindow: 768, NoLookup: true, MaxQueue: len(golden.Prompts)})
	texts := 0
	for i, want := range golden.Endless {
		if want == nil {
			continue
		}
		p := sampling.Greedy()
		p.Bias = forbidden
		got := submit(t, e, generation.Request{Tokens: golden.Prompts[i].IDs, MaxTokens: golden.NewTokens, Sampling: p}).wait(t)
		if !slices.Equal(got, want.Tokens) {
			t.Errorf("%s, margin %.4f:\ngot  %v\nwant %v", golden.Prompts[i].Name, want.Margin, got, want.Tokens)
		}
		texts++
	}
	if texts < 20 {
		t.Errorf("only %d texts were compared", texts)
	}
}
