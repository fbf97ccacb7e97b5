package pipeline

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/generation"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/sampling"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/tokenizer"
)

// Stream is a text as it is generated. Its methods are for one goroutine.
type Stream struct {
	sink      sink
	ended     func() error // of the context that the text ends with
	submitted *generation.Stream
	forget    func() bool // ends the watch on ctx
	prompt    int
}

// sink takes a text's tokens from the engine, makes text of them and ends it
// at a stop string. Once it is made, it allocates only where the text outgrows
// its buffers.
type sink struct {
	tokenizer *tokenizer.Tokenizer
	decoder   *tokenizer.StreamDecoder
	stops     stopStrings
	splitter  *splitter     // nil: all is text
	ready     chan struct{} // has a value when there may be something to take

	mu        sync.Mutex
	text      []byte         // whole characters that nobody has taken, the last ones held back
	released  int            // how many bytes of text may be taken
	tokens    []TokenLogprob // likewise, in the order of their starts
	starts    []int          // of tokens: how many bytes the whole text had before
	taken     int            // bytes of the whole text that were taken
	reasoning []byte         // likewise
	thought   bool           // there was some reasoning
	thinking  int            // tokens that came meanwhile
	calls     []CallDelta    // likewise
	called    bool           // there was a call, and so no text comes any more
	raw       []byte         // of a token, for the splitter
	generated int
	stopped   bool // at a stop string
	done      bool
	result    generation.Result
}

// textRoom is how much text is usually waiting to be taken.
const textRoom = 256

func newStream(t *tokenizer.Tokenizer, stops []string, prompt int) *Stream {
	s := &Stream{prompt: prompt}
	s.sink = sink{
		tokenizer: t, decoder: t.NewStream(), stops: newStopStrings(stops), ready: make(chan struct{}, 1), text: make([]byte, 0, textRoom),
	}
	return s
}

// begin ends the text when ctx ends.
func (s *Stream) begin(ctx context.Context, submitted *generation.Stream) {
	s.ended, s.submitted = ctx.Err, submitted
	s.forget = context.AfterFunc(ctx, submitted.Cancel)
}

// Token implements generation.Sink.
func (k *sink) Token(id int32, logprobs []sampling.Logprob) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.generated++
	start := len(k.text)
	if k.splitter == nil {
		k.text = k.decoder.Append(k.text, id)
	} else {
		if name, ok := k.splitter.control[id]; ok {
			k.raw = append(k.decoder.Flush(k.raw[:0]), name...)
		} else {
			k.raw = k.decoder.Append(k.raw[:0], id)
		}
		if k.splitter.take(k.raw, k, false); k.splitter.state == inThought {
			k.thinking++
		}
	}
	// Of thoughts and calls there are no log probabilities, as with OpenAI.
	if len(logprobs) > 0 && (k.splitter == nil || k.splitter.mayBeText(k.raw) || len(k.text) > start) {
		k.starts = append(k.starts, k.taken+start)
		k.tokens = append(k.tokens, k.token(logprobs))
	}
	k.release(false)
	k.notify()
	return !k.stopped
}

// noText leaves out the tokens behind the text so far: they turned out to be the mark of a
// thought or of a call.
func (k *sink) noText() {
	for n := len(k.starts); n > 0 && k.starts[n-1] >= k.taken+len(k.text); n-- {
		k.tokens, k.starts = k.tokens[:n-1], k.starts[:n-1]
	}
}

// call begins a call.
func (k *sink) call(index int, id, name string) {
	if k.release(true); k.stopped { // before it
		return
	}
	k.called = true
	k.calls = append(k.calls, CallDelta{Index: index, ID: id, Name: name})
}

// argue adds to the arguments of a call.
func (k *sink) argue(index int, more []byte) {
	if k.stopped || len(more) == 0 {
		return
	}
	if n := len(k.calls); n > 0 && k.calls[n-1].Index == index {
		k.calls[n-1].Arguments = append(k.calls[n-1].Arguments, more...)
		return
	}
	k.calls = append(k.calls, CallDelta{Index: index, Arguments: bytes.Clone(more)})
}

// token makes the form of the API of a token's log probabilities: its own, and
// then the top ones.
func (k *sink) token(logprobs []sampling.Logprob) TokenLogprob {
	one := func(l sampling.Logprob) TokenLogprob {
		return TokenLogprob{ID: l.ID, Bytes: k.tokenizer.Name(l.ID), Logprob: l.Logprob}
	}
	t := one(logprobs[0])
	for _, l := range logprobs[1:] {
		t.Top = append(t.Top, one(l))
	}
	return t
}

// release decides how much of the text may be taken: up to a stop string, or to
// what may become one.
func (k *sink) release(last bool) {
	if k.stopped {
		return
	}
	from := k.released // nothing before it can begin a stop string
	if at, ok := k.stops.find(k.text, from); ok {
		k.text, k.released, k.stopped = k.text[:at], at, true
		// The tokens of the stop string aren't part of the text.
		for n := len(k.starts); n > 0 && k.starts[n-1] >= k.taken+at; n-- {
			k.tokens, k.starts = k.tokens[:n-1], k.starts[:n-1]
		}
		return
	}
	k.released = len(k.text)
	if !last && !k.called {
		k.released = k.stops.hold(k.text, from)
	}
}

// Done implements generation.Sink.
func (k *sink) Done(r generation.Result) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.stopped {
		if k.splitter == nil {
			k.text = k.decoder.Flush(k.text)
		} else {
			k.splitter.take(k.decoder.Flush(k.raw[:0]), k, true)
		}
		k.release(true)
	}
	k.generated = r.Generated
	k.result, k.done = r, true
	k.notify()
}

func (k *sink) notify() {
	select {
	case k.ready <- struct{}{}:
	default:
	}
}

// take moves what may be taken to d. It reports whether that is anything, and
// whether the text has ended.
func (k *sink) take(d *Delta) (some, done bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	d.Text = append(d.Text[:0], k.text[:k.released]...)
	k.text = k.text[:copy(k.text, k.text[k.released:])]
	k.taken += k.released
	k.released = 0
	n := len(k.tokens)
	if !k.done {
		for n > 0 && k.starts[n-1] >= k.taken {
			n--
		}
	}
	d.Tokens = append(d.Tokens[:0], k.tokens[:n]...)
	k.tokens = k.tokens[:copy(k.tokens, k.tokens[n:])]
	k.starts = k.starts[:copy(k.starts, k.starts[n:])]
	d.Reasoning = append(d.Reasoning[:0], k.reasoning...)
	k.reasoning = k.reasoning[:0]
	d.Calls = append(d.Calls[:0], k.calls...)
	k.calls = nil
	d.Generated = k.generated
	return len(d.Text) > 0 || n > 0 || len(d.Reasoning) > 0 || len(d.Calls) > 0, k.done
}

// Next waits for the next piece of the text. Its error is io.EOF at the end,
// ErrNotFinite, the context's, or what went wrong here.
func (s *Stream) Next(d *Delta) error {
	for {
		some, done := s.sink.take(d)
		if some {
			return nil
		}
		if done {
			return s.err()
		}
		<-s.sink.ready // Done comes even when ctx ends
	}
}

func (s *Stream) err() error {
	err := s.sink.result.Err
	if err == nil {
		return io.EOF
	}
	if ended := s.ended(); ended != nil && errors.Is(err, generation.ErrCancelled) {
		return ended
	}
	return translateGeneration(err)
}

// Completion sums the text up. Before Next returned an error it has but the prompt's
// tokens.
func (s *Stream) Completion() Completion {
	s.sink.mu.Lock()
	defer s.sink.mu.Unlock()
	r := &s.sink.result
	finish := FinishStop
	switch {
	case r.Finish == generation.Length:
		finish = FinishLength
	case s.sink.called:
		finish = FinishCalls
	}
	return Completion{
		Finish: finish, PromptTokens: s.prompt, CachedTokens: r.Cached, CompletionTokens: r.Generated, ReasoningTokens: s.sink.thinking,
		Timing: GenerationTiming{Queue: r.Queue, Prefill: r.Prefill, Decode: r.Decode},
	}
}

// Close ends the text if it hasn't ended.
func (s *Stream) Close() {
	s.forget()
	s.submitted.Cancel()
}
