package grammar

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"
)

// large is a made vocabulary of Gemma's size: 256 single bytes, white space,
// tags, punctuation with quotes, and words of many scripts, with and without a
// space before them.
var large = sync.OnceValue(func() *Vocabulary { return NewVocabulary(largePiece(), largeSize) })

const largeSize = 262_144

func largePiece() func(int32) []byte {
	choose := random(7)
	all := make([][]byte, 6, largeSize) // six control tokens
	seen := map[string]bool{}
	add := func(text string) {
		if !seen[text] && len(all) < largeSize {
			seen[text] = true
			all = append(all, []byte(text))
		}
	}
	for b := range 256 {
		all = append(all, []byte{byte(b)})
	}
	for n := range 31 {
		for _, c := range []string{" ", "\n", "\t"} {
			text := ""
			for range n + 2 {
				text += c
			}
			add(text)
		}
	}
	marks := []string{`"`, `\`, `,`, `:`, `{`, `}`, `[`, `]`, `(`, `)`, `.`, `'`, ` `, `/`, "\n", `<`, `>`, `-`}
	for range 6000 {
		text := ""
		for range 2 + choose(4) {
			text += marks[choose(len(marks))]
		}
		add(text)
	}
	syllables := []string{"a", "e", "i", "o", "u", "ba", "ne", "ti", "ro", "s", "t", "ing", "er", "th", "en", "al", "qu", "str", "ly", "mo"}
	scripts := []rune{0x430, 0x3b1, 0x627, 0x905, 0xe00, 0x4e00, 0xac00, 0x3042}
	for len(all) < largeSize {
		text := ""
		if choose(2) == 0 {
			text = " "
		}
		if choose(10) < 6 {
			for range 1 + choose(5) {
				text += syllables[choose(len(syllables))]
			}
			if choose(30) == 0 {
				text += `"`
			}
			if choose(4) == 0 {
				text = " " + string(text[len(text)-1]-32) + text
			}
		} else {
			first := scripts[choose(len(scripts))]
			for range 1 + choose(5) {
				text += string(first + rune(choose(60)))
			}
		}
		if utf8.ValidString(text) {
			add(text)
		}
	}
	return func(id int32) []byte { return all[id] }
}

func BenchmarkNewVocabulary(b *testing.B) {
	piece := largePiece()
	var v *Vocabulary
	for b.Loop() {
		v = NewVocabulary(piece, largeSize)
	}
	bytes := len(v.text) + 4*len(v.offset) + 8*len(v.plain) + 4*len(v.byRunes)
	for _, t := range []*trie{&v.all, &v.odd} {
		bytes += len(t.char) + 2*len(t.depth) + 4*(len(t.skip)+len(t.first)+len(t.token))
	}
	b.ReportMetric(float64(bytes)/(1<<20), "MiB")
	b.ReportMetric(float64(len(v.all.char)), "nodes")
}

const person = `{"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer","minimum":0,"maximum":130},"code":{"type":"string","pattern":"^[a-z]+$"},"short":{"type":"string","maxLength":12},"bound":{"type":"string","pattern":"^[^<>]*$","maxLength":200},"extra":{}},"required":["name","age","code","short","bound","extra"],"additionalProperties":false}`

const typical = `{"type":"object","properties":{"title":{"type":"string"},"kind":{"enum":["bug","feature","question"]},"score":{"type":"integer","minimum":0,"maximum":100},"labels":{"type":"array","items":{"type":"string","maxLength":30}},"owner":{"anyOf":[{"type":"object","properties":{"name":{"type":"string"},"email":{"type":"string","format":"email"}},"required":["name","email"],"additionalProperties":false},{"type":"null"}]}},"required":["title","kind","score","labels","owner"],"additionalProperties":false}`

var places = []struct{ name, schema, text string }{
	{"start", person, ""},
	{"structure", person, `{"name":"x"`},
	{"name of a property", `{"type":"object"}`, `{`},
	{"any value", `{"type":"object"}`, `{"a":`},
	{"in a string", person, `{"name":"x`},
	{"in a string of limited length", person, `{"name":"x","age":1,"code":"x","short":"abcd`},
	{"in a deep string", `{"type":"object"}`, `{"a":{"b":[{"c":["d`},
	{"behind a backslash", `{"type":"object"}`, `{"a":"\`},
	{"in a pattern", person, `{"name":"x","age":1,"code":"x`},
	{"in a pattern of limited length", person, `{"name":"x","age":1,"code":"x","short":"abcd","bound":"abc`},
	{"in a pattern of letters", `{"type":"string","pattern":"^\\p{L}+( \\p{L}+)*$","maxLength":300}`, `"abc`},
	{"in an item that differs", differing, `["ab","abc","x","abd`},
	{"in an item as others", differing, `["ab","abc","x","ab`},
	{"in an item as 500 others", differing, `[` + strings.Join(manyItems(500), ",") + `,"item`},
	{"number", person, `{"name":"x","age":1`},
	{"in a name of 500", manyProperties(500), `{"`},
	{"in 100 patterns of limited length", manyPatterns(100), `"ab`},
}

const differing = `{"type":"array","items":{"type":"string"},"uniqueItems":true}`

func manyItems(n int) (all []string) {
	for i := range n {
		all = append(all, fmt.Sprintf(`"item %d"`, i))
	}
	return all
}

func manyPatterns(n int) string {
	text := ""
	for i := range n {
		text += fmt.Sprintf(`{"type":"string","pattern":"^[^<%c>]*$","maxLength":%d},`, 'A'+i%26, 200+i)
	}
	return `{"anyOf":[` + text[:len(text)-1] + `]}`
}

func manyProperties(n int) string {
	text := ""
	for i := range n {
		text += fmt.Sprintf(`"property%d":{"type":"string"},`, i)
	}
	return `{"type":"object","properties":{` + text[:len(text)-1] + `}}`
}

// at returns the machine and its state behind the text.
func at(b *testing.B, g *Grammar, text string) (*machine, *state) {
	m := newMachine(g, large())
	s := m.begin()
	for _, c := range []byte(text) {
		if s = m.read(s, c); s == dead {
			b.Fatalf("%q is refused", text)
		}
	}
	return m, s
}

// BenchmarkFirstMask makes masks in an automaton that knows no states yet.
func BenchmarkFirstMask(b *testing.B) {
	for _, p := range places {
		b.Run(p.name, func(b *testing.B) {
			g := mustCompile(b, p.schema)
			large()
			for b.Loop() {
				b.StopTimer()
				m, s := at(b, g, p.text)
				b.StartTimer()
				m.mask(s)
			}
		})
	}
}

// BenchmarkMask makes masks when the states are known, but the mask isn't.
func BenchmarkMask(b *testing.B) {
	for _, p := range places {
		b.Run(p.name, func(b *testing.B) {
			m, s := at(b, mustCompile(b, p.schema), p.text)
			s = m.alike(s)
			for b.Loop() {
				if s.mask != nil {
					m.spare = append(m.spare, s.mask)
					s.mask, m.masked = nil, m.masked[:0]
				}
				m.mask(s)
			}
		})
	}
}

// BenchmarkKnownMask is what a token costs when its mask is kept: Accept and
// Mask.
func BenchmarkKnownMask(b *testing.B) {
	v := large()
	m := mustCompile(b, person).Start(v, []int32{endToken})
	for _, c := range []byte(`{"name":"`) {
		m.Accept(int32(c) + 6)
	}
	m.Mask()
	m.Accept('x' + 6)
	m.Mask()
	b.ReportAllocs()
	for b.Loop() {
		if !m.Accept('x' + 6) {
			b.Fatal("x is refused")
		}
		m.Mask()
	}
}

// BenchmarkText writes whole documents at random, each of 200 tokens or more.
func BenchmarkText(b *testing.B) {
	for _, c := range []struct{ name, schema string }{{"object", `{"type":"object"}`}, {"typical", typical}, {"patterns", person}} {
		b.Run(c.name, func(b *testing.B) {
			v := large()
			g := mustCompile(b, c.schema)
			tokens := 0
			seed := uint64(0)
			b.ReportAllocs()
			for b.Loop() {
				seed++
				choose := random(seed)
				m := g.Start(v, []int32{endToken})
				for step := range 200 {
					allowed := m.Mask()
					id := pick(allowed, choose)
					if quote := int32('"' + 6); step%12 == 11 && allowed[quote/64]>>(quote%64)&1 != 0 {
						id = quote
					}
					if id < 0 || !m.Accept(id) || id == endToken {
						break
					}
					tokens++
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(tokens), "µs/token")
		})
	}
}

// pick returns a token of the mask by chance, without a list of them.
func pick(mask []uint64, choose func(int) int) int32 {
	from := choose(len(mask))
	for i := range mask {
		i = (from + i) % len(mask)
		if mask[i] == 0 {
			continue
		}
		for bit := range 64 {
			if mask[i]>>bit&1 != 0 {
				return int32(64*i + bit)
			}
		}
	}
	return -1
}

func BenchmarkCompile(b *testing.B) {
	for _, c := range []struct{ name, schema string }{{"object", `{"type":"object"}`}, {"person", person}, {"500 properties", manyProperties(500)}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				mustCompile(b, c.schema)
			}
		})
	}
}
