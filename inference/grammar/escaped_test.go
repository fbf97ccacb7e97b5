package grammar

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// functionGemma is its notation, as Google's "FunctionGemma formatting and best practices"
// has it (ai.google.dev/gemma/docs/functiongemma).
func functionGemma() Calls {
	return Calls{Begin: "\x00<start_function_call>", Open: "\x00<start_function_call>call:", Close: "\x00<end_function_call>", Anywhere: true, Text: true, Several: true,
		Escaped: &Escaped{Mark: "\x00<escape>", Null: "None"}}
}

// say puts a call in that notation, with <escape> for the marks.
func say(arguments string) string {
	return "\x00<start_function_call>call:f" + strings.ReplaceAll(arguments, "<escape>", "\x00<escape>") + "\x00<end_function_call>"
}

func TestEscapedArguments(t *testing.T) {
	c := functionGemma()
	c.Functions = []Function{{Name: "f", Schema: json.RawMessage(`{"type":"object","properties":{"location":{"type":"string"},"unit":{"enum":["celsius","a \"b\"\n\\",3,null,true]},"days":{"type":"integer"},
		"deep":{"type":"object","properties":{"of":{"type":"array","items":{"type":["string","null","number"]}}}},"any":{}},"required":["location"],"additionalProperties":false}`)}, {Name: "f_2", Schema: json.RawMessage(`{"type":"object","additionalProperties":{"type":"string"}}`)}}
	g, err := CompileCalls(t.Context(), &c)
	if err != nil {
		t.Fatal(err)
	}
	for arguments, want := range map[string]string{
		"{location:<escape>Tokyo, Japan<escape>}":                                                    `{"location":"Tokyo, Japan"}`,
		"{location:<escape>{a:\"b\",}\n\\<escape>,unit:<escape>celsius<escape>}":                     `{"location":"{a:\"b\",}\n\\","unit":"celsius"}`,
		"{location:<escape><escape>,unit:<escape>a \"b\"\n\\<escape>,days:-12}":                      `{"location":"","unit":"a \"b\"\n\\","days":-12}`,
		"{location:<escape>\u00e9\u65e5<escape>,unit:None,deep:{of:[<escape>x<escape>,None,1.5e3]}}": `{"location":"é日","unit":null,"deep":{"of":["x",null,1.5e3]}}`,
		"{location:<escape>a<escape>,unit:true,deep:{},any:[[],{},{a b:[true,false]}]}":              `{"location":"a","unit":true,"deep":{},"any":[[],{},{"a b":[true,false]}]}`,
		"{}":                                                       "",
		"{location:Tokyo}":                                         "",
		"{location:\"Tokyo\"}":                                     "",
		"{\"location\":<escape>a<escape>}":                         "",
		"{location:<escape>a<escape>,town:1}":                      "",
		"{location:<escape>a<escape>, days:1}":                     "",
		"{location:<escape>a<escape>,days:1 }":                     "",
		"{location:<escape>a<escape>,days:1.5}":                    "",
		"{location:<escape>a<escape>,unit:null}":                   "",
		"{location:<escape>a<escape>,unit:<escape>kelvin<escape>}": "",
		"{location:<escape>a":                                      "",
	} {
		answer := say(arguments)
		if got := g.accepts(answer); got != (want != "") {
			t.Errorf("%q is accepted: %v", arguments, got)
		}
		if want == "" {
			continue
		}
		reading, made, ok := Arguments(), []byte(nil), true
		for _, b := range []byte(strings.ReplaceAll(arguments, "<escape>", "\x00<escape>")) {
			if made, ok = c.Escaped.Read(&reading, made, b); !ok {
				t.Fatalf("%q isn't read behind %q", arguments, made)
			}
		}
		if !reading.Over() || string(made) != want {
			t.Errorf("%q is read as %s, want %s", arguments, made, want)
		}
		if !g.accepts("Let me see. "+answer+answer) || g.accepts(answer+"x") || g.accepts(answer[:len(answer)-1]) {
			t.Errorf("%q behind a text, or with more or less", arguments)
		}
	}
	if !g.accepts("\x00<start_function_call>call:f_2{x y:\x00<escape>a\x00<escape>}\x00<end_function_call>") {
		t.Error("a name that begins as another's, with a property of any name")
	}
}

// TestEscapedMasks writes as the masks let it, with the marks as tokens.
func TestEscapedMasks(t *testing.T) {
	bpe, _ := tiny()
	size := int32(bpe.VocabSize())
	marks := []string{"\x00<start_function_call>", "\x00<end_function_call>", "\x00<escape>"}
	v := NewVocabulary(func(id int32) []byte {
		if id >= size {
			return []byte(marks[id-size])
		}
		return bpe.Piece(id)
	}, int(size)+len(marks))
	for _, schema := range []string{
		`{"type":"object","properties":{"location":{"type":"string","maxLength":12},"unit":{"enum":["celsius","a \"b\"\n"]},"n":{"type":["number","null"]}},"required":["location","unit"],"additionalProperties":false}`,
		`{"type":"object","properties":{"list":{"type":"array","items":{"type":"object","properties":{"a":{"type":"string","pattern":"^[a-z]{1,4}$"},"b":{"type":"boolean"}},"required":["a"]},"maxItems":3}},"required":["list"]}`,
		`{"type":"object","additionalProperties":{"type":["string","integer"]},"maxProperties":3}`,
		`{"type":"object","propertyNames":{"$ref":"#/$defs/n"},"additionalProperties":{"type":"boolean"},"minProperties":1,"maxProperties":2,"$defs":{"n":{"pattern":"^[}a][:bc]$"}}}`,
		`{"type":"object","patternProperties":{"^x.?y$":{"type":"integer"},":":{"type":"null"}},"additionalProperties":false,"minProperties":1,"maxProperties":2}`,
		`{"type":"object","properties":{"enum":{"type":"object","additionalProperties":{"type":"null"},"maxProperties":2},"uniqueItems":true,"patternProperties":{"type":"object","properties":{"c":{"const":{"d":["e\n",{}],"":1}}}},"s":{"pattern":"^[\u0000x]$"}},"required":["s"]}`,
	} {
		check, err := validator(schema)
		if err != nil {
			t.Fatal(err)
		}
		c := functionGemma()
		c.Text, c.Several, c.Functions = false, false, []Function{{Name: "f", Schema: json.RawMessage(schema)}}
		g, err := CompileCalls(t.Context(), &c)
		if err != nil {
			t.Fatal(err)
		}
		read := 0
		for seed := range uint64(60) {
			r := rand.New(rand.NewPCG(seed, 5))
			m := g.Start(v, []int32{endToken})
			var answer []byte
			for range 400 {
				allowed := tokensOf(m.Mask())
				if len(allowed) == 0 {
					t.Fatalf("%s: no token may follow %q", schema, answer)
				}
				id := allowed[r.IntN(len(allowed))]
				if mark := size + 2; r.IntN(3) == 0 && slices.Contains(allowed, mark) {
					id = mark
				}
				if !m.Accept(id) {
					t.Fatalf("%s: token %q is refused behind %q", schema, v.piece(id), answer)
				}
				if id == endToken {
					break
				}
				answer = append(answer, v.piece(id)...)
			}
			said, ok := strings.CutPrefix(string(answer), "\x00<start_function_call>call:f")
			reading, made := Arguments(), []byte(nil)
			for i := 0; ok && i < len(said); i++ {
				if made, ok = c.Escaped.Read(&reading, made, said[i]); reading.Over() {
					break
				}
			}
			if !ok {
				t.Fatalf("%s: %q can't be read", schema, answer)
			}
			if m.Complete() {
				var doc any
				if err := json.Unmarshal(made, &doc); err != nil || check.Validate(doc) != nil {
					t.Errorf("%s: %s doesn't meet it: %v", schema, made, check.Validate(doc))
				}
				read++
			}
		}
		if read < 10 {
			t.Errorf("%s: only %d answers were complete", schema, read)
		}
	}
}

func TestWhatEscapedArgumentsCantSay(t *testing.T) {
	for schema, want := range map[string]string{
		`{"type":"object","properties":{"a:b":{}}}`:                                                                                    `#: the property "a:b" isn't supported with this model`,
		`{"type":"object","properties":{"a":{"required":["}"]}}}`:                                                                      `#/properties/a: the property "}" isn't`,
		`{"type":"object","properties":{"a":{"enum":["\u0000"]}}}`:                                                                     "a zero character",
		`{"type":"object","properties":{"a":{"const":{"b:c":1}}}}`:                                                                     `the property "b:c"`,
		`{"type":"object","properties":{"a":{"type":"array","uniqueItems":true}}}`:                                                     "uniqueItems isn't supported",
		`{"type":"object","propertyNames":{"enum":["a:b","c"]}}`:                                                                       `the property "a:b" isn't`,
		`{"type":"object","properties":{"const":{"properties":{"a":{"type":"array","items":{"type":"integer"},"uniqueItems":true}}}}}`: "#/properties/const/properties/a: uniqueItems isn't",
		`{"type":"object","properties":{"a":{"pattern":"^\\u0000$"}},"required":["a"]}`:                                                "no string meets",
		`{"type":"object","propertyNames":{"type":"string"},"additionalProperties":1}`:                                                 "additionalProperties",
	} {
		c := functionGemma()
		c.Functions = []Function{{Name: "f", Schema: json.RawMessage(schema)}}
		if _, err := CompileCalls(t.Context(), &c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", schema, err)
		}
	}
}
