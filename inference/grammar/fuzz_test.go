package grammar

import (
	"encoding/json"
	"strings"
	"testing"
)

// FuzzSchema compiles any schema; what is accepted must write documents that
// another implementation finds valid.
func FuzzSchema(f *testing.F) {
	for _, schema := range walkedSchemas() {
		f.Add([]byte(schema), uint64(1))
	}
	for _, schema := range []string{`{"pattern":"[[]^$|\\p{Lu}{2}"}`, `{"$ref":"#/anyOf/0","anyOf":[{"type":"number","minimum":1e-40}]}`, `{"type":"array","items":{"$ref":"#"},"minItems":1}`} {
		f.Add([]byte(schema), uint64(2))
	}
	v := bytesOnly()
	f.Fuzz(func(t *testing.T, schema []byte, seed uint64) {
		g, err := JSONSchema(json.RawMessage(schema), false)
		if err != nil {
			if err.Error() == "" {
				t.Error("an error without words")
			}
			return
		}
		checkWriting(t, g, string(schema), v, random(seed))
	})
}

// FuzzMatcher writes documents of known schemas by tokens that the input picks.
func FuzzMatcher(f *testing.F) {
	for i := range walkedSchemas() {
		f.Add(i, []byte{0, 255, 7, 99, 3, 250, 128})
	}
	schemas := walkedSchemas()
	grammars := make([]*Grammar, len(schemas))
	f.Fuzz(func(t *testing.T, i int, picks []byte) {
		i = int(uint(i) % uint(len(schemas)))
		if grammars[i] == nil {
			grammars[i] = mustCompile(t, schemas[i])
		}
		_, v := tiny()
		chance := random(uint64(len(picks)))
		checkWriting(t, grammars[i], schemas[i], v, func(n int) int {
			if len(picks) == 0 {
				return chance(n)
			}
			p := int(picks[0])
			picks = picks[1:]
			return p * n / 256
		})
	})
}

func checkWriting(t *testing.T, g *Grammar, schema string, v *Vocabulary, choose func(int) int) {
	text, err := write(g, v, choose, nil)
	if err != nil {
		if strings.HasPrefix(err.Error(), "it doesn't end") {
			return // a long minLength
		}
		t.Fatalf("%s: %v", schema, err)
	}
	if !json.Valid(text) || !g.accepts(string(text)) {
		t.Fatalf("%s: %q is no JSON, or refused byte by byte", schema, text)
	}
	// Go's regular expressions don't have ECMAScript's escapes.
	if other, err := validator(schema); err == nil && !strings.Contains(schema, `pattern`) {
		if err := check(other, text); err != nil {
			t.Fatalf("%s: %q: %v", schema, text, err)
		}
	}
}
