package grammar

import "slices"

const maxPairs = 20_000

// checkDisjoint refuses a oneOf unless no value can meet two of its schemas:
// that exactly one is met isn't enforced otherwise.
func (c *compiler) checkDisjoint(k *keywordAt, all []*value) error {
	if c.checked[k.schema] {
		return nil
	}
	c.checked[k.schema] = true
	shapes := make([][]*shape, len(all))
	for i, v := range all {
		var err error
		if shapes[i], err = c.expand([]*value{v}); err != nil {
			return err
		}
	}
	for i := range all {
		for j := range i {
			for _, a := range shapes[i] {
				for _, b := range shapes[j] {
					ok, err := c.disjoint(a, b, 0)
					if err != nil {
						return err
					}
					if !ok {
						return k.refuse("a value may meet both #%d and #%d of them, and that exactly one is met is supported only if their types, enums or consts, or those of a required property, have nothing in common: take anyOf", j, i)
					}
				}
			}
		}
	}
	return nil
}

// disjoint reports whether it is certain that no value meets both.
func (c *compiler) disjoint(a, b *shape, depth int) (bool, error) {
	if c.pairs++; c.pairs > maxPairs || depth > 4 {
		return false, nil
	}
	// What a schema without a type leaves out must not count here.
	common := a.types & b.types
	if a.never || b.never || a.refers || b.refers || common == 0 {
		return true, nil
	}
	if a.isEnum && b.isEnum {
		keys := map[string]bool{}
		for _, v := range a.enum {
			keys[v.key()] = typeOf(v)&common != 0
		}
		return !slices.ContainsFunc(b.enum, func(v *value) bool { return keys[v.key()] }), nil
	}
	for _, e := range []*shape{a, b} {
		if e.isEnum && !slices.ContainsFunc(e.enum, func(v *value) bool { return typeOf(v)&common != 0 }) {
			return true, nil
		}
	}
	if common != typeObject {
		return false, nil
	}
	for _, name := range slices.Concat(a.required, b.required) {
		ok, err := c.disjointIn(a, b, name.text, depth)
		if ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// disjointIn reports whether a property can't meet both.
func (c *compiler) disjointIn(a, b *shape, name string, depth int) (bool, error) {
	var sides [2][]*shape
	for i, s := range []*shape{a, b} {
		var err error
		if sides[i], err = c.expand(propertiesOf(s).named(name)); err != nil {
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
