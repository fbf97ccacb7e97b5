package goldens

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Generation is generation.json.gz: what reference implementations generate
// from gemma-tiny-chat, greedily. tests/reference/gemma_goldens.py made it.
type Generation struct {
	NewTokens int `json:"max_new_tokens"`
	Prompts   []struct {
		Name string  `json:"name"`
		IDs  []int32 `json:"ids"` // with <bos>
		Text string  `json:"text"`
	} `json:"prompts"`
	FP32          []Generated  `json:"fp32"` // transformers
	Int4          []Generated  `json:"int4"` // onnxruntime-genai, as the next
	Int4Embedding []Generated  `json:"int4_embedding"`
	Endless       []*Generated `json:"endless"` // as FP32, without an end; nil for short prompts
}

// Generated is one greedy text.
type Generated struct {
	Tokens   []int32   `json:"tokens"`   // the end token included, if it came
	Logprobs []float32 `json:"logprobs"` // of Tokens
	Margin   float64   `json:"margin"`   // the smallest lead in logits of a token over the next best
}

// LoadGeneration reads the golden generations.
func LoadGeneration() (*Generation, error) {
	g := &Generation{}
	if err := ReadGzip("gemma-goldens/generation.json.gz", g); err != nil {
		return nil, err
	}
	n := len(g.Prompts)
	if n == 0 || len(g.FP32) != n || len(g.Int4) != n || len(g.Int4Embedding) != n || len(g.Endless) != n {
		return nil, fmt.Errorf("generation.json.gz has %d prompts and %d, %d, %d and %d texts", n, len(g.FP32), len(g.Int4), len(g.Int4Embedding), len(g.Endless))
	}
	return g, nil
}

// ReadGzip decodes a compressed JSON file below tests/testdata.
func ReadGzip(name string, to any) error {
	f, err := os.Open(filepath.Join(root(), "tests", "testdata", filepath.FromSlash(name)))
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	if err := json.NewDecoder(z).Decode(to); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
