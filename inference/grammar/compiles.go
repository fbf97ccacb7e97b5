package grammar

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/turns"
)

// waiter is who waits to compile a schema.
type waiter struct {
	caller string
	turn   chan struct{} // closed when it has come
}

// wait takes a slot. Callers take turns: the one who compiles fewest is next.
func (c *Cache) wait(ctx context.Context, caller string) error {
	c.mu.Lock()
	if c.slots > 0 {
		c.take(caller)
		c.mu.Unlock()
		return nil
	}
	own := 0
	for _, w := range c.waiting {
		if w.caller == caller {
			own++
		}
	}
	if len(c.waiting) >= c.limits.Waiting || own >= turns.Share(c.limits.Waiting, caller) {
		c.mu.Unlock()
		return ErrBusy
	}
	w := &waiter{caller, make(chan struct{})}
	c.waiting = append(c.waiting, w)
	c.mu.Unlock()
	select {
	case <-w.turn:
		return nil
	case <-ctx.Done():
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if i := slices.Index(c.waiting, w); i >= 0 {
		c.waiting = slices.Delete(c.waiting, i, i+1)
	} else { // its turn had come
		c.release(caller)
	}
	return ctx.Err()
}

// leave gives a slot back.
func (c *Cache) leave(caller string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.release(caller)
}

// take and release count slots. c.mu is held.
func (c *Cache) take(caller string) {
	c.slots--
	c.compiling[caller]++
}

func (c *Cache) release(caller string) {
	c.slots++
	if c.compiling[caller]--; c.compiling[caller] == 0 {
		delete(c.compiling, caller)
	}
	next := turns.Next(c.waiting, func(w *waiter) int { return c.compiling[w.caller] },
		func(_, _ *waiter) bool { return false }) // as they came
	if next >= 0 {
		w := c.waiting[next]
		c.waiting = slices.Delete(c.waiting, next, next+1)
		c.take(w.caller)
		close(w.turn)
	}
}

// schemaHash is of a schema, and of whether it is strict.
type schemaHash [sha256.Size]byte

func hashOf(schema []byte, strict bool) schemaHash {
	h := sha256.New()
	h.Write(schema)
	if strict {
		h.Write([]byte{0}) // which no JSON has
	}
	return schemaHash(h.Sum(nil))
}

// refusal says why a schema was refused.
type refusal struct {
	schemaHash
	err error
}

// refuse keeps why a schema is refused, unless its client left before that was known.
func (c *Cache) refuse(hash schemaHash, err error) {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return
	}
	// What the error has of the schema is copied, so that the schema itself isn't kept.
	kept := errors.New(strings.Clone(err.Error()))
	if why := (*SchemaError)(nil); errors.As(err, &why) {
		kept = &SchemaError{
			Path: strings.Clone(shortened(why.Path, pathBytes)), Keyword: strings.Clone(shortened(why.Keyword, keywordBytes)),
			Value: strings.Clone(why.Value), Problem: strings.Clone(why.Problem),
		}
	}
	if function := (*FunctionError)(nil); errors.As(err, &function) {
		kept = &FunctionError{function.Function, kept}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.refused) == c.limits.Refused {
		c.refused = slices.Delete(c.refused, 0, 1)
	}
	c.refused = append(c.refused, refusal{hash, kept})
}

// refusal is why a schema was refused before; nil if it wasn't.
func (c *Cache) refusal(hash schemaHash) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.IndexFunc(c.refused, func(r refusal) bool { return r.schemaHash == hash })
	if i < 0 {
		return nil
	}
	found := c.refused[i]
	c.refused = append(slices.Delete(c.refused, i, i+1), found)
	return found.err
}
