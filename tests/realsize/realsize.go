// Package realsize writes a DistilBERT of real size (6 layers, hidden size 768,
// vocabulary 30,522, 268 MB of float32 weights) with pseudo-random weights, so
// that tests and benchmarks have one without a download and without Python.
//
// The repository holds everything of that model but its weights: the graph as
// the hub's exports have it, with the weights outside, the tokenizer, and a
// manifest that says how to compute each tensor. tests/reference makes those
// files and golden answers; see tests/testdata/README.md.
//
// WriteRoBERTa makes a classifier of another kind, as safetensors alone.
package realsize

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// source is the model without its weights, from the module's root.
const source = "tests/testdata/distilbert-base-random"

// files are copied as they are; the data file is computed.
var files = []string{
	"config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt", "onnx/model.onnx",
}

// Write makes dir the complete model folder, laid out as on the hub:
// config.json, tokenizer.json, onnx/model.onnx and its onnx/model.onnx.data.
// The data file's SHA-256 is checked against the manifest before it gets its
// name. What is already there and right stays untouched, so a second call only
// reads. The working directory must be inside this repository.
func Write(dir string) error {
	src, err := Source()
	if err != nil {
		return err
	}
	return write(src, dir)
}

// Source is the folder of the committed files: the model without its weights.
// It is found from the working directory upwards.
func Source() (string, error) { return find(source, manifestName) }

// find returns the folder of the repository that has the file.
func find(folder, file string) (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("real-size model: %w", err)
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		path := filepath.Join(dir, filepath.FromSlash(folder))
		if _, err := os.Stat(filepath.Join(path, file)); err == nil {
			return path, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("real-size model: no %s/%s in or above %s; run this inside the repository", folder, file, start)
		}
	}
}

func write(src, dir string) error {
	m, err := readManifest(filepath.Join(src, manifestName))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(dir, "onnx"), 0o755); err != nil {
		return fmt.Errorf("real-size model: %w", err)
	}
	for _, name := range files {
		if err := copyFile(filepath.Join(src, filepath.FromSlash(name)), filepath.Join(dir, filepath.FromSlash(name))); err != nil {
			return fmt.Errorf("real-size model: %w", err)
		}
	}
	return m.writeData(filepath.Join(dir, filepath.FromSlash(m.File)))
}

// copyFile copies a small file unless the target has the same bytes already.
func copyFile(from, to string) error {
	want, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	have, err := os.ReadFile(to)
	if err == nil && string(have) == string(want) {
		return nil
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.WriteFile(to, want, 0o644)
}
