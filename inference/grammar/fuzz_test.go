package grammar

import (
	"context"
	"encoding/json"
	"fmt"
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
		g, err := JSONSchema(context.Background(), json.RawMessage(schema), seed%2 == 0)
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

// FuzzKeywords makes schemas of keywords that the input picks, draws documents
// of those that are taken, and has the other implementation judge them.
func FuzzKeywords(f *testing.F) {
	for i := range byte(40) {
		f.Add([]byte{i, 3 * i, 7 * i, 11 * i, 13 * i, 17 * i, 19 * i, 23 * i, 29 * i, 31 * i, 37 * i}, uint64(i))
	}
	_, v := tiny()
	f.Fuzz(func(t *testing.T, picks []byte, seed uint64) {
		chance := random(seed)
		schema := madeSchema(func(n int) int {
			if len(picks) == 0 {
				return chance(n)
			}
			p := int(picks[0])
			picks = picks[1:]
			return p % n
		}, 3)
		g, err := JSONSchema(context.Background(), json.RawMessage(schema), false)
		if err != nil {
			return
		}
		for range 3 {
			checkWriting(t, g, schema, v, chance)
		}
	})
}

// madeSchema is a schema of up to depth levels.
func madeSchema(choose func(int) int, depth int) string {
	inner := func() string {
		if depth == 0 {
			return []string{`{}`, `true`, `{"type":"integer"}`, `{"type":"string"}`, `{"enum":["a","b"]}`, `{"type":"boolean"}`, `{"$ref":"#"}`, `{"const":1}`, `false`, `{"type":["null","number"]}`}[choose(10)]
		}
		return madeSchema(choose, depth-1)
	}
	several := func(low int) string {
		var all []string
		for range low + choose(3) {
			all = append(all, inner())
		}
		return "[" + strings.Join(all, ",") + "]"
	}
	names := []string{"a", "b", "ab", "é", "x1"}
	byName := func(names []string) string {
		var all []string
		for _, name := range names {
			if choose(2) == 0 {
				all = append(all, fmt.Sprintf("%q:%s", name, inner()))
			}
		}
		return "{" + strings.Join(all, ",") + "}"
	}
	pick := func(of ...string) func() string { return func() string { return of[choose(len(of))] } }
	number := pick("0", "1", "2", "3", "1.5", "-1", "0.25", "10", "1e1")
	count := pick("0", "1", "2", "3", "5")
	pattern := pick("^a", "b$", "^[ab]*$", "^(?!a)", "^(?=.*b)[ab1]+$", "x", "^\\\\s", "^[^a]$", "^.{0,3}$", "é|b", "^(?!.*bb)")
	kinds := [][]struct {
		name  string
		value func() string
	}{
		{{"type", pick(`"string"`, `["string","null"]`)}, {"minLength", count}, {"maxLength", count}, {"pattern", func() string { return `"` + pattern() + `"` }},
			{"format", pick(`"date"`, `"ipv4"`, `"uri"`, `"email"`, `"my-own"`, `"uuid"`)}},
		{{"type", pick(`"number"`, `"integer"`, `["integer","string"]`)}, {"minimum", number}, {"maximum", number}, {"exclusiveMinimum", number}, {"exclusiveMaximum", number},
			{"multipleOf", pick("1", "2", "0.5", "0.25", "1.5", "0.01", "7", "1e-3")}, {"format", pick(`"int8"`, `"uint16"`, `"double"`)}},
		{{"type", pick(`"array"`, `["array","null"]`)}, {"items", func() string {
			if choose(3) == 0 {
				return several(0)
			}
			return inner()
		}}, {"prefixItems", func() string { return several(1) }}, {"additionalItems", inner}, {"minItems", count}, {"maxItems", count}, {"uniqueItems", pick("true", "true", "false")}},
		{{"type", pick(`"object"`, `["object","integer"]`)}, {"properties", func() string { return byName(names) }},
			{"patternProperties", func() string { return byName([]string{"^a", "b$", "^[0-9]"}) }}, {"additionalProperties", inner},
			{"required", pick(`["a"]`, `["ab","b"]`, `[]`, `["q"]`)}, {"minProperties", count}, {"maxProperties", count},
			{"propertyNames", pick(`{"enum":["a","b","q"]}`, `{"pattern":"^[a-c]"}`, `{"maxLength":1}`, `{"anyOf":[{"const":"a"},{"const":"é"}]}`, `{"type":"string"}`)}},
		{{"enum", pick(`["a","b",1,null]`, `[1,1.0,2,true]`, `[{"a":1},[1,2]]`, `["é","a\\n",""]`)}},
		{{"const", pick(`"a"`, `1`, `null`, `{"a":[true]}`)}},
		{{"anyOf", func() string { return several(1) }}},
		{{"allOf", func() string { return several(1) }}},
		{{"oneOf", func() string { return several(1) }}},
		{{"$ref", pick(`"#"`, `"#/properties/a"`, `"#/items"`, `"#/$defs/a"`)}, {"$defs", func() string { return byName(names) }}},
		{{"not", pick(`{}`, `false`, `true`)}},
	}
	var all []string
	seen := map[string]bool{}
	for range 1 + choose(10)/8 {
		for i, k := range kinds[choose(len(kinds))] {
			if !seen[k.name] && (i == 0 || choose(3) == 0) {
				seen[k.name] = true
				all = append(all, fmt.Sprintf("%q:%s", k.name, k.value()))
			}
		}
	}
	return "{" + strings.Join(all, ",") + "}"
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
	if other, err := validator(schema); err == nil {
		if err := check(other, text); err != nil {
			t.Fatalf("%s: %q: %v", schema, text, err)
		}
	}
}
