// Package goldens reads the answers of transformers' text-classification
// pipeline that tests/reference made.
package goldens

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
)

// Tolerance is how far scores and logits may be from the reference's: float32
// sums in another order, in another implementation.
const Tolerance = 1e-4

// Score is one label and its score.
type Score struct {
	Label string  `json:"label"`
	Score float64 `json:"score"`
}

// Text is one text with everything that the reference says of it.
type Text struct {
	Text      string    `json:"text"`
	Tokens    int       `json:"tokens"`
	Truncated bool      `json:"truncated"`
	Logits    []float64 `json:"logits"`
	Scores    []Score   `json:"scores"` // best first
	Vector    []float64 `json:"vector"` // of models that embed, of length 1
}

// Call is one way of calling the pipeline, and its exact output.
type Call struct {
	Name       string          `json:"name"`
	Inputs     json.RawMessage `json:"inputs"`
	Parameters json.RawMessage `json:"parameters"`
	Output     json.RawMessage `json:"output"`
}

// File is the golden file of one model.
type File struct {
	Model string `json:"-"`
	Texts []Text `json:"texts"`
	Calls []Call `json:"calls"`
}

// SmallModels are the ones that lie complete in the repository.
var SmallModels = []string{
	"distilbert-tiny-sentiment", "distilbert-tiny-multilabel", "distilbert-tiny-single", "distilbert-tiny-regression", "bert-tiny",
}

func root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..")
}

// ModelDir is the folder of a small model.
func ModelDir(model string) string {
	bundled := filepath.Join(root(), "inference", "models", model)
	if _, err := os.Stat(bundled); err == nil {
		return bundled
	}
	return filepath.Join(root(), "tests", "testdata", model)
}

// Load reads the golden file of a model.
func Load(model string) (*File, error) {
	f, err := read(filepath.Join(root(), "tests", "testdata", "classification", model+".json"))
	if err != nil {
		return nil, err
	}
	f.Model = model
	return f, nil
}

func read(path string) (*File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	f := &File{}
	if err := json.Unmarshal(data, f); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(f.Texts) == 0 {
		return nil, fmt.Errorf("%s has no texts", path)
	}
	return f, nil
}

// Compare says how got differs from the scores that the reference gave, or "".
// Labels whose scores are within the tolerance of each other may change places.
func Compare(got, want []Score) string {
	if len(got) != len(want) {
		return fmt.Sprintf("%d labels, want %d", len(got), len(want))
	}
	expected := map[string]float64{}
	for _, s := range want {
		expected[s.Label] = s.Score
	}
	for i, s := range got {
		reference, ok := expected[s.Label]
		if !ok || math.Abs(s.Score-reference) > Tolerance*max(1, math.Abs(reference)) || math.Abs(s.Score-want[i].Score) > 2*Tolerance*max(1, math.Abs(reference)) {
			return fmt.Sprintf("got %v, want %v", got, want)
		}
	}
	return ""
}

// BenchTexts are the texts that benchmarks send, with the real-size model's answers.
func BenchTexts() ([]Text, error) {
	f, err := read(filepath.Join(root(), "tests", "testdata", "bench-texts.json"))
	if err != nil {
		return nil, err
	}
	return f.Texts, nil
}
