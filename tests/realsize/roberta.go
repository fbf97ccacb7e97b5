package realsize

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// roberta is a classifier's shape.
type roberta struct{ layers, width, heads, inner, vocabulary, positions int }

// robertaBase is roberta-base's, by its config.json on the hub.
var robertaBase = roberta{layers: 12, width: 768, heads: 12, inner: 3072, vocabulary: 50265, positions: 514}

// robertaSource is a small RoBERTa as transformers saved it, from the module's root.
const robertaSource = "tests/testdata/architectures/roberta"

// WriteRoBERTa makes dir a RoBERTa classifier of roberta-base's size with pseudo-random
// weights, as on the hub: config.json, model.safetensors (500 MB) and the tokenizer's files.
// The tokenizer is RoBERTa's but for its vocabulary, which is the first 50,260 tokens of
// another byte-level BPE tokenizer: that in the folder.
func WriteRoBERTa(dir, tokenizer string) error { return robertaBase.write(dir, tokenizer) }

func (r roberta) write(dir, tokenizer string) error {
	from, err := find(robertaSource, "config.json")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("real-size model: %w", err)
	}
	labels := []string{"NEGATIVE", "POSITIVE"}
	for name, members := range map[string]map[string]any{
		"config.json": {
			"num_hidden_layers": r.layers, "hidden_size": r.width, "num_attention_heads": r.heads, "intermediate_size": r.inner,
			"vocab_size": r.vocabulary, "max_position_embeddings": r.positions,
			"id2label": map[string]string{"0": labels[0], "1": labels[1]}, "label2id": map[string]int{labels[0]: 0, labels[1]: 1},
		},
		"tokenizer_config.json": {"model_max_length": r.positions - 2}, // positions begin behind the padding's
	} {
		var saved map[string]any
		if err := readJSON(filepath.Join(from, name), &saved); err != nil {
			return err
		}
		for k, v := range members {
			saved[k] = v
		}
		if err := writeJSON(filepath.Join(dir, name), saved); err != nil {
			return err
		}
	}
	if err := growBPE(filepath.Join(from, "tokenizer.json"), filepath.Join(tokenizer, "tokenizer.json"), filepath.Join(dir, "tokenizer.json"), r.vocabulary); err != nil {
		return err
	}
	return writeSafetensors(filepath.Join(dir, "model.safetensors"), r.tensors(), robertaBias)
}

// robertaBias is halfway between the two labels of the texts that benchmarks send, so that
// both occur.
var robertaBias = constant{name: "classifier.out_proj.bias", values: []float32{0.6875, 0.46875}}

// tensors are all parameters but robertaBias. Their values lie as those of
// tests/reference/make_real_size.py.
func (r roberta) tensors() (all []tensor) {
	add := func(name string, center, scale float32, shape ...int) {
		all = append(all, tensor{Parameter: name, Shape: shape, Center: center, Scale: scale})
	}
	weight := func(name string, shape ...int) { add(name+".weight", 0, 0.0703125, shape...) }
	bias := func(name string, n int) { add(name+".bias", 0, 0.0625, n) }
	linear := func(name string, out, in int) { weight(name, out, in); bias(name, out) }
	norm := func(name string) { add(name+".weight", 1, 0.125, r.width); bias(name, r.width) }
	weight("roberta.embeddings.word_embeddings", r.vocabulary, r.width)
	weight("roberta.embeddings.position_embeddings", r.positions, r.width)
	weight("roberta.embeddings.token_type_embeddings", 1, r.width)
	norm("roberta.embeddings.LayerNorm")
	for i := range r.layers {
		layer := fmt.Sprintf("roberta.encoder.layer.%d.", i)
		for _, name := range []string{"query", "key", "value"} {
			linear(layer+"attention.self."+name, r.width, r.width)
		}
		linear(layer+"attention.output.dense", r.width, r.width)
		norm(layer + "attention.output.LayerNorm")
		linear(layer+"intermediate.dense", r.inner, r.width)
		linear(layer+"output.dense", r.width, r.inner)
		norm(layer + "output.LayerNorm")
	}
	linear("classifier.dense", r.width, r.width)
	add("classifier.out_proj.weight", 0, 0.125, 2, r.width)
	return all
}

func readJSON(path string, v any) error {
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, v)
	}
	if err != nil {
		return fmt.Errorf("real-size model: %s: %w", path, err)
	}
	return nil
}

func writeJSON(path string, v any) error {
	data, err := json.Marshal(v)
	if err == nil {
		err = os.WriteFile(path, data, 0o644)
	}
	if err != nil {
		return fmt.Errorf("real-size model: %w", err)
	}
	return nil
}
