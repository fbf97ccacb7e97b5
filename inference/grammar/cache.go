package grammar

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
)

// Cache keeps the grammars that were used last, and why schemas were refused last, and
// lets only so many schemas be compiled at once. Its methods may be called by several
// goroutines at once.
type Cache struct {
	limits CacheLimits

	mu        sync.Mutex
	kept      []cached // the last one was used last
	bytes     int      // of those kept
	refused   []refusal
	compiling map[string]int // by caller
	slots     int            // that are free
	waiting   []*waiter      // for a slot, as they came
}

// CacheLimits are those of a [Cache]. Each is at least 1.
type CacheLimits struct {
	Grammars int // that are kept
	Bytes    int // that they may have, but for what their Matchers found out
	Refused  int // schemas of which it is kept why
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
	return &Cache{limits: limits, slots: limits.Compiles, compiling: map[string]int{}}
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
// grammars of their own. One that isn't known waits for its caller's turn, or is
// refused with [ErrBusy]; all have the caller "" where callers aren't told apart.
func (c *Cache) JSONSchema(ctx context.Context, caller string, schema json.RawMessage, strict bool) (*Grammar, error) {
	return c.compiled(ctx, caller, key{string(schema), strict}, func() (*Grammar, error) { return JSONSchema(ctx, schema, strict) })
}

// Calls is as [CompileCalls], kept and bounded as JSONSchema is.
func (c *Cache) Calls(ctx context.Context, caller string, calls *Calls) (*Grammar, error) {
	said, err := json.Marshal(calls)
	if err != nil {
		return nil, err
	}
	return c.compiled(ctx, caller, key{"\x00" + string(said), false}, func() (*Grammar, error) { return CompileCalls(ctx, calls) }) // which no JSON begins with
}

func (c *Cache) compiled(ctx context.Context, caller string, of key, compile func() (*Grammar, error)) (*Grammar, error) {
	hash := hashOf([]byte(of.schema), of.strict)
	if g, err := c.known(of, hash); g != nil || err != nil {
		return g, err
	}
	if err := c.wait(ctx, caller); err != nil {
		return nil, err
	}
	defer c.leave(caller)
	if g, err := c.known(of, hash); g != nil || err != nil {
		return g, err // another request was quicker
	}
	g, err := compile()
	if err != nil {
		c.refuse(hash, err)
		return nil, err
	}
	return c.keep(of, g), nil
}

// known is what came of a schema before; nothing if that isn't known.
func (c *Cache) known(of key, hash schemaHash) (*Grammar, error) {
	if g := c.find(of); g != nil {
		return g, nil
	}
	return nil, c.refusal(hash)
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
