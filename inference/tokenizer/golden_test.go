package tokenizer

import (
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// The golden data come from the tokenizers library, by
// tests/reference/tokenizer_goldens.py.
const testdata = "../../tests/testdata"

var files = map[string]string{
	"bundled": "../models/distilbert-tiny-sentiment/tokenizer.json",
	"base":    testdata + "/distilbert-base-random/tokenizer.json",
}

func loadFile(t testing.TB, name string) *Tokenizer {
	t.Helper()
	data, err := os.ReadFile(filepath.FromSlash(files[name]))
	if err != nil {
		t.Fatal(err)
	}
	tok, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

func readJSON(t testing.TB, name string, v any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testdata, "tokenizer", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatal(err)
	}
}

// text is one golden text: bytes, which need not be UTF-8.
type text struct {
	Text    []byte  `json:"text"`
	Bundled []int32 `json:"bundled"`
	Base    []int32 `json:"base"`
}

func texts(t testing.TB) []text {
	t.Helper()
	f, err := os.Open(filepath.Join(testdata, "tokenizer", "texts.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var all []text
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var one text
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if len(all) < 10_000 {
		t.Fatalf("only %d golden texts", len(all))
	}
	return all
}

// report prints the first few differences.
type report struct {
	t *testing.T
	n int
}

func (r *report) differ(what string, text []byte, got, want any) {
	if r.n++; r.n <= 5 {
		r.t.Errorf("%s: %.1000q\n got %v\nwant %v", what, text, got, want)
	}
}

func (r *report) end(of int) {
	if r.n > 5 {
		r.t.Errorf("%d of %d differ", r.n, of)
	}
}

func TestIDsEqualTheReference(t *testing.T) {
	bundled, base := loadFile(t, "bundled"), loadFile(t, "base")
	all := texts(t)
	r := &report{t: t}
	for _, one := range all {
		for _, c := range []struct {
			name string
			tok  *Tokenizer
			want []int32
		}{{"bundled", bundled, one.Bundled}, {"base", base, one.Base}} {
			e := c.tok.Encode(string(one.Text), 0)
			if !slices.Equal(e.IDs, c.want) || e.Cut || len(e.TypeIDs) != len(e.IDs) {
				r.differ(c.name, one.Text, e.IDs, c.want)
			}
		}
	}
	r.end(2 * len(all))
}

func TestTruncationEqualsTheReference(t *testing.T) {
	tok := loadFile(t, "bundled")
	var g struct {
		Cases []struct {
			Text      []byte
			MaxLength int `json:"max_length"`
			IDs       []int32
		}
		Batch struct {
			Texts         []string
			IDs           [][]int32
			AttentionMask [][]int32 `json:"attention_mask"`
			TypeIDs       [][]int32 `json:"type_ids"`
		}
	}
	readJSON(t, "truncation.json", &g)
	if len(g.Cases) < 200 || len(g.Batch.Texts) < 10 {
		t.Fatalf("only %d cases and a batch of %d", len(g.Cases), len(g.Batch.Texts))
	}
	r := &report{t: t}
	for _, c := range g.Cases {
		whole := tok.Encode(string(c.Text), 0)
		e := tok.Encode(string(c.Text), c.MaxLength)
		if !slices.Equal(e.IDs, c.IDs) || e.Cut != (len(whole.IDs) > c.MaxLength) {
			r.differ(fmt.Sprintf("max_length %d", c.MaxLength), c.Text, e.IDs, c.IDs)
		}
	}
	r.end(len(g.Cases))
	for i, text := range g.Batch.Texts {
		e := tok.Encode(text, 0)
		var ids, mask []int32 // padded as whoever makes a batch does
		for j := range g.Batch.IDs[i] {
			if j < len(e.IDs) {
				ids, mask = append(ids, e.IDs[j]), append(mask, 1)
			} else {
				ids, mask = append(ids, tok.PadID()), append(mask, 0)
			}
		}
		if !slices.Equal(ids, g.Batch.IDs[i]) || !slices.Equal(mask, g.Batch.AttentionMask[i]) {
			t.Errorf("batch, text %d: got %v and %v, want %v and %v", i, ids, mask, g.Batch.IDs[i], g.Batch.AttentionMask[i])
		}
	}
}

func TestVariantsEqualTheReference(t *testing.T) {
	var g struct {
		Variants []struct {
			Name      string
			Tokenizer json.RawMessage
			TypeIDs   []int32 `json:"type_ids"`
			Cases     []struct {
				Text []byte
				IDs  []int32
			}
		}
	}
	readJSON(t, "variants.json", &g)
	if len(g.Variants) < 10 {
		t.Fatalf("only %d variants", len(g.Variants))
	}
	for _, v := range g.Variants {
		t.Run(v.Name, func(t *testing.T) {
			tok, err := Parse(v.Tokenizer)
			if err != nil {
				t.Fatal(err)
			}
			r := &report{t: t}
			for _, c := range v.Cases {
				if e := tok.Encode(string(c.Text), 0); !slices.Equal(e.IDs, c.IDs) {
					r.differ(v.Name, c.Text, e.IDs, c.IDs)
				}
			}
			r.end(len(v.Cases))
			if e := tok.Encode("good movie", 0); !slices.Equal(e.TypeIDs, v.TypeIDs) {
				t.Errorf("type ids: got %v, want %v", e.TypeIDs, v.TypeIDs)
			}
		})
	}
}

// TestFormsEqualTheReference compares the normalization forms on runs of marks,
// long ones too, which x/text would break by U+034F.
func TestFormsEqualTheReference(t *testing.T) {
	var g struct {
		Texts   []string
		Digests map[string][]string
	}
	readJSON(t, "forms.json", &g)
	steps := map[string]normalizer{
		"NFC": form{norm.NFC}, "NFD": form{norm.NFD}, "NFKC": form{norm.NFKC}, "NFKD": form{norm.NFKD},
		"accents": bertNormalizer{accents: true},
	}
	if len(g.Texts) < 500 || len(g.Digests) != len(steps) {
		t.Fatalf("%d texts, %d forms", len(g.Texts), len(g.Digests))
	}
	for name, step := range steps {
		r := &report{t: t}
		for i, text := range g.Texts {
			out := step.normalize([]byte("e"), []byte(text))[1:] // what is there already isn't touched
			digest := sha256.Sum256(out)
			if got := hex.EncodeToString(digest[:])[:8]; got != g.Digests[name][i] {
				r.differ(name, []byte(text), fmt.Sprintf("%+q", out), g.Digests[name][i])
			}
		}
		r.end(len(g.Texts))
	}
}

// TestEveryCodePoint compares each step on every code point that Unicode may
// have assigned, in four contexts, with a digest of the reference's results.
func TestEveryCodePoint(t *testing.T) {
	var g struct {
		Block int
		Steps map[string]map[string]string // by the block's first code point, hexadecimal
	}
	readJSON(t, "codepoints.json", &g)
	words := func(p preTokenizer) func(string) string {
		return func(s string) string {
			var all []string
			p.split([]byte(s), &scratch{}, func(w []byte) { all = append(all, string(w)) })
			return strings.Join(all, "|")
		}
	}
	normalize := func(n normalizer) func(string) string {
		return func(s string) string { return string(n.normalize(nil, []byte(s))) }
	}
	steps := map[string]func(string) string{
		"uncased":          normalize(bertNormalizer{clean: true, chinese: true, accents: true, lower: true}),
		"cased":            normalize(bertNormalizer{clean: true, chinese: true}),
		"NFC":              normalize(form{norm.NFC}),
		"NFD":              normalize(form{norm.NFD}),
		"NFKC":             normalize(form{norm.NFKC}),
		"NFKD":             normalize(form{norm.NFKD}),
		"Lowercase":        normalize(lowercase{}),
		"StripAccents":     normalize(stripAccents{}),
		"Nmt":              normalize(nmt{}),
		"Digits":           words(&charSplitter{is: isNumber, behavior: isolated}),
		"Punctuation":      words(punctuationSplit),
		"BertPreTokenizer": words(bertSplit),
		"Whitespace":       words(wordSplit),
		"WhitespaceSplit":  words(whitespaceSplit),
	}
	if len(g.Steps) != len(steps) {
		t.Fatalf("golden data for %d steps, want %d", len(g.Steps), len(steps))
	}
	for name, step := range steps {
		if len(g.Steps[name]) < 50 {
			t.Fatalf("%s: only %d blocks", name, len(g.Steps[name]))
		}
		for first, want := range g.Steps[name] {
			start, err := strconv.ParseInt(first, 16, 32)
			if err != nil {
				t.Fatal(err)
			}
			digest := sha256.New()
			for c := rune(start); c < rune(start)+rune(g.Block); c++ {
				if c >= 0xD800 && c < 0xE000 {
					continue
				}
				s := string(c)
				for _, text := range []string{"A" + s + "b", "e\u0301" + s, s + "\u0327x", " " + s + s + " "} {
					_, _ = fmt.Fprintf(digest, "%x\t%s\n", c, step(text))
				}
			}
			if got := hex.EncodeToString(digest.Sum(nil))[:16]; got != want {
				t.Errorf("%s differs from the reference in the block from U+%04X on", name, start)
			}
		}
	}
}
