package pipeline_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/onnxtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// edited loads a copy of the multi-label model with a file replaced, or
// removed where its content is empty.
func edited(t *testing.T, files map[string]string) *pipeline.Classifier {
	t.Helper()
	onnxtest.Init(t)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(goldens.ModelDir("distilbert-tiny-multilabel"))); err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		var err error
		if path := filepath.Join(dir, name); content == "" {
			err = os.Remove(path)
		} else {
			err = os.WriteFile(path, []byte(content), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	folder, err := modelstore.Find(dir, modelstore.Options{Plain: true})
	if err != nil {
		t.Fatal(err)
	}
	c, err := pipeline.Load(folder, pipeline.Runtime{Threads: 1}, pipeline.Options{MaxBatchTokens: 512, MaxConcurrentRequests: 8})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	return c
}

func scored(t *testing.T, c *pipeline.Classifier, text string) []pipeline.LabelScore {
	t.Helper()
	r, err := c.Classify(context.Background(), pipeline.ClassifyRequest{Texts: []string{text}, Truncate: true})
	if err != nil {
		t.Fatal(err)
	}
	return r.Scores[0]
}

// TestTokenizerConfigDecidesTheScores saves a folder with truncation_side left and
// a model_max_length: the end of a long text decides, as it does in transformers.
func TestTokenizerConfigDecidesTheScores(t *testing.T) {
	const long, end = "when was the food good and the room was great", "the room was great"
	left := edited(t, map[string]string{"tokenizer_config.json": `{"tokenizer_class": "DistilBertTokenizer", "truncation_side": "left", "model_max_length": 6}`})
	if left.Info().MaxTokens != 6 {
		t.Errorf("the limit is %d tokens", left.Info().MaxTokens)
	}
	whole := edited(t, nil)
	want := scored(t, whole, end)
	for i, got := range scored(t, left, long) {
		if got.Label != want[i].Label || got.Score-want[i].Score > 1e-6 || want[i].Score-got.Score > 1e-6 {
			t.Errorf("score %d: %v, want %v", i, got, want[i])
		}
	}
}

// TestVocabularyAloneGivesTheSameScores has no file of the tokenizer but vocab.txt.
func TestVocabularyAloneGivesTheSameScores(t *testing.T) {
	alone := edited(t, map[string]string{"tokenizer.json": "", "tokenizer_config.json": "", "special_tokens_map.json": ""})
	whole := edited(t, nil)
	for _, text := range []string{"This was GREAT!", "naïve café", ""} {
		want := scored(t, whole, text)
		for i, got := range scored(t, alone, text) {
			if got != want[i] {
				t.Errorf("%q: %v, want %v", text, got, want[i])
			}
		}
	}
}

// TestTokenThatTheModelLacks adds a token to the tokenizer alone: texts with it are
// refused, others aren't.
func TestTokenThatTheModelLacks(t *testing.T) {
	c := edited(t, map[string]string{"added_tokens.json": `{"<unheard>": 1000}`})
	_, err := c.Classify(context.Background(), pipeline.ClassifyRequest{Texts: []string{"good", "so <unheard> of"}})
	var invalid *pipeline.InvalidError
	if !errors.As(err, &invalid) || !strings.Contains(err.Error(), "text 1 has the token <unheard>") {
		t.Errorf("got %v", err)
	}
	if s := scored(t, c, "good"); len(s) != 3 {
		t.Errorf("got %v", s)
	}
}
