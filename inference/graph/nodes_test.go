package graph_test

import (
	"path/filepath"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

func TestEmbeddingRows(t *testing.T) {
	for model, want := range map[string]int{
		"distilbert-tiny-single": 1000, "bert-tiny": 1000,
		// Its own table, the head's transposed, the head's 4-bit blocks.
		"gemma-decomposed": 2560, "gemma-int4-embedding": 2560, "gemma-tiny-chat": 2560, "gemma-int4": 2560,
	} {
		f, err := modelstore.Find(goldens.ModelDir(model), modelstore.Options{Plain: true})
		if err != nil {
			t.Fatal(err)
		}
		if f.Signature.EmbeddingRows != want {
			t.Errorf("%s: %d rows, want %d", model, f.Signature.EmbeddingRows, want)
		}
	}
	exports, err := filepath.Glob(filepath.Join(goldens.ModelDir("exports"), "*", "*.onnx"))
	if err != nil || len(exports) == 0 {
		t.Fatal(err, exports)
	}
	for _, path := range exports {
		s, err := graph.Inspect(path)
		if err != nil || s.EmbeddingRows != 200 {
			t.Errorf("%s: %d rows, %v; want 200", path, s.EmbeddingRows, err)
		}
	}
}
