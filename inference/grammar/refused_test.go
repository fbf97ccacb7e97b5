package grammar

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestWhatIsNotSupportedIsRefused(t *testing.T) {
	for _, c := range []struct {
		schema string
		want   []string // parts of the error
	}{
		{`{"type":"object","properties":{"a/b":{"type":"string","maxLenght":5}}}`, []string{"#/properties/a~1b: maxLenght is 5", "not supported", "leave it out"}},
		{`{"not":{"type":"string"}}`, []string{"#: not is", "enum, anyOf or pattern"}},
		{`{"if":{}}`, []string{"#: if is {}", "anyOf"}},
		{`{"then":{}}`, []string{"#: then is {}", "anyOf"}},
		{`{"else":{}}`, []string{"#: else is {}", "anyOf"}},
		{`{"items":{"dependentRequired":{}}}`, []string{"#/items: dependentRequired", "anyOf"}},
		{`{"dependentSchemas":{}}`, []string{"dependentSchemas", "anyOf"}},
		{`{"dependencies":{}}`, []string{"dependencies", "anyOf"}},
		{`{"unevaluatedProperties":false}`, []string{"unevaluatedProperties is false", "additionalProperties"}},
		{`{"unevaluatedItems":false}`, []string{"unevaluatedItems is false", "items"}},
		{`{"minContains":1}`, []string{"minContains", "prefixItems"}},
		{`{"maxContains":1}`, []string{"maxContains", "maxItems"}},
		{`{"$dynamicRef":"#a"}`, []string{"$dynamicRef", "$ref"}},
		{`{"patternProperties":[]}`, []string{"patternProperties is []"}},
		{`{"patternProperties":{"(?<=a)b":{}}}`, []string{"patternProperties", "(?<=a)b", "lookbehind"}},
		{`{"patternProperties":{"a":{},"b":{},"c":{},"d":{},"e":{}}}`, []string{"too many combinations"}},
		{`{"type":"array","uniqueItems":true}`, []string{"#: uniqueItems is true", "limit their type"}},
		{`{"type":"array","uniqueItems":true,"items":{"type":["string","object"]}}`, []string{"uniqueItems", "strings, numbers"}},
		{`{"type":"array","uniqueItems":true,"prefixItems":[{"type":"string"},{"type":"string"}]}`, []string{"uniqueItems", "list of schemas"}},
		{`{"type":"array","uniqueItems":true,"items":{"type":"string"},"minItems":2000}`, []string{"uniqueItems", "1000 items"}},
		{`{"type":"array","uniqueItems":1}`, []string{"uniqueItems is 1"}},
		{`{"contains":{}}`, []string{"contains", "prefixItems"}},
		{`{"prefixItems":[{}],"items":[{}]}`, []string{"prefixItems", "no draft has both"}},
		{`{"anyOf":[{"prefixItems":[{}]},{"items":[{}]}]}`, []string{"#/anyOf/1: items", "no draft has both"}},
		{`{"anyOf":[{"items":[{}]},{"prefixItems":[{}]}]}`, []string{"#/anyOf/1: prefixItems", "no draft has both"}},
		{`{"$schema":"http://json-schema.org/draft-07/schema#","prefixItems":[{}],"items":{}}`, []string{"prefixItems", "draft-07"}},
		{`{"type":"strin"}`, []string{`#: type is "strin"`, "string, number"}},
		{`{"type":[]}`, []string{"type is []"}},
		{`{"type":7}`, []string{"type is 7"}},
		{`{"enum":[]}`, []string{"enum is []"}},
		{`{"enum":{}}`, []string{"enum is {}"}},
		{`{"anyOf":[]}`, []string{"anyOf is []"}},
		{`{"anyOf":[1]}`, []string{"#/anyOf/0", "not 1"}},
		{`{"allOf":{}}`, []string{"allOf is {}"}},
		{`{"$ref":"http://example.org/s"}`, []string{"$ref", "within the schema"}},
		{`{"$ref":"#/$defs/x"}`, []string{"$ref", "nothing at this place"}},
		{`{"$ref":"#x"}`, []string{"$ref", "nothing"}},
		{`{"$ref":"#/%zz"}`, []string{"$ref", "no reference"}},
		{`{"$ref":5}`, []string{"$ref is 5"}},
		{`{"properties":{"a":{"$id":"b","$defs":{"c":{}}},"d":{"$ref":"#/properties/a/$defs/x"}}}`, []string{"#/properties/d: $ref"}},
		{`{"properties":{"a":{"nullable":true}}}`, []string{"nullable", `"null"`}},
		{`{"properties":[]}`, []string{"properties is []"}},
		{`{"properties":{"a":1}}`, []string{"#/properties/a", "not 1"}},
		{`{"required":"a"}`, []string{`required is "a"`}},
		{`{"required":[1]}`, []string{`required is [1]`}},
		{`{"minLength":-1}`, []string{"minLength is -1"}},
		{`{"minLength":1.5}`, []string{"minLength is 1.5"}},
		{`{"minLength":"1"}`, []string{`minLength is "1"`}},
		{`{"minItems":1000001}`, []string{"minItems", "1000000"}},
		{`{"minimum":"1"}`, []string{"minimum"}},
		{`{"minimum":1e99}`, []string{"minimum", "exponent"}},
		{`{"exclusiveMinimum":true}`, []string{"exclusiveMinimum is true", "the limit itself"}},
		{`{"multipleOf":0.3125}`, []string{"multipleOf is 0.3125", "1000"}},
		{`{"multipleOf":0}`, []string{"multipleOf is 0"}},
		{`{"type":"integer","allOf":[{"multipleOf":999},{"multipleOf":1000}]}`, []string{"multiples"}},
		{`{"pattern":"(?<=a)b"}`, []string{"pattern", "lookbehind", "(?<="}},
		{`{"pattern":"\\bx"}`, []string{"pattern", `\b`}},
		{`{"pattern":"(a)\\1"}`, []string{"pattern", `\1`}},
		{`{"pattern":"(?m)^x"}`, []string{"pattern", "(?m)"}},
		{`{"pattern":"[x\\S]"}`, []string{"pattern", `\S`}},
		{`{"pattern":"[^]"}`, []string{"pattern", "empty class"}},
		{`{"pattern":"\\ud83d"}`, []string{"pattern", "half of a character"}},
		{`{"pattern":"a\\"}`, []string{"pattern", "backslash"}},
		{`{"pattern":"a**"}`, []string{"pattern", "can't be read"}},
		{`{"pattern":"x{2000}"}`, []string{"pattern", "can't be read"}},
		// Zod's of host names.
		{`{"pattern":"^(?=.{1,253}\\.?$)[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[-0-9a-zA-Z]{0,61}[0-9a-zA-Z])?)*\\.?$"}`, []string{"patterns", "over 8000000 steps", "^ and $"}},
		{`{"pattern":"(a|b).{20}c"}`, []string{"pattern", "over 10000 states", "^ and $"}},
		{`{"pattern":"^((x{100}){10}y{1000}){9}$"}`, []string{"pattern"}},
		{`{"pattern":"$a"}`, []string{"pattern", "no string matches"}},
		{`{"pattern":5}`, []string{"pattern is 5"}},
		{`{"format":5}`, []string{"format is 5"}},
		{`{"oneOf":[{"type":"integer"},{"type":"number"}]}`, []string{"oneOf", "#0 and #1", "anyOf"}},
		{`{"oneOf":[{"type":"object","properties":{"k":{"type":"integer"}}},{"type":"object","properties":{"k":{"const":2}}}]}`, []string{"oneOf"}},
		{`{"oneOf":[{"required":["a"]},{"required":["b"]}]}`, []string{"oneOf"}},
		{`{"propertyNames":{"anyOf":[{"enum":["a"]},{"pattern":"b"}]}}`, []string{"propertyNames"}},
		{`{"propertyNames":{"type":"number"}}`, []string{"propertyNames"}},
		{`{"minProperties":2}`, []string{"minProperties is 2", "additionalProperties to false"}},
		{`{"enum":[{"a":1}],"required":["a"]}`, []string{"#/enum/0"}},
		{`{"a":1,"a":2}`, []string{"twice"}},
		{`{"type":"object"`, []string{"can't be read"}},
		{`{} {}`, []string{"something follows"}},
		{`[]`, []string{"a schema is an object, not []"}},
		{`true`, []string{"a schema is an object, not true"}},
		{``, []string{"can't be read"}},
		{strings.Repeat(`{"items":`, 200) + `{}` + strings.Repeat(`}`, 200), []string{"levels deep"}},
		{`{"enum":["` + strings.Repeat("x", 300_000) + `"]}`, []string{"bytes: send up to"}},
		{`{"enum":["` + strings.Repeat("x", 60_000) + `"]}`, []string{"over 50000 bytes"}},
		{`{"anyOf":[` + strings.Repeat(`{"type":"null"},`, 300) + `{}]}`, []string{"over 128 alternatives"}},
		{`{"allOf":[` + strings.Repeat(`{"anyOf":[{"minLength":1},{"minLength":2}]},`, 30) + `{}]}`, []string{"alternatives"}},
		{`{"pattern":"^(a|b)*$","minLength":5,"maxLength":5000000}`, []string{"minLength and maxLength together"}},
	} {
		_, err := JSONSchema(context.Background(), json.RawMessage(c.schema), false)
		if err == nil {
			t.Errorf("%.200s is not refused", c.schema)
			continue
		}
		for _, part := range c.want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%.200s: %q lacks %q", c.schema, err, part)
			}
		}
		if len(err.Error()) > 1000 {
			t.Errorf("%.200s: an error of %d bytes", c.schema, len(err.Error()))
		}
	}
}

// TestStrictAboutFormats has formats that only say what is meant, unless they are
// to be enforced.
func TestStrictAboutFormats(t *testing.T) {
	for _, name := range []string{"uri-template", "regex", "path", "e164", "my-own"} {
		schema := json.RawMessage(`{"type":"object","properties":{"a":{"type":"string","format":"` + name + `"}},"required":["a"]}`)
		g, err := JSONSchema(context.Background(), schema, false)
		if err != nil {
			t.Fatal(err)
		}
		if !g.accepts(`{"a":"any { text"}`) {
			t.Errorf("%s isn't an annotation", name)
		}
		_, err = JSONSchema(context.Background(), schema, true)
		if err == nil || !strings.Contains(err.Error(), `#/properties/a: format is "`+name+`"`) || !strings.Contains(err.Error(), "date-time") || !strings.Contains(err.Error(), "leave strict out") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, strict := range []bool{false, true} {
		for name, bad := range map[string]string{"int32": `2147483648`, "uint8": `-1`, "int64": `-9223372036854775809`, "uri": `"a b"`, "email": `"x"`, "password": `5`, "double": `""`} {
			kind := "number"
			if strings.HasPrefix(bad, `"`) && name != "double" || name == "password" {
				kind = "string"
			}
			g, err := JSONSchema(context.Background(), json.RawMessage(`{"type":"`+kind+`","format":"`+name+`"}`), strict)
			if err != nil {
				t.Fatal(err)
			}
			if g.accepts(bad) {
				t.Errorf("%s is accepted as %s", bad, name)
			}
		}
	}
}

func TestWhatCanNotBeMetIsRefused(t *testing.T) {
	for _, c := range []struct {
		schema string
		want   string
	}{
		{`{"type":"string","minLength":3,"maxLength":2}`, "minLength is 3 and maxLength 2"},
		{`{"type":"string","pattern":"^ab$","maxLength":1}`, "meets its pattern or format"},
		{`{"type":"string","pattern":"^(ab)*$","minLength":3,"maxLength":3}`, "meets its pattern or format"},
		{`{"type":"string","pattern":"^ab?$","minLength":3}`, "meets its pattern or format"},
		{`{"allOf":[{"type":"string","pattern":"^a"},{"pattern":"^b"}]}`, "meets all of its patterns"},
		{`{"type":"integer","minimum":3,"maximum":2}`, "minimum, maximum and multipleOf"},
		{`{"type":"integer","exclusiveMinimum":2,"exclusiveMaximum":3}`, "minimum, maximum and multipleOf"},
		{`{"type":"integer","minimum":8,"maximum":9,"multipleOf":7}`, "minimum, maximum and multipleOf"},
		{`{"type":"number","exclusiveMinimum":1,"maximum":1}`, "minimum, maximum and multipleOf"},
		{`{"type":"array","minItems":2,"maxItems":1}`, "minItems is 2 and maxItems 1"},
		{`{"type":"array","items":false,"minItems":1}`, "false"},
		{`{"type":"array","items":{"enum":["a","b","a"]},"uniqueItems":true,"minItems":3}`, "only 2 different items"},
		{`{"type":"array","items":{"type":"string","pattern":"^[ab]?$"},"uniqueItems":true,"minItems":4}`, "only 3 different items"},
		{`{"type":"array","items":{"type":"number","minimum":0,"maximum":1,"multipleOf":0.5},"uniqueItems":true,"minItems":4}`, "only 3 different items"},
		{`{"type":"object","minProperties":2,"maxProperties":1}`, "minProperties is 2"},
		{`{"type":"object","properties":{"a":{},"b":{}},"required":["a","b"],"maxProperties":1}`, "2 are required"},
		{`{"type":"object","properties":{"a":{}},"minProperties":2}`, "it has 1 properties"},
		{`{"type":"object","properties":{"a":{}},"required":["b"],"additionalProperties":false}`, `required is "b"`},
		{`{"type":"object","properties":{"a":false},"required":["a"]}`, "#/properties/a: no value meets the schema"},
		{`{"type":"object","properties":{"x":{"type":"object","properties":{"x":{"$ref":"#"}},"required":["x"]}},"required":["x"]}`, "each requires another one"},
		{`{"type":"array","items":{"$ref":"#"},"minItems":1}`, "each requires another one"},
		{`{"$ref":"#"}`, "refers to itself"},
		{`{"allOf":[{"$ref":"#"}]}`, "refers to itself"},
		{`{"anyOf":[false,{"$ref":"#"}]}`, "no value meets the schema"},
		{`{"allOf":[{"type":"string"},{"type":"null"}]}`, "no type is left"},
		{`{"type":"string","enum":[1,2]}`, "none of its enum"},
		{`{"allOf":[{"enum":[1,2]},{"enum":[3]}]}`, "none of its enum"},
		{`{"type":"string","minLength":5,"enum":["a"]}`, "none of its enum"},
		{`{"type":"object","properties":{"list":{"type":"array","maxItems":1,"minItems":4}}}`, "#/properties/list: minItems is 4"},
		{deep(33), "levels"},
	} {
		_, err := JSONSchema(context.Background(), json.RawMessage(c.schema), false)
		var schemaError *SchemaError
		if !errors.As(err, &schemaError) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, not a SchemaError with %q", c.schema, err, c.want)
		}
	}
	mustCompile(t, deep(32))
}

// deep requires so many arrays within one another.
func deep(n int) string {
	return strings.Repeat(`{"type":"array","minItems":1,"items":`, n) + `{"type":"null"}` + strings.Repeat(`}`, n)
}

func TestDepthIsLimited(t *testing.T) {
	g, err := JSONObject()
	if err != nil {
		t.Fatal(err)
	}
	nested := func(n int) string {
		return `{"a":` + strings.Repeat("[", n-1) + strings.Repeat("]", n-1) + `}`
	}
	if !g.accepts(nested(32)) || g.accepts(nested(33)) {
		t.Error("the limit isn't 32 levels")
	}
	// What needs a level of its own isn't begun without one.
	g = mustCompile(t, `{"type":"object","properties":{"x":{"type":"array","items":{"type":"object","properties":{"x":{"$ref":"#/properties/x"}},"required":["x"]}}},"required":["x"]}`)
	m := newMachine(g, nil)
	s := m.begin()
	for i, b := range []byte(strings.Repeat(`{"x":[`, 16)) {
		if s = m.next(s, b); s == dead {
			t.Fatalf("dead at byte %d", i)
		}
	}
	if m.next(s, '{') != dead || m.next(s, ']') == dead {
		t.Error("an object begins that has no room for what it requires")
	}
}

// TestLargeSchemasAreCheapOrRefused has schemas that would take long if they
// were written out.
func TestLargeSchemasAreCheapOrRefused(t *testing.T) {
	var many, chain, both []string
	for i := range 3000 {
		many = append(many, fmt.Sprintf(`"p%d":{"type":"string","maxLength":100000000}`, i))
	}
	for i := range 2000 {
		chain = append(chain, fmt.Sprintf(`"d%d":{"anyOf":[{"$ref":"#/$defs/d%d"},{"type":"array","items":{"$ref":"#/$defs/d%d"}}]}`, i, (i+1)%2000, (i*7)%2000))
	}
	for i := range 40 {
		both = append(both, fmt.Sprintf(`{"pattern":"a.{%d}b"}`, i%8))
	}
	var overlapping, names, kinds []string
	for i := range 4 {
		overlapping = append(overlapping, fmt.Sprintf(`"a.{%d}b":{}`, i))
	}
	for i := range 3000 {
		names = append(names, fmt.Sprintf(`"name%d"`, i))
	}
	for i := range 100 {
		kinds = append(kinds, fmt.Sprintf(`{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"},"kind":{"const":"k%d"},"c":{"type":"object"}}}`, i))
	}
	for _, schema := range []string{
		`{"type":"object","properties":{` + strings.Join(many, ",") + `}}`,
		`{"$ref":"#/$defs/d0","$defs":{` + strings.Join(chain, ",") + `}}`,
		`{"allOf":[` + strings.Join(both, ",") + `]}`,
		`{"type":"array","minItems":1000000,"maxItems":1000000000000,"items":{"type":"string","maxLength":10000000}}`,
		`{"type":"string","pattern":"^(\\p{L}{1,300}){1,3}$"}`,
		`{"type":"string","pattern":"^` + strings.Repeat("(?=.*[a-m].{3})(?!.*b.{4}c)", 40) + `.*$"}`,
		`{"type":"string","pattern":"` + strings.Repeat("(?=", 500) + "a" + strings.Repeat(")", 500) + `"}`,
		`{"type":"object","patternProperties":{` + strings.Join(overlapping, ",") + `}}`,
		`{"type":"object","propertyNames":{"enum":[` + strings.Join(names, ",") + `]},"additionalProperties":{"type":"string"}}`,
		`{"type":"array","uniqueItems":true,"minItems":1000,"items":{"type":"string","pattern":"^(a|b){0,200}(c|dd)*$","minLength":100,"maxLength":100000}}`,
		`{"type":"array","uniqueItems":true,"minItems":900,"items":{"type":"number","multipleOf":0.999,"minimum":0,"maximum":1000}}`,
		`{"oneOf":[` + strings.Join(kinds, ",") + `]}`,
		`{"type":"number","allOf":[{"multipleOf":0.997},{"multipleOf":0.01}]}`,
		`{"type":"number","multipleOf":997}`,
	} {
		began := time.Now()
		g, err := JSONSchema(context.Background(), json.RawMessage(schema), false)
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("%.100s took %s", schema, took)
		} else {
			t.Logf("%.60s: %s, %v", schema, took, err)
		}
		if err == nil {
			g.accepts(`{"p7":"x"}`)
		}
	}
}

// TestManyStacksAreLimited has a schema whose texts can be read in 2^n ways.
func TestManyStacksAreLimited(t *testing.T) {
	g := mustCompile(t, `{"anyOf":[{"type":"array","items":{"$ref":"#"},"maxItems":2},{"type":"array","items":{"$ref":"#"},"maxItems":3}]}`)
	m := newMachine(g, nil)
	s := m.begin()
	for range 20 {
		if s = m.next(s, '['); s == dead || len(s.stacks) > maxStacks {
			t.Fatal("it is dead, or has too many stacks")
		}
	}
	for range 20 {
		if s = m.next(s, ']'); s == dead {
			t.Fatal("it can't be closed")
		}
	}
	if !s.final {
		t.Error("it isn't over")
	}
}
