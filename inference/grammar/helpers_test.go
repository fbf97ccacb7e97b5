package grammar

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dlclark/regexp2"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/tokenizer"
)

const endToken = 1 // <eos> of Gemma

// tiny are the 2,560 pieces of the bundled model.
var tiny = sync.OnceValues(func() (*tokenizer.Tokenizer, *Vocabulary) {
	bpe, err := tokenizer.Load("../models/gemma-tiny-chat/tokenizer.json")
	if err != nil {
		panic(err)
	}
	return bpe, NewVocabulary(bpe.Piece, bpe.VocabSize())
})

// bytesOnly has token 0 for nothing, 1 for the end, and one for each byte.
func bytesOnly() *Vocabulary {
	return NewVocabulary(func(id int32) []byte {
		if id < 2 {
			return nil
		}
		return []byte{byte(id - 2)}
	}, 258)
}

// validator is another implementation of JSON Schema, with regular expressions
// as ECMAScript has them.
func validator(schema string) (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(schema))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	if itemsList.MatchString(schema) && !strings.Contains(schema, `"$schema"`) {
		c.DefaultDraft(jsonschema.Draft7) // the last but one that has lists there
	}
	c.AssertFormat()
	c.UseRegexpEngine(func(pattern string) (jsonschema.Regexp, error) {
		re, err := regexp2.Compile(pattern, regexp2.ECMAScript)
		if err != nil {
			return nil, err
		}
		re.MatchTimeout = time.Second
		return ecmaScript{re}, nil
	})
	if err := c.AddResource("schema.json", doc); err != nil {
		return nil, err
	}
	return c.Compile("schema.json")
}

var itemsList = regexp.MustCompile(`"items":\s*\[`)

type ecmaScript struct{ *regexp2.Regexp }

func (e ecmaScript) MatchString(text string) bool {
	ok, err := e.Regexp.MatchString(text)
	if err != nil {
		panic(err) // it takes too long
	}
	return ok
}

// check reports why the text isn't a document that meets the schema.
func check(s *jsonschema.Schema, text []byte) error {
	if !json.Valid(text) {
		return fmt.Errorf("it isn't JSON")
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return s.Validate(doc)
}

func tokensOf(mask []uint64) []int32 {
	var out []int32
	for i, w := range mask {
		for ; w != 0; w &= w - 1 {
			out = append(out, int32(64*i+bits.TrailingZeros64(w)))
		}
	}
	return out
}

// write draws tokens until the text is over: any at first, then, so that it
// comes to an end, those that close something. look is called before each.
func write(g *Grammar, v *Vocabulary, choose func(n int) int, look func(m *Matcher, text []byte)) ([]byte, error) {
	const freely, longest = 60, 3000
	m := g.Start(v, []int32{endToken})
	var text []byte
	for step := range longest {
		if look != nil {
			look(m, text)
		}
		allowed := tokensOf(m.Mask())
		if len(allowed) == 0 {
			return text, fmt.Errorf("no token is allowed behind %q", text)
		}
		id := allowed[choose(len(allowed))]
		if step >= freely {
			starting := func(with string) []int32 {
				return slices.DeleteFunc(slices.Clone(allowed), func(id int32) bool {
					p := v.piece(id)
					return len(p) == 0 || bytes.IndexByte([]byte(with), p[0]) < 0
				})
			}
			if slices.Contains(allowed, endToken) {
				id = endToken
			} else if quotes := starting(`"`); len(quotes) > 0 && choose(2) == 0 {
				id = quotes[choose(len(quotes))]
			} else if closing := starting("]}"); len(closing) > 0 && choose(2) == 0 {
				id = closing[choose(len(closing))]
			} else if short := starting("n1abz"); len(short) > 0 {
				id = short[choose(len(short))]
			}
		}
		if !m.Accept(id) {
			return text, fmt.Errorf("token %d was in the mask, but is refused behind %q", id, text)
		}
		if id == endToken {
			return text, nil
		}
		text = append(text, v.piece(id)...)
	}
	return text, fmt.Errorf("it doesn't end: %.300q", text)
}

func random(seed uint64) func(n int) int {
	return rand.New(rand.NewPCG(seed, 0)).IntN
}

// walked are schemas whose texts are checked by the other implementation, with
// those of documents.
var walked = []string{
	`{"type":"object","properties":{"name":{"type":"string","minLength":1,"maxLength":40},"age":{"type":"integer","minimum":0,"maximum":130},"tags":{"type":"array","items":{"enum":["a","b","c d"]},"maxItems":3},"score":{"type":"number","minimum":0,"maximum":1},"when":{"type":"string","format":"date-time"},"home":{"anyOf":[{"$ref":"#/$defs/address"},{"type":"null"}]}},"required":["name","age","home"],"additionalProperties":false,"$defs":{"address":{"type":"object","properties":{"street":{"type":"string"},"zip":{"type":"string","pattern":"^\\d{5}(-\\d{4})?$"}},"required":["street","zip"],"additionalProperties":false}}}`,
	`{"type":"array","items":{"type":"array","items":{"type":["boolean","null","number"]},"minItems":2,"maxItems":2},"minItems":1}`,
	`{"$ref":"#/$defs/e","$defs":{"e":{"anyOf":[{"type":"number"},{"type":"object","properties":{"op":{"enum":["+","-","*"]},"l":{"$ref":"#/$defs/e"},"r":{"$ref":"#/$defs/e"}},"required":["op","l","r"],"additionalProperties":false}]}}}`,
	`{"type":"string","pattern":"^\\p{L}[\\p{L} ]*[.!?]$","maxLength":60}`,
	`{"type":"string","pattern":"(foo|bar)[^\"]","minLength":10,"maxLength":30}`,
	`{"type":"object","additionalProperties":{"type":"array","items":{"type":"integer","multipleOf":5}},"properties":{"a":{"type":"string"},"ab":{"type":"string"},"😀":{"type":"string"}}}`,
	`{"type":"array","items":{"type":"string","format":"email"},"minItems":2}`,
	`{"anyOf":[{"type":"array","items":{"$ref":"#"},"maxItems":2},{"type":"array","items":{"$ref":"#"},"maxItems":3},{"type":"string","maxLength":5}]}`,
	`{"type":"array","items":{"type":"string","pattern":"^[A-Za-z ]*[.]$","minLength":3,"maxLength":200},"minItems":2}`,
	`{"type":"array","items":{"type":"string","maxLength":300}}`,
	`{"type":"array","items":{"type":"boolean"},"uniqueItems":true,"minItems":2}`,
	`{"type":"array","items":{"type":"string","maxLength":1},"uniqueItems":true,"minItems":30}`,
	`{"type":"array","items":{"type":"string","pattern":"^[ab]{0,3}$"},"uniqueItems":true,"minItems":15}`,
	`{"type":"array","items":{"type":"string","format":"ipv4","pattern":"^[12]\\.0\\.0\\.[0-4]$"},"uniqueItems":true,"minItems":10}`,
	`{"type":"array","items":{"type":"number","multipleOf":0.25,"minimum":0,"maximum":2},"uniqueItems":true,"minItems":9}`,
	`{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"integer"},"c":{"type":"integer"},"d":{"type":"integer"}},"additionalProperties":false,"minProperties":2,"maxProperties":3}`,
}

func walkedSchemas() []string {
	all := slices.Clone(walked)
	for _, d := range documents {
		all = append(all, d.schema)
	}
	return all
}

func TestHandWrittenDocumentsByTheOtherValidator(t *testing.T) {
	for _, d := range documents {
		s, err := validator(d.schema)
		if err != nil {
			if d.name == "ECMAScript escapes" || d.name == "reference that leads back" {
				continue // Go's regular expressions don't have them; no value at all meets it strictly
			}
			t.Errorf("%s: %v", d.name, err)
			continue
		}
		for _, text := range d.good {
			if err := check(s, []byte(text)); err != nil {
				t.Errorf("%s: %s: %v", d.name, text, err)
			}
		}
	}
}

func part(text string) tokenizer.Part { return tokenizer.Part{Text: text} }

func pieces(v *Vocabulary, ids []int32) []byte {
	var out []byte
	for _, id := range ids {
		out = append(out, v.piece(id)...)
	}
	return out
}
