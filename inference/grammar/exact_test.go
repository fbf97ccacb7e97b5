package grammar

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestWhatIsValidIsAccepted compares what is accepted with what the other
// implementation finds valid, for documents as they are written, and schemas that
// say what they mean by type and additionalProperties.
func TestWhatIsValidIsAccepted(t *testing.T) {
	choose := random(5)
	pick := func(of ...string) string { return of[choose(len(of))] }
	some := func(keywords ...string) string {
		text := ""
		for _, k := range keywords {
			if choose(3) == 0 {
				text += "," + k
			}
		}
		return text
	}
	count := func() string { return pick("0", "1", "2", "3") }
	limit := func() string { return pick("0", "1", "2", "-1", "1.5", "0.25", "10") }
	scalar := func() (schema string, documents []string) {
		switch choose(3) {
		case 0:
			return `{"type":"string"` + some(`"minLength":`+count(), `"maxLength":`+count(),
					`"pattern":"`+pick("^a", "b$", "^[ab]*$", "^(?!a)", "^(?=.*b)[ab1]+$", "^.{0,2}$", "(?!.*bb)b")+`"`) + `}`,
				[]string{`""`, `"a"`, `"b"`, `"ab"`, `"abc"`, `"bb"`, `"aab"`, `"é"`, `"1"`, `"b1"`, `"a b"`, `1`}
		case 1:
			return `{"type":"` + pick("number", "integer") + `"` + some(`"minimum":`+limit(), `"maximum":`+limit(), `"exclusiveMinimum":`+limit(),
					`"exclusiveMaximum":`+limit(), `"multipleOf":`+pick("1", "2", "0.5", "0.25", "1.5", "2.5", "0.01", "7")) + `}`,
				[]string{`0`, `1`, `-1`, `2`, `3`, `1.5`, `0.25`, `0.5`, `-0.5`, `7`, `10`, `2.5`, `100`, `-3.5`, `"a"`}
		}
		return `{"enum":` + pick(`["a","b",1,null]`, `[1,2,true]`, `["é","a b",""]`) + `}`, []string{`"a"`, `"b"`, `1`, `2`, `null`, `true`, `"é"`, `""`, `"a b"`}
	}
	made := func() (schema string, documents []string) {
		schema, inner := scalar()
		other, more := scalar()
		inner = append(inner, more...)
		list := func(n int) (items []string) {
			for range choose(n) {
				items = append(items, inner[choose(len(inner))])
			}
			return items
		}
		switch choose(5) {
		case 0:
			return schema, inner
		case 1, 2:
			schema = pick(`{"type":"array","items":`+schema, `{"type":"array","items":{"anyOf":[`+schema+`,`+other+`]}`, `{"type":"array","prefixItems":[`+other+`],"items":`+schema,
				`{"type":"array","items":[`+schema+`,`+other+`],"additionalItems":`+pick("true", "false", schema)) +
				some(`"minItems":`+count(), `"maxItems":`+count(), `"uniqueItems":true`, `"uniqueItems":true`) + `}`
			for range 40 {
				documents = append(documents, "["+strings.Join(list(5), ",")+"]")
			}
			return schema, documents
		}
		schema = `{"type":"object","properties":{"a":` + schema + `,"b":` + other + `},"additionalProperties":` + pick("true", "false", schema, other) +
			some(`"patternProperties":{"^a":`+other+`,"q$":`+schema+`}`, `"propertyNames":`+pick(`{"enum":["a","b","q","aq"]}`, `{"pattern":"^[a-q]*$"}`, `{"maxLength":1}`),
				`"required":["a"]`, `"minProperties":`+count(), `"maxProperties":`+count()) + `}`
		for range 40 {
			var members []string
			for _, name := range []string{"a", "b", "q", "aq", "z"} {
				if choose(2) == 0 {
					members = append(members, fmt.Sprintf("%q:%s", name, inner[choose(len(inner))]))
				}
			}
			documents = append(documents, "{"+strings.Join(members, ",")+"}")
		}
		return schema, documents
	}
	valid, invalid := 0, 0
	for range 1500 {
		schema, documents := made()
		other, err := validator(schema)
		if err != nil {
			continue // a keyword came twice
		}
		g, refused := JSONSchema(context.Background(), json.RawMessage(schema), true)
		if refused != nil {
			continue // what contradicts itself within, too
		}
		for _, text := range documents {
			err := check(other, []byte(text))
			switch {
			case (err == nil) != g.accepts(text):
				t.Fatalf("%s: %s is accepted: %t, but: %v", schema, text, err != nil, err)
			case err == nil:
				valid++
			default:
				invalid++
			}
		}
	}
	if valid < 5000 || invalid < 5000 {
		t.Errorf("only %d valid and %d invalid documents", valid, invalid)
	}
}
