package grammar

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// compiling is a context that tells when a compilation looks at it first, and holds it
// until it is let.
type compiling struct {
	context.Context
	begun, let chan struct{}
	once       sync.Once
}

func (c *compiling) Err() error {
	c.once.Do(func() {
		close(c.begun)
		<-c.let
	})
	return c.Context.Err()
}

func holding(t *testing.T) *compiling {
	return &compiling{Context: t.Context(), begun: make(chan struct{}), let: make(chan struct{})}
}

// waits reports whether so many schemas wait.
func (c *Cache) waits(n int) func() bool {
	return func() bool { c.mu.Lock(); defer c.mu.Unlock(); return len(c.waiting) == n }
}

// TestConcurrentSchemasAreCompiledInTurns has one caller with many schemas that wait, and another
// who comes with one.
func TestConcurrentSchemasAreCompiledInTurns(t *testing.T) {
	for told, want := range map[bool]int{true: 0, false: 6} {
		c := NewCache(CacheLimits{16, 1 << 20, 4, 2, 8})
		callers := map[bool][]string{true: {"greedy", "polite"}, false: {"", ""}}[told]
		schema := func(i int) json.RawMessage { return fmt.Appendf(nil, `{"maxLength": %d}`, i) }
		var all sync.WaitGroup
		var mu sync.Mutex
		order := []int{}
		compile := func(ctx context.Context, caller string, i int) {
			all.Go(func() {
				if _, err := c.JSONSchema(ctx, caller, schema(i), false); err != nil {
					t.Error(err)
				}
			})
		}
		running := []*compiling{holding(t), holding(t)}
		for i, h := range running {
			compile(h, callers[0], i)
			<-h.begun
		}
		waiting := make([]*compiling, 7)
		for i := range waiting {
			waiting[i] = holding(t)
			who := callers[0]
			if i == 6 {
				who = callers[1]
			}
			compile(waiting[i], who, 10+i)
			await(t, "a schema that waits", c.waits(i+1))
			all.Go(func() {
				<-waiting[i].begun
				mu.Lock()
				order = append(order, i)
				mu.Unlock()
				close(waiting[i].let)
			})
		}
		if told {
			if _, err := c.JSONSchema(t.Context(), "greedy", schema(98), false); !errors.Is(err, ErrBusy) {
				t.Errorf("one caller takes all places: %v", err)
			}
		}
		close(running[0].let)
		await(t, "an empty queue", c.waits(0))
		close(running[1].let)
		all.Wait()
		// The other one of running keeps its slot, so that one after the other is compiled.
		if at := strings.Index(fmt.Sprint(order), "6"); at != 1+2*want {
			t.Errorf("told apart: %v: the other caller's was compiled in the order %v", told, order)
		}
		if c.slots != 2 || len(c.compiling) != 0 {
			t.Errorf("%d slots are free, %v compile", c.slots, c.compiling)
		}
	}
}

// TestConcurrentRefusalsAreRemembered repeats schemas that were refused while nothing can
// be compiled.
func TestConcurrentRefusalsAreRemembered(t *testing.T) {
	c := NewCache(CacheLimits{1, 1 << 20, 2, 1, 1})
	long := strings.Repeat("x", 100_000)
	costly, invalid := json.RawMessage(attacks()["the issue's"]), json.RawMessage(`{"properties":{"`+long+`":{"not":{"type":"null"}}}}`)
	before := map[string]error{}
	for _, schema := range []json.RawMessage{costly, invalid} {
		_, err := c.JSONSchema(t.Context(), "", schema, false)
		if err == nil {
			t.Fatalf("%.50s is compiled", schema)
		}
		before[string(schema)] = err
	}
	left, leave := context.WithCancel(t.Context())
	leave()
	if _, err := c.JSONSchema(left, "", json.RawMessage(`{"maxLength": 7}`), false); !errors.Is(err, context.Canceled) {
		t.Errorf("a client that left: %v", err)
	}
	h := holding(t)
	done := make(chan error)
	go func() {
		_, err := c.JSONSchema(h, "", json.RawMessage(`{"maxLength": 8}`), false)
		done <- err
	}()
	<-h.begun
	for _, schema := range []json.RawMessage{costly, invalid} {
		ended, end := context.WithTimeout(t.Context(), 10*time.Second)
		_, err := c.JSONSchema(ended, "", schema, false)
		end()
		var why *SchemaError
		if !errors.As(err, &why) || err.Error() != before[string(schema)].Error() || len(why.Path) > 300 {
			t.Errorf("again: %v, before %v", err, before[string(schema)])
		}
	}
	close(h.let)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if _, err := c.JSONSchema(t.Context(), "", json.RawMessage(`{"maxLength": 7}`), false); err != nil {
		t.Errorf("what a client left is remembered as refused: %v", err)
	}
	// What is strict alone is refused so alone, and the oldest is forgotten.
	format := json.RawMessage(`{"type": "string", "format": "color"}`)
	_, strict := c.JSONSchema(t.Context(), "", format, true)
	_, plain := c.JSONSchema(t.Context(), "", format, false)
	if strict == nil || plain != nil || len(c.refused) != 2 || c.refusal(hashOf(costly, false)) != nil || c.refusal(hashOf(invalid, false)) == nil {
		t.Errorf("strict: %v, else %v; %d are remembered", strict, plain, len(c.refused))
	}
}
