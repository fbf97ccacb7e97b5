package tokenizer

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestValidUTF8 compares with CPython 3.11: bytes.decode("utf-8", "replace").
func TestValidUTF8(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                      "plain",
		"\x80":                       "\ufffd",
		"\xff\xfe":                   "\ufffd\ufffd",
		"\xe2\x82":                   "\ufffd",
		"\xe2\x82a":                  "\ufffda",
		"\xf0\x9f\x98":               "\ufffd",
		"\xf0\x9f\xffa":              "\ufffd\ufffda",
		"\xed\xa0\x80":               "\ufffd\ufffd\ufffd",
		"\xc0\xaf":                   "\ufffd\ufffd",
		"\xe0\x80\xaf":               "\ufffd\ufffd\ufffd",
		"\xf4\x90\x80\x80":           "\ufffd\ufffd\ufffd\ufffd",
		"a\xc3(\xe4\xbd\xa0\xf1\x80": "a\ufffd(你\ufffd",
	} {
		if got := validUTF8(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// TestFilesThatAreRefused checks that nothing is approximated.
func TestFilesThatAreRefused(t *testing.T) {
	const model = `"model": {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {"[UNK]": 0, "a": 1}}`
	for in, want := range map[string]string{
		``:                                 "not a tokenizer.json",
		`{"model": {"type": "WordLevel"}}`: `model.type is "WordLevel", which is not supported`,
		`{"model": {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {}}}`:                                     "model.vocab is not an object",
		`{"model": {"type": "WordPiece", "unk_token": "[UNK]", "vocab": ["a"]}}`:                                  "model.vocab is not an object",
		`{"model": {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {"a": 1}}}`:                               `model.unk_token is "[UNK]", which model.vocab doesn't have`,
		`{"model": {"type": "WordPiece", "unk_token": "a", "vocab": {"a": -1}}}`:                                  `model.vocab gives "a" the id -1`,
		`{` + model + `, "normalizer": {"type": "Precompiled"}}`:                                                  `normalizer.precompiled_charsmap can't be read`,
		`{` + model + `, "normalizer": {"type": "BertNormalizer", "extra": 1}}`:                                   `normalizer can't be read: unknown field "extra"`,
		`{` + model + `, "normalizer": {}}`:                                                                       "normalizer has no type",
		`{` + model + `, "normalizer": {"type": "Sequence", "normalizers": [{"type": "Other"}]}}`:                 `normalizer.normalizers[0].type is "Other"`,
		`{` + model + `, "normalizer": {"type": "Replace", "pattern": {"Regex": "(a+)+"}, "content": ""}}`:        "normalizer.pattern.Regex is",
		`{` + model + `, "pre_tokenizer": {"type": "ByteLevel"}}`:                                                 `pre_tokenizer is ByteLevel, with a model that isn't BPE`,
		`{` + model + `, "pre_tokenizer": {"type": "Punctuation", "behavior": "Merged"}}`:                         `pre_tokenizer.behavior is "Merged"`,
		`{` + model + `, "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Other"}]}}`:            `pre_tokenizer.pretokenizers[0].type is "Other"`,
		`{` + model + `, "post_processor": {"type": "RobertaProcessing"}}`:                                        `post_processor.cls is not a token and its id`,
		`{` + model + `, "post_processor": {"type": "TemplateProcessing", "single": []}}`:                         "has the sequence A 0 times",
		`{` + model + `, "post_processor": {"type": "BertProcessing", "cls": ["[CLS]", 5], "sep": ["[SEP]", 6]}}`: "which the vocabulary doesn't have",
		`{` + model + `, "post_processor": {"type": "BertProcessing", "cls": ["[CLS]"], "sep": ["a", 1]}}`:        "is not a token and its id",
		`{` + model + `, "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}], "special_tokens": {}}}`: "which post_processor.special_tokens doesn't have",
	} {
		if _, err := Parse([]byte(in)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.90s: got %v, want %q", in, err, want)
		}
	}
}

// TestAddedTokensThatOverlap compares with tokenizers 0.23.3, by hand: a token of
// white space inside what another one strips is found all the same, and gives back
// what follows it. Where the reference panics, or answers by chance, the file is
// refused.
func TestAddedTokensThatOverlap(t *testing.T) {
	const file = `{"normalizer": {"type": "Lowercase"}, "model": {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {"[UNK]": 0, "a": 1}}, "added_tokens": [`
	const strips = `{"id": 2, "content": "<r>", "rstrip": true}, `
	tok, err := Parse([]byte(file + strips + `{"id": 3, "content": " "}]}`))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][]int32{"<r>  a": {2, 3, 3, 1}, "a  <r>   ": {1, 3, 3, 2, 3, 3, 3}, "<r> ": {2, 3}} {
		if e := tok.Encode(text, 0); !slices.Equal(e.IDs, want) {
			t.Errorf("%q: %v, want %v", text, e.IDs, want)
		}
	}
	for tokens, want := range map[string]string{
		strips + `{"id": 3, "content": " ", "lstrip": true}`:                                                 `the added token " " is white space and has lstrip, and "<r>" has rstrip`,
		`{"id": 2, "content": "Good", "normalized": true}, {"id": 3, "content": "GOOD", "normalized": true}`: `the added tokens "Good" and "GOOD" are the same once they are normalized`,
	} {
		if _, err := Parse([]byte(file + tokens + "]}")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", tokens, err, want)
		}
	}
}

func TestTruncationOnTheLeft(t *testing.T) {
	tok, err := Parse([]byte(`{"truncation": {"direction": "Left", "max_length": 2, "strategy": "LongestFirst", "stride": 0},
		"padding": {"pad_id": 7},
		"pre_tokenizer": {"type": "WhitespaceSplit"}, "post_processor": {"type": "BertProcessing", "cls": ["c", 1], "sep": ["s", 2]},
		"model": {"type": "WordPiece", "unk_token": "u", "vocab": {"u": 0, "c": 1, "s": 2, "a": 3, "b": 4, "d": 5}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if e := tok.Encode("a b d", 4); !slices.Equal(e.IDs, []int32{1, 4, 5, 2}) || !e.Cut {
		t.Errorf("got %+v", e)
	}
	if e := tok.Encode("a b d", 0); len(e.IDs) != 5 {
		t.Errorf("the file's own max_length was used: %+v", e)
	}
	if tok.PadID() != 7 || tok.VocabSize() != 6 {
		t.Errorf("pad id %d, size %d", tok.PadID(), tok.VocabSize())
	}
}

// TestLongInputIsLinear would take hours if a long word were tried piece by
// piece from every place.
func TestLongInputIsLinear(t *testing.T) {
	tok := loadFile(t, "bundled")
	for _, s := range []string{strings.Repeat("a", 5<<20), strings.Repeat("é", 2<<20), strings.Repeat("\u0301", 1<<20), strings.Repeat("[SEP", 1<<20), strings.Repeat("[SEP]", 1<<18)} {
		if e := tok.Encode(s, 512); len(e.IDs) > 512 {
			t.Errorf("%.10q…: %d ids", s, len(e.IDs))
		}
	}
}

func FuzzEncode(f *testing.F) {
	for _, seed := range []string{"This is great!", "", "[SEP] [MASK]", "e\u0301\u200d漢", "\xf0\x9f\x98", strings.Repeat("a", 200)} {
		f.Add(seed, 16)
	}
	tok := loadFile(f, "bundled")
	first := tok.Encode("", 0).IDs
	f.Fuzz(func(t *testing.T, text string, limit int) {
		if limit < 0 || limit > 1000 {
			limit = 0
		}
		e := tok.Encode(text, limit)
		if again := tok.Encode(text, limit); !slices.Equal(e.IDs, again.IDs) {
			t.Errorf("%q: %v, then %v", text, e.IDs, again.IDs)
		}
		if limit >= 2 && len(e.IDs) > limit || len(e.TypeIDs) != len(e.IDs) {
			t.Errorf("%q: %d ids, limit %d", text, len(e.IDs), limit)
		}
		if e.IDs[0] != first[0] || e.IDs[len(e.IDs)-1] != first[1] {
			t.Errorf("%q: %v isn't framed by %v", text, e.IDs, first)
		}
		for _, id := range e.IDs {
			if id < 0 || id >= int32(tok.VocabSize()) {
				t.Errorf("%q: id %d is not of the vocabulary", text, id)
			}
		}
		if !utf8.ValidString(validUTF8(text)) {
			t.Errorf("%q is not made valid", text)
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	tok := loadFile(b, "base")
	for name, s := range map[string]string{
		"short": "This was a terrible waste of time.",
		"long":  strings.Repeat("The staff were friendly, the room was clean and breakfast was included. ", 20),
		"mixed": "Ça va très bien — 你好，世界。 Привет! 👨‍👩‍👧",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(s)))
			for b.Loop() {
				tok.Encode(s, 512)
			}
		})
	}
}
