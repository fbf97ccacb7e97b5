package grammar

import (
	"encoding/json"
	"slices"
	"sync"
)

// Cache keeps the grammars that were used last. Its methods may be called by
// several goroutines at once.
type Cache struct {
	mu   sync.Mutex
	size int
	kept []cached // the last one was used last
}

type key struct {
	schema string
	strict bool
}

type cached struct {
	key
	grammar *Grammar
}

// NewCache keeps up to size grammars, at least one.
func NewCache(size int) *Cache { return &Cache{size: max(1, size)} }

// JSONObject is as the function.
func (c *Cache) JSONObject() (*Grammar, error) {
	return c.get(key{anyObject, false}, JSONObject)
}

// JSONSchema is as the function. Schemas that differ in white space have
// grammars of their own.
func (c *Cache) JSONSchema(schema json.RawMessage, strict bool) (*Grammar, error) {
	return c.get(key{string(schema), strict}, func() (*Grammar, error) { return JSONSchema(schema, strict) })
}

func (c *Cache) get(schema key, compile func() (*Grammar, error)) (*Grammar, error) {
	if g := c.find(schema); g != nil {
		return g, nil
	}
	g, err := compile()
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if i := c.index(schema); i >= 0 {
		return c.kept[i].grammar, nil // another request was quicker
	}
	if len(c.kept) == c.size {
		c.kept = slices.Delete(c.kept, 0, 1)
	}
	c.kept = append(c.kept, cached{schema, g})
	return g, nil
}

func (c *Cache) find(schema key) *Grammar {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := c.index(schema)
	if i < 0 {
		return nil
	}
	found := c.kept[i]
	c.kept = append(slices.Delete(c.kept, i, i+1), found)
	return found.grammar
}

func (c *Cache) index(schema key) int {
	return slices.IndexFunc(c.kept, func(k cached) bool { return k.key == schema })
}
