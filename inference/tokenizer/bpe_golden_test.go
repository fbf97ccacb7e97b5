package tokenizer

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The golden data come from the tokenizers library, by
// tests/reference/gemma_tokenizer_goldens.py.

func unzip(t testing.TB, name string) io.Reader {
	t.Helper()
	f, err := os.Open(filepath.Join(testdata, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func loadGemma(t testing.TB) map[string]*Tokenizer {
	t.Helper()
	tiny, err := Load(filepath.FromSlash("../models/gemma-tiny-chat/tokenizer.json"))
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(unzip(t, "gemma-tokenizer/tokenizer.json.gz"))
	if err != nil {
		t.Fatal(err)
	}
	large, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]*Tokenizer{"tiny": tiny, "large": large}
}

// eachLine decodes each line into a new value of one's type.
func eachLine[T any](t *testing.T, name string, each func(one T)) (n int) {
	t.Helper()
	lines := bufio.NewScanner(unzip(t, name))
	lines.Buffer(nil, 1<<20)
	for ; lines.Scan(); n++ {
		var one T
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			t.Fatal(err)
		}
		each(one)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestBPEIDsEqualTheReference(t *testing.T) {
	toks := loadGemma(t)
	r := &report{t: t}
	type golden struct {
		Text        []byte
		Tiny, Large []int32
		TinyText    []int32 `json:"tiny_text"`
		LargeText   []int32 `json:"large_text"`
	}
	n := eachLine(t, "gemma-goldens/texts.jsonl.gz", func(one golden) {
		for _, c := range []struct {
			name          string
			control, text []int32
		}{{"tiny", one.Tiny, one.TinyText}, {"large", one.Large, one.LargeText}} {
			if c.text == nil {
				c.text = c.control
			}
			for control, want := range map[bool][]int32{true: c.control, false: c.text} {
				if got := encodeUpTo(t, toks[c.name], Part{string(one.Text), control}); !slices.Equal(got, want) {
					r.differ(c.name, one.Text, got, want)
				}
			}
		}
	})
	r.end(4 * n)
	if n < 10_000 {
		t.Errorf("only %d golden texts", n)
	}
}

func TestBPEDecodingEqualsTheReference(t *testing.T) {
	toks := loadGemma(t)
	r := &report{t: t}
	type golden struct {
		Tokenizer string
		IDs       []int32
		Text      string
		Skipped   *string
	}
	n := eachLine(t, "gemma-goldens/decoding.jsonl.gz", func(one golden) {
		tok, skipped := toks[one.Tokenizer], one.Text
		if one.Skipped != nil {
			skipped = *one.Skipped
		}
		if got := tok.Decode(one.IDs, false); got != one.Text {
			r.differ("decoded", []byte(one.Text), got, one.Text)
		}
		if got := tok.Decode(one.IDs, true); got != skipped {
			r.differ("without special tokens", []byte(skipped), got, skipped)
		}
		var stream []byte
		d := tok.NewStream()
		for _, id := range one.IDs {
			stream = d.Append(stream, id)
		}
		if got := string(d.Flush(stream)); got != skipped {
			r.differ("streamed", []byte(skipped), got, skipped)
		}
	})
	r.end(3 * n)
	if n < 6_000 {
		t.Errorf("only %d golden decodings", n)
	}
}

var benchmarkTexts = []struct{ name, text string }{
	{"short", "This was a terrible waste of time."},
	{"long", strings.Repeat("The staff were friendly, the room was clean and breakfast was included. ", 20)},
	{"mixed", "Ça va très bien — 你好，世界。 Привет! 👨‍👩‍👧"},
	{"1MB of a", strings.Repeat("a", 1<<20)},
	{"1MB of spaces", strings.Repeat(" ", 1<<20)},
}

func BenchmarkBPE(b *testing.B) {
	data, err := io.ReadAll(unzip(b, "gemma-tokenizer/tokenizer.json.gz"))
	if err != nil {
		b.Fatal(err)
	}
	tok, err := Parse(data)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("load", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			_, _ = Parse(data)
		}
	})
	ids := make([]int32, 0, 1<<20)
	for _, c := range benchmarkTexts {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(c.text)))
			for b.Loop() {
				ids = tok.Append(ids[:0], Part{Text: c.text})
			}
		})
	}
}

// encodeUpTo encodes a text, and holds it against limits: it fits as many ids as it
// has, and no fewer.
func encodeUpTo(t *testing.T, tok *Tokenizer, part Part) []int32 {
	t.Helper()
	ids := tok.Append(nil, part)
	if got, fits := tok.AppendUpTo(nil, len(ids), part); !fits || !slices.Equal(got, ids) {
		t.Errorf("%.80q doesn't fit %d ids: %d, %v", part.Text, len(ids), len(got), fits)
	}
	if _, fits := tok.AppendUpTo(nil, len(ids)-1, part); fits && len(ids) > 0 {
		t.Errorf("%.80q fits %d ids, it has one more", part.Text, len(ids)-1)
	}
	return ids
}
