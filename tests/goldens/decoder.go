package goldens

import (
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
