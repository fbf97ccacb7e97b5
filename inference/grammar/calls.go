package grammar

import (
	"context"
	"encoding/json"
	"fmt"
)

// Calls is an answer that may call functions: text, or calls in a model's own notation
// around their arguments, which are JSON. The name of a control token in it has a zero
// byte before it, which no text has.
type Calls struct {
	// Begin is how calls begin; it is where First and Open begin, together.
	Begin string
	// First comes before the calls, Last behind them, Separator between two; each is
	// Open, a function's name, Middle, its arguments and Close.
	First, Open, Middle, Close, Separator, Last string
	// ID, unless it is "", comes behind the name, and then nine letters and digits.
	ID string
	// Escaped is how arguments are written; nil for as JSON.
	Escaped   *Escaped `json:",omitempty"`
	Functions []Function
	Text      bool // the answer may be text
	// Format is what a text has to be, if it isn't free: a document that meets the
	// schema. Nothing comes before it, nor before calls.
	Format   *Function
	Anywhere bool // calls may follow a text
	Later    bool // behind a text, Begin is text too; else it can't come there
	Several  bool // more than one call
}

// Function is one that may be called.
type Function struct {
	Name   string
	Schema json.RawMessage // which the arguments meet, and which is an object
	Strict bool            // as for JSONSchema
}

// FunctionError says which function's schema is refused, and why.
type FunctionError struct {
	Function int // -1: the Format's
	Err      error
}

func (e *FunctionError) Error() string { return fmt.Sprintf("function %d: %v", e.Function, e.Err) }

// Unwrap returns what is wrong with the schema.
func (e *FunctionError) Unwrap() error { return e.Err }

// callsNode is an automaton over the bytes around the arguments.
type callsNode struct{ states []callsState }

type callsState struct {
	edges  []byteEdge
	other  int32 // where any other byte leads to, -1 if none can come
	accept bool  // the answer may end
	value  int32 // the node of the arguments that begin here, -1 if none do
	after  int32 // where they lead to
}

func (s *callsState) next(b byte) int32 {
	for _, e := range s.edges {
		if e.char == b {
			return e.to
		}
	}
	if b == 0 { // which begins a control token's name
		return -1
	}
	return s.other
}

// add makes a state that nothing leads on from.
func (n *callsNode) add() int32 {
	n.states = append(n.states, callsState{other: -1, value: -1})
	return int32(len(n.states) - 1)
}

func (n *callsNode) edge(from int32, b byte, to int32) {
	n.states[from].edges = append(n.states[from].edges, byteEdge{b, to})
}

// path leads from a state along a literal, by states that are there as far as there are.
func (n *callsNode) path(from int32, literal string) int32 {
	for i := range len(literal) {
		to := int32(-1)
		for _, e := range n.states[from].edges {
			if e.char == literal[i] {
				to = e.to
			}
		}
		if to < 0 {
			to = n.add()
			n.edge(from, literal[i], to)
		}
		from = to
	}
	return from
}

// CompileCalls allows the answers of Calls. A schema that is refused is a *FunctionError.
// What it costs is bounded as for [JSONSchema], for all functions together.
func CompileCalls(ctx context.Context, calls *Calls) (*Grammar, error) {
	return compileCalls(newBudget(ctx), calls)
}

const objectOnly = `{"type":"object"}`

func compileCalls(b *budget, calls *Calls) (g *Grammar, err error) {
	at := 0
	defer func() {
		if err != nil {
			err = &FunctionError{at, err}
		}
	}()
	defer b.catch(&err)
	c := newCompiler(b)
	c.escaped = calls.Escaped != nil
	only, err := parseValue(json.RawMessage(objectOnly), b)
	if err != nil {
		return nil, err
	}
	arguments := make([]int32, len(calls.Functions))
	for i, f := range calls.Functions {
		at = i
		root, err := parseRoot(f.Schema, b)
		if err != nil {
			return nil, err
		}
		c.begin(root, f.Strict)
		if arguments[i], err = c.node([]*value{root, only}); err != nil {
			return nil, err
		}
	}
	c.escaped = false
	document := int32(-1)
	if at = -1; calls.Format != nil {
		root, err := parseRoot(calls.Format.Schema, b)
		if err != nil {
			return nil, err
		}
		c.begin(root, calls.Format.Strict)
		if document, err = c.node([]*value{root}); err != nil {
			return nil, err
		}
	}
	if err := c.checkUnique(); err != nil {
		return nil, err
	}
	c.findNeeds()
	if document >= 0 {
		if err := c.reachable(document); err != nil {
			return nil, err
		}
	}
	for i, n := range arguments {
		at = i
		if err := c.reachable(n); err != nil {
			return nil, err
		}
	}
	root, err := c.add(node{calls: calls.automaton(arguments, document), at: c.root})
	if err != nil {
		return nil, err
	}
	g = c.finish(root)
	g.escaped = calls.Escaped
	return g, nil
}

// stepCalls takes a byte outside of the arguments.
func (m *machine) stepCalls(f *frame, n *callsNode, b byte) {
	s := &n.states[f.index]
	if s.value >= 0 {
		g := *f
		g.index = s.after
		m.start(s.value, g, b)
	}
	if to := s.next(b); to >= 0 {
		m.push(frame{node: f.node, index: to})
	}
}
