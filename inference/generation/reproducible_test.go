package generation_test

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/turns"

	"google.golang.org/protobuf/proto"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/generation"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/onnxtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/sampling"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// TestSameSeedSameText draws texts alone, and again among others.
func TestSameSeedSameText(t *testing.T) {
	e := load(t, func(o *generation.Options) { o.MaxSequences, o.NoLookup, o.PrefixCache = 6, false, 64<<20 })
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

// TestReproducibleToTheBit compares tokens and log probabilities of texts that
// an engine writes alone and without a memory with those that it writes among
// others, with the prefix cache full of texts that begin alike, cut where they
// happened to end.
func TestReproducibleToTheBit(t *testing.T) {
	plain := func(name string) func(*testing.T, generation.Options) *generation.Engine {
		return func(t *testing.T, o generation.Options) *generation.Engine { return openModel(t, name, false, o) }
	}
	prepared := func(name string) func(*testing.T, generation.Options) *generation.Engine {
		return func(t *testing.T, o generation.Options) *generation.Engine { return openModel(t, name, true, o) }
	}
	models := map[string]func(*testing.T, generation.Options) *generation.Engine{
		"fp32": plain("gemma-tiny-chat"), "fp32 prepared": prepared("gemma-tiny-chat"), "fp32 decomposed": plain("gemma-decomposed"),
		"int4": plain("gemma-int4"), "int4 prepared": prepared("gemma-int4"), "int4 with float activations": openFloatActivations,
	}
	if dir := os.Getenv("GENUINE_INT4"); dir != "" { // make genuine
		models["genuine int4"] = func(t *testing.T, o generation.Options) *generation.Engine {
			return openGraph(t, filepath.Join(dir, "model.onnx"), generation.Heads{Size: 256, KeyValue: 1}, o)
		}
	}
	for name, open := range models {
		t.Run(name, func(t *testing.T) {
			options := generation.Options{ContextWindow: 512, PrefillChunk: 16, MaxSequences: 1, NoLookup: true}
			alone := open(t, options)
			options.MaxSequences, options.NoLookup, options.PrefixCache = 6, false, 64<<20
			busy := open(t, options)
			var requests []generation.Request
			for i, n := range []int{9, 16, 33, 47, 70, 129, 200} {
				p := prompt(n, 0) // all begin alike
				if i%2 == 1 {
					p = append(p, p...) // so that there is something to look up
				}
				r := generation.Request{Tokens: p, Pin: n / 2, MaxTokens: 30, Reproducible: true, Logprobs: true, TopLogprobs: 5}
				if i%3 == 2 {
					r.Sampling = sampling.Params{Temperature: 1, TopK: 40, TopP: 0.95, RepetitionPenalty: 1, Seed: 7}
				}
				requests = append(requests, r)
			}
			var want []*collector
			for i, r := range requests {
				c := submit(t, alone, r)
				continued := append(slices.Clone(r.Tokens), c.wait(t)...)
				want = append(want, c)
				// What isn't reproducible fills the cache, at any place.
				free := r
				free.Reproducible, free.Tokens = false, continued[:len(r.Tokens)-i%5]
				submit(t, busy, free).wait(t)
				if i%2 == 0 {
					free.Tokens = continued
					submit(t, busy, free).wait(t)
				}
			}
			cached := 0
			for round := range 3 {
				got := make([]*collector, len(requests))
				for i, r := range requests {
					if got[i] = submit(t, busy, r); round == 0 {
						got[i].wait(t)
					}
				}
				for i, c := range got {
					c.wait(t)
					cached += c.result.Cached
					if !slices.Equal(c.ids, want[i].ids) || !slices.Equal(c.probs, want[i].probs) {
						t.Errorf("round %d, request %d of %d tokens, %d of them cached:\ngot  %v %v\nwant %v %v", round, i, len(requests[i].Tokens),
							c.result.Cached, c.ids, c.probs[:6], want[i].ids, want[i].probs[:6])
					}
				}
			}
			if cached < 1000 {
				t.Errorf("%d tokens were cached, this tests the prefix cache too", cached)
			}
		})
	}
}

// openFloatActivations loads an int4 model whose activations stay float32. With
// them one row is added up in another order than several.
func openFloatActivations(t *testing.T, o generation.Options) *generation.Engine {
	t.Helper()
	onnxtest.Init(t)
	m, err := graph.Load(filepath.Join(goldens.ModelDir("gemma-int4"), "model.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	changed := 0
	for _, n := range m.Graph.Node {
		for _, a := range n.Attribute {
			if a.GetName() == "accuracy_level" {
				a.I, changed = proto.Int64(0), changed+1
			}
		}
	}
	if changed == 0 {
		t.Fatal("no product says its accuracy_level")
	}
	path := filepath.Join(t.TempDir(), "model.onnx")
	if err := graph.Save(m, path); err != nil {
		t.Fatal(err)
	}
	return openGraph(t, path, heads, o)
}

func openGraph(t *testing.T, path string, heads generation.Heads, o generation.Options) *generation.Engine {
	t.Helper()
	onnxtest.Init(t)
	e, err := generation.Load(path, heads, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return e
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
	e, err := generation.Load(path, heads, generation.Options{ContextWindow: 64})
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
		{model(), generation.Heads{KeyValue: 2}, generation.Options{ContextWindow: 64}, "num_key_value_heads is 2"},
		{model(), heads, generation.Options{ContextWindow: 1}, "window: 1"},
		{model(), heads, generation.Options{ContextWindow: 64, KVCache: 10}, "KV memory: 10 bytes"},
		{filepath.Join(goldens.ModelDir("gemma-decomposed-nowindow"), "onnx", "model.onnx"), generation.Heads{},
			generation.Options{ContextWindow: 128, Windows: []int{32, 32, 32, 32, 32, 0}}, "lost the sliding window"},
		{filepath.Join(goldens.ModelDir("distilbert-tiny-sentiment"), "onnx", "model.onnx"), generation.Heads{}, generation.Options{ContextWindow: 64}, "it has no inputs past_key_values.N.key"},
		{model(), heads, generation.Options{ContextWindow: 64, Provider: "CUDA"}, "has no CUDA provider"},
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
	e := load(t, func(o *generation.Options) { o.ContextWindow = 64 })
	for _, c := range []struct {
		request generation.Request
		want    string
	}{
		{generation.Request{MaxTokens: 1}, "no tokens"},
		{generation.Request{Tokens: []int32{2}}, "MaxTokens is 0"},
		{generation.Request{Tokens: prompt(60, 1), MaxTokens: 5}, "don't fit in a context window of 64"},
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
	e := load(t, func(o *generation.Options) { o.MaxSequences, o.MaxQueue = 1, 2 })
	var refused *turns.FullError
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
