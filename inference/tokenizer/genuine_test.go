package tokenizer

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/genuine"
)

func loadGenuine(t testing.TB, name string) *Tokenizer {
	t.Helper()
	folder, err := genuine.Tokenizer(name)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "tokenizer.json")
	tok, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	return base64.StdEncoding.EncodeToString(sum[:])[:8]
}

// compact are ids in JSON as Python writes them.
func compact(t *testing.T, ids []int32) string {
	t.Helper()
	if ids == nil {
		return "[]"
	}
	data, err := json.Marshal(ids)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

type genuineGoldens struct {
	Texts      [][]byte
	Tokenizers map[string]struct {
		Begin    []int32
		Loaded   []string // where transformers gives other ids
		Encoded  []string
		Decoding [][]int32
		Decoded  []string
	}
	PreTokenizers []struct {
		Config json.RawMessage
		Pieces []string
	} `json:"pre_tokenizers"`
}

func readGenuine(t *testing.T) (g genuineGoldens) {
	t.Helper()
	if err := genuine.ReadGoldens("tokenizers.json.gz", &g); err != nil {
		t.Fatal(err)
	}
	if len(g.Texts) < 4000 || len(g.PreTokenizers) < 30 {
		t.Fatalf("only %d texts and %d pre-tokenizers", len(g.Texts), len(g.PreTokenizers))
	}
	return g
}

// TestGenuineTokenizers compares the tokenizers of Gemma 3, Llama 2, 3 and 3.1,
// and Qwen3 with the reference, by tests/reference/genuine_tokenizer_goldens.py.
func TestGenuineTokenizers(t *testing.T) {
	g := readGenuine(t)
	for _, name := range genuine.Names {
		t.Run(name, func(t *testing.T) {
			tok, want := loadGenuine(t, name), g.Tokenizers[name]
			if !slices.Equal(tok.Begin(), want.Begin) {
				t.Errorf("begins with %v, want %v", tok.Begin(), want.Begin)
			}
			folder, err := genuine.Tokenizer(name)
			if err != nil {
				t.Fatal(err)
			}
			whole, err := LoadPretrained(folder, filepath.Join(folder, "tokenizer.json"))
			if err == nil {
				err = whole.Generates()
			}
			if err != nil {
				t.Fatal(err)
			}
			if got, want := whole.SpecialToken("eos_token"), map[string]string{"gemma3": "<end_of_turn>", "llama2": "</s>", "llama3": "<|end_of_text|>", "llama3_1": "<|eot_id|>", "qwen3": "<|im_end|>"}[name]; got != want {
				t.Errorf("eos_token is %q, want %q", got, want)
			}
			bad := 0
			for i, text := range g.Texts {
				control := encodeUpTo(t, tok, Part{string(text), true})
				loaded := whole.Append(nil, Part{string(text), true})
				if want.Loaded == nil && !slices.Equal(loaded, control) || want.Loaded != nil && digest(compact(t, loaded)) != want.Loaded[i] {
					t.Errorf("text %d %q: %v by the class, transformers differs", i, text, loaded)
				}
				plain := encodeUpTo(t, tok, Part{string(text), false})
				if digest(compact(t, control), compact(t, plain)) != want.Encoded[i] {
					if bad++; bad < 6 {
						t.Errorf("text %d %q: got %v and %v, the reference differs", i, text, control, plain)
					}
				}
			}
			for i, ids := range want.Decoding {
				all, skipped := tok.Decode(ids, false), tok.Decode(ids, true)
				if digest(all, skipped) != want.Decoded[i] {
					if bad++; bad < 6 {
						t.Errorf("ids %v: got %q and %q, the reference differs", ids, all, skipped)
					}
				}
				d, stream := tok.NewStream(), []byte(nil)
				for _, id := range ids {
					stream = d.Append(stream, id)
				}
				if got := string(d.Flush(stream)); got != skipped {
					t.Errorf("ids %v: streamed %q, decoded %q", ids, got, skipped)
				}
			}
			if bad > 0 {
				t.Errorf("%d of %d differ", bad, len(g.Texts)+len(want.Decoding))
			}
			for _, piece := range []string{"a", " ", "🙂", "!", "'s", " \n", "<|im_"} { // quadratic merging would be seen
				text := strings.Repeat(piece, 1<<15)
				if got := tok.Decode(encodeUpTo(t, tok, Part{Text: text}), true); got != text {
					t.Errorf("%q repeated comes back as %.20q…", piece, got)
				}
			}
		})
	}
}

func TestPreTokenizersEqualTheReference(t *testing.T) {
	g := readGenuine(t)
	for _, p := range g.PreTokenizers {
		tok := preTokenizerParser{}
		words, err := tok.parse("pre_tokenizer", p.Config)
		if err != nil {
			t.Errorf("%s: %v", p.Config, err)
			continue
		}
		bad := 0
		for i, want := range p.Pieces {
			var pieces []string
			if len(g.Texts[i]) == 0 {
				continue // gets no further than encodePiece
			}
			words.split([]byte(validUTF8(string(g.Texts[i]))), &scratch{}, func(word []byte) {
				if tok.byteLevel {
					word = appendByteChars(nil, word)
				}
				pieces = append(pieces, string(word))
			})
			if digest(pieces...) != want {
				if bad++; bad < 4 {
					t.Errorf("%s: text %d %q: got %q, the reference differs", p.Config, i, g.Texts[i], pieces)
				}
			}
		}
		if bad > 0 {
			t.Errorf("%s: %d of %d differ", p.Config, bad, len(p.Pieces))
		}
	}
}

func BenchmarkGenuine(b *testing.B) {
	for _, name := range genuine.Names {
		folder, err := genuine.Tokenizer(name)
		if err != nil {
			b.Fatal(err)
		}
		data, err := os.ReadFile(filepath.Join(folder, "tokenizer.json"))
		if err != nil {
			b.Fatal(err)
		}
		var tok *Tokenizer
		b.Run(name+"/load", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if tok, err = Parse(data); err != nil {
					b.Fatal(err)
				}
			}
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			runtime.KeepAlive(tok)
			tok = nil
			runtime.GC()
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(before.HeapAlloc-after.HeapAlloc)/(1<<20), "MiB-kept")
		})
		tok, _ = Parse(data)
		ids := make([]int32, 0, 1<<20)
		for _, c := range benchmarkTexts {
			b.Run(name+"/"+c.name, func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(len(c.text)))
				for b.Loop() {
					ids = tok.Append(ids[:0], Part{Text: c.text})
				}
			})
		}
	}
}
