package tokenizer

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// kinds are the tokenizers of tests/reference/tokenizer_kinds.py.
type kinds struct {
	Chunk int
	More  []string // texts, beside those of texts.jsonl.gz
	Maps  map[string]string
	Kinds map[string]struct {
		File           json.RawMessage
		Encoded, Pairs []string
	}
}

func readKinds(t testing.TB) (g kinds) {
	t.Helper()
	if err := json.NewDecoder(unzip(t, "tokenizer/kinds.json.gz")).Decode(&g); err != nil {
		t.Fatal(err)
	}
	if len(g.Kinds) < 20 {
		t.Fatalf("only %d kinds", len(g.Kinds))
	}
	return g
}

// load parses a kind's file, with the character maps that it names.
func (g *kinds) load(t testing.TB, name string) *Tokenizer {
	t.Helper()
	file := g.Kinds[name].File
	for key, value := range g.Maps {
		file = bytes.ReplaceAll(file, []byte(`"precompiled_charsmap":"`+key+`"`), []byte(`"precompiled_charsmap":"`+value+`"`))
	}
	tok, err := Parse(file)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return tok
}

// TestEveryKindEqualsTheReference compares ids and offsets of 14,000 texts, and 3,500
// pairs as they are truncated, with each kind of tokenizer.
func TestEveryKindEqualsTheReference(t *testing.T) {
	g, all := readKinds(t), texts(t)
	for _, more := range g.More {
		all = append(all, text{Text: []byte(more)})
	}
	for name, want := range g.Kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tok := g.load(t, name)
			full := dumped(t, name)
			var encoded, pairs []string
			for i, one := range all {
				text := string(one.Text)
				e := tok.EncodeOffsets(text, 0)
				encoded = append(encoded, lineOf(len(e.IDs), func(i int) []int32 { return e.IDs[i : i+1] }, func(i int) []int32 { return []int32{e.Offsets[i].Start, e.Offsets[i].End} }))
				if fast := tok.Encode(text, 0); !slices.Equal(fast.IDs, e.IDs) {
					t.Fatalf("text %d %q: %v, with offsets %v", i, text, fast.IDs, e.IDs)
				}
				if i%4 > 0 {
					continue
				}
				tok.truncateLeft = i/4%2 == 1
				p, err := tok.EncodePair(text, string(all[(i+1)%len(all)].Text), 8+i%41)
				if err != nil {
					t.Fatal(err)
				}
				pairs = append(pairs, lineOf(len(p.IDs), func(i int) []int32 { return p.IDs[i : i+1] }, func(i int) []int32 { return p.TypeIDs[i : i+1] }))
				tok.truncateLeft = false
			}
			for kind, lines := range map[string][]string{"encoded": encoded, "pairs": pairs} {
				digests := map[string][]string{"encoded": want.Encoded, "pairs": want.Pairs}[kind]
				bad := 0
				for i := 0; i < len(lines); i += g.Chunk {
					end := min(i+g.Chunk, len(lines))
					sum := sha256.Sum256([]byte(strings.Join(lines[i:end], "\n")))
					if hex.EncodeToString(sum[:])[:8] == digests[i/g.Chunk] {
						continue
					}
					if bad++; bad > 3 {
						continue
					}
					t.Errorf("%s: texts %d to %d differ", kind, i, end)
					for j := i; j < end && full[kind] != nil; j++ {
						if lines[j] != full[kind][j] {
							t.Errorf("%s %d:\n got %.800s\nwant %.800s", kind, j, lines[j], full[kind][j])
							break
						}
					}
				}
				if bad > 0 {
					t.Errorf("%s: %d of %d chunks differ", kind, bad, len(digests))
				}
			}
		})
	}
}

// dumped is what the reference makes of the texts in full, where TOKENIZER_DUMP names
// the file that tokenizer_kinds.py wrote beside the golden one.
func dumped(t *testing.T, name string) map[string][]string {
	path := os.Getenv("TOKENIZER_DUMP")
	if path == "" {
		return nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]map[string][]string
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return all[name]
}

// lineOf is a list of two lists, of n numbers or pairs of numbers, in JSON as Python
// writes it.
func lineOf(n int, lists ...func(i int) []int32) string {
	line := []byte{'['}
	for l, list := range lists {
		if l > 0 {
			line = append(line, ',')
		}
		line = append(line, '[')
		for i := range n {
			if i > 0 {
				line = append(line, ',')
			}
			switch values := list(i); len(values) {
			case 1:
				line = strconv.AppendInt(line, int64(values[0]), 10)
			default:
				line = append(strconv.AppendInt(append(line, '['), int64(values[0]), 10), ',')
				line = append(strconv.AppendInt(line, int64(values[1]), 10), ']')
			}
		}
		line = append(line, ']')
	}
	return string(append(line, ']'))
}

func BenchmarkKinds(b *testing.B) {
	g := readKinds(b)
	for _, name := range []string{"roberta", "xlm-roberta", "deberta", "llama 2"} {
		tok := g.load(b, name)
		for _, c := range benchmarkTexts[:3] {
			b.Run(name+"/"+c.name, func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(len(c.text)))
				for b.Loop() {
					tok.Encode(c.text, 512)
				}
			})
		}
		b.Run(name+"/offsets", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				tok.EncodeOffsets(benchmarkTexts[1].text, 512)
			}
		})
	}
}
