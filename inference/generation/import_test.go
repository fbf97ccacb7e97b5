package generation_test

import (
	"path/filepath"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/onnxtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/safetensors"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// TestGraphsBuiltOfWeights compares what they write with what transformers does.
func TestGraphsBuiltOfWeights(t *testing.T) {
	onnxtest.Init(t)
	texts, err := goldens.LoadDecoders()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range texts {
		t.Run(name, func(t *testing.T) {
			folder := goldens.DecoderDir(name)
			c, err := modelstore.ReadConfig(filepath.Join(folder, modelstore.ConfigFile))
			if err != nil {
				t.Fatal(err)
			}
			w, err := safetensors.Open(filepath.Join(folder, safetensors.File))
			if err != nil {
				t.Fatal(err)
			}
			target := filepath.Join(t.TempDir(), "model.onnx")
			if err := graph.BuildDecoder(t.Context(), c.Decoder, w, nil, target); err != nil {
				t.Fatal(err)
			}
			e, err := openFamily(t, folder, target)
			if err != nil {
				t.Fatal(err)
			}
			compareTexts(t, e, want)
		})
	}
}
