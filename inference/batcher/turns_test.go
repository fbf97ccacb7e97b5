package batcher

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/turns"
)

// many makes n texts of so many tokens, with ids from id on.
func many(id int32, n, tokens int) []Sequence {
	all := make([]Sequence, n)
	for i := range all {
		all[i] = sequence(id+int32(i), tokens)
	}
	return all
}

// finish lets the gate's batches run until all are answered.
func finish(t *testing.T, g *gate, all ...<-chan error) {
	t.Helper()
	close(g.let)
	for _, done := range all {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// TestLongRequestsOneAfterTheOther has two with many texts, which after a first text each
// don't advance together, and a short one, which goes before.
func TestLongRequestsOneAfterTheOther(t *testing.T) {
	b, g, first := occupied(t, Options{MaxBatchTokens: 10})
	ctx := context.Background()
	one := submit(t, b, ctx, many(100, 4, 10)...)
	two := submit(t, b, ctx, many(200, 4, 10)...)
	for range 3 {
		g.let <- struct{}{}
		<-g.started
	}
	short := submit(t, b, ctx, many(1, 1, 10)...)
	finish(t, g, first, one, two, short)
	if got := fmt.Sprint(g.seen()); got != "[[0] [100] [200] [101] [1] [102] [103] [201] [202] [203]]" {
		t.Errorf("batches are %s", got)
	}
}

// TestCallersTakeTurns has one caller with several requests, and others who come later.
// Who had nothing to ask for a while has no credit.
func TestCallersTakeTurns(t *testing.T) {
	b, g, first := occupied(t, Options{MaxBatchTokens: 10})
	all := []<-chan error{first}
	ask := func(caller string, id int32, n, tokens int) {
		all = append(all, submitBy(t, b, context.Background(), caller, many(id, n, tokens)...))
	}
	ask("greedy", 100, 2, 10)
	ask("greedy", 110, 2, 10)
	ask("polite", 200, 2, 5)
	g.let <- struct{}{}
	<-g.started // 100
	g.let <- struct{}{}
	<-g.started // 200 and 201
	ask("late", 300, 3, 10)
	finish(t, g, all...)
	if got := fmt.Sprint(g.seen()); got != "[[0] [100] [200 201] [300] [110] [301] [101] [302] [111]]" {
		t.Errorf("batches are %s", got)
	}
	if len(b.queue.waiting) != 0 {
		t.Errorf("%d callers wait", len(b.queue.waiting))
	}
}

// TestKnownCallersAreBounded sends requests of more callers than are kept.
func TestKnownCallersAreBounded(t *testing.T) {
	b := New(echo, Options{MaxBatchTokens: 10})
	for i := range 3 * keptCallers {
		if _, _, err := b.Submit(context.Background(), fmt.Sprint(i), many(1, 1, 1)); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(b.queue.callers); n > keptCallers+2 {
		t.Errorf("%d callers are known", n)
	}
}

// known is a speed of 10 ms for each token.
func known() speed {
	now := time.Now()
	return speed{perToken: 10 * time.Millisecond, tokens: 100, seconds: 1, first: now.Add(-leastTime), last: now, known: true}
}

// within is a context with a deadline.
func within(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// refused submits what must be refused.
func refused(t *testing.T, b *Batcher, ctx context.Context, caller string, sequences []Sequence) *turns.FullError {
	t.Helper()
	select {
	case err := <-submitBy(t, b, ctx, caller, sequences...):
		var full *turns.FullError
		if !errors.As(err, &full) || full.Takes <= 0 || full.RetryAfter <= 0 {
			t.Fatalf("%v", err)
		}
		return full
	default:
		t.Fatal("it is taken")
	}
	return nil
}

// TestLateRequestsAreRefused submits more than can be computed in time.
func TestLateRequestsAreRefused(t *testing.T) {
	b, g, first := occupied(t, Options{MaxBatchTokens: 20})
	b.speed = known()
	minute := within(t, time.Minute)
	// Long ones fill three quarters of the time.
	all := []<-chan error{first, submitBy(t, b, minute, "", many(100, 100, 20)...), submitBy(t, b, minute, "", many(300, 120, 20)...)}
	if full := refused(t, b, minute, "", many(500, 130, 20)); full.RetryAfter < 24*time.Second || full.RetryAfter > 27*time.Second || full.Takes < 69*time.Second || full.Takes > 72*time.Second {
		t.Errorf("%+v", full)
	}
	refused(t, b, within(t, 10*time.Second), "", many(500, 100, 20))
	// Short ones go before them, until they would be late; then one is refused for that.
	for i := 0; ; i++ {
		done := submitBy(t, b, minute, "", many(1000, 1, 20)...)
		var err error
		select {
		case err = <-done:
		default:
			all = append(all, done)
			continue
		}
		if full := (*turns.FullError)(nil); !errors.As(err, &full) || i < 70 || i > 80 {
			t.Errorf("after %d short ones: %v", i, err)
		}
		break
	}
	// Another caller has its turn, and no deadline is never late.
	all = append(all, submitBy(t, b, minute, "other", many(2000, 1, 20)...), submit(t, b, t.Context(), many(3000, 100, 20)...))
	finish(t, g, all...)
}

// TestNothingIsForecastWithoutAReason has speeds that say nothing, and nobody who waits.
func TestNothingIsForecastWithoutAReason(t *testing.T) {
	old, short := known(), known()
	old.last = time.Now().Add(-speedKept - time.Second)
	short.first, short.known = time.Now().Add(-leastTime/2), false
	for name, s := range map[string]speed{"none": {}, "an old one": old, "of a moment": short} {
		b, g, first := occupied(t, Options{MaxBatchTokens: 20})
		b.speed = s
		second := within(t, 10*time.Second)
		finish(t, g, first, submit(t, b, second, many(100, 100, 20)...), submit(t, b, second, many(300, 100, 20)...))
		if name != "of a moment" && b.speed.perToken > time.Millisecond {
			t.Errorf("%s: batches that took next to nothing leave %v a token", name, b.speed.perToken)
		}
	}
	b := New(echo, Options{MaxBatchTokens: 20})
	b.speed = known()
	if _, _, err := b.Submit(within(t, 10*time.Second), "", many(1, 200, 20)); err != nil {
		t.Errorf("while nothing waits: %v", err)
	}
}

// TestLateRequestsAreRefusedOnceThatIsKnown submits more than can be computed in time
// before anything was measured.
func TestLateRequestsAreRefusedOnceThatIsKnown(t *testing.T) {
	b, g, first := occupied(t, Options{MaxBatchTokens: 20})
	b.speed = known()
	b.speed.known = false
	minute := within(t, time.Minute)
	one := submit(t, b, minute, many(100, 200, 20)...)
	two := submit(t, b, minute, many(300, 200, 20)...)
	short := submit(t, b, minute, many(1, 1, 20)...)
	b.mu.Lock()
	known := b.speed.measure(20, true, true, time.Now().Add(-200*time.Millisecond), time.Now())
	b.review(time.Now())
	b.mu.Unlock()
	if full := (*turns.FullError)(nil); !known || !errors.As(<-two, &full) {
		t.Error("the second one is late, and isn't refused")
	}
	finish(t, g, first, one, short)
}

// TestHopelessRequestsHoldUpNoOthers submits, before anything was measured, requests of
// which each alone would take longer than there is time for. One that waits alone is tried.
func TestHopelessRequestsHoldUpNoOthers(t *testing.T) {
	for _, others := range []bool{true, false} {
		b, g, first := occupied(t, Options{MaxBatchTokens: 20})
		b.speed = known()
		b.speed.known = false
		minute := within(t, time.Minute)
		one := submit(t, b, minute, many(100, 400, 20)...) // 80 s
		all := []<-chan error{first}
		if others {
			all = append(all, submit(t, b, minute, many(1, 100, 20)...)) // 20 s, which there is time for
		} else {
			all = append(all, one)
		}
		b.mu.Lock()
		b.running = 0 // as at the end of a batch
		b.speed.measure(20, true, true, time.Now().Add(-200*time.Millisecond), time.Now())
		b.review(time.Now())
		b.mu.Unlock()
		if others {
			select {
			case err := <-one:
				if full := (*turns.FullError)(nil); !errors.As(err, &full) || full.Takes < 79*time.Second || full.RetryAfter <= 0 {
					t.Errorf("it gets %v", err)
				}
			case <-time.After(5 * time.Second):
				t.Fatal("it would take 80 s, has a minute, holds up another, and isn't refused")
			}
		}
		finish(t, g, all...)
	}
}
