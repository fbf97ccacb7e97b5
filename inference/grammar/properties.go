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
		if _, ok := place[name]; !ok {
			place[name] = len(o.names)
			o.names, o.values, o.required = append(o.names, name), append(o.values, 0), append(o.required, false)
		}
	}
	of := propertiesOf(s)
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
		if _, ok := place[name.text]; !ok && of.rulesOut(name.text) {
			return node{}, &SchemaError{s.path, "required", name.String(),
				"additionalProperties is false and properties doesn't have it: add it to properties or leave it out"}
		}
		add(name.text)
		o.required[place[name.text]] = true
	}
	for _, name := range s.shown {
		if len(of.named(name.text)) == 0 {
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
		if !of.rulesOut(name) && (of.open() || len(of.named(name)) > 0) {
			add(name)
		}
	}
	for i, name := range o.names {
		all := of.named(name)
		if !names.allow(name) {
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
	if names.rule != nil {
		if err := c.further(s, o, of, names.rule); err != nil {
			return node{}, err
		}
	}
	switch {
	case o.min <= required:
		o.min = 0
	case len(o.extras) > 0 && o.min > required+1:
		return node{}, &SchemaError{s.path, "minProperties", strconv.Itoa(o.min),
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

func propertiesOf(s *shape) properties {
	p := make(properties, len(s.objects))
	for i, part := range s.objects {
		p[i].objectPart, p[i].named = part, map[string]*value{}
		for _, m := range part.properties {
			p[i].named[m.name] = m.value
		}
	}
	return p
}

// named returns the schemas that a property has to meet.
func (p properties) named(name string) []*value { return p.of(name, true) }

// certain leaves out those of named that some readers of patterns would.
func (p properties) certain(name string) []*value { return p.of(name, false) }

func (p properties) of(name string, all bool) (schemas []*value) {
	for _, part := range p {
		v, matched := part.named[name]
		if matched {
			schemas = append(schemas, v)
		}
		mayMatch := matched
		for _, r := range part.patterns {
			if r.matches(name) || all && r.mayMatch(name) {
				schemas = append(schemas, r.schema)
			}
			matched = matched || r.matches(name)
			mayMatch = mayMatch || r.mayMatch(name)
		}
		if part.additional != nil && (!mayMatch || all && !matched) {
			schemas = append(schemas, part.additional)
		}
	}
	return schemas
}

// rulesOut reports whether additionalProperties is false for a name.
func (p properties) rulesOut(name string) bool {
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
