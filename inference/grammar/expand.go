package grammar

import (
	"fmt"
	"slices"
	"strings"
)

const maxAlternatives = 128

// expand returns the shapes of the values that meet all schemas, one for each
// combination of alternatives.
func (c *compiler) expand(all []*value) ([]*shape, error) {
	at := c.root
	if len(all) > 0 {
		at = all[0]
	}
	c.at = at
	var todo *task
	for _, v := range slices.Backward(all) {
		todo = &task{pending{schema: v}, todo}
	}
	c.spend(reading, 10+2*len(all), shapeBytes+80*len(all))
	var out []*shape
	err := c.expandInto(&out, newShape(at), todo)
	return out, err
}

// expandedOnce is expand for what is asked for several times. Nobody may change
// the shapes.
func (c *compiler) expandedOnce(all []*value) ([]*shape, error) {
	key := c.key(all)
	shapes, ok := c.expanded[key]
	if !ok {
		var err error
		if shapes, err = c.expand(all); err != nil {
			return nil, err
		}
		c.expanded[key] = shapes
	}
	return shapes, nil
}

// task is the list of what is still to be met. Alternatives share what comes after
// them.
type task struct {
	pending
	rest *task
}

func (c *compiler) expandInto(out *[]*shape, s *shape, todo *task) error {
	for todo != nil {
		p := todo.pending
		todo = todo.rest
		c.spend(reading, 20, 8*len(p.shown))
		s.shown = append(s.shown, p.shown...)
		if p.alternatives != nil {
			for _, v := range p.alternatives {
				c.spend(reading, 50, shapeBytes+s.listed())
				if err := c.expandInto(out, s.clone(), &task{pending{schema: v, chain: p.chain}, todo}); err != nil {
					return err
				}
			}
			return nil
		}
		if c.has(p.chain, p.schema) {
			s.refers = true
			break
		}
		if c.has(s.seen, p.schema) {
			continue
		}
		s.seen = &link{p.schema, s.seen}
		more, err := c.read(s, p)
		if err != nil {
			return err
		}
		c.spend(reading, 0, 250*len(more))
		for _, m := range slices.Backward(more) {
			todo = &task{m, todo}
		}
	}
	if len(*out) == maxAlternatives {
		return &SchemaError{Path: s.at.path(), Problem: fmt.Sprintf("it has over %d alternatives: write fewer", maxAlternatives)}
	}
	*out = append(*out, s)
	return nil
}

// has reports whether the list has a schema.
func (c *compiler) has(l *link, schema *value) bool {
	n := 0
	for ; l != nil && l.schema != schema; l = l.before {
		n++
	}
	c.spend(reading, n/4, 0)
	return l != nil
}

// read narrows s by a schema's keywords, and returns what else it refers to.
func (c *compiler) read(s *shape, p pending) ([]pending, error) {
	schema := p.schema
	switch schema.kind {
	case 't':
		return nil, nil
	case 'f':
		s.never = true
		return nil, nil
	case '{':
	default:
		return nil, &SchemaError{Path: schema.path(), Problem: fmt.Sprintf("a schema is an object, true or false, not %s", schema)}
	}
	c.at = schema
	c.spend(reading, 10+10*len(schema.members), 250)
	k := keywordAt{schema: schema, chain: &link{schema, p.chain}}
	for _, m := range schema.members {
		k.name, k.value = m.name, m.value
		apply, ok := keywords[m.name]
		if strings.HasPrefix(m.name, "x-") {
			continue // by convention, keys that say nothing
		}
		if !ok {
			remedy := remedies[m.name]
			if remedy == "" {
				remedy = "leave it out"
			}
			return nil, k.refuse("this keyword is not supported: %s", remedy)
		}
		if err := apply(c, s, &k); err != nil {
			return nil, err
		}
	}
	return k.more, nil
}
