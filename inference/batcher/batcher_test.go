package batcher

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/turns"
)

// sequence makes a text of n tokens that can be told by its first id.
func sequence(id int32, n int) Sequence {
	ids := make([]int32, n)
	ids[0] = id
	return Sequence{IDs: ids}
}

// echo answers each sequence with its first id and its length.
func echo(batch []Sequence) ([][]float32, error) {
	out := make([][]float32, len(batch))
	for i, s := range batch {
		out[i] = []float32{float32(s.IDs[0]), float32(len(s.IDs))}
	}
	return out, nil
}

// gate is a Runner that records its batches and runs when it is let.
type gate struct {
	mu      sync.Mutex
	batches [][]int32
	started chan struct{}
	let     chan struct{}
}

func newGate() *gate {
	return &gate{started: make(chan struct{}, 1000), let: make(chan struct{}, 1000)}
}

func (g *gate) run(batch []Sequence) ([][]float32, error) {
	ids := make([]int32, len(batch))
	for i, s := range batch {
		ids[i] = s.IDs[0]
	}
	g.mu.Lock()
	g.batches = append(g.batches, ids)
	g.mu.Unlock()
	g.started <- struct{}{}
	<-g.let
	return echo(batch)
}

func (g *gate) seen() [][]int32 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([][]int32{}, g.batches...)
}

// submit sends a request in the background, and returns once it is queued.
func submit(t *testing.T, b *Batcher, ctx context.Context, sequences ...Sequence) <-chan error {
	t.Helper()
	return submitBy(t, b, ctx, "", sequences...)
}

// submitBy does so for a caller.
func submitBy(t *testing.T, b *Batcher, ctx context.Context, caller string, sequences ...Sequence) <-chan error {
	t.Helper()
	b.mu.Lock()
	before := b.texts
	b.mu.Unlock()
	done := make(chan error, 1)
	go func() {
		results, _, err := b.Submit(ctx, caller, sequences)
		for i := range results {
			if err == nil && results[i][0] != float32(sequences[i].IDs[0]) {
				err = fmt.Errorf("text %d got the answer of %v", sequences[i].IDs[0], results[i][0])
			}
		}
		done <- err
	}()
	waitFor(t, func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return b.texts > before || len(done) > 0
	})
	return done
}

func waitFor(t *testing.T, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !ok(); time.Sleep(100 * time.Microsecond) {
		if time.Now().After(deadline) {
			t.Fatal("the awaited state did not come")
		}
	}
}

// occupied returns a Batcher whose Runner is busy with text 0.
func occupied(t *testing.T, o Options) (*Batcher, *gate, <-chan error) {
	t.Helper()
	g := newGate()
	b := New(g.run, o)
	done := make(chan error, 1)
	go func() {
		_, _, err := b.Submit(context.Background(), "", []Sequence{sequence(0, 1)})
		done <- err
	}()
	<-g.started
	return b, g, done
}

func TestWhatQueuedUpIsTheNextBatch(t *testing.T) {
	b, g, first := occupied(t, Options{MaxBatchTokens: 100, Layout: Packed{}})
	var all []<-chan error
	for i := range 5 {
		all = append(all, submit(t, b, context.Background(), sequence(int32(i+1), 10)))
	}
	g.let <- struct{}{}
	g.let <- struct{}{}
	for _, done := range append(all, first) {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	if got := fmt.Sprint(g.seen()); got != "[[0] [1 2 3 4 5]]" {
		t.Errorf("batches are %s, want all that queued up in one", got)
	}
}

func TestRequestsTakeTurns(t *testing.T) {
	b, g, first := occupied(t, Options{MaxBatchTokens: 30, Layout: Packed{}})
	var big []Sequence
	for i := range 6 {
		big = append(big, sequence(int32(100+i), 10))
	}
	all := []<-chan error{
		first,
		submit(t, b, context.Background(), big...),
		submit(t, b, context.Background(), sequence(1, 10)),
		submit(t, b, context.Background(), sequence(2, 10)),
		submit(t, b, context.Background(), sequence(3, 10)),
	}
	for range 10 {
		g.let <- struct{}{}
	}
	for _, done := range all {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	if got := fmt.Sprint(g.seen()); got != "[[0] [100 1 2] [3 101 102] [103 104 105]]" {
		t.Errorf("batches are %s, want the single texts not behind the six", got)
	}
}

func TestPaddedLayoutKeepsUnlikeLengthsApart(t *testing.T) {
	lengths := []int{10, 100, 11, 98, 12}
	for _, c := range []struct {
		layout Layout
		want   string
	}{
		{Padded{}, "[[0] [1 3 5] [2 4]]"},
		{Packed{}, "[[0] [1 2 3 4 5]]"},
	} {
		b, g, first := occupied(t, Options{MaxBatchTokens: 512, Layout: c.layout})
		all := []<-chan error{first}
		for i, n := range lengths {
			all = append(all, submit(t, b, context.Background(), sequence(int32(i+1), n)))
		}
		for range 10 {
			g.let <- struct{}{}
		}
		for _, done := range all {
			if err := <-done; err != nil {
				t.Fatal(err)
			}
		}
		if got := fmt.Sprint(g.seen()); got != c.want {
			t.Errorf("%#v: batches are %s, want %s", c.layout, got, c.want)
		}
	}
}

func TestTextOverTheBudgetRunsAlone(t *testing.T) {
	b := New(echo, Options{MaxBatchTokens: 8})
	results, _, err := b.Submit(context.Background(), "", []Sequence{sequence(1, 50), sequence(2, 4)})
	if err != nil || results[0][1] != 50 || results[1][1] != 4 {
		t.Errorf("got %v, %v", results, err)
	}
}

func TestEndedRequestsCostNoInference(t *testing.T) {
	b, g, first := occupied(t, Options{MaxBatchTokens: 100, Layout: Packed{}})
	ctx, cancel := context.WithCancel(context.Background())
	gone := submit(t, b, ctx, sequence(1, 10), sequence(2, 10))
	late, cancelLate := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancelLate()
	expired := submit(t, b, late, sequence(3, 10))
	kept := submit(t, b, context.Background(), sequence(4, 10))
	cancel()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("the cancelled request got %v", err)
	}
	if err := <-expired; !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the expired request got %v", err)
	}
	g.let <- struct{}{}
	g.let <- struct{}{}
	for _, done := range []<-chan error{first, kept} {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	if got := fmt.Sprint(g.seen()); got != "[[0] [4]]" {
		t.Errorf("batches are %s, want only what somebody waited for", got)
	}
}

func TestFullQueueSaysWhenToRetry(t *testing.T) {
	b, g, first := occupied(t, Options{MaxBatchTokens: 100, MaxConcurrentRequests: 2})
	second := submit(t, b, context.Background(), sequence(1, 10))
	_, _, err := b.Submit(context.Background(), "", []Sequence{sequence(2, 10)})
	var full *turns.FullError
	if !errors.As(err, &full) || full.RetryAfter <= 0 {
		t.Errorf("a request over the limit got %v", err)
	}
	g.let <- struct{}{}
	g.let <- struct{}{}
	if err := errors.Join(<-first, <-second); err != nil {
		t.Fatal(err)
	}
	g.let <- struct{}{}
	if _, _, err := b.Submit(context.Background(), "", []Sequence{sequence(3, 10)}); err != nil {
		t.Errorf("after the queue emptied, a request got %v", err)
	}
}

func TestCloseAnswersWhatWasAdmitted(t *testing.T) {
	b, g, first := occupied(t, Options{MaxBatchTokens: 100})
	second := submit(t, b, context.Background(), sequence(1, 10))
	closed := make(chan error, 1)
	go func() { closed <- b.Close(context.Background()) }()
	waitFor(t, func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return b.closed
	})
	if _, _, err := b.Submit(context.Background(), "", []Sequence{sequence(2, 1)}); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close, Submit gave %v", err)
	}
	g.let <- struct{}{}
	g.let <- struct{}{}
	if err := errors.Join(<-first, <-second, <-closed); err != nil {
		t.Error(err)
	}
	if err := b.Close(context.Background()); err != nil {
		t.Errorf("a second Close gave %v", err)
	}
}

func TestCloseGivesUpWithItsContext(t *testing.T) {
	b, g, first := occupied(t, Options{MaxBatchTokens: 100})
	second := submit(t, b, context.Background(), sequence(1, 10))
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	closed := make(chan error, 1)
	go func() { closed <- b.Close(ctx) }()
	if err := <-second; !errors.Is(err, ErrClosed) {
		t.Errorf("the waiting request got %v", err)
	}
	g.let <- struct{}{} // the batch under way ends
	if err := <-first; err != nil {
		t.Errorf("the running request got %v", err)
	}
	if err := <-closed; !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Close gave %v", err)
	}
}

func TestRunnersErrorsReachTheirBatchOnly(t *testing.T) {
	b := New(func(batch []Sequence) ([][]float32, error) {
		switch batch[0].IDs[0] {
		case 1:
			return nil, errors.New("no memory")
		case 2:
			panic("index out of range")
		case 3:
			return nil, nil
		}
		return echo(batch)
	}, Options{MaxBatchTokens: 10})
	for id, want := range map[int32]string{1: "no memory", 2: "index out of range", 3: "gave 0 rows for 1 texts"} {
		if _, _, err := b.Submit(context.Background(), "", []Sequence{sequence(id, 1)}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("text %d got %v, want %q", id, err, want)
		}
	}
	if _, _, err := b.Submit(context.Background(), "", []Sequence{sequence(9, 1)}); err != nil {
		t.Errorf("after errors, a good text got %v", err)
	}
}

// total counts what an Observer is told.
type total struct{ texts, tokens, queue atomic.Int64 }

func (o *total) ObserveBatch(texts, tokens int, _ time.Duration) {
	o.texts.Add(int64(texts))
	o.tokens.Add(int64(tokens))
}
func (o *total) SetQueue(texts int) { o.queue.Store(int64(texts)) }

// TestStorm sends many requests, some of which give up, and checks that each
// is answered once with its own answer and that nothing is left behind.
func TestStorm(t *testing.T) {
	var observed total
	b := New(func(batch []Sequence) ([][]float32, error) {
		time.Sleep(50 * time.Microsecond)
		return echo(batch)
	}, Options{MaxBatchTokens: 64, MaxConcurrentRequests: 24, Layout: Packed{}, Observer: &observed})
	var answered, refused, gone atomic.Int64
	var wg sync.WaitGroup
	for client := range 32 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(client), 1))
			for n := range 100 {
				var sequences []Sequence
				for i := range 1 + r.IntN(5) {
					sequences = append(sequences, sequence(int32(client*10000+n*10+i), 1+r.IntN(40)))
				}
				ctx, cancel := context.WithCancel(context.Background())
				if r.IntN(10) == 0 {
					ctx, cancel = context.WithTimeout(context.Background(), time.Duration(r.IntN(500))*time.Microsecond)
				}
				results, _, err := b.Submit(ctx, []string{"", "a", "b"}[client%3], sequences)
				cancel()
				switch {
				case err == nil:
					answered.Add(1)
					for i, s := range sequences {
						if results[i][0] != float32(s.IDs[0]) || results[i][1] != float32(len(s.IDs)) {
							t.Errorf("text %d of %d tokens got %v", s.IDs[0], len(s.IDs), results[i])
						}
					}
				case errors.As(err, new(*turns.FullError)):
					refused.Add(1)
				case errors.Is(err, context.DeadlineExceeded):
					gone.Add(1)
				default:
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := answered.Load() + refused.Load() + gone.Load(); n != 3200 || answered.Load() == 0 || refused.Load() == 0 || gone.Load() == 0 {
		t.Errorf("%d answered, %d refused, %d gone, %d in all", answered.Load(), refused.Load(), gone.Load(), n)
	}
	if err := b.Close(context.Background()); err != nil {
		t.Error(err)
	}
	if b.admitted != 0 || b.texts != 0 || b.queue.tokens() != 0 || len(b.queue.waiting) != 0 || observed.queue.Load() != 0 {
		t.Errorf("left behind: %d admitted, %d texts, %d tokens, %d requests, gauge %d", b.admitted, b.texts, b.queue.tokens(), len(b.queue.waiting), observed.queue.Load())
	}
	if observed.texts.Load() == 0 || observed.tokens.Load() < observed.texts.Load() {
		t.Errorf("the observer saw %d texts with %d tokens", observed.texts.Load(), observed.tokens.Load())
	}
}
