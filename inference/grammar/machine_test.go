package grammar

import (
	"context"
	"encoding/json"
	"testing"
)

// accepts reports whether the text is a document of the grammar.
func (g *Grammar) accepts(text string) bool {
	m := newMachine(g, nil)
	s := m.begin()
	for i := range len(text) {
		if s = m.read(s, text[i]); s == dead {
			return false
		}
	}
	return s.final
}

func mustCompile(t testing.TB, schema string) *Grammar {
	t.Helper()
	g, err := JSONSchema(context.Background(), json.RawMessage(schema), false)
	if err != nil {
		t.Fatalf("%s: %v", schema, err)
	}
	return g
}
