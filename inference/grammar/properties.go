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

// nameRules are what propertyNames allows: the strings of rule, or, if that is
// nil, those listed.
type nameRules struct {
	rule   *shape
	all    *stringNode // of rule
	listed []string
}

func (n *nameRules) allow(name string) bool {
	if n.rule == nil {
		return slices.Contains(n.listed, name)
	}
	return n.all.matches(name)
}

func (c *compiler) names(s *shape) (*nameRules, error) {
	rules, err := c.expand(s.nameRules)
	if err != nil {
		return nil, err
	}
	if len(rules) == 1 && !rules[0].isEnum && !rules[0].never && !rules[0].refers && rules[0].allowed()&typeString != 0 {
		all, err := c.textOf(rules[0], anyString)
		return &nameRules{rule: rules[0], all: all}, err
	}
	n := &nameRules{}
	for _, r := range rules {
		if r.never || r.refers {
			continue
		}
		if !r.isEnum {
			return nil, &SchemaError{s.path, "propertyNames", s.nameRules[0].String(),
				"it can have pattern, format, minLength and maxLength, or enum: take these, or properties with additionalProperties false"}
		}
		all, err := c.textOf(r, anyString)
		if isContradiction(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, v := range r.enum {
			if r.types&typeString != 0 && v.kind == '"' && all.matches(v.text) && !slices.Contains(n.listed, v.text) {
				n.listed = append(n.listed, v.text)
			}
		}
	}
	return n, nil
}

// maxNameKinds is how many kinds of names patterns may tell apart.
const maxNameKinds = 16

// further sets what properties without a name of their own are: a kind for each
// combination of patternProperties that a name may match.
func (c *compiler) further(s *shape, o *objectNode, of properties, rule *shape) error {
	others, err := except(o.names)
	if err != nil {
		return &SchemaError{Path: s.path, Problem: "the names of its properties, which additional ones mustn't have: " + err.Error()}
	}
	if err := c.spend(s, len(others.next)); err != nil {
		return err
	}
	type kind struct {
		names   *runeDFA
		matched []bool
	}
	kinds := []kind{{names: others}}
	for _, part := range of {
		for _, p := range part.patterns {
			var split []kind
			for _, k := range kinds {
				for _, side := range []bool{true, false} {
					of := p.names
					if !side {
						of = p.perhaps
					}
					names, err := sided(k.names, of, side)
					if err == nil && names != nil {
						err = c.spend(s, len(names.next))
					}
					if err != nil {
						return &SchemaError{Path: s.path, Problem: "the names of its patternProperties: " + err.Error()}
					}
					if names != nil {
						split = append(split, kind{names, append(slices.Clip(k.matched), side)})
					}
				}
			}
			if kinds = split; len(kinds) > maxNameKinds {
				return &SchemaError{Path: s.path, Problem: "its patternProperties match names in too many combinations: write fewer patterns, or such as don't overlap"}
			}
		}
	}
	for _, k := range kinds {
		var all []*value
		some := false // a pattern matches
		matched := k.matched
		for _, part := range of {
			before := len(all)
			for i, p := range part.patterns {
				if matched[i] {
					all, some = append(all, p.schema), true
				}
			}
			matched = matched[len(part.patterns):]
			if len(all) == before && part.additional != nil {
				all = append(all, part.additional)
			}
		}
		if !some && !of.open() || slices.ContainsFunc(all, func(v *value) bool { return v.kind == 'f' }) {
			continue
		}
		name, err := c.textOf(rule, k.names)
		if isContradiction(err) {
			continue // all possible names are the properties'
		}
		if err != nil {
			return err
		}
		var e extraNode
		if e.name, err = c.add(node{text: name, path: s.path}); err != nil {
			return err
		}
		if e.value, err = c.node(all); err != nil {
			return err
		}
		o.extras = append(o.extras, e)
	}
	return nil
}
