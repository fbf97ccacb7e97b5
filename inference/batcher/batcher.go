// Package batcher gathers the texts of concurrent requests into batches for a
// model that computes one batch at a time.
//
// It never waits to fill a batch: what queued up while the last batch ran is
// the next one, so a lone request is never delayed and a busy server fills its
// batches by itself. Whose text is next, turns.go says; which requests are refused
// because they can't be answered in time, forecast.go.
package batcher

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/turns"
)

// Sequence is one tokenized text.
type Sequence struct {
	IDs     []int32
	TypeIDs []int32
}

// Runner computes one batch: a row of outputs for each sequence, in order.
// It is called by one goroutine at a time.
type Runner func(batch []Sequence) ([][]float32, error)

// Observer is told what the batcher does. Its methods must be quick.
type Observer interface {
	// ObserveBatch is called after each batch: how many texts and tokens it
	// had, and how long the Runner took.
	ObserveBatch(texts, tokens int, d time.Duration)
	// SetQueue is called when the number of waiting texts has changed.
	SetQueue(texts int)
}

// Errors of Submit, besides the context's and the Runner's own.
var (
	ErrClosed = errors.New("batcher is closed")
)

// Options limit the queue and the batches.
type Options struct {
	// MaxBatchTokens is the most tokens in a batch, padding included where the
	// layout pads. A longer text runs alone.
	MaxBatchTokens int
	// MaxConcurrentRequests is the most requests waiting or running; one more
	// is refused with a [turns.FullError].
	MaxConcurrentRequests int
	// Layout tells what a batch costs, so that only texts that go well
	// together share one.
	Layout Layout
	// Observer may be nil.
	Observer Observer
}

// Timing of a request: how long its last text waited and was computed.
type Timing struct{ Queue, Run time.Duration }

// Batcher queues requests and runs them in batches. Make one with New.
type Batcher struct {
	run     Runner
	options Options

	mu       sync.Mutex
	wake     sync.Cond // something to run, or closed
	queue    queue
	admitted int // requests between admission and answer
	texts    int // not yet taken
	running  int // tokens of the batch that runs
	speed    speed
	closed   bool
	idle     chan struct{} // closed once the last request left after Close
	done     chan struct{} // closed when the goroutine has ended
}

// request is one Submit. All but its results are guarded by Batcher.mu.
type request struct {
	deadline  time.Time    // zero without one
	ended     func() error // why nobody waits any more, or nil
	caller    *caller
	sequences []Sequence
	tokens    int       // of all sequences
	taken     int       // tokens of those that were taken
	due       time.Time // see queue
	next      int       // first sequence not yet taken
	open      int       // sequences without an answer
	results   [][]float32
	err       error
	arrived   time.Time
	timing    Timing
	answered  chan struct{}
}

// New starts a Batcher, which computes with run in a goroutine of its own.
func New(run Runner, o Options) *Batcher {
	if o.Layout == nil {
		o.Layout = Padded{}
	}
	b := &Batcher{run: run, options: o, queue: newQueue(o.MaxBatchTokens), idle: make(chan struct{}), done: make(chan struct{})}
	b.wake.L = &b.mu
	go b.loop()
	return b
}

// Submit queues the sequences as one request of a caller, "" where callers aren't told
// apart, and waits for their outputs, in the order of sequences. A request that would
// not be answered before ctx's deadline is refused with a [turns.FullError]. When ctx ends first, its error is returned at once,
// and the sequences that weren't taken by then are never run.
func (b *Batcher) Submit(ctx context.Context, caller string, sequences []Sequence) ([][]float32, Timing, error) {
	if len(sequences) == 0 {
		return nil, Timing{}, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, Timing{}, err
	}
	r := &request{
		ended:     ctx.Err,
		sequences: sequences,
		open:      len(sequences),
		results:   make([][]float32, len(sequences)),
		arrived:   time.Now(),
		answered:  make(chan struct{}),
	}
	r.deadline, _ = ctx.Deadline()
	for _, s := range sequences {
		r.tokens += len(s.IDs)
	}
	if err := b.admit(r, caller); err != nil {
		return nil, Timing{}, err
	}
	select {
	case <-r.answered:
		return r.results, r.timing, r.err
	case <-ctx.Done():
		b.mu.Lock()
		defer b.mu.Unlock()
		select {
		case <-r.answered: // it won the race
			return r.results, r.timing, r.err
		default:
		}
		b.withdraw(r)
		b.answer(r, ctx.Err())
		return nil, Timing{}, ctx.Err()
	}
}

func (b *Batcher) admit(r *request, caller string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return ErrClosed
	}
	if limit := b.options.MaxConcurrentRequests; limit > 0 && b.admitted >= limit {
		return &turns.FullError{RetryAfter: b.backlog()}
	}
	r.caller = b.queue.callerOf(caller)
	r.due = r.arrived.Add(b.speed.takes(r.tokens, r.arrived))
	if err := b.forecast(r, r.arrived); err != nil {
		return err
	}
	b.admitted++
	b.queue.add(r)
	b.setTexts(b.texts + len(r.sequences))
	b.wake.Signal()
	return nil
}

// backlog estimates how long the queued tokens take.
func (b *Batcher) backlog() time.Duration {
	return max(time.Second, b.speed.takes(b.queue.tokens(), time.Now()))
}

// withdraw takes what is left of r out of the queue.
func (b *Batcher) withdraw(r *request) {
	left := len(r.sequences) - r.next
	if left == 0 {
		return
	}
	b.queue.remove(r)
	r.next, r.taken = len(r.sequences), r.tokens
	b.setTexts(b.texts - left)
}

// answer ends r, once.
func (b *Batcher) answer(r *request, err error) {
	select {
	case <-r.answered:
		return
	default:
	}
	r.err = err
	close(r.answered)
	b.admitted--
	if b.closed && b.admitted == 0 {
		close(b.idle)
	}
}

func (b *Batcher) setTexts(n int) {
	b.texts = n
	if b.options.Observer != nil {
		b.options.Observer.SetQueue(n)
	}
}

// Close refuses new requests with ErrClosed and waits until those admitted are
// answered. When ctx ends first, the ones that are left get ErrClosed and
// ctx's error is returned; a batch under way is still awaited, so that the
// Runner's resources can be freed after Close.
func (b *Batcher) Close(ctx context.Context) error {
	b.mu.Lock()
	if !b.closed {
		b.closed = true
		if b.admitted == 0 {
			close(b.idle)
		}
	}
	b.wake.Broadcast()
	b.mu.Unlock()

	var err error
	select {
	case <-b.idle:
	case <-ctx.Done():
		err = ctx.Err()
		b.mu.Lock()
		for _, r := range b.queue.all() {
			b.withdraw(r)
			b.answer(r, ErrClosed)
		}
		b.wake.Broadcast()
		b.mu.Unlock()
	}
	<-b.done
	return err
}
