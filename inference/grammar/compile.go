package grammar

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

const (
	maxNodes = 20_000
	maxCells = 8_000_000 // of all tables together
)

// compiler makes the nodes of a schema.
type compiler struct {
	root       *value
	nodes      []node
	made       map[string]int32 // by the schemas that are to be met
	constants  map[*value]int32
	ids        map[*value]int
	patterns   map[string]*runeDFA
	work       int
	cells      int
	expansions int
	pairs      int
	checked    map[*value]bool // schemas whose oneOf is proven
}

func compile(root *value) (*Grammar, error) {
	c := &compiler{root: root, made: map[string]int32{}, constants: map[*value]int32{}, ids: map[*value]int{},
		patterns: map[string]*runeDFA{}, checked: map[*value]bool{}}
	n, err := c.node([]*value{root})
	if err != nil {
		return nil, err
	}
	c.findNeeds()
	switch need := c.nodes[n].need; {
	case need >= impossible:
		return nil, c.explain(n)
	case need > maxDepth:
		return nil, &SchemaError{Path: "#", Problem: fmt.Sprintf("its values lie at least %d levels deep: up to %d are supported", need, maxDepth)}
	}
	for i := range c.nodes {
		if o := c.nodes[i].object; o != nil {
			o.prepare(c.nodes)
		}
	}
	return &Grammar{nodes: c.nodes, root: n}, nil
}

// add makes a node.
func (c *compiler) add(n node) (int32, error) {
	if len(c.nodes) == maxNodes {
		return 0, &SchemaError{Path: n.path, Problem: fmt.Sprintf("the schema makes an automaton of over %d parts: simplify it", maxNodes)}
	}
	c.nodes = append(c.nodes, n)
	return int32(len(c.nodes) - 1), nil
}

// node returns the node of the values that meet all schemas.
func (c *compiler) node(all []*value) (int32, error) {
	key := c.key(all)
	if n, ok := c.made[key]; ok {
		return n, nil
	}
	path := "#"
	if len(all) > 0 {
		path = all[0].path
	}
	n, err := c.add(node{path: path})
	if err != nil {
		return 0, err
	}
	c.made[key] = n
	shapes, err := c.expand(all)
	if err != nil {
		return 0, err
	}
	var alternatives []int32
	var why error
	for _, s := range shapes {
		some, problem, err := c.build(s)
		if err != nil {
			return 0, err
		}
		if problem != nil && why == nil {
			why = problem
		}
		alternatives = append(alternatives, some...)
	}
	if len(alternatives) == 0 {
		var contradiction *SchemaError
		if errors.As(why, &contradiction) {
			return 0, contradiction
		}
		c.nodes[n].nothing = why
		return n, nil
	}
	slices.Sort(alternatives)
	c.nodes[n].anyOf = slices.Compact(alternatives)
	return n, nil
}

func (c *compiler) key(all []*value) string {
	var key []byte
	for _, v := range all {
		id, ok := c.ids[v]
		if !ok {
			id = len(c.ids)
			c.ids[v] = id
		}
		key = binary.AppendUvarint(key, uint64(id))
	}
	return string(key)
}

var (
	errNever  = errors.New("nothing meets the schema false")
	errRefers = errors.New("it refers to itself without end")
)

// build makes the nodes of a shape. problem says why there are none; it is a
// *SchemaError if the shape contradicts itself.
func (c *compiler) build(s *shape) (nodes []int32, problem, err error) {
	switch {
	case s.never:
		return nil, errNever, nil
	case s.refers:
		return nil, errRefers, nil
	}
	allowed := s.allowed()
	if allowed == 0 {
		return nil, &SchemaError{Path: s.path, Problem: "no type is left that all of its schemas allow: correct type"}, nil
	}
	if s.isEnum {
		return c.buildEnum(s, allowed)
	}
	for _, b := range []struct {
		types types
		make  func(*shape) (node, error)
	}{
		{typeNull, c.literal("null")}, {typeBoolean, c.literal("true", "false")},
		{typeNumber, c.number(allowed)}, {typeString, c.text}, {typeArray, c.array}, {typeObject, c.object},
	} {
		if allowed&b.types == 0 {
			continue
		}
		made, err := b.make(s)
		if contradiction := (*contradictionError)(nil); errors.As(err, &contradiction) {
			problem = &SchemaError{Path: s.path, Problem: contradiction.problem}
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		made.path = s.path
		n, err := c.add(made)
		if err != nil {
			return nil, nil, err
		}
		nodes = append(nodes, n)
	}
	return nodes, problem, nil
}

// contradictionError says why no value of a type meets a shape.
type contradictionError struct{ problem string }

func (e *contradictionError) Error() string { return e.problem }

func contradiction(format string, args ...any) error {
	return &contradictionError{fmt.Sprintf(format, args...)}
}

func (c *compiler) spend(s *shape, cells int) error {
	if c.cells += cells; c.cells > maxCells {
		return &SchemaError{Path: s.path, Problem: fmt.Sprintf("the schema's patterns, names and lengths need tables of over %d cells: simplify them", maxCells)}
	}
	return nil
}

func (c *compiler) literal(texts ...string) func(*shape) (node, error) {
	return func(*shape) (node, error) {
		d, err := literals(texts)
		return node{bytes: d}, err
	}
}

func (c *compiler) number(allowed types) func(*shape) (node, error) {
	return func(s *shape) (node, error) {
		spec := s.number
		spec.integer = allowed&typeFraction == 0
		d, err := spec.automaton()
		if err != nil {
			return node{}, &SchemaError{Path: s.path, Problem: "its limits of numbers: " + err.Error()}
		}
		if d == nil {
			return node{}, contradiction("no number meets minimum, maximum and multipleOf: correct them")
		}
		return node{bytes: d}, c.spend(s, len(d.states)*8)
	}
}

func (c *compiler) text(s *shape) (node, error) {
	t, err := c.textOf(s, anyString)
	return node{text: t}, err
}

// textOf makes the node of strings that also are of d.
func (c *compiler) textOf(s *shape, d *runeDFA) (*stringNode, error) {
	for _, e := range s.texts {
		var err error
		if d, err = both(d, e); err != nil {
			return nil, &SchemaError{Path: s.path, Problem: "its patterns and formats together: " + err.Error()}
		}
		if d == nil {
			return nil, contradiction("no string meets all of its patterns and formats: correct them")
		}
		if err := c.spend(s, len(d.next)); err != nil {
			return nil, err
		}
	}
	if s.maxLength >= 0 && s.minLength > s.maxLength {
		return nil, contradiction("minLength is %d and maxLength %d, which is less: correct them", s.minLength, s.maxLength)
	}
	if s.minLength > 0 && s.maxLength >= 0 && d != anyString {
		if err := c.spend(s, len(d.accept)*(s.maxLength/8+1)); err != nil {
			return nil, err
		}
	}
	t, err := newString(d, s.minLength, s.maxLength)
	if err != nil {
		return nil, &SchemaError{Path: s.path, Problem: err.Error()}
	}
	if t == nil {
		return nil, contradiction("no string of minLength %d to maxLength %d meets its pattern or format: correct them", s.minLength, s.maxLength)
	}
	return t, nil
}

func (c *compiler) pattern(text string) (*runeDFA, error) {
	if d, ok := c.patterns[text]; ok {
		return d, nil
	}
	d, err := compilePattern(text, &c.work)
	if err != nil {
		return nil, err
	}
	if d != nil {
		if c.cells += len(d.next); c.cells > maxCells {
			return nil, errTooManyStates
		}
	}
	c.patterns[text] = d
	return d, nil
}

// buildEnum makes nodes of the listed values that meet the rest of the shape.
func (c *compiler) buildEnum(s *shape, allowed types) (nodes []int32, problem, err error) {
	var texts []string
	for _, v := range s.enum {
		t := typeOf(v)
		if t&allowed == 0 {
			continue
		}
		ok := true
		switch {
		case t == typeString && s.textRules:
			made, err := c.text(s)
			if isContradiction(err) {
				continue
			}
			if err != nil {
				return nil, nil, err
			}
			ok = made.text.matches(v.text)
		case t&typeNumber != 0 && (s.number.low != nil || s.number.high != nil || s.number.multiples != nil):
			if ok, err = c.numberMatches(s, v); err != nil {
				return nil, nil, err
			}
		case t == typeArray && (s.arrays != nil || s.minItems > 0 || s.maxItems >= 0),
			t == typeObject && (s.objects != nil || s.required != nil || s.nameRules != nil || s.minProperties > 0 || s.maxProperties >= 0):
			return nil, nil, &SchemaError{v.path, "", "", "an object or array as the value of enum or const is not supported beside keywords that limit objects or arrays: leave those out"}
		}
		if !ok {
			continue
		}
		if v.kind != '[' && v.kind != '{' {
			texts = append(texts, string(v.appendJSON(nil)))
			continue
		}
		n, err := c.constant(v)
		if err != nil {
			return nil, nil, err
		}
		nodes = append(nodes, n)
	}
	if len(texts) > 0 {
		d, err := literals(texts)
		if err != nil {
			return nil, nil, &SchemaError{Path: s.path, Problem: "enum and const: " + err.Error() + ": take fewer or shorter ones"}
		}
		n, err := c.add(node{bytes: d, path: s.path})
		if err != nil {
			return nil, nil, err
		}
		nodes = append(nodes, n)
	}
	if len(nodes) == 0 {
		return nil, &SchemaError{Path: s.path, Problem: "none of its enum or const values meets its other keywords: correct them"}, nil
	}
	return nodes, nil, nil
}

func isContradiction(err error) bool {
	var c *contradictionError
	return errors.As(err, &c)
}

func (t *stringNode) matches(text string) bool {
	n := len([]rune(text))
	return n >= t.min && (t.max < 0 || n <= t.max) && t.dfa.matches(text)
}

// numberMatches reports whether a listed number keeps the limits.
func (c *compiler) numberMatches(s *shape, v *value) (bool, error) {
	d, err := parseDecimal(v.text)
	if err != nil {
		return false, &SchemaError{v.path, "", "", fmt.Sprintf("%s beside limits of numbers: %v", v, err)}
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
	made := node{path: v.path}
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
		o := &objectNode{extra: -1, max: -1}
		for _, m := range v.members {
			n, err := c.constant(m.value)
			if err != nil {
				return 0, err
			}
			o.names, o.values, o.required = append(o.names, m.name), append(o.values, n), append(o.required, true)
		}
		made.object = o
	default:
		d, err := literals([]string{string(v.appendJSON(nil))})
		if err != nil {
			return 0, &SchemaError{Path: v.path, Problem: err.Error() + ": take a shorter one"}
		}
		made.bytes = d
	}
	n, err := c.add(made)
	c.constants[v] = n
	return n, err
}
