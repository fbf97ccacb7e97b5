package grammar

import (
	"context"
	"encoding/json"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"
)

// watched is a context that is looked at so many times before it ends, and knows
// the longest time between two looks.
type watched struct {
	context.Context
	left    int
	last    time.Time
	longest time.Duration
}

func (w *watched) Err() error {
	now := time.Now()
	w.longest = max(w.longest, now.Sub(w.last))
	w.last = now
	if w.left--; w.left < 0 {
		return context.Canceled
	}
	return nil
}

// TestCompilingEndsWithItsContext compiles what takes long, for somebody who left.
func TestCompilingEndsWithItsContext(t *testing.T) {
	for name, schema := range attacks() {
		ctx := &watched{Context: t.Context(), left: 20, last: time.Now()}
		b := newBudget(ctx)
		_, err := compileWithin(b, json.RawMessage(schema), false)
		if ctx.left >= 0 {
			continue // it was over before
		}
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
		if b.steps > maxSteps || ctx.longest > time.Second {
			t.Errorf("%s went on for %d steps, and %s without a look at its context", name, b.steps, ctx.longest)
		}
	}
}

// TestCostIsLookedAtOften has at most some milliseconds of work between two looks.
func TestCostIsLookedAtOften(t *testing.T) {
	var longest time.Duration
	var of string
	for name, schema := range attacks() {
		ctx := &watched{Context: t.Context(), left: maxSteps, last: time.Now()}
		_, _ = compileWithin(newBudget(ctx), json.RawMessage(schema), false)
		_ = ctx.Err()
		if ctx.longest > longest {
			longest, of = ctx.longest, name
		}
	}
	t.Logf("at most %s, of %s", longest, of)
	if longest > time.Second {
		t.Errorf("%s is not looked at for %s", of, longest)
	}
}

func await(t *testing.T, what string, reached func() bool) {
	t.Helper()
	for until := time.Now().Add(30 * time.Second); !reached(); runtime.Gosched() {
		if time.Now().After(until) {
			t.Fatal("in vain for " + what)
		}
	}
}

// TestConcurrentSchemasWaitForTheirTurn has as many schemas being compiled as may be.
func TestConcurrentSchemasWaitForTheirTurn(t *testing.T) {
	c := NewCache(CacheLimits{Grammars: 8, Bytes: 1 << 20, Refused: 1, Compiles: 2, Waiting: 1})
	compile := func(ctx context.Context, schema string) error {
		_, err := c.JSONSchema(ctx, "", json.RawMessage(schema), false)
		return err
	}
	const known, other = `{"type":"null"}`, `{"type":"boolean"}`
	if err := compile(t.Context(), known); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := c.wait(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
	}
	ctx, leave := context.WithCancel(t.Context())
	first := make(chan error, 1)
	go func() { first <- compile(ctx, other) }()
	await(t, "a schema that waits", c.waits(1))
	if err := compile(t.Context(), other); !errors.Is(err, ErrBusy) {
		t.Errorf("one more than may wait: %v", err)
	}
	if err := compile(t.Context(), known); err != nil {
		t.Errorf("one that is kept: %v", err)
	}
	leave()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("one whose client left: %v", err)
	}
	go func() { first <- compile(t.Context(), other) }()
	await(t, "another", c.waits(1))
	c.leave("")
	if err := <-first; err != nil {
		t.Errorf("its turn has come: %v", err)
	}
	await(t, "the end", c.waits(0))
}

// TestKeptGrammarsAreBounded keeps as many bytes as may be.
func TestKeptGrammarsAreBounded(t *testing.T) {
	const bytes = 2 << 20
	c := NewCache(CacheLimits{Grammars: 100, Bytes: bytes, Refused: 1, Compiles: 1, Waiting: 1})
	most := 0
	for i := range 100 {
		schema := strings.ReplaceAll(manyProperties(10+6*i), "property", strings.Repeat("x", i+1))
		if _, err := c.JSONSchema(t.Context(), "", json.RawMessage(schema), false); err != nil {
			t.Fatal(err)
		}
		sum := 0
		for _, k := range c.kept {
			sum += k.bytes()
		}
		if sum != c.bytes || sum > bytes {
			t.Fatalf("%d bytes in %d grammars, counted as %d", sum, len(c.kept), c.bytes)
		}
		most = max(most, len(c.kept))
	}
	if most < 2 || most == 100 {
		t.Errorf("%d are kept", most)
	}
}
