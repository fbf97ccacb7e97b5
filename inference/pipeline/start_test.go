package pipeline_test

import (
	"context"
	"errors"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/onnxtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// longest observes how many tokens the largest batch had.
type longest struct{ tokens int }

func (l *longest) ObserveBatch(_, tokens int, _ time.Duration) { l.tokens = max(l.tokens, tokens) }
func (l *longest) SetQueue(int)                                {}

// TestWarmingUp has an export read its longest input before it is ready, and spares a
// prepared model that, because it did so when it was prepared.
func TestWarmingUp(t *testing.T) {
	for _, optimized := range []bool{false, true} {
		var l longest
		c := load(t, "distilbert-tiny-sentiment", optimized, pipeline.Options{MaxBatchTokens: 512, Observer: &l})
		if err := c.Warm(t.Context()); err != nil {
			t.Fatal(err)
		}
		if most := c.Info().MaxTokens; (l.tokens == most) == optimized || l.tokens == 0 || l.tokens > most {
			t.Errorf("optimised %t: the largest batch had %d tokens of %d", optimized, l.tokens, most)
		}
	}
}

// TestPhasesOfLoading are told once each, without CUDA too, where the engine is opened
// a second time.
func TestPhasesOfLoading(t *testing.T) {
	onnxtest.Init(t)
	f, err := modelstore.Find(goldens.ModelDir("gemma-tiny-chat"), modelstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	began, ended := map[string]int{}, map[string]int{}
	g, err := pipeline.LoadGenerator(f, pipeline.GeneratorOptions{Runtime: pipeline.Runtime{Phase: func(name string) func() {
		mu.Lock()
		defer mu.Unlock()
		began[name]++
		return func() {
			mu.Lock()
			defer mu.Unlock()
			ended[name]++
		}
	}}})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{"tokenizer": 1, "session": 1}
	if !maps.Equal(began, want) || !maps.Equal(ended, want) {
		t.Errorf("began %v, ended %v, want each of %v", began, ended, want)
	}
	if g.Info().Provider == "CPU" && g.NoCUDA() == nil {
		t.Error("it doesn't say why CUDA isn't what computes")
	}
	if err := errors.Join(g.Warm(t.Context()), g.Close(context.Background())); err != nil {
		t.Error(err)
	}
}
