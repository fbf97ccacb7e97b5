package generation_test

import (
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/generation"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/onnxtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/sampling"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// refused are exports of onnxruntime-genai 0.18 that aren't their models, and why. What is
// wrong with llama-bias's, modelstore finds.
var refused = map[string]string{
	"phi3/genai":    "layer 0 sees all tokens, by config.json it is 16 tokens",
	"mistral/genai": "layer 0 sees all tokens, by config.json it is 16 tokens",
}

// TestFamilies compares what each family's exports write with what transformers does, in
// onnxruntime-genai's layout and in plain operators, also from the prefix cache.
func TestFamilies(t *testing.T) {
	onnxtest.Init(t)
	texts, err := goldens.LoadDecoders()
	if err != nil {
		t.Fatal(err)
	}
	exports := 0
	for name, want := range texts {
		folder := goldens.DecoderDir(name)
		graphs, _ := filepath.Glob(filepath.Join(folder, "*", "model.onnx"))
		for _, graph := range graphs {
			export := name + "/" + filepath.Base(filepath.Dir(graph))
			if export == "llama-bias/genai" {
				continue
			}
			exports++
			t.Run(export, func(t *testing.T) {
				e, err := openFamily(t, folder, graph)
				if reason, ok := refused[export]; ok {
					if err == nil || !strings.Contains(err.Error(), reason) || !strings.Contains(err.Error(), "--context-window") {
						t.Errorf("%v, want %q", err, reason)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				compareTexts(t, e, want)
			})
		}
	}
	if exports < 16 {
		t.Errorf("there are only %d exports", exports)
	}
}

func openFamily(t *testing.T, folder, graph string) (*generation.Engine, error) {
	t.Helper()
	c, err := modelstore.ReadConfig(filepath.Join(folder, modelstore.ConfigFile))
	if err != nil {
		t.Fatal(err)
	}
	d := c.Decoder
	e, err := generation.Load(graph, generation.Heads{KeyValue: d.KVHeads, Size: d.HeadSize}, generation.Options{
		ContextWindow: min(c.Positions, 96), PrefillChunk: 16, PrefixCache: 1 << 20, NoLookup: true, Windows: d.Windows()})
	if err == nil {
		t.Cleanup(func() {
			if err := e.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	return e, err
}

func compareTexts(t *testing.T, e *generation.Engine, want []goldens.DecoderText) {
	t.Helper()
	furthest := 0.0
	for range 2 { // the second time from the prefix cache
		for _, w := range want {
			r := submit(t, e, generation.Request{Tokens: w.Prompt, MaxTokens: len(w.Tokens), Sampling: sampling.Greedy(), Logprobs: true})
			if got := r.wait(t); !slices.Equal(got, w.Tokens) {
				t.Errorf("after %d tokens, margin %.4f:\ngot  %v\nwant %v", len(w.Prompt), w.Margin, got, w.Tokens)
				continue
			}
			for i, p := range w.Logprobs {
				furthest = max(furthest, math.Abs(float64(r.probs[i].Logprob-p)))
			}
		}
	}
	if furthest > 5e-5 {
		t.Errorf("log probabilities differ by up to %.2g", furthest)
	}
}
