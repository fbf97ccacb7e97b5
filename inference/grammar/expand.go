package grammar

import (
	"fmt"
	"strings"
)

const (
	maxAlternatives = 128
	maxExpansions   = 200_000 // schemas read, again for each alternative
)

// expand returns the shapes of the values that meet all schemas, one for each
// combination of alternatives.
func (c *compiler) expand(all []*value) ([]*shape, error) {
	todo := make([]pending, len(all))
	for i, v := range all {
		todo[i].schema = v
	}
	path := "#"
	if len(all) > 0 {
		path = all[0].path
	}
	var out []*shape
	err := c.expandInto(&out, newShape(path), todo)
	return out, err
}

func (c *compiler) expandInto(out *[]*shape, s *shape, todo []pending) error {
	for len(todo) > 0 {
		p := todo[0]
		todo = todo[1:]
		if c.expansions++; c.expansions > maxExpansions {
			return &SchemaError{Path: s.path, Problem: "its anyOf, allOf and $ref have too many combinations: write fewer alternatives"}
		}
		s.shown = append(s.shown, p.shown...)
		if p.alternatives != nil {
			for _, v := range p.alternatives {
				next := append([]pending{{schema: v, chain: p.chain}}, todo...)
				if err := c.expandInto(out, s.clone(), next); err != nil {
					return err
				}
			}
			return nil
		}
		if p.chain.has(p.schema) {
			s.refers = true
			break
		}
		if s.has(p.schema) {
			continue
		}
		s.seen = append(s.seen, p.schema)
		more, err := c.read(s, p)
		if err != nil {
			return err
		}
		todo = append(more, todo...)
	}
	if len(*out) == maxAlternatives {
		return &SchemaError{Path: s.path, Problem: fmt.Sprintf("it has over %d alternatives: write fewer", maxAlternatives)}
	}
	*out = append(*out, s)
	return nil
}

func (s *shape) has(v *value) bool {
	for _, o := range s.seen {
		if o == v {
			return true
		}
	}
	return false
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
		return nil, &SchemaError{Path: schema.path, Problem: fmt.Sprintf("a schema is an object, true or false, not %s", schema)}
	}
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
