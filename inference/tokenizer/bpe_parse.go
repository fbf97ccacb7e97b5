package tokenizer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sync"
	"unicode/utf8"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pythonjson"
)

// parseBPE reads a BPE model, whose words ByteLevel writes if byteLevel.
func parseBPE(f *file, byteLevel bool) (*bpe, *vocabulary, error) {
	t := &bpe{unknown: -1, byteLevel: byteLevel}
	for _, name := range []string{"dropout", "continuing_subword_prefix", "end_of_word_suffix"} {
		if v := string(f.model[name]); v != "" && v != "null" && v != `""` && v != "0.0" && v != "0" {
			return nil, nil, unsupported("model."+name, fmt.Sprintf("%.40s", v), "null")
		}
	}
	var unknown *string
	var byteFallback bool
	for name, v := range map[string]any{"unk_token": &unknown, "fuse_unk": &t.fuseUnknown,
		"byte_fallback": &byteFallback, "ignore_merges": &t.ignoreMerges} {
		if err := f.modelField(name, v); err != nil {
			return nil, nil, err
		}
	}
	var err error
	if t.vocabulary, err = f.words(); err != nil {
		return nil, nil, err
	}
	t.runes = newRuneIDs(t.vocabulary)
	if unknown != nil {
		id, ok := t.vocabulary.id(*unknown)
		if !ok {
			return nil, nil, fmt.Errorf("model.unk_token is %.40q, which model.vocab doesn't have: %s", *unknown, fetchAgain)
		}
		t.unknown = id
	}
	if t.bytes = byteTokens(t.vocabulary); !byteFallback {
		for b := range t.bytes {
			t.bytes[b] = -1
		}
	}
	t.findBytes()
	return t, t.vocabulary, t.parseMerges(f.model["merges"])
}

// parseMerges reads merges as ["a", "b"] and as "a b".
func (t *bpe) parseMerges(raw json.RawMessage) error {
	var parts []*mergePart
	var reading sync.WaitGroup
	read := func(p *mergePart) { reading.Go(func() { t.readMerges(p) }) }
	n, form := 0, byte(0)
	err := pythonjson.Elements(raw, func(value []byte) error {
		if n == 0 {
			form = value[0]
		} else if value[0] != form {
			return fmt.Errorf("model.merges[%d] is %.60s, and those before are of another form: %s", n, value, fetchAgain)
		}
		if n == maxMerges {
			return fmt.Errorf("model.merges has more than %d entries: %s", maxMerges, fetchAgain)
		}
		if n%mergesPerPart == 0 {
			if n > 0 {
				read(parts[len(parts)-1])
			}
			parts = append(parts, &mergePart{first: n, values: make([][]byte, 0, mergesPerPart)})
		}
		p := parts[len(parts)-1]
		p.values = append(p.values, value)
		n++
		return nil
	})
	if n > 0 {
		read(parts[len(parts)-1])
	}
	reading.Wait()
	for _, p := range parts {
		if p.err != nil {
			return p.err
		}
	}
	if err == pythonjson.ErrSyntax {
		return fmt.Errorf("model.merges is not a list: %s", fetchAgain)
	}
	if err != nil {
		return err
	}
	reading.Go(func() { t.joins = newRuneJoins(t, parts) })
	t.merges, t.results = newPairTable(n), make([]int32, 0, n)
	for _, p := range parts {
		for i, pair := range p.pairs { // of equal ones the last counts, as in the reference
			t.merges.set(int32(pair>>32), int32(uint32(pair)), uint32(p.first+i))
		}
		t.results = append(t.results, p.results...)
	}
	reading.Wait()
	return nil
}

// mergesPerPart is how many merges a goroutine reads. Looking up half a million of
// them is most of what loading Gemma 3's tokenizer takes.
const mergesPerPart = 1 << 13

// mergePart is a stretch of the merges.
type mergePart struct {
	first   int // its place
	values  [][]byte
	pairs   []uint64  // ids of the two
	results []int32   // id of what they make
	joins   [][2]rune // the characters that meet
	err     error
}

func (t *bpe) readMerges(p *mergePart) {
	p.pairs, p.results, p.joins = make([]uint64, 0, len(p.values)), make([]int32, 0, len(p.values)), make([][2]rune, 0, len(p.values))
	var both []byte
	merged := int32(-1)
	for i, value := range p.values {
		a, b, err := mergeOf(value)
		if err != nil {
			p.err = fmt.Errorf("model.merges[%d] is %.60s, not two tokens: %s", p.first+i, value, fetchAgain)
			return
		}
		both = append(append(both[:0], a...), b...)
		left, ok1 := t.vocabulary.id(asString(a))
		right, ok2 := t.vocabulary.id(asString(b))
		ok3 := true
		// Merges mostly come in the order of what they make.
		if !t.vocabulary.is(merged, both) {
			if merged++; !t.vocabulary.is(merged, both) {
				merged, ok3 = t.vocabulary.id(asString(both))
			}
		}
		if !ok1 || !ok2 || !ok3 {
			p.err = fmt.Errorf("model.merges[%d] is %.60s, but model.vocab lacks one of the two or what they make: %s", p.first+i, value, fetchAgain)
			return
		}
		last, _ := utf8.DecodeLastRune(a)
		first, _ := utf8.DecodeRune(b)
		p.pairs, p.results, p.joins = append(p.pairs, pairKey(left, right)), append(p.results, merged), append(p.joins, [2]rune{last, first})
	}
	p.values = nil
}

func mergeOf(raw []byte) (a, b []byte, err error) {
	if raw[0] == '"' {
		both, err := pythonjson.Unquote(raw)
		if err != nil {
			return nil, nil, err
		}
		a, b, ok := bytes.Cut(both, []byte{' '})
		if !ok || bytes.IndexByte(b, ' ') >= 0 {
			return nil, nil, pythonjson.ErrSyntax
		}
		return a, b, nil
	}
	rest := pythonjson.SkipSpace(raw[1:]) // no closures: there are half a million of these
	if raw[0] != '[' {
		return nil, nil, pythonjson.ErrSyntax
	}
	if a, rest, err = tokenBefore(rest, ','); err == nil {
		b, _, err = tokenBefore(rest, ']')
	}
	return a, b, err
}

// tokenBefore reads a string and the mark behind it.
func tokenBefore(raw []byte, mark byte) (token, rest []byte, err error) {
	n := 0
	if len(raw) > 0 && raw[0] == '"' {
		n = pythonjson.StringLength(raw)
	}
	if n == 0 {
		return nil, nil, pythonjson.ErrSyntax
	}
	if token, err = pythonjson.Unquote(raw[:n]); err != nil {
		return nil, nil, err
	}
	rest = pythonjson.SkipSpace(raw[n:])
	if len(rest) == 0 || rest[0] != mark {
		return nil, nil, pythonjson.ErrSyntax
	}
	return token, pythonjson.SkipSpace(rest[1:]), nil
}
