package generation_test

import (
	"errors"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"azure-nlp-endpoint/inference/generation"
	"azure-nlp-endpoint/inference/graph"
	"azure-nlp-endpoint/inference/onnx/onnxtest"
	"azure-nlp-endpoint/inference/sampling"
	"azure-nlp-endpoint/tests/goldens"
)

// TestSameSeedSameText draws texts alone, and again among others.
func TestSameSeedSameText(t *testing.T) {
	e := load(t, func(o *generation.Options) { o.Slots, o.NoLookup, o.PrefixMemory = 6, false, 64<<20 })
	request := func(i int) generation.Request {
		return generation.Request{Tokens: prompt(20+13*i, i), MaxTokens: 60, Reproducible: true,
			Sampling: sampling.Params{Temperature: 1.2, TopK: 50, TopP: 0.98, RepetitionPenalty: 1.1, Seed: uint64(i)}}
	}
	const texts = 12
	var alone [][]int32
	for i := range texts {
		alone = append(alone, submit(t, e, request(i)).wait(t))
	}
	for round := range 2 {
		var all []*collector
		for i := range texts {
			all = append(all, submit(t, e, request(i)))
		}
		for i, c := range all {
			if got := c.wait(t); !slices.Equal(got, alone[i]) {
				t.Errorf("round %d, seed %d:\ngot  %v\nwant %v", round, i, got, alone[i])
			}
		}
	}
	other := request(0)
	other.Sampling.Seed = 99
	if slices.Equal(submit(t, e, other).wait(t), alone[0]) {
		t.Error("another seed gives the same text")
	}
}

// TestNotFiniteLogitsEndTheText runs a graph with an infinite weight.
func TestNotFiniteLogitsEndTheText(t *testing.T) {
	onnxtest.Init(t)
	m, err := graph.Load(model())
	if err != nil {
		t.Fatal(err)
	}
	broken := false
	for _, w := range m.Graph.Initializer {
		if w.GetName() != "model.layers.6.final_norm_layernorm.weight" {
			continue
		}
		copy(w.RawData, []byte{0, 0, 0x80, 0x7f})
		broken = true
	}
	if !broken {
		t.Fatal("the weight of the last norm has another name")
	}
	path := filepath.Join(t.TempDir(), "model.onnx")
	if err := graph.Save(m, path); err != nil {
		t.Fatal(err)
	}
	e, err := generation.Load(path, heads, generation.Options{Window: 64})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = e.Close() }()
	c := submit(t, e, generation.Request{Tokens: prompt(5, 1)})
	<-c.done
	if !errors.Is(c.result.Err, sampling.ErrNotFinite) || len(c.ids) != 0 {
		t.Errorf("%v, %v", c.ids, c.result.Err)
	}
}

// TestGraphsThatAreRefused checks that each error names what is wrong.
func TestGraphsThatAreRefused(t *testing.T) {
	onnxtest.Init(t)
	for _, c := range []struct {
		path    string
		heads   generation.Heads
		options generation.Options
		want    string
	}{
		{model(), generation.Heads{KeyValue: 2}, generation.Options{Window: 64}, "num_key_value_heads is 2"},
		{model(), heads, generation.Options{Window: 1}, "window: 1"},
		{model(), heads, generation.Options{Window: 64, KVMemory: 10}, "KV memory: 10 bytes"},
		{filepath.Join(goldens.ModelDir("gemma-decomposed-nowindow"), "onnx", "model.onnx"), generation.Heads{},
			generation.Options{Window: 128, SlidingWindow: 32, SlidingLayers: []bool{true, true, true, true, true, false}}, "lost the sliding window"},
		{filepath.Join(goldens.ModelDir("distilbert-tiny-sentiment"), "onnx", "model.onnx"), generation.Heads{}, generation.Options{Window: 64}, "it has no inputs past_key_values.N.key"},
		{model(), heads, generation.Options{Window: 64, Provider: "CUDA"}, "has no CUDA provider"},
	} {
		e, err := generation.Load(c.path, c.heads, c.options)
		if err == nil {
			_ = e.Close()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}

func TestRequestsThatAreRefused(t *testing.T) {
	e := load(t, func(o *generation.Options) { o.Window = 64 })
	for _, c := range []struct {
		request generation.Request
		want    string
	}{
		{generation.Request{MaxTokens: 1}, "no tokens"},
		{generation.Request{Tokens: []int32{2}}, "MaxTokens is 0"},
		{generation.Request{Tokens: prompt(60, 1), MaxTokens: 5}, "don't fit a window of 64"},
		{generation.Request{Tokens: []int32{math.MaxInt32}, MaxTokens: 1}, "the token 2147483647"},
		{generation.Request{Tokens: []int32{-1}, MaxTokens: 1}, "the token -1"},
	} {
		c.request.Sink = newCollector()
		if _, err := e.Submit(&c.request); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}

func TestFullQueue(t *testing.T) {
	e := load(t, func(o *generation.Options) { o.Slots, o.MaxQueue = 1, 2 })
	var refused *generation.QueueFullError
	var taken []*collector
	for range 20 {
		c := newCollector()
		_, err := e.Submit(&generation.Request{Tokens: prompt(10, 1), MaxTokens: 500, Sampling: sampling.Greedy(), Sink: c})
		if err == nil {
			taken = append(taken, c)
		} else if !errors.As(err, &refused) {
			t.Fatal(err)
		}
	}
	if refused == nil || refused.RetryAfter <= 0 || len(taken) < 2 || len(taken) > 3 {
		t.Errorf("%d of 20 were taken, %v", len(taken), refused)
	}
	for _, c := range taken {
		c.wait(t)
	}
}
