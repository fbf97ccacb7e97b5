// Package models makes the models that benchmarks serve, each in a folder of its own below
// one that a benchmark names. One that is there is taken as it is.
package models

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/report"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/gemmashape"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/genuine"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/realsize"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// DistilBERT is a classifier of real size with random weights: ONNX as the hub's exports
// have it, and the same as transformers reads it.
func DistilBERT(dir string) (string, error) {
	folder := filepath.Join(dir, "distilbert")
	report.Note("making DistilBERT")
	if err := realsize.Write(folder); err != nil {
		return "", err
	}
	return folder, unlessThere(filepath.Join(folder, "model.safetensors"), func() error { return realsize.WriteSafetensors(folder) })
}

// RoBERTa is a classifier of roberta-base's size with random weights, as on the hub.
func RoBERTa(dir string) (string, error) {
	folder := filepath.Join(dir, "roberta")
	return folder, unlessThere(filepath.Join(folder, "model.safetensors"), func() error {
		report.Note("making RoBERTa")
		tokenizer, err := genuine.Tokenizer("llama3")
		if err != nil {
			return err
		}
		return realsize.WriteRoBERTa(folder, tokenizer)
	})
}

// MiniLM is the genuine all-MiniLM-L6-v2 as its makers published it.
func MiniLM(dir string) (string, error) {
	folder := filepath.Join(dir, "minilm")
	return folder, unlessThere(folder, func() error { return genuine.MiniLM(folder) })
}

// Gemma1B is a chat model of Gemma 3 1B's shape with random weights in int4, as
// onnxruntime-genai's builder makes it.
func Gemma1B(dir string) (string, error) {
	folder := filepath.Join(dir, "gemma-1b")
	return folder, unlessThere(filepath.Join(folder, "model.onnx"), func() error { // its last file
		report.Note("making Gemma 3 1B's shape")
		return gemmashape.Write(folder, filepath.Join(scorerproc.Root(), "tests", "testdata"))
	})
}

// Genuine is the folder that `make genuine` converts the genuine Gemma 3 270M in.
func Genuine() (string, error) {
	cache, err := os.UserCacheDir()
	return filepath.Join(cache, "azure-nlp-endpoint", "genuine"), err
}

func unlessThere(path string, do func() error) error {
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return do()
}
