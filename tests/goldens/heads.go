package goldens

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"strings"
)

// HeadModel is a family of encoders with one of its heads, and what transformers makes of ids
// and texts with it. tests/reference/make_heads.py made them.
type HeadModel struct {
	Architecture
	Config    json.RawMessage `json:"config"`
	Tokenizer string          `json:"tokenizer"` // the folder that has it
	DType     string          `json:"dtype"`
	Weights   weights         `json:"weights"`
}

// LoadHeads reads them by name: the family and the head.
func LoadHeads() (map[string]*HeadModel, error) {
	var file struct {
		Models map[string]*HeadModel `json:"models"`
	}
	err := ReadGzip("heads.json.gz", &file)
	return file.Models, err
}

// Write writes a folder as it lies on the hub.
func (h *HeadModel) Write(dir string) error {
	entries, err := os.ReadDir(ArchitectureDir(h.Tokenizer))
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.IsDir() || e.Name() == "config.json" || e.Name() == "golden.json" || strings.Contains(e.Name(), "safetensors") {
			continue
		}
		data, err := os.ReadFile(filepath.Join(ArchitectureDir(h.Tokenizer), e.Name()))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, e.Name()), data, 0o600)
		}
		if err != nil {
			return err
		}
	}
	return h.Weights.write(dir, h.Config, h.DType)
}

// Layout is a much used classifier as it lies on the hub, with small random weights and a
// small tokenizer, and what transformers answers. tests/reference/make_layouts.py made it.
type Layout struct {
	Config  json.RawMessage `json:"config"`
	DType   string          `json:"dtype"`
	Weights weights         `json:"weights"`
	Pickled bool            `json:"pickled"` // it has weights in pytorch_model.bin alone
	Names   map[string]int  `json:"files"`
	Texts   []struct {
		Text   string  `json:"text"`
		Pair   *string `json:"text_pair"`
		Scores []Score `json:"scores"`
	} `json:"texts"`
	files map[string][]byte
}

// LoadLayouts reads them by the names of their repositories.
func LoadLayouts() (map[string]*Layout, error) {
	var file struct {
		Contents [][]byte           `json:"contents"`
		Models   map[string]*Layout `json:"models"`
	}
	err := ReadGzip("layouts.json.gz", &file)
	for _, l := range file.Models {
		l.files = map[string][]byte{}
		for name, i := range l.Names {
			l.files[name] = file.Contents[i]
		}
	}
	return file.Models, err
}

// Files are those of the repository, and of its weights alone. dir is a folder to write in.
func (l *Layout) Files(dir string) (files, weights map[string][]byte, err error) {
	if err := l.Weights.write(dir, l.Config, l.DType); err != nil {
		return nil, nil, err
	}
	data, err := os.ReadFile(filepath.Join(dir, "model.safetensors"))
	files = maps.Clone(l.files)
	files["config.json"] = l.Config
	return files, map[string][]byte{"model.safetensors": data}, err
}
