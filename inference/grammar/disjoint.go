package grammar

import "slices"

// distinguish refuses a oneOf unless no value that is written can meet two of
// its schemas: that exactly one is met isn't enforced otherwise. It returns the
// properties by which a value shows which it meets, if it has them: they are
// always written.
func (c *compiler) distinguish(k *keywordAt, all []*value) ([]*value, error) {
	if names, ok := c.distinct[k.schema]; ok {
		return names, nil
	}
	c.distinct[k.schema] = nil // it may lead back here
	if len(all) > maxAlternatives {
		return nil, k.refuse("it has over %d alternatives: write fewer", maxAlternatives)
	}
	shapes := make([][]*shape, len(all))
	for i, v := range all {
		var err error
		if shapes[i], err = c.expandedOnce([]*value{v}); err != nil {
			return nil, err
		}
	}
	var names []*value
	for i := range all {
		for j := range i {
			for _, a := range shapes[i] {
				for _, b := range shapes[j] {
					ok, err := c.disjoint(a, b, 0)
					if err == nil && !ok {
						names, ok, err = c.disjointWith(a, b, names)
					}
					if err != nil {
						return nil, err
					}
					if !ok {
						return nil, k.refuse("a value may meet both #%d and #%d of them, and that exactly one is met is supported only if their types, enums or consts, or those of a property, have nothing in common: use anyOf", j, i)
					}
				}
			}
		}
	}
	c.distinct[k.schema] = names
	return names, nil
}

// disjointWith reports whether no object meets both that has the properties
// names, of which it adds one if need be.
func (c *compiler) disjointWith(a, b *shape, names []*value) ([]*value, bool, error) {
	if a.types&b.types != typeObject {
		return names, false, nil
	}
	inA, inB := c.propertiesOf(a), c.propertiesOf(b)
	for _, n := range names {
		if ok, err := c.disjointIn(a, b, n.text, 0); ok || err != nil {
			return names, ok, err
		}
	}
	for _, part := range inA {
		for _, m := range part.properties {
			if len(c.schemasOf(inB, m.name, true)) == 0 {
				continue
			}
			if some, err := c.allSome(m.name, a, b); !some || err != nil {
				if err != nil {
					return names, false, err
				}
				continue
			}
			if ok, err := c.disjointIn(a, b, m.name, 0); ok || err != nil {
				return append(names, &value{kind: '"', text: m.name, within: m.value.within}), ok, err
			}
		}
	}
	return names, false, nil
}

// allSome reports whether all of the shapes allow a property.
func (c *compiler) allSome(name string, shapes ...*shape) (bool, error) {
	for _, s := range shapes {
		inner, err := c.expandedOnce(c.schemasOf(c.propertiesOf(s), name, true))
		if err != nil {
			return false, err
		}
		if !slices.ContainsFunc(inner, func(s *shape) bool { return !s.never && !s.refers }) {
			return false, nil
		}
	}
	return true, nil
}

// disjoint reports whether it is certain that no value meets both.
func (c *compiler) disjoint(a, b *shape, depth int) (bool, error) {
	if depth > 4 {
		return false, nil
	}
	c.spend(comparing, 10, 0)
	// What a schema without a type leaves out must not count here.
	common := a.types & b.types
	if a.never || b.never || a.refers || b.refers || common == 0 {
		return true, nil
	}
	if a.isEnum && b.isEnum {
		set := c.setOf(a.enum)
		c.spend(comparing, 2*len(b.enum), 0)
		return !slices.ContainsFunc(b.enum, func(v *value) bool { return typeOf(v)&common != 0 && set[c.equal(v)] }), nil
	}
	for _, e := range []*shape{a, b} {
		c.spend(comparing, len(e.enum), 0)
		if e.isEnum && !slices.ContainsFunc(e.enum, func(v *value) bool { return typeOf(v)&common != 0 }) {
			return true, nil
		}
	}
	if common != typeObject {
		return false, nil
	}
	for _, required := range [][]*value{a.required, b.required} {
		for _, name := range required {
			ok, err := c.disjointIn(a, b, name.text, depth)
			if ok || err != nil {
				return ok, err
			}
		}
	}
	return false, nil
}

// disjointIn reports whether a property can't meet both.
func (c *compiler) disjointIn(a, b *shape, name string, depth int) (bool, error) {
	var sides [2][]*shape
	for i, s := range []*shape{a, b} {
		var err error
		if sides[i], err = c.expandedOnce(c.schemasOf(c.propertiesOf(s), name, false)); err != nil {
			return false, err
		}
	}
	for _, x := range sides[0] {
		for _, y := range sides[1] {
			if ok, err := c.disjoint(x, y, depth+1); !ok || err != nil {
				return false, err
			}
		}
	}
	return true, nil
}
