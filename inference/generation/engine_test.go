package generation_test

import (
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/generation"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/onnxtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/sampling"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// collector is a Sink that keeps what it gets.
type collector struct {
	mu     sync.Mutex
	ids    []int32
	probs  []sampling.Logprob // as many a token as were asked for
	result generation.Result
	done   chan struct{}
	after  int    // ends the text after so many tokens, 0 never
	each   func() // called at each token
}

func newCollector() *collector { return &collector{done: make(chan struct{})} }

func (c *collector) Token(id int32, top []sampling.Logprob) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ids = append(c.ids, id)
	c.probs = append(c.probs, top...)
	if c.each != nil {
		c.each()
	}
	return len(c.ids) != c.after
}

func (c *collector) Done(r generation.Result) {
	c.result = r
	close(c.done)
}

func (c *collector) wait(t *testing.T) []int32 {
	t.Helper()
	select {
	case <-c.done:
	case <-time.After(time.Minute):
		t.Fatal("the stream didn't end within a minute")
	}
	if c.result.Err != nil {
		t.Fatal(c.result.Err)
	}
	return c.ids
}

func model() string {
	return filepath.Join(goldens.ModelDir("gemma-tiny-chat"), "model.onnx")
}

// heads are those of the committed models.
var heads = generation.Heads{Size: 32, KeyValue: 1}

func load(t *testing.T, change func(*generation.Options)) *generation.Engine {
	t.Helper()
	onnxtest.Init(t)
	o := generation.Options{ContextWindow: 768, PrefixCache: 0, NoLookup: true, MaxSequences: 4}
	if change != nil {
		change(&o)
	}
	e, err := generation.Load(model(), heads, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

func prompt(n, seed int) []int32 {
	ids := make([]int32, n)
	for i := range ids {
		ids[i] = int32((i*7919+seed*104729+13)%400 + 5)
	}
	return ids
}

func submit(t *testing.T, e *generation.Engine, r generation.Request) *collector {
	t.Helper()
	c := newCollector()
	r.Sink = c
	if r.MaxTokens == 0 {
		r.MaxTokens = 40
	}
	if r.Sampling.TopP == 0 {
		r.Sampling.TopP, r.Sampling.RepetitionPenalty = 1, 1
	}
	if _, err := e.Submit(&r); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestBatchedChunkedCachedEqualSolo(t *testing.T) {
	solo := load(t, func(o *generation.Options) { o.PrefillChunk = 512 })
	var want [][]int32
	var prompts [][]int32
	for i, n := range []int{1, 2, 31, 64, 65, 200, 300, 450, 129, 500} {
		prompts = append(prompts, prompt(n, i))
		want = append(want, submit(t, solo, generation.Request{Tokens: prompts[i]}).wait(t))
	}
	for name, change := range map[string]func(*generation.Options){
		"batched":         func(o *generation.Options) { o.MaxSequences = 8 },
		"small chunks":    func(o *generation.Options) { o.PrefillChunk = 7 },
		"prefix cache":    func(o *generation.Options) { o.PrefixCache = 64 << 20 },
		"lookup":          func(o *generation.Options) { o.NoLookup = false; o.MaxSequences = 1 },
		"one thread":      func(o *generation.Options) { o.Threads = 1 },
		"little memory":   func(o *generation.Options) { o.KVCache = 2 << 20 },
		"cache and chunk": func(o *generation.Options) { o.PrefixCache = 64 << 20; o.PrefillChunk = 33; o.NoLookup = false },
	} {
		t.Run(name, func(t *testing.T) {
			e := load(t, change)
			for round := range 2 {
				var all []*collector
				for _, p := range prompts {
					all = append(all, submit(t, e, generation.Request{Tokens: p}))
				}
				for i, c := range all {
					if got := c.wait(t); !slices.Equal(got, want[i]) {
						t.Errorf("round %d, prompt %d:\ngot  %v\nwant %v", round, i, got, want[i])
					}
					if round == 1 && name == "prefix cache" && len(prompts[i]) > 8 && all[i].result.Cached != len(prompts[i])-1 {
						t.Errorf("prompt %d of %d tokens had %d cached", i, len(prompts[i]), all[i].result.Cached)
					}
				}
			}
		})
	}
}

func TestResumedConversation(t *testing.T) {
	plain := load(t, nil)
	cached := load(t, func(o *generation.Options) { o.PrefixCache = 64 << 20 })
	history := prompt(50, 3)
	for turn := range 6 {
		want := submit(t, plain, generation.Request{Tokens: history}).wait(t)
		c := submit(t, cached, generation.Request{Tokens: history})
		if got := c.wait(t); !slices.Equal(got, want) {
			t.Errorf("turn %d:\ngot  %v\nwant %v", turn, got, want)
		}
		if turn > 0 && c.result.Cached < len(history)-22 {
			t.Errorf("turn %d: %d of %d tokens were cached", turn, c.result.Cached, len(history))
		}
		history = append(append(history, want...), prompt(20, 10+turn)...)
	}
}

func TestCancelFreesItsSlot(t *testing.T) {
	e := load(t, func(o *generation.Options) { o.MaxSequences = 2 })
	var all []*collector
	var streams []*generation.Stream
	for i := range 6 {
		c := newCollector()
		s, err := e.Submit(&generation.Request{Tokens: prompt(100, i), MaxTokens: 600, Sampling: sampling.Greedy(), Sink: c})
		if err != nil {
			t.Fatal(err)
		}
		all, streams = append(all, c), append(streams, s)
	}
	for i, s := range streams {
		if i != 3 {
			s.Cancel()
		}
	}
	for i, c := range all {
		<-c.done
		if i != 3 && !errors.Is(c.result.Err, generation.ErrCancelled) {
			t.Errorf("stream %d: %v", i, c.result.Err)
		}
	}
	if c := all[3]; c.result.Err != nil || len(c.ids) != 600 {
		t.Errorf("the one that wasn't cancelled: %v, %d tokens", c.result.Err, len(c.ids))
	}
}

func TestNothingAllocatedPerToken(t *testing.T) {
	e := load(t, nil)
	submit(t, e, generation.Request{Tokens: prompt(10, 1), MaxTokens: 100}).wait(t)
	run := func(n int) float64 {
		return testing.AllocsPerRun(5, func() {
			c := &collector{done: make(chan struct{}), ids: make([]int32, 0, 700)}
			_, err := e.Submit(&generation.Request{Tokens: prompt(10, 1), MaxTokens: n, Sampling: sampling.Params{Temperature: 1, TopK: 64, TopP: 0.95, RepetitionPenalty: 1}, Sink: c})
			if err != nil {
				t.Fatal(err)
			}
			<-c.done
		})
	}
	short, long := run(100), run(700)
	if perToken := (long - short) / 600; perToken > 0.01 {
		t.Errorf("%.3f allocations a token (%.0f for 100, %.0f for 700)", perToken, short, long)
	}
}
