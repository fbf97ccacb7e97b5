// Package generation generates tokens with a decoder's ONNX graph: many texts
// at once, each a stream of its own (continuous batching).
//
// One goroutine, the Engine's, owns the session, the keys and values and all
// state of streams. It goes round: streams that were cancelled leave, waiting
// ones get a slot if there is memory for them, at most one chunk of a prompt is
// read, one token is added to every other stream, and tokens are drawn. Keys
// and values lie in one arena with a slot for each stream; the streams that are
// generated fill the slots from 0 on, so that a batch is a view of the arena.
package generation

import (
	"errors"
	"sync"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/sampling"
)

// Options of an Engine. Zero values have the defaults that the fields name.
type Options struct {
	Provider     onnx.Provider // default CPU
	DeviceMemory int64         // limit of the CUDA provider in bytes, 0 for none
	Threads      int           // 0: one for each processor that the process may use
	Spinning     bool          // idle threads busy-wait

	ContextWindow int // tokens of a prompt and its answer together; required
	MaxSequences  int // streams at once, default 8
	// KVCache limits the keys and values of all streams, in bytes; 0 means
	// room for all slots.
	KVCache int64
	// MaxQueue is how many streams may wait, default 64.
	MaxQueue int
	// PrefixCache limits the copies of prompts' keys and values that are kept
	// for prompts which begin alike, in bytes; 0 keeps none.
	PrefixCache int64
	// PrefillChunk is how many tokens of a prompt are read at once, default 64.
	PrefillChunk int
	// NoLookup turns prompt-lookup speculation off.
	NoLookup bool
	// Windows are how many tokens a token of each layer sees by config.json, itself
	// included; 0 means all. A graph that differs is refused; nil compares nothing.
	Windows []int
	// Budget is locked while the model computes, so that models of one process
	// don't compute at once. Nil locks nothing.
	Budget   sync.Locker
	Observer Observer // nil observes nothing
}

const (
	defaultMaxSequences = 8
	defaultMaxQueue     = 64
	defaultPrefillChunk = 64
)

func (o *Options) setDefaults() {
	if o.MaxSequences <= 0 {
		o.MaxSequences = defaultMaxSequences
	}
	if o.MaxQueue <= 0 {
		o.MaxQueue = defaultMaxQueue
	}
	if o.PrefillChunk <= 0 {
		o.PrefillChunk = defaultPrefillChunk
	}
	o.PrefillChunk = min(o.PrefillChunk, o.ContextWindow)
	if o.Budget == nil {
		o.Budget = noBudget{}
	}
	if o.Observer == nil {
		o.Observer = noObserver{}
	}
}

type noBudget struct{}

func (noBudget) Lock()   {}
func (noBudget) Unlock() {}

// Observer is told what the engine does. It is called by the engine's
// goroutine and must not block.
type Observer interface {
	// Admitted: a stream got a slot. cachedTokens of its prompt's were in the
	// prefix cache.
	Admitted(queued time.Duration, promptTokens, cachedTokens int)
	// FirstToken: a stream has its first token, so long after it came.
	FirstToken(sinceArrival time.Duration)
	// Step: each of rows streams got a token.
	Step(rows int, took time.Duration)
	// Finished: a stream ended, for one of the reasons "stop", "length",
	// "cancelled" and "error". perToken is the mean time of a token after the
	// first, 0 if there was none.
	Finished(reason string, outputTokens int, perToken time.Duration)
	// State: what waits and runs now.
	State(queued, running int, kvUsedBytes, kvTotalBytes int64)
}

type noObserver struct{}

func (noObserver) Admitted(time.Duration, int, int)    {}
func (noObserver) FirstToken(time.Duration)            {}
func (noObserver) Step(int, time.Duration)             {}
func (noObserver) Finished(string, int, time.Duration) {}
func (noObserver) State(int, int, int64, int64)        {}

// Constraint says which tokens may come next, as a grammar does.
type Constraint interface {
	// Mask has the bit of each token that may come; it is valid until Accept.
	Mask() []uint64
	// Accept takes the token that came.
	Accept(id int32) bool
}

// Request asks for one text.
type Request struct {
	Tokens    []int32 // the prompt, at least one
	MaxTokens int     // at least 1; with the prompt at most the window
	// Pin is how many of the first tokens other prompts are likely to share,
	// a system prompt; the prefix cache keeps them longest.
	Pin        int
	End        []int32 // tokens that end the text
	Sampling   sampling.Params
	Constraint Constraint // nil: none
	// Logprobs asks for the log probabilities of the drawn token and, if over
	// 0, of that many of the most probable ones.
	Logprobs    bool
	TopLogprobs int
	// Reproducible asks for the text, and the logits to the bit, that the same
	// request gives whatever else runs and ran before. Nothing is speculated on,
	// and of the prefix cache only whole chunks are used.
	Reproducible bool
	// Caller is who asks, "" where callers aren't told apart. Callers take turns,
	// and know nothing of each other's prompts by the prefix cache.
	Caller string
	// WarmUp tells that nobody waits for the text: what is put off until the first
	// answer is put off further.
	WarmUp bool
	Sink   Sink
}

// Sink takes a stream's tokens. The engine's goroutine calls it, so it must
// not block.
type Sink interface {
	// Token takes the next token, which isn't one of Request.End. logprobs has
	// the token's own and then the top ones if they were asked for; it is
	// valid during the call. False ends the text with this token.
	Token(id int32, logprobs []sampling.Logprob) bool
	// Done is called once, last.
	Done(Result)
}

// Finish says why a text ended.
type Finish string

// Reasons of a Result without an error.
const (
	Stop   Finish = "stop"   // an end token, or the Sink
	Length Finish = "length" // MaxTokens
)

// Result is a stream's end.
type Result struct {
	Finish    Finish
	Err       error // nil, ErrCancelled, ErrClosed, sampling.ErrNotFinite …
	Generated int   // tokens, the end token included
	Cached    int   // tokens of the prompt that the prefix cache had
	// Queue lasts until a slot was free, Prefill from then to the first token,
	// Decode from then to the last.
	Queue, Prefill, Decode time.Duration
}

// Errors of Submit and of a Result.
var (
	ErrCancelled = errors.New("the stream was cancelled")
	ErrClosed    = errors.New("the engine is closed")
)
