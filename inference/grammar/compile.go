package grammar

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

const maxNodes = 20_000

// compiler makes the nodes of a schema.
type compiler struct {
	*budget
	root      *value
	draft     string // see draftOf
	strict    bool   // a format that isn't known is refused
	tuples    string // the keyword of those that were read
	unique    bool   // some array's items have to differ
	canonical bool   // numbers are to be written in one way alone, as items that differ are
	escaped   bool   // what is compiled is written in an [Escaped] notation
	nodes     []node
	made      map[string]int32 // by the schemas that are to be met
	constants map[*value]int32
	equals    map[string]int32 // by values' keys
	patterns  map[patternKey]*runeDFA
	numbers   map[string]*byteDFA          // by what is said of them
	distinct  map[*value][]*value          // what tells a schema's oneOf apart
	expanded  map[string][]*shape          // by the schemas that are to be met, where it is asked for again
	named     map[*value]map[string]*value // the members of objects that have many
	addresses *addresses                   // nil before the first reference
}

func newCompiler(b *budget) *compiler {
	return &compiler{budget: b, made: map[string]int32{}, constants: map[*value]int32{},
		equals: map[string]int32{}, patterns: map[patternKey]*runeDFA{}, numbers: map[string]*byteDFA{}, distinct: map[*value][]*value{}, expanded: map[string][]*shape{},
		named: map[*value]map[string]*value{}}
}

// begin turns to a schema, to which its references lead.
func (c *compiler) begin(root *value, strict bool) {
	c.root, c.draft, c.strict, c.tuples, c.addresses = root, draftOf(root), strict, "", nil
}

func compile(root *value, strict bool, b *budget) (*Grammar, error) {
	c := newCompiler(b)
	c.begin(root, strict)
	n, err := c.node([]*value{root})
	if err != nil {
		return nil, err
	}
	if err := c.checkUnique(); err != nil {
		return nil, err
	}
	c.findNeeds()
	if err := c.reachable(n); err != nil {
		return nil, err
	}
	return c.finish(n), nil
}

// reachable refuses a node of which there is no value, or none that is flat enough.
func (c *compiler) reachable(n int32) error {
	switch need := c.nodes[n].need; {
	case need >= impossible:
		return c.explain(n)
	case need > maxDepth:
		return &SchemaError{Path: "#", Problem: fmt.Sprintf("its values lie at least %d levels deep: up to %d are supported", need, maxDepth)}
	}
	return nil
}

// finish makes the grammar, when all nodes are known.
func (c *compiler) finish(root int32) *Grammar {
	for i := range c.nodes {
		if o := c.nodes[i].object; o != nil {
			o.prepare(c.nodes, c.budget)
		}
		c.nodes[i].at = nil // what was read isn't kept
	}
	return &Grammar{nodes: c.nodes, root: root, unique: c.unique, size: c.bytes}
}

// nodeBytes is what a node takes, while the list of them grows.
const nodeBytes = 400

// add makes a node.
func (c *compiler) add(n node) (int32, error) {
	if len(c.nodes) == maxNodes {
		return 0, &SchemaError{Path: n.at.path(), Problem: fmt.Sprintf("the schema makes an automaton of over %d parts: simplify it", maxNodes)}
	}
	c.spend(reading, 10, nodeBytes)
	c.nodes = append(c.nodes, n)
	return int32(len(c.nodes) - 1), nil
}

// node returns the node of the values that meet all schemas.
func (c *compiler) node(all []*value) (int32, error) {
	key := c.key(all)
	if n, ok := c.made[key]; ok {
		return n, nil
	}
	at := c.root
	if len(all) > 0 {
		at = all[0]
	}
	c.at = at
	n, err := c.add(node{at: at})
	if err != nil {
		return 0, err
	}
	c.made[key] = n
	shapes, err := c.expand(all)
	if err != nil {
		return 0, err
	}
	c.at = at
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
	if c.canonical {
		key = append(key, 0)
	}
	if c.escaped {
		key = append(key, 0, 0)
	}
	for _, v := range all {
		key = binary.AppendUvarint(key, uint64(v.serial)+1)
	}
	c.spend(reading, 10+2*len(all), 6*len(all))
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
		return nil, &SchemaError{Path: s.at.path(), Problem: "no type is left that all of its schemas allow: correct type"}, nil
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
			problem = &SchemaError{Path: s.at.path(), Problem: contradiction.problem}
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		made.at = s.at
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
