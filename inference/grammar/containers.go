package grammar

import (
	"fmt"
	"strconv"
)

func (c *compiler) array(s *shape) (node, error) {
	if s.maxItems >= 0 && s.minItems > s.maxItems {
		return node{}, contradiction("minItems is %d and maxItems %d, which is less: correct them", s.minItems, s.maxItems)
	}
	a := &arrayNode{items: -1, min: s.minItems, max: s.maxItems}
	first, tuple, open := 0, false, false
	for _, p := range s.arrays {
		first = max(first, len(p.first))
		tuple = tuple || p.tuple
		open = open || p.items != nil
	}
	// A tuple that says nothing of further items has none, unless it needs some.
	closed := tuple && !open && s.minItems <= first
	if a.max >= 0 {
		first = min(first, a.max)
	}
	for i := range first {
		c.spend(reading, 2*len(s.arrays), 20*len(s.arrays)+10)
		var all []*value
		for _, p := range s.arrays {
			if i < len(p.first) {
				all = append(all, p.first[i])
			} else if p.items != nil {
				all = append(all, p.items)
			}
		}
		n, err := c.node(all)
		if err != nil {
			return node{}, err
		}
		a.first = append(a.first, n)
	}
	if !closed && (a.max < 0 || first < a.max) {
		var all []*value
		for _, p := range s.arrays {
			if p.items != nil {
				all = append(all, p.items)
			}
		}
		if s.unique && a.max != 1 {
			if c.escaped {
				return node{}, unsayable(s.at, "uniqueItems")
			}
			return c.uniqueItems(s, a, all)
		}
		var err error
		if a.items, err = c.node(all); err != nil {
			return node{}, err
		}
	}
	if s.unique && len(a.first) > 1 {
		return node{}, &SchemaError{s.at.path(), "uniqueItems", "true", "next to a list of schemas for items it is not supported: leave it out"}
	}
	return node{array: a}, nil
}

// uniqueItems makes an array whose items differ.
func (c *compiler) uniqueItems(s *shape, a *arrayNode, items []*value) (node, error) {
	refuse := func(problem string) (node, error) {
		return node{}, &SchemaError{s.at.path(), "uniqueItems", "true", problem}
	}
	if len(a.first) > 0 {
		return refuse("next to a list of schemas for items it is not supported: leave it out")
	}
	shapes, err := c.expand(items)
	if err != nil {
		return node{}, err
	}
	for _, of := range shapes {
		c.spend(comparing, len(of.enum), 0)
		types := of.allowed()
		if of.isEnum {
			types &= typesOf(of.enum)
		}
		if !of.never && !of.refers && types&(typeArray|typeObject) != 0 {
			return refuse("it is supported for items that are strings, numbers, booleans or null: limit their type to these, or leave it out and say it in the description")
		}
	}
	if a.min > maxUnique {
		return refuse(fmt.Sprintf("it is supported for up to %d items: lower minItems, or leave it out", maxUnique))
	}
	a.unique, a.max = true, tighter(a.max, maxUnique)
	c.unique = true
	canonical := c.canonical
	c.canonical = true
	a.items, err = c.node(items)
	c.canonical = canonical
	return node{array: a}, err
}

// checkUnique finds of which items there are plenty, and refuses arrays that
// need more than differ.
func (c *compiler) checkUnique() error {
	for i := range c.nodes {
		a := c.nodes[i].array
		if a == nil || !a.unique {
			continue
		}
		some := 0
		items := &c.nodes[a.items]
		for _, i := range items.anyOf {
			of, n := &c.nodes[i], 0
			if of.bytes != nil {
				n = of.bytes.count(maxUnique+1, c.budget)
			} else {
				n = of.text.atLeast(maxUnique+1, c.budget)
			}
			of.plenty = n > maxUnique
			items.plenty = items.plenty || of.plenty
			some = max(some, n)
		}
		if some < a.min && a.min > 1 {
			return &SchemaError{c.nodes[i].at.path(), "minItems", strconv.Itoa(a.min), fmt.Sprintf("uniqueItems is true, but only %d different items are sure to be found: correct them", some)}
		}
	}
	return nil
}
