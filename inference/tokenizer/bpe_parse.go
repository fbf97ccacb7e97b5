package tokenizer

import (
	"bytes"
	"encoding/json"
	"fmt"
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
	var pairs []uint64
	var both []byte
	err := array(raw, func(value []byte) error {
		a, b, err := mergeOf(value)
		if err != nil {
			return fmt.Errorf("model.merges[%d] is %.60s, not two tokens: %s", len(pairs), value, fetchAgain)
		}
		both = append(append(both[:0], a...), b...)
		left, ok1 := t.vocabulary.id(asString(a))
		right, ok2 := t.vocabulary.id(asString(b))
		merged, ok3 := t.vocabulary.id(asString(both))
		if !ok1 || !ok2 || !ok3 {
			return fmt.Errorf("model.merges[%d] is %.60s, but model.vocab lacks one of the two or what they make: %s", len(pairs), value, fetchAgain)
		}
		if len(pairs) == maxMerges {
			return fmt.Errorf("model.merges has more than %d entries: %s", maxMerges, fetchAgain)
		}
		pairs = append(pairs, pairKey(left, right))
		t.results = append(t.results, merged)
		return nil
	})
	if err == errJSON {
		return fmt.Errorf("model.merges is not a list: %s", fetchAgain)
	}
	if err != nil {
		return err
	}
	t.merges = newPairTable(len(pairs))
	for rank, p := range pairs { // of equal ones the last counts, as in the reference
		t.merges.set(int32(p>>32), int32(uint32(p)), uint32(rank))
	}
	t.joins = newRuneJoins(t, pairs)
	return nil
}

func mergeOf(raw []byte) (a, b []byte, err error) {
	if raw[0] == '"' {
		both, err := unquote(raw)
		if err != nil {
			return nil, nil, err
		}
		a, b, ok := bytes.Cut(both, []byte{' '})
		if !ok || bytes.IndexByte(b, ' ') >= 0 {
			return nil, nil, errJSON
		}
		return a, b, nil
	}
	rest := skipSpace(raw[1:]) // no closures: there are half a million of these
	if raw[0] != '[' {
		return nil, nil, errJSON
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
		n = stringLength(raw)
	}
	if n == 0 {
		return nil, nil, errJSON
	}
	if token, err = unquote(raw[:n]); err != nil {
		return nil, nil, err
	}
	rest = skipSpace(raw[n:])
	if len(rest) == 0 || rest[0] != mark {
		return nil, nil, errJSON
	}
	return token, skipSpace(rest[1:]), nil
}
