// Package grammar says which tokens may come next in a text that has to be
// JSON, or JSON that meets a schema. Call [NewVocabulary] once for a model,
// [JSONObject] or [JSONSchema] for a request (or a [Cache] of them), and [Grammar.Start] for a text:
// the Matcher is what inference/generation calls a Constraint.
//
// A schema is compiled to a pushdown automaton over bytes: numbers and literals
// are byte automata, strings are automata over characters that are read from
// UTF-8 and escapes, objects and arrays are frames of a stack. Tokens that are
// only a part of a character, as byte fallback has them, need nothing more. No
// text that the masks allow runs into a dead end. docs/reference/response-format.md says
// what of JSON Schema is supported and what the documents look like.
package grammar

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
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
	// escaped is how what is JSON is written; nil for as JSON.
	escaped *Escaped
	size    int // bytes that compiling it took, which are more than it has

	mu       sync.Mutex
	machines map[*Vocabulary]*machine
}

// JSONObject allows any JSON object.
func JSONObject() (*Grammar, error) {
	return JSONSchema(context.Background(), json.RawMessage(anyObject), false)
}

const anyObject = `{"type":"object"}`

// JSONSchema allows the documents that meet a schema, which is a JSON object.
// What can't be enforced is refused with a [*SchemaError], but for a format that
// isn't known, which is an annotation unless strict is set. What it costs is
// bounded; when ctx ends, so does it, with its error.
func JSONSchema(ctx context.Context, schema json.RawMessage, strict bool) (*Grammar, error) {
	return compileWithin(newBudget(ctx), schema, strict)
}

func compileWithin(b *budget, schema json.RawMessage, strict bool) (g *Grammar, err error) {
	defer b.catch(&err)
	root, err := parseRoot(schema, b)
	if err != nil {
		return nil, err
	}
	return compile(root, strict, b)
}

func parseRoot(schema json.RawMessage, b *budget) (*value, error) {
	root, err := parseValue(schema, b)
	if err == nil && root.kind != '{' {
		err = &SchemaError{Path: "#", Problem: fmt.Sprintf("a schema is an object, not %s", root)}
	}
	return root, err
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

// What an error has of a schema at the most.
const pathBytes, keywordBytes = 200, 100

func (e *SchemaError) Error() string {
	path := shortened(e.Path, pathBytes)
	if e.Keyword == "" {
		return fmt.Sprintf("%s: %s", path, e.Problem)
	}
	return fmt.Sprintf("%s: %s is %s: %s", path, shortened(e.Keyword, keywordBytes), e.Value, e.Problem)
}

func shortened(text string, bytes int) string {
	if len(text) <= bytes {
		return text
	}
	return strings.ToValidUTF8(text[:bytes], "") + "…"
}
