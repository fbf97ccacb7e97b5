package optimize

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/onnxtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// decoderFolder is a committed Gemma 3.
func decoderFolder(t *testing.T, model string) *modelstore.Folder {
	t.Helper()
	onnxtest.Init(t)
	return find(t, goldens.ModelDir(model), modelstore.Options{Plain: true})
}

// TestEveryLayoutOfADecoderIsPrepared checks the steps, and that the logits
// after every prompt are the export's: to the bit in fp32. Products of 4 bits become our
// own, whose sums' last bits can become a step of an activation.
func TestEveryLayoutOfADecoderIsPrepared(t *testing.T) {
	const head, window, ahead = "head for the last positions alone", "sliding layers keep their window alone", "graph optimised ahead by ONNX Runtime"
	const products = "products of 4 bits laid out as they are multiplied"
	const oneTable = "embedding and head read one table, without a copy"
	for _, c := range []struct {
		model, precision string
		largest          float64
		steps            []string
	}{
		{"gemma-tiny-chat", "fp32", 0, []string{head, oneTable, window, ahead}},
		{"gemma-int4", "int4", 1, []string{head, "embedding read from the head's weights, without a copy", window, ahead, products}},
		{"gemma-int4-embedding", "int4", 1, []string{head, window, ahead, "embedding left as it is", products}},
		{"gemma-fp16", "fp16", 0.02, []string{head}},
		{"gemma-decomposed", "fp32", 0, []string{head, oneTable, ahead}},
	} {
		t.Run(c.model, func(t *testing.T) {
			f := decoderFolder(t, c.model)
			out := filepath.Join(t.TempDir(), "prepared")
			record, err := Run(context.Background(), Options{Folder: f, Output: out, Tool: "test"})
			if err != nil {
				t.Fatal(err)
			}
			k := record.Check
			if k.Texts < 25 || k.MaxLogitDifference > c.largest || k.SameLabel < 0.9 || c.precision != "int4" && k.SameLabel != 1 {
				t.Errorf("recorded %+v", k)
			}
			if p := k.Products; (p != nil) != (c.precision == "int4") || p != nil && (!p.Packed || p.Tokens < 500 || p.SameToken < 0.95) {
				t.Errorf("recorded of the products: %+v", p)
			}
			// Pages are aligned; an embedding would be 655,360 bytes more.
			if e := k.Embedding; (e != nil) != (c.model == "gemma-int4-embedding") || e != nil && (e.Tied || e.Tokens < 500 || e.SameToken > 0.9 || e.OwnPerplexity < 1) {
				t.Errorf("recorded of the embedding: %+v", e)
			}
			if before, after := weightBytes(t, f.Dir), weightBytes(t, out); after > before+300_000 {
				t.Errorf("%d bytes became %d", before, after)
			}
			all := strings.Join(record.Steps, "; ")
			for _, step := range c.steps {
				if !strings.Contains(all, step) {
					t.Errorf("%q lacks %q", all, step)
				}
			}
			prepared := find(t, out, modelstore.Options{})
			if prepared.Record == nil || prepared.Record.Precision != c.precision || prepared.Signature.Metadata[graph.SourceKey] != record.Source.SHA256 {
				t.Errorf("%+v, %v", prepared.Record, prepared.Signature.Metadata)
			}
			if prepared.Signature.Own != (c.precision == "int4") || prepared.Signature.EmbeddingRows != f.Signature.EmbeddingRows {
				t.Errorf("own operators %v, %d embeddings of %d", prepared.Signature.Own, prepared.Signature.EmbeddingRows, f.Signature.EmbeddingRows)
			}
			if _, ok := prepared.Signature.Input(graph.LogitsToKeep); !ok {
				t.Errorf("the prepared graph has no input %s", graph.LogitsToKeep)
			}
			for _, name := range []string{"generation_config.json", "chat_template.jinja", "tokenizer.json"} {
				if _, err := os.Stat(filepath.Join(out, name)); err != nil {
					t.Error(err)
				}
			}
			if _, err := Run(context.Background(), Options{Folder: prepared, Output: t.TempDir()}); err == nil {
				t.Error("a prepared folder is prepared again")
			}
		})
	}
}

// weightBytes is the size of a folder's graphs with their weights.
func weightBytes(t *testing.T, dir string) (n int64) {
	t.Helper()
	for _, pattern := range []string{"*.onnx*", "onnx/*.onnx*"} {
		paths, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			n += info.Size()
		}
	}
	return n
}

// TestEmbeddingIsTiedOnRequest checks that the memory of a full-precision
// embedding goes.
func TestEmbeddingIsTiedOnRequest(t *testing.T) {
	f := decoderFolder(t, "gemma-int4-embedding")
	sizes := map[Embedding]int64{}
	for _, e := range []Embedding{EmbeddingOwn, EmbeddingTied} {
		out := filepath.Join(t.TempDir(), "prepared")
		if _, err := Run(context.Background(), Options{Folder: f, Output: out, Embedding: e}); err != nil {
			t.Fatal(err)
		}
		data, err := os.Stat(filepath.Join(out, "model.onnx.data"))
		if err != nil {
			t.Fatal(err)
		}
		sizes[e] = data.Size()
	}
	// 2,560 rows of 64 float32.
	if saved := sizes[EmbeddingOwn] - sizes[EmbeddingTied]; saved < 2560*64*4 {
		t.Errorf("%v: only %d bytes are saved", sizes, saved)
	}
}

func TestDecodersThatAreRefused(t *testing.T) {
	for _, c := range []struct {
		model   string
		options Options
		want    string
	}{
		{"gemma-decomposed-nowindow", Options{}, "lost the sliding window of 32 tokens"},
		{"gemma-int4", Options{Precision: graph.Int8}, "leave --precision out"},
		{"gemma-fp16-cuda", Options{}, "implemented only on the CUDA"},
	} {
		c.options.Folder = decoderFolder(t, c.model)
		c.options.Output = filepath.Join(t.TempDir(), "prepared")
		if _, err := Run(context.Background(), c.options); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.model, err, c.want)
		}
		if _, err := os.Stat(c.options.Output); err == nil {
			t.Errorf("%s: there is a result all the same", c.model)
		}
	}
}
