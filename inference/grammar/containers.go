package grammar

import (
	"slices"
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
		var err error
		if a.items, err = c.node(all); err != nil {
			return node{}, err
		}
	}
	return node{array: a}, nil
}

func (c *compiler) object(s *shape) (node, error) {
	if s.maxProperties >= 0 && s.minProperties > s.maxProperties {
		return node{}, contradiction("minProperties is %d and maxProperties %d, which is less: correct them", s.minProperties, s.maxProperties)
	}
	o := &objectNode{extra: -1, min: s.minProperties, max: s.maxProperties}
	place := map[string]int{}
	add := func(name string) {
		if _, ok := place[name]; !ok {
			place[name] = len(o.names)
			o.names, o.values, o.required = append(o.names, name), append(o.values, 0), append(o.required, false)
		}
	}
	closed := false
	declared := false
	for _, p := range s.objects {
		for _, m := range p.properties {
			add(m.name)
		}
		declared = declared || len(p.properties) > 0
		closed = closed || p.additional != nil && p.additional.kind == 'f'
	}
	for _, name := range s.required {
		if _, ok := place[name.text]; !ok && closed {
			return node{}, &SchemaError{s.path, "required", name.String(),
				"additionalProperties is false and properties doesn't have it: add it to properties or leave it out"}
		}
		add(name.text)
		o.required[place[name.text]] = true
	}
	names, err := c.names(s)
	if err != nil {
		return node{}, err
	}
	of := propertiesOf(s)
	for i, name := range o.names {
		all := of.named(name)
		if names != nil && !names.matches(name) {
			all = []*value{{kind: 'f', path: s.path}}
		}
		if o.values[i], err = c.node(all); err != nil {
			return node{}, err
		}
	}
	required := 0
	for _, r := range o.required {
		if r {
			required++
		}
	}
	if o.max >= 0 && required > o.max {
		return node{}, contradiction("maxProperties is %d, but %d are required: correct them", o.max, required)
	}
	if err := c.further(s, o, names, declared); err != nil {
		return node{}, err
	}
	switch {
	case o.min <= required:
		o.min = 0
	case o.extra >= 0:
		return node{}, &SchemaError{s.path, "minProperties", strconv.Itoa(o.min),
			"it is supported for named properties only, as further ones may have the same name twice: set additionalProperties to false or make the properties required"}
	case o.min > len(o.names):
		return node{}, contradiction("minProperties is %d, but it has %d properties: correct them", o.min, len(o.names))
	}
	return node{object: o}, nil
}

// properties finds the schemas of properties by name.
type properties []struct {
	named      map[string]*value
	additional *value
}

func propertiesOf(s *shape) properties {
	p := make(properties, len(s.objects))
	for i, part := range s.objects {
		p[i].named, p[i].additional = map[string]*value{}, part.additional
		for _, m := range part.properties {
			p[i].named[m.name] = m.value
		}
	}
	return p
}

// named returns the schemas that a property has to meet.
func (p properties) named(name string) []*value {
	var all []*value
	for _, part := range p {
		if v, ok := part.named[name]; ok {
			all = append(all, v)
		} else if part.additional != nil {
			all = append(all, part.additional)
		}
	}
	return all
}

// names makes the node of what propertyNames allows, nil if that is all.
func (c *compiler) names(s *shape) (*stringNode, error) {
	if len(s.nameRules) == 0 {
		return nil, nil
	}
	rule, err := c.nameRule(s)
	if err != nil {
		return nil, err
	}
	return c.textOf(rule, anyString)
}

func (c *compiler) nameRule(s *shape) (*shape, error) {
	rules, err := c.expand(s.nameRules)
	if err != nil {
		return nil, err
	}
	if len(rules) != 1 || rules[0].isEnum || rules[0].never || rules[0].refers || rules[0].allowed()&typeString == 0 {
		return nil, &SchemaError{s.path, "propertyNames", s.nameRules[0].String(),
			"it can have pattern, format, minLength and maxLength: take these, or properties with additionalProperties false"}
	}
	return rules[0], nil
}

// further sets what properties without a name of their own are.
//
// If a schema has properties and says nothing of others, there are no others:
// they would meet it as well, but are hardly what is meant.
func (c *compiler) further(s *shape, o *objectNode, names *stringNode, declared bool) error {
	var all []*value
	for _, p := range s.objects {
		if p.additional != nil {
			all = append(all, p.additional)
		}
	}
	if len(all) == 0 && declared || slices.ContainsFunc(all, func(v *value) bool { return v.kind == 'f' }) {
		return nil
	}
	d, err := except(o.names)
	if err != nil {
		return &SchemaError{Path: s.path, Problem: "the names of its properties, which additional ones mustn't have: " + err.Error()}
	}
	if err := c.spend(s, len(d.next)); err != nil {
		return err
	}
	rule := newShape(s.path)
	if names != nil {
		if rule, err = c.nameRule(s); err != nil {
			return err
		}
	}
	name, err := c.textOf(rule, d)
	if isContradiction(err) {
		return nil // all possible names are the properties'
	}
	if err != nil {
		return err
	}
	if o.extraName, err = c.add(node{text: name, path: s.path}); err != nil {
		return err
	}
	o.extra, err = c.node(all)
	return err
}
