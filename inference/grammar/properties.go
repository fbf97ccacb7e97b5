package grammar

import (
	"slices"
	"strconv"
)

func (c *compiler) object(s *shape) (node, error) {
	if s.maxProperties >= 0 && s.minProperties > s.maxProperties {
		return node{}, contradiction("minProperties is %d and maxProperties %d, which is less: correct them", s.minProperties, s.maxProperties)
	}
	o := &objectNode{min: s.minProperties, max: s.maxProperties}
	place := map[string]int{}
	add := func(name string) {
		c.spend(naming, 10, 0)
		if _, ok := place[name]; !ok {
			c.spend(naming, 0, 200)
			place[name] = len(o.names)
			o.names, o.values, o.required = append(o.names, name), append(o.values, 0), append(o.required, false)
		}
	}
	of := c.propertiesOf(s)
	names, err := c.names(s)
	if err != nil {
		return node{}, err
	}
	for _, p := range s.objects {
		for _, m := range p.properties {
			add(m.name)
		}
	}
	for _, name := range s.required {
		if _, ok := place[name.text]; !ok && c.rulesOut(of, name.text) {
			return node{}, &SchemaError{s.at.path(), "required", name.String(),
				"additionalProperties is false and properties doesn't have it: add it to properties or leave it out"}
		}
		add(name.text)
		o.required[place[name.text]] = true
	}
	for _, name := range s.shown {
		if len(c.schemasOf(of, name.text, true)) == 0 {
			continue
		}
		some, err := c.allSome(name.text, s)
		if err != nil {
			return node{}, err
		}
		if some {
			add(name.text)
			o.required[place[name.text]] = true
		}
	}
	for _, name := range names.listed {
		if !c.rulesOut(of, name) && (of.open() || len(c.schemasOf(of, name, true)) > 0) {
			add(name)
		}
	}
	if err := c.checkNames(s.at, o.names); err != nil {
		return node{}, err
	}
	for i, name := range o.names {
		all := c.schemasOf(of, name, true)
		if !names.allow(c, name) {
			all = []*value{{kind: 'f', within: s.at.within}}
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
	if names.rule != nil {
		if err := c.further(s, o, of, names.rule); err != nil {
			return node{}, err
		}
	}
	switch {
	case o.min <= required:
		o.min = 0
	case len(o.extras) > 0 && o.min > required+1:
		return node{}, &SchemaError{s.at.path(), "minProperties", strconv.Itoa(o.min),
			"more than one above those required is supported for named properties only, as further ones may have the same name twice: lower it, set additionalProperties to false or make the properties required"}
	case len(o.extras) == 0 && o.min > len(o.names):
		return node{}, contradiction("minProperties is %d, but it has %d properties: correct them", o.min, len(o.names))
	}
	return node{object: o}, nil
}

// properties finds the schemas of properties by name.
type properties []struct {
	objectPart
	named map[string]*value
}

// propertiesOf makes them once for each shape.
func (c *compiler) propertiesOf(s *shape) properties {
	if s.index == nil {
		c.spend(naming, 10*len(s.objects), 120*len(s.objects))
		s.index = make(properties, len(s.objects))
		for i, part := range s.objects {
			s.index[i].objectPart, s.index[i].named = part, c.byName(part.properties)
		}
	}
	return s.index
}

// byName finds the members of an object by name.
func (c *compiler) byName(members []member) map[string]*value {
	if len(members) == 0 {
		return nil
	}
	named, ok := c.named[members[0].value]
	if !ok {
		c.spend(naming, 20*len(members), 60*len(members))
		named = make(map[string]*value, len(members))
		for _, m := range members {
			named[m.name] = m.value
		}
		c.named[members[0].value] = named
	}
	return named
}

// schemasOf returns the schemas that a property has to meet. Without all, those
// are left out that some readers of patterns would.
func (c *compiler) schemasOf(p properties, name string, all bool) (schemas []*value) {
	c.spendOnName(p, name)
	for _, part := range p {
		v, matched := part.named[name]
		if matched {
			schemas = append(schemas, v)
		}
		mayMatch := matched
		for _, r := range part.patterns {
			matches, may := r.matches(name), r.mayMatch(name)
			if matches || all && may {
				schemas = append(schemas, r.schema)
			}
			matched = matched || matches
			mayMatch = mayMatch || may
		}
		if part.additional != nil && (!mayMatch || all && !matched) {
			schemas = append(schemas, part.additional)
		}
	}
	c.spend(naming, 0, 16*len(schemas))
	return schemas
}

// spendOnName takes what looking up a name takes.
func (c *compiler) spendOnName(p properties, name string) {
	steps := 10
	for _, part := range p {
		steps += 4 + 2*(len(name)+2)*len(part.patterns)
	}
	c.spend(naming, steps, 0)
}

// rulesOut reports whether additionalProperties is false for a name.
func (c *compiler) rulesOut(p properties, name string) bool {
	c.spendOnName(p, name)
	for _, part := range p {
		if part.additional == nil || part.additional.kind != 'f' || part.named[name] != nil ||
			slices.ContainsFunc(part.patterns, func(r patternPart) bool { return r.matches(name) }) {
			continue
		}
		return true
	}
	return false
}

// open reports whether there are properties that no schema speaks of by name.
//
// If a schema has properties and says nothing of others, there are no others:
// they would meet it as well, but are hardly what is meant.
func (p properties) open() bool {
	declared := false
	for _, part := range p {
		if part.additional != nil {
			return true
		}
		declared = declared || len(part.properties) > 0 || len(part.patterns) > 0
	}
	return !declared
}
