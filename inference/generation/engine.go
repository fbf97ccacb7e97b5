package generation

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/sampling"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/turns"
)

// Engine generates the texts of many requests. Submit may be called by several
// goroutines at once.
type Engine struct {
	options  Options
	geometry *geometry
	session  *onnx.BoundSession
	stopper  *onnx.Stopper
	runner   runner
	threads  int
	kvTotal  int64
	shared   [][]int32

	mu      sync.Mutex
	queue   []*Stream
	closing bool
	// running is the one stream that the run under way is for; nil for none or
	// several. Only such a run is stopped midway.
	running *Stream
	service time.Duration // of a stream, a moving average

	cancelActive atomic.Bool // every stream is to end

	wake  chan struct{}
	ended chan struct{}

	// What follows belongs to the engine's goroutine.
	reading  *Stream   // its prompt is being read, in slot len(decoding)
	decoding []*Stream // by slot
	reserved int64     // bytes of keys and values that streams may come to need
	aside    int64     // bytes of those that displaced streams have in copies
	touched  []int     // by slot, the most tokens it has held since it was discarded
	prefixes *prefixes
	rows     rows
	lookup   lookup
	tokens   []int32
	past     []int
	top      []sampling.Logprob
	settled  bool

	settling sync.WaitGroup
}

// Stream is one request's way through the engine.
type Stream struct {
	engine    *Engine
	request   *Request
	cancelled atomic.Bool

	tokens []int32 // prompt and text
	past   int     // of tokens, how many the slot holds
	// aligned is how many of the first tokens were read in whole chunks, from a
	// multiple of the chunk to the next. Their keys and values are those of
	// every prompt that begins with them, to the bit.
	aligned   int
	shared    int  // of the prompt, how many tokens all callers may share
	hits      hits // of what was looked up for it
	sampler   *sampling.Sampler
	logprobs  *sampling.Logprobs
	generated int
	cached    int
	reserved  int64
	displaced *snapshot // of a stream that gave way, until it goes on
	lost      error     // why its keys and values are lost

	arrived, admitted, first, last time.Time
}

// Load opens a decoder's graph and starts an engine. onnx.Init must have been
// called. It must be closed.
func Load(path string, heads Heads, o Options) (*Engine, error) {
	o.setDefaults()
	if o.ContextWindow < 2 {
		return nil, fmt.Errorf("context window: %d, at least 2 tokens are needed", o.ContextWindow)
	}
	e, err := open(path, heads, o)
	if err != nil {
		return nil, err
	}
	perStream := e.bytes(o.ContextWindow)
	e.kvTotal = o.KVCache
	if e.kvTotal == 0 {
		e.kvTotal = perStream * int64(o.MaxSequences)
	}
	if e.kvTotal < perStream {
		return nil, errors.Join(fmt.Errorf("KV memory: %d bytes, but one conversation of %d tokens takes %d: raise the limit or shrink the context window",
			e.kvTotal, o.ContextWindow, perStream), e.free())
	}
	go e.loop()
	return e, nil
}

// Share says which beginnings of prompts, system prompts, have keys and values that all
// callers may share. It must be called before the first Submit.
func (e *Engine) Share(prompts [][]int32) { e.shared = prompts }

// bytes is what the keys and values of n tokens take.
func (e *Engine) bytes(n int) int64 {
	return int64(e.geometry.windowBytes()) + int64(n)*int64(e.geometry.tokenBytes())
}

// Submit queues a request. Its sink is called from then on.
func (e *Engine) Submit(r *Request) (*Stream, error) {
	if err := e.check(r); err != nil {
		return nil, err
	}
	s := &Stream{
		engine: e, request: r, arrived: time.Now(),
		tokens:  append(make([]int32, 0, len(r.Tokens)+r.MaxTokens), r.Tokens...),
		shared:  sharedTokens(r.Tokens, e.shared),
		hits:    hits{share: firstHits},
		sampler: sampling.New(r.Sampling, e.geometry.vocab, e.options.ContextWindow, r.Tokens),
	}
	if r.Logprobs {
		s.logprobs = &sampling.Logprobs{}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closing {
		return nil, ErrClosed
	}
	if err := e.full(r.Caller); err != nil {
		return nil, err
	}
	e.queue = append(e.queue, s)
	e.poke()
	return s, nil
}

// Full returns the error that Submit would for that caller, if the queue is full
// now. It spares the work of making a request.
func (e *Engine) Full(caller string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.full(caller)
}

// full estimates when those who wait will have been served.
func (e *Engine) full(caller string) error {
	if len(e.queue) < e.options.MaxQueue && e.waitingOf(caller) < turns.Share(e.options.MaxQueue, caller) {
		return nil
	}
	wait := e.service * time.Duration(len(e.queue)) / time.Duration(e.options.MaxSequences)
	return &turns.FullError{RetryAfter: max(wait.Round(time.Second), time.Second), Waiting: len(e.queue)}
}

func (e *Engine) check(r *Request) error {
	switch {
	case len(r.Tokens) == 0:
		return errors.New("the prompt has no tokens")
	case r.MaxTokens < 1:
		return fmt.Errorf("MaxTokens is %d, at least 1 is needed", r.MaxTokens)
	case len(r.Tokens)+r.MaxTokens > e.options.ContextWindow:
		return fmt.Errorf("%d tokens and %d more don't fit in a context window of %d", len(r.Tokens), r.MaxTokens, e.options.ContextWindow)
	case r.Sink == nil:
		return errors.New("the request has no sink")
	}
	for _, id := range r.Tokens {
		if id < 0 || int(id) >= e.geometry.vocab {
			return fmt.Errorf("the prompt has the token %d, the vocabulary has %d", id, e.geometry.vocab)
		}
	}
	return nil
}

// Cancel ends the stream soon: within a step, and at once while its prompt is
// read. Its sink is told. It may be called at any time by any goroutine.
func (s *Stream) Cancel() {
	s.cancelled.Store(true)
	e := s.engine
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.running == s {
		_ = e.stopper.Stop() // it can't fail on options that exist
	}
	e.poke()
}

// poke wakes the loop. e.mu is held, or it doesn't matter.
func (e *Engine) poke() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// Close takes no more requests, waits for the streams there are, and frees
// everything.
func (e *Engine) Close() error {
	e.mu.Lock()
	first := !e.closing
	e.closing = true
	e.poke()
	e.mu.Unlock()
	<-e.ended
	if !first {
		return nil
	}
	return e.free()
}

// CancelAll cancels every stream.
func (e *Engine) CancelAll() {
	e.mu.Lock()
	e.closing = true
	waiting := e.queue
	if e.running != nil {
		e.running.cancelled.Store(true)
		_ = e.stopper.Stop()
	}
	for _, s := range waiting {
		s.cancelled.Store(true)
	}
	e.mu.Unlock()
	e.cancelActive.Store(true)
	e.poke()
}

func (e *Engine) free() error {
	e.settling.Wait()
	if e.prefixes != nil {
		e.prefixes.clear()
	}
	if e.runner != nil {
		e.runner.close()
	}
	if e.stopper != nil {
		e.stopper.Close()
	}
	return e.session.Close()
}

// Threads is how many a run uses.
func (e *Engine) Threads() int { return e.threads }

// Provider is what computes.
func (e *Engine) Provider() onnx.Provider { return e.session.Provider() }

// Vocabulary is how many logits there are.
func (e *Engine) Vocabulary() int { return e.geometry.vocab }

// ContextWindow is how many tokens a prompt and its text may have together.
func (e *Engine) ContextWindow() int { return e.options.ContextWindow }

// MaxSequences is how many streams are generated at once.
func (e *Engine) MaxSequences() int { return e.options.MaxSequences }

// MaxWaiting is how many streams a caller may have waiting, others or not.
func (e *Engine) MaxWaiting() int { return turns.Share(e.options.MaxQueue, "any") }
