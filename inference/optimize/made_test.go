package optimize_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/optimize"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// hubFolder is a chat model as the hub has it.
func hubFolder(t *testing.T, family string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), family)
	if err := os.CopyFS(dir, os.DirFS(goldens.DecoderDir(family))); err != nil {
		t.Fatal(err)
	}
	for _, exports := range []string{"onnx", "genai"} {
		if err := os.RemoveAll(filepath.Join(dir, exports)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "tokenizer.json"), goldens.DecoderTokenizer(), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func weightsOf(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	m, err := graph.Load(filepath.Join(dir, "model.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for _, i := range m.Graph.Initializer {
		all[i.GetName()] = i.RawData
	}
	return all
}

// TestImportQuantizes as Quantize does what Import made in fp32.
func TestImportQuantizes(t *testing.T) {
	for _, family := range []string{"llama3", "phi4-mini", "gemma3-multimodal"} {
		dir := hubFolder(t, family)
		_, err := modelstore.Find(dir, modelstore.Options{})
		if err == nil || !strings.Contains(err.Error(), "scorer import --model-dir "+dir) {
			t.Errorf("%s: %v", family, err)
		}
		whole := dir + "-fp32"
		if _, err := optimize.Import(t.Context(), dir, nil, whole); err != nil {
			t.Fatal(err)
		}
		f, err := modelstore.Find(whole, modelstore.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range []graph.Blocks{{Bits: 4, Size: 32}, {Bits: 8, Size: 64}} {
			imported, quantized := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
			if _, err := optimize.Import(t.Context(), dir, &b, imported); err != nil {
				t.Fatal(err)
			}
			products, err := optimize.Quantize(t.Context(), f, b, quantized)
			if want := 7*f.Config.Layers + 1; err != nil || products != want {
				t.Fatalf("%s: %d products, want %d: %v", family, products, want, err)
			}
			got, want := weightsOf(t, imported), weightsOf(t, quantized)
			for name, data := range want {
				if !bytes.Equal(got[name], data) {
					t.Errorf("%s %+v: %s differs", family, b, name)
				}
			}
			if len(got) != len(want) {
				t.Errorf("%s: %d initializers, want %d", family, len(got), len(want))
			}
		}
	}
}

// TestFoldersAreMadeWholeOrNotAtAll also when they are there already, and when something is wrong.
func TestFoldersAreMadeWholeOrNotAtAll(t *testing.T) {
	dir := hubFolder(t, "qwen2")
	for _, c := range []struct{ old, new, want string }{
		{`"hidden_act": "silu"`, `"hidden_act": "mish"`, `config.json: hidden_act is "mish"; known are gelu, `},
		{`"num_attention_heads": 2`, `"num_attention_heads": 4`, "config.json: head_dim is 8, by hidden_size and num_attention_heads where config.json doesn't say: ONNX Runtime attends with multiples of 16"},
		{`"Qwen2ForCausalLM"`, `"Phi3ForCausalLM"], "partial_rotary_factor": 0.75, "x": ["x"`, "partial_rotary_factor has 12 of the 16 values of a head turned by their positions"},
		{`"intermediate_size": 24`, `"intermediate_size": 32`, "model.layers.0.mlp.gate_proj.weight of the shape [24 32], by config.json it is [32 32]"},
		{`"vocab_size": 104`, `"vocab_size": 90`, "tokenizer.json has ids up to 98, but by "},
		{`"num_hidden_layers": 2`, `"num_hidden_layers": 3`, "model.safetensors has no parameter model.layers.2.input_layernorm.weight"},
		{`"Qwen2ForCausalLM"`, `"BertForSequenceClassification"`, "whose graph is built when it is served"},
	} {
		broken := hubFolder(t, "qwen2")
		config, err := os.ReadFile(filepath.Join(broken, "config.json"))
		if err != nil {
			t.Fatal(err)
		}
		config = bytes.Replace(config, []byte(c.old), []byte(c.new), 1)
		config = bytes.Replace(config, []byte(`"model_type": "qwen2",`), nil, 1)
		if err := os.WriteFile(filepath.Join(broken, "config.json"), config, 0o600); err != nil {
			t.Fatal(err)
		}
		output := filepath.Join(t.TempDir(), "made")
		if _, err := optimize.Import(t.Context(), broken, nil, output); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
		if entries, _ := os.ReadDir(filepath.Dir(output)); len(entries) > 0 {
			t.Errorf("%v is left", entries)
		}
	}
	output := filepath.Join(t.TempDir(), "made")
	if _, err := optimize.Import(t.Context(), dir, nil, output); err != nil {
		t.Fatal(err)
	}
	if _, err := optimize.Import(t.Context(), dir, nil, output); err == nil || !strings.Contains(err.Error(), output+" is there already: remove it, or name another folder with --output") {
		t.Error(err)
	}
	entries, err := os.ReadDir(output)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if want := []string{"config.json", "model.onnx", "model.onnx.data", "tokenizer.json"}; !slices.Equal(names, want) {
		t.Errorf("the folder has %v, want %v", names, want)
	}
}

// TestImportOfOddWeights refuses them before anything is written.
func TestImportOfOddWeights(t *testing.T) {
	const file = "model.safetensors"
	index := func(of string) []byte {
		return []byte(`{"weight_map": {"model.embed_tokens.weight": "` + of + `"}}`)
	}
	for _, c := range []struct {
		name   string
		change func(content []byte) map[string][]byte // new files
		want   string
	}{
		{"cut off", func(b []byte) map[string][]byte { return map[string][]byte{file: b[:len(b)-100]} }, "is no whole safetensors file"},
		{"NaN in BF16", func(b []byte) map[string][]byte {
			copy(b[len(b)-2:], []byte{0xc0, 0x7f})
			return map[string][]byte{file: b}
		}, "has the value NaN: fetch the model again"},
		{"a shard is missing", func(b []byte) map[string][]byte {
			return map[string][]byte{"model.safetensors.index.json": index("model-00001-of-00002.safetensors")}
		}, "model-00001-of-00002.safetensors"},
		{"the index names another", func(b []byte) map[string][]byte {
			return map[string][]byte{"model.safetensors.index.json": index("model-1-of-1.safetensors"), "model-1-of-1.safetensors": b}
		}, "has no parameter model.layers.0."},
	} {
		dir := hubFolder(t, "qwen2")
		content, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(filepath.Join(dir, file)); err != nil {
			t.Fatal(err)
		}
		for name, content := range c.change(content) {
			if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for _, blocks := range []*graph.Blocks{nil, {Bits: 4, Size: 32}} {
			output := filepath.Join(t.TempDir(), "made")
			if _, err := optimize.Import(t.Context(), dir, blocks, output); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v, want %q", c.name, err, c.want)
			}
			if entries, _ := os.ReadDir(filepath.Dir(output)); len(entries) > 0 {
				t.Errorf("%s: %v is left", c.name, entries)
			}
		}
	}
}
