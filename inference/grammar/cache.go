package grammar

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
)

// Cache keeps the grammars that were used last, and lets only so many schemas be
// compiled at once. Its methods may be called by several goroutines at once.
type Cache struct {
	limits CacheLimits
	slots  chan struct{} // full when as many are compiled as may be

	mu      sync.Mutex
	kept    []cached // the last one was used last
	bytes   int      // of those kept
	waiting int      // for a slot
}

// CacheLimits are those of a [Cache]. Each is at least 1.
type CacheLimits struct {
	Grammars int // that are kept
	Bytes    int // that they may have, but for what their Matchers found out
	Compiles int // at once
	Waiting  int // schemas that wait to be compiled
}

// ErrBusy says that as many schemas wait to be compiled as may.
var ErrBusy = errors.New("too many schemas wait to be compiled")

type key struct {
	schema string
	strict bool
}

type cached struct {
	key
	grammar *Grammar
}

func (c *cached) bytes() int { return c.grammar.size + len(c.schema) }

// NewCache makes an empty cache.
func NewCache(limits CacheLimits) *Cache {
	return &Cache{limits: limits, slots: make(chan struct{}, limits.Compiles)}
}

// JSONObject is as the function.
func (c *Cache) JSONObject() (*Grammar, error) {
	of := key{anyObject, false}
	if g := c.find(of); g != nil {
		return g, nil
	}
	g, err := JSONObject()
	if err != nil {
		return nil, err
	}
	return c.keep(of, g), nil
}

// JSONSchema is as the function. Schemas that differ in white space have
// grammars of their own. One that isn't kept waits for its turn, or is refused
// with [ErrBusy].
func (c *Cache) JSONSchema(ctx context.Context, schema json.RawMessage, strict bool) (*Grammar, error) {
	of := key{string(schema), strict}
	if g := c.find(of); g != nil {
		return g, nil
	}
	if err := c.wait(ctx); err != nil {
		return nil, err
	}
	defer func() { <-c.slots }()
	if g := c.find(of); g != nil {
		return g, nil // another request was quicker
	}
	g, err := JSONSchema(ctx, schema, strict)
	if err != nil {
		return nil, err
	}
	return c.keep(of, g), nil
}

// wait takes a slot.
func (c *Cache) wait(ctx context.Context) error {
	select {
	case c.slots <- struct{}{}:
		return nil
	default:
	}
	if !c.queue(1) {
		return ErrBusy
	}
	defer c.queue(-1)
	select {
	case c.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// queue counts those that wait. It reports false if they would be too many.
func (c *Cache) queue(n int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n > 0 && c.waiting >= c.limits.Waiting {
		return false
	}
	c.waiting += n
	return true
}

// keep returns the grammar that is kept by the key, which is g if there was none.
func (c *Cache) keep(of key, g *Grammar) *Grammar {
	c.mu.Lock()
	defer c.mu.Unlock()
	if i := c.index(of); i >= 0 {
		return c.kept[i].grammar
	}
	added := cached{of, g}
	if added.bytes() > c.limits.Bytes {
		return g
	}
	for len(c.kept) > 0 && (len(c.kept) == c.limits.Grammars || c.bytes+added.bytes() > c.limits.Bytes) {
		c.bytes -= c.kept[0].bytes()
		c.kept = slices.Delete(c.kept, 0, 1)
	}
	c.kept = append(c.kept, added)
	c.bytes += added.bytes()
	return g
}

func (c *Cache) find(of key) *Grammar {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := c.index(of)
	if i < 0 {
		return nil
	}
	found := c.kept[i]
	c.kept = append(slices.Delete(c.kept, i, i+1), found)
	return found.grammar
}

func (c *Cache) index(of key) int {
	return slices.IndexFunc(c.kept, func(k cached) bool { return k.key == of })
}
