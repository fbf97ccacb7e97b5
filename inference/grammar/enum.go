package grammar

import (
	"errors"
	"fmt"
)

// buildEnum makes nodes of the listed values that meet the rest of the shape.
func (c *compiler) buildEnum(s *shape, allowed types) (nodes []int32, problem, err error) {
	var texts []string
	var rules *node // of strings
	for _, v := range s.enum {
		c.spend(comparing, 10, 0)
		t := typeOf(v)
		if t&allowed == 0 {
			continue
		}
		ok := true
		switch {
		case t == typeString && s.textRules:
			if rules == nil {
				made, err := c.text(s)
				if err != nil && !isContradiction(err) {
					return nil, nil, err
				}
				rules = &made
			}
			c.spend(comparing, 3*len(v.text), 0)
			ok = rules.text != nil && rules.text.matches(v.text)
		case t&typeNumber != 0 && (s.number.low != nil || s.number.high != nil || s.number.multiples != nil):
			if ok, err = c.numberMatches(s, v); err != nil {
				return nil, nil, err
			}
		case t == typeArray && (s.arrays != nil || s.minItems > 0 || s.maxItems >= 0 || s.unique),
			t == typeObject && (s.objects != nil || s.required != nil || s.nameRules != nil || s.minProperties > 0 || s.maxProperties >= 0):
			return nil, nil, &SchemaError{v.path(), "", "", "an object or array as the value of enum or const is not supported next to keywords that limit objects or arrays: leave those out"}
		}
		if !ok {
			continue
		}
		if err := c.checkText(v); err != nil {
			return nil, nil, err
		}
		if v.kind != '[' && v.kind != '{' {
			text := string(v.appendJSON(nil))
			c.spend(comparing, 0, 3*len(text)+30)
			if t&typeNumber != 0 && c.canonical {
				d, err := v.asDecimal()
				if err != nil {
					return nil, nil, &SchemaError{v.path(), "", "", fmt.Sprintf("%s as an item where uniqueItems is true: %v", v, err)}
				}
				text = d.String()
			}
			texts = append(texts, text)
			continue
		}
		n, err := c.constant(v)
		if err != nil {
			return nil, nil, err
		}
		nodes = append(nodes, n)
	}
	if len(texts) > 0 {
		d, err := literals(texts, c.budget)
		if err != nil {
			return nil, nil, &SchemaError{Path: s.at.path(), Problem: "enum and const: " + err.Error() + ": take fewer or shorter ones"}
		}
		n, err := c.add(node{bytes: d, at: s.at})
		if err != nil {
			return nil, nil, err
		}
		nodes = append(nodes, n)
	}
	if len(nodes) == 0 {
		return nil, &SchemaError{Path: s.at.path(), Problem: "none of its enum or const values meets its other keywords: correct them"}, nil
	}
	return nodes, nil, nil
}

func isContradiction(err error) bool {
	var c *contradictionError
	return errors.As(err, &c)
}

// numberMatches reports whether a listed number keeps the limits.
func (c *compiler) numberMatches(s *shape, v *value) (bool, error) {
	d, err := v.asDecimal()
	if err != nil {
		return false, &SchemaError{v.path(), "", "", fmt.Sprintf("%s next to limits on numbers: %v", v, err)}
	}
	if low := s.number.low; low != nil {
		if o := d.compare(low.decimal); o < 0 || o == 0 && low.exclusive {
			return false, nil
		}
	}
	if high := s.number.high; high != nil {
		if o := d.compare(high.decimal); o > 0 || o == 0 && high.exclusive {
			return false, nil
		}
	}
	for _, m := range s.number.multiples {
		c.spend(comparing, 60, 300)
		if !d.isMultiple(m) {
			return false, nil
		}
	}
	return true, nil
}

// constant makes the node of one value.
func (c *compiler) constant(v *value) (int32, error) {
	if n, ok := c.constants[v]; ok {
		return n, nil
	}
	made := node{at: v}
	var below []int32
	for _, item := range v.items {
		n, err := c.constant(item)
		if err != nil {
			return 0, err
		}
		below = append(below, n)
	}
	switch v.kind {
	case '[':
		made.array = &arrayNode{first: below, items: -1, min: len(below), max: len(below)}
	case '{':
		c.spend(naming, 0, 150*len(v.members))
		o := &objectNode{max: -1}
		for _, m := range v.members {
			n, err := c.constant(m.value)
			if err != nil {
				return 0, err
			}
			o.names, o.values, o.required = append(o.names, m.name), append(o.values, n), append(o.required, true)
		}
		if err := c.checkNames(v, o.names); err != nil {
			return 0, err
		}
		made.object = o
	default:
		if err := c.checkText(v); err != nil {
			return 0, err
		}
		d, err := literals([]string{string(v.appendJSON(nil))}, c.budget)
		if err != nil {
			return 0, &SchemaError{Path: v.path(), Problem: err.Error() + ": take a shorter one"}
		}
		made.bytes = d
	}
	n, err := c.add(made)
	c.constants[v] = n
	return n, err
}
