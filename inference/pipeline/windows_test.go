package pipeline_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// TestStride compares entities of long texts with the pipeline's:
// tests/reference/make_strides.py.
func TestStride(t *testing.T) {
	data, err := os.ReadFile(goldens.ArchitectureDir("../strides.json"))
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		Cases []struct {
			Model    string               `json:"model"`
			Stride   int                  `json:"stride"`
			Strategy pipeline.Aggregation `json:"strategy"`
			Text     string               `json:"text"`
			Entities []goldens.Entity     `json:"entities"`
		} `json:"cases"`
	}
	if err := json.Unmarshal(data, &golden); err != nil || len(golden.Cases) < 40 {
		t.Fatalf("%d cases: %v", len(golden.Cases), err)
	}
	models := map[string]*pipeline.Tagger{}
	for _, c := range golden.Cases {
		tagger := models[c.Model]
		if tagger == nil {
			if tagger, err = pipeline.LoadTagger(fromWeights(t, c.Model, ""), pipeline.Runtime{}, pipeline.Options{MaxBatchTokens: 512}); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = tagger.Close(context.Background()) }()
			models[c.Model] = tagger
		}
		// Between others, whose windows mustn't be taken for its own.
		r, err := tagger.Tag(context.Background(), pipeline.TagRequest{Texts: []string{"first", c.Text, "last"}, Aggregation: c.Strategy, Stride: &c.Stride})
		if err != nil {
			t.Fatal(err)
		}
		got := r.Entities[1]
		if len(got) != len(c.Entities) {
			t.Errorf("%s, %d, %s, %.30q: %d entities, want %d", c.Model, c.Stride, c.Strategy, c.Text, len(got), len(c.Entities))
			continue
		}
		for i, want := range c.Entities {
			if e := got[i]; e.Label != want.Group || e.Word != want.Word || e.Start != want.Start || e.End != want.End || math.Abs(float64(e.Score)-want.Score) > 1e-5 {
				t.Errorf("%s, %d, %s, %.30q: %+v, want %+v", c.Model, c.Stride, c.Strategy, c.Text, e, want)
			}
		}
	}
	long := strings.Repeat("film ", 300)
	for _, c := range []struct {
		stride, windows int
		aggregation     pipeline.Aggregation
		want            string
	}{
		{0, 0, pipeline.NoAggregation, "it needs an aggregation_strategy other than none"},
		{46, 0, pipeline.Simple, "it is 46: a window has 46 tokens beside special ones, so it can be 0 to 45"},
		{-1, 0, pipeline.Simple, "so it can be 0 to 45"},
		{45, 9, pipeline.Simple, "the texts have more than 9 windows, the limit"},
	} {
		var invalid *pipeline.InvalidError
		_, err := models["bert-tag"].Tag(context.Background(), pipeline.TagRequest{Texts: []string{long}, Aggregation: c.aggregation, Stride: &c.stride, MaxWindows: c.windows})
		if !errors.As(err, &invalid) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
