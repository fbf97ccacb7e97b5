package goldens

import (
	"encoding/json"
	"fmt"
	"path/filepath"
)

// DecoderText is what transformers writes after a prompt, greedily and without an end
// token. tests/reference/make_decoders.py made it.
type DecoderText struct {
	Prompt   []int32   `json:"prompt"`
	Tokens   []int32   `json:"tokens"`
	Logprobs []float32 `json:"logprobs"`
	Margin   float64   `json:"margin"` // by which each token's logit leads at least
}

// DecoderDir is the folder of a small model of that family.
func DecoderDir(family string) string {
	return filepath.Join(root(), "tests", "testdata", "decoders", family)
}

// DecoderTokenizer is a tokenizer.json for the models of DecoderDir, which know 104 tokens:
// a few special ones, and the printable characters of ASCII.
func DecoderTokenizer() []byte {
	vocab, added := map[string]int{}, []map[string]any{}
	for i, name := range []string{"<pad>", "<s>", "</s>", "<unk>"} {
		vocab[name] = i
		added = append(added, map[string]any{"id": i, "content": name, "special": true})
	}
	for c := '!'; c <= '~'; c++ {
		vocab[string(c)] = len(vocab)
	}
	vocab["Ġ"] = len(vocab) // a space
	level := map[string]any{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}
	content, err := json.Marshal(map[string]any{
		"version": "1.0", "added_tokens": added, "pre_tokenizer": level, "decoder": level,
		"model": map[string]any{"type": "BPE", "vocab": vocab, "merges": []string{}, "unk_token": nil},
	})
	if err != nil {
		panic(err) // what is encoded are strings and numbers
	}
	return content
}

// LoadDecoders reads the texts of all families, by their names.
func LoadDecoders() (map[string][]DecoderText, error) {
	var file struct {
		Texts map[string][]DecoderText `json:"texts"`
	}
	if err := ReadGzip(filepath.Join("decoders", "goldens.json.gz"), &file); err != nil {
		return nil, err
	}
	if len(file.Texts) < 12 {
		return nil, fmt.Errorf("there are only %d families", len(file.Texts))
	}
	return file.Texts, nil
}
