package generation_test

import (
	"math"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/generation"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/onnxtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// TestForecastsAreThoseOfLogits compares what is said of each token of a text with
// the logits after the text up to there.
func TestForecastsAreThoseOfLogits(t *testing.T) {
	onnxtest.Init(t)
	golden, err := goldens.LoadGeneration()
	if err != nil {
		t.Fatal(err)
	}
	text := golden.Prompts[5].IDs
	all, err := generation.Forecasts(model(), generation.Heads{KeyValue: 1, Size: 32}, generation.Options{}, [][]int32{text, {2}})
	if err != nil {
		t.Fatal(err)
	}
	var before [][]int32
	for n := 1; n < len(text); n++ {
		before = append(before, text[:n])
	}
	rows, err := generation.Logits(model(), generation.Heads{KeyValue: 1, Size: 32}, generation.Options{}, before)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != len(rows) || len(all) < 10 {
		t.Fatalf("%d forecasts of %d tokens", len(all), len(text))
	}
	for i, row := range rows {
		best, sum := 0, 0.0
		for j, l := range row {
			if sum += math.Exp(float64(l)); l > row[best] {
				best = j
			}
		}
		want := float64(row[text[i+1]]) - math.Log(sum)
		if all[i].Best != int32(best) || !(math.Abs(all[i].Logprob-want) < 1e-3) {
			t.Errorf("token %d: %+v, want %d and %v", i+1, all[i], best, want)
		}
	}
}
