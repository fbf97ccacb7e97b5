package grammar

import "slices"

// nameRules are what propertyNames allows: the strings of rule, or, if that is
// nil, those listed.
type nameRules struct {
	rule   *shape
	all    *stringNode // of rule
	listed []string
	isIn   map[string]bool // listed
}

func (n *nameRules) allow(c *compiler, name string) bool {
	c.spend(naming, 2*len(name)+5, 0)
	if n.rule == nil {
		return n.isIn[name]
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
	n := &nameRules{isIn: map[string]bool{}}
	for _, r := range rules {
		if r.never || r.refers {
			continue
		}
		if !r.isEnum {
			return nil, &SchemaError{s.at.path(), "propertyNames", s.nameRules[0].String(),
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
			c.spend(naming, 2*len(v.text)+10, 100)
			if r.types&typeString != 0 && v.kind == '"' && all.matches(v.text) && !n.isIn[v.text] {
				n.listed, n.isIn[v.text] = append(n.listed, v.text), true
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
	others, err := except(o.names, c.budget)
	if err != nil {
		return &SchemaError{Path: s.at.path(), Problem: "the names of its properties, which additional ones mustn't have: " + err.Error()}
	}
	if others, err = c.sayable(others, sayableNames); err != nil {
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
					names, err := sided(k.names, of, side, c.budget)
					if err != nil {
						return &SchemaError{Path: s.at.path(), Problem: "the names of its patternProperties: " + err.Error()}
					}
					if names != nil {
						c.spend(naming, 0, len(k.matched)+50)
						split = append(split, kind{names, append(slices.Clip(k.matched), side)})
					}
				}
			}
			if kinds = split; len(kinds) > maxNameKinds {
				return &SchemaError{Path: s.at.path(), Problem: "its patternProperties match names in too many combinations: write fewer patterns, or ones that don't overlap"}
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
		if e.name, err = c.add(node{text: name, at: s.at}); err != nil {
			return err
		}
		if e.value, err = c.node(all); err != nil {
			return err
		}
		o.extras = append(o.extras, e)
	}
	return nil
}
