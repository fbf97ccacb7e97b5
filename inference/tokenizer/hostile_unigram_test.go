package tokenizer

import (
	"encoding/base64"
	"encoding/binary"
	"path/filepath"
	"strings"
	"testing"
)

// charsmapOf is a Precompiled normalizer of a double array, whose units of lets make,
// and of texts.
func charsmapOf(units int, of func(i uint32) uint32, texts string) map[string]any {
	data := binary.LittleEndian.AppendUint32(nil, uint32(4*units))
	for i := range uint32(units) {
		data = binary.LittleEndian.AppendUint32(data, of(i))
	}
	return fieldsOf("normalizer", fieldsOf("type", "Precompiled", "precompiled_charsmap", base64.StdEncoding.EncodeToString(append(data, texts...))))
}

func hostileUnigram() map[string]hostile {
	model := func(pairs ...any) map[string]any { return fieldsOf("model", fieldsOf(pairs...)) }
	pieces := func(n, size int) []any {
		return append([]any{[]any{"<u>", 0}}, repeated(n, func(i int) any { return []any{strings.Repeat("a", (i+1)*size/n), -float64(i)} })...)
	}
	// All units lead to 'a' below them: each is below each.
	everywhere := func(i uint32) uint32 { return i&0xFF | (i&0xFF00|0x100)<<10 }
	return map[string]hostile{
		"a piece of 1 MB":         {model("vocab", pieces(1, 1<<20)), "a", "model.vocab[1] has 1048576 bytes"},
		"long pieces, all alike":  {model("vocab", pieces(maxPiece, maxPiece)), "a", ""},
		"too many pieces":         {model("vocab", lazy(func() any { return pieces(maxID+1, 8) })), "a", "model.vocab has more than"},
		"no place for unknown":    {model("unk_id", 7), "a", "model.unk_id is 7, a place in model.vocab"},
		"no number for a score":   {model("vocab", []any{[]any{"<u>", "x"}}), "a", "model.vocab[0] is"},
		"an endless score":        {fieldsOf("model", fieldsOf("vocab", []any{[]any{"<u>", jsonNumber("1e999")}})), "a", "model.vocab[0] is"},
		"a map that grows a text": {charsmapOf(512, func(i uint32) uint32 { return map[uint32]uint32{0: 256 << 10, 256 ^ 'a': 'a' | 1<<8, 'b': 1 << 31}[i] }, strings.Repeat("x", 1<<16)), "a", "normalizer writes up to"},
		"a map of circles":        {charsmapOf(1<<16, everywhere, "x"), "a", ""},
		"a map that is too long":  {charsmapOf(4, func(uint32) uint32 { return 0 }, "\xff"), "a", "its texts aren't UTF-8"},
		"a map without a table":   {fieldsOf("normalizer", fieldsOf("type", "Precompiled", "precompiled_charsmap", "////fwAA")), "a", "its table has"},
	}
}

// jsonNumber is a number as it is written.
type jsonNumber string

// MarshalJSON implements json.Marshaler.
func (n jsonNumber) MarshalJSON() ([]byte, error) { return []byte(n), nil }

func TestHostileUnigram(t *testing.T) {
	base := fieldsOf("model", fieldsOf("type", "Unigram", "unk_id", 0, "vocab", []any{[]any{"<u>", 0}, []any{"a", -1}, []any{"b", -2}, []any{"ab", -2.5}}))
	load := func(path string) (func(string) int, error) {
		tok, err := LoadPretrained(filepath.Dir(path), path)
		if err != nil {
			return nil, err
		}
		return func(text string) int { return len(tok.EncodeOffsets(text, 0).IDs) }, nil
	}
	for name, h := range hostileUnigram() {
		t.Run(name, func(t *testing.T) { attack(t, h, base, load) })
	}
}
