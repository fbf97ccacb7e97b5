// Package grammar says which tokens may come next in a text that has to be
// JSON, or JSON that meets a schema. Call [NewVocabulary] once for a model,
// [JSONObject] or [JSONSchema] for a request (or a [Cache] of them), and [Grammar.Start] for a text:
// the Matcher is what inference/generation calls a Constraint.
//
// A schema is compiled to a pushdown automaton over bytes: numbers and literals
// are byte automata, strings are automata over characters that are read from
// UTF-8 and escapes, objects and arrays are frames of a stack. Tokens that are
// only a part of a character, as byte fallback has them, need nothing more. No
// text that the masks allow runs into a dead end. docs/response-format.md says
// what of JSON Schema is supported and what the documents look like.
package grammar

import (
	"encoding/json"
	"fmt"
	"sync"
)

// maxDepth is how many objects and arrays may lie within one another.
const maxDepth = 32

// Grammar is a compiled schema. Its methods may be called by several
// goroutines at once. It keeps what its Matchers found out, up to some 25 MB
// for each vocabulary, so it pays to keep it for requests with the same schema,
// as a [Cache] does.
type Grammar struct {
	nodes  []node
	root   int32
	unique bool // some array's items have to differ

	mu       sync.Mutex
	machines map[*Vocabulary]*machine
}

// JSONObject allows any JSON object.
func JSONObject() (*Grammar, error) { return JSONSchema(json.RawMessage(anyObject), false) }

const anyObject = `{"type":"object"}`

// JSONSchema allows the documents that meet a schema, which is a JSON object.
// What can't be enforced is refused with a [*SchemaError], but for a format that
// isn't known, which is an annotation unless strict is set.
func JSONSchema(schema json.RawMessage, strict bool) (*Grammar, error) {
	root, err := parseValue(schema)
	if err != nil {
		return nil, err
	}
	if root.kind != '{' {
		return nil, &SchemaError{Path: "#", Problem: fmt.Sprintf("a schema is an object, not %s", root)}
	}
	return compile(root, strict)
}

func (g *Grammar) machine(v *Vocabulary) *machine {
	g.mu.Lock()
	defer g.mu.Unlock()
	m, ok := g.machines[v]
	if !ok {
		if g.machines == nil {
			g.machines = map[*Vocabulary]*machine{}
		}
		m = newMachine(g, v)
		g.machines[v] = m
	}
	return m
}

// SchemaError says what of a schema is not supported, or can't be met.
type SchemaError struct {
	Path    string // a JSON pointer to the schema, with # before it
	Keyword string // "" for the schema as a whole
	Value   string // of the keyword, shortened
	Problem string // with the remedy
}

func (e *SchemaError) Error() string {
	path := e.Path
	if len(path) > 200 {
		path = path[:200] + "…"
	}
	if e.Keyword == "" {
		return fmt.Sprintf("%s: %s", path, e.Problem)
	}
	return fmt.Sprintf("%s: %s is %s: %s", path, e.Keyword, e.Value, e.Problem)
}
