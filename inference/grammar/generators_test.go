package grammar

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// generated is a schema that somebody else's program wrote, with documents that
// somebody else's validator judged. tests/reference/schemas makes them.
type generated struct {
	Name    string          `json:"name"`
	Strict  bool            `json:"strict"`
	Schema  json.RawMessage `json:"schema"`
	Valid   []string        `json:"valid"`
	Invalid []string        `json:"invalid"`
}

func generatedSchemas(t testing.TB) (all []generated) {
	files, err := filepath.Glob("testdata/generators/*.json")
	if err != nil || len(files) != 3 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var golden struct{ Cases []generated }
		if err := json.Unmarshal(text, &golden); err != nil {
			t.Fatal(err)
		}
		all = append(all, golden.Cases...)
	}
	return all
}

// TestSchemasOfGenerators compiles what clients' generators write, reads the
// documents that came with it, and draws others at random.
func TestSchemasOfGenerators(t *testing.T) {
	_, v := tiny()
	for i, c := range generatedSchemas(t) {
		t.Run(c.Name, func(t *testing.T) {
			began := time.Now()
			g, err := JSONSchema(context.Background(), c.Schema, c.Strict)
			if err != nil {
				t.Fatal(err)
			}
			took := time.Since(began)
			t.Logf("compiled in %s", took)
			for _, text := range c.Valid {
				if !g.accepts(text) {
					t.Errorf("%s is refused", text)
				}
			}
			for _, text := range c.Invalid {
				if g.accepts(text) {
					t.Errorf("%s is accepted", text)
				}
			}
			other, err := validator(string(c.Schema))
			if err != nil {
				t.Fatal(err)
			}
			for seed := range uint64(12) {
				text, err := write(g, v, random(uint64(i)<<32|seed), nil)
				if err != nil {
					t.Fatal(err)
				}
				if err := check(other, text); err != nil {
					t.Fatalf("%s: %v", text, err)
				}
			}
		})
	}
}
