package grammar

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
)

// notations are those that models have, and how two calls look.
var notations = map[string]struct {
	Calls
	two string // with the names and the arguments of both
}{
	"tags": {Calls{Begin: "<tool_call>", Open: "<tool_call>\n{\"name\": \"", Middle: "\", \"arguments\": ", Close: "}\n</tool_call>", Separator: "\n", Anywhere: true},
		"<tool_call>\n{\"name\": \"get\", \"arguments\": {\"city\":\"Paris\"}}\n</tool_call>\n<tool_call>\n{\"name\": \"get_all\", \"arguments\": {}}\n</tool_call>"},
	"a list": {Calls{Begin: "\x00[TOOL_CALLS]", First: "\x00[TOOL_CALLS][", Open: "{\"name\": \"", Middle: "\", \"arguments\": ", Close: "}", Separator: ", ", Last: "]"},
		"\x00[TOOL_CALLS][{\"name\": \"get\", \"arguments\": {\"city\":\"Paris\"}}, {\"name\": \"get_all\", \"arguments\": {}}]"},
	"names": {Calls{Begin: "\x00[TOOL_CALLS]", Open: "\x00[TOOL_CALLS]", Middle: "\x00[ARGS]", Anywhere: true},
		"\x00[TOOL_CALLS]get\x00[ARGS]{\"city\":\"Paris\"}\x00[TOOL_CALLS]get_all\x00[ARGS]{}"},
	"ids": {Calls{Begin: "\x00[TOOL_CALLS]", Open: "\x00[TOOL_CALLS]", ID: "\x00[CALL_ID]", Middle: "\x00[ARGS]", Anywhere: true},
		"\x00[TOOL_CALLS]get\x00[CALL_ID]abcDEF123\x00[ARGS]{\"city\":\"Paris\"}\x00[TOOL_CALLS]get_all\x00[CALL_ID]zzzzzzzz0\x00[ARGS]{}"},
	"JSON": {Calls{Begin: "{", Open: "{\"name\": \"", Middle: "\", \"parameters\": ", Close: "}", Separator: "; ", Later: true},
		"{\"name\": \"get\", \"parameters\": {\"city\":\"Paris\"}}; {\"name\": \"get_all\", \"parameters\": {}}"},
}

func twoFunctions() []Function {
	return []Function{
		{Name: "get", Schema: json.RawMessage(`{"$ref":"#/$defs/a","$defs":{"a":{"properties":{"city":{"enum":["Paris","Rome"]},"in":{"$ref":"#"}},"required":["city"]}}}`)},
		{Name: "get_all", Schema: json.RawMessage(`{"type":["object","null"],"properties":{"n":{"$ref":"#/$defs/a"}},"$defs":{"a":{"type":"integer","maximum":9}}}`)},
	}
}

func TestCalls(t *testing.T) {
	for name, n := range notations {
		one := n.two[:strings.Index(n.two, "Paris\"}")+len("Paris\"}")] + n.Close + n.Last
		for _, text := range []bool{false, true} {
			for _, several := range []bool{false, true} {
				c := n.Calls
				c.Functions, c.Text, c.Several = twoFunctions(), text, several
				g, err := CompileCalls(t.Context(), &c)
				if err != nil {
					t.Fatal(err)
				}
				for answer, want := range map[string]bool{
					one:   true,
					n.two: several,
					"":    text, "Hello <tool_c and {so} on": text,
					strings.Replace(one, "Paris", "Oslo", 1):                           false,
					strings.Replace(one, "\"get\"", "\"set\"", 1):                      one == strings.Replace(one, "\"get\"", "\"set\"", 1),
					strings.Replace(n.two, "{}", "null", 1):                            false,
					strings.Replace(n.two, "{}", `{"n":7}`, 1):                         several,
					strings.Replace(n.two, "{}", `{"n":17}`, 1):                        false,
					strings.Replace(one, "Paris\"", `Paris","in":{"city": "Rome"}`, 1): true,
					one + "x": false,
					strings.ReplaceAll(one, "DEF123", "DEF12_"): !strings.Contains(one, "DEF"),
					one[:len(one)-1]:        false,
					"Let me see. " + one:    text && (c.Anywhere || c.Later),
					"<tool_call" + one:      text && (c.Anywhere || c.Later),
					"<<tool_<" + one:        text && (c.Anywhere || c.Later),
					c.Begin:                 false,
					"a" + c.Begin:           text && c.Later,
					"a" + c.Begin + "there": text && c.Later,
					"\x00[OTHER]":           false,
				} {
					if got := g.accepts(answer); got != want {
						t.Errorf("%s, text %v, several %v: %q is accepted: %v", name, text, several, answer, got)
					}
				}
				// The functions' arguments are as random as the masks let them be.
				_, v := tiny()
				for seed := range uint64(20) {
					r := rand.New(rand.NewPCG(seed, 1))
					answer, err := write(g, v, r.IntN, nil)
					if err != nil || !g.accepts(string(answer)) {
						t.Errorf("%s: %q, %v", name, answer, err)
					}
				}
			}
		}
	}
}

// TestCallsOrADocument has answers that are JSON by a schema unless they call.
func TestCallsOrADocument(t *testing.T) {
	for _, name := range []string{"tags", "a list", "names"} {
		n := notations[name]
		c := n.Calls
		c.Functions, c.Text, c.Several = twoFunctions(), true, true
		c.Format = &Function{Schema: json.RawMessage(`{"properties":{"a":{"type":"integer"}},"required":["a"]}`)}
		g, err := CompileCalls(t.Context(), &c)
		if err != nil {
			t.Fatal(err)
		}
		for answer, want := range map[string]bool{n.two: true, `{"a": 12}`: true, `{"a": 12}` + n.two: false, "": false, "text": false, " " + n.two: false, `{"a": "b"}`: false} {
			if got := g.accepts(answer); got != want {
				t.Errorf("%s: %q is accepted: %v", name, answer, got)
			}
		}
	}
	c := notations["tags"].Calls
	c.Functions, c.Format = twoFunctions(), &Function{Schema: json.RawMessage(`{"if":{}}`)}
	var refused *FunctionError
	if _, err := CompileCalls(t.Context(), &c); !errors.As(err, &refused) || refused.Function != -1 {
		t.Errorf("a document's schema: %v", err)
	}
}

func TestFunctionsThatAreRefused(t *testing.T) {
	cache := NewCache(CacheLimits{2, 1 << 20, 2, 2, 1})
	for schema, want := range map[string]string{
		`{"type":"string"}`:                   "function 1: #: no type is left",
		`{"type":"object","not":{"type":1}}`:  "function 1: #: not",
		`[]`:                                  "function 1: #: a schema is an object",
		`{"properties":{"a":{"$ref":"#/b"}}}`: "function 1: #/properties/a: $ref",
		`{"properties":{"a":{"$ref":"#"}},"required":["a"]}`: "function 1: #/properties/a: no value of up to 32 levels",
	} {
		c := notations["tags"].Calls
		c.Functions = twoFunctions()
		c.Functions[1].Schema = json.RawMessage(schema)
		for range 2 { // the second time from the cache
			_, err := cache.Calls(t.Context(), "", &c)
			var refused *FunctionError
			if !errors.As(err, &refused) || refused.Function != 1 || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("%s: %v", schema, err)
			}
		}
	}
}
