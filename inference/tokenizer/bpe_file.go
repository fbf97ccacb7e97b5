package tokenizer

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

const fetchAgain = "fetch or export the file again"

// unsupportedBPE is the error for a part of the file that isn't understood.
func unsupportedBPE(field, value, known string) error {
	return fmt.Errorf("%s is %s, which is not supported (supported: %s): use a model with a tokenizer.json like Gemma's, Llama's or Qwen's", field, value, known)
}

// fileFields are those of a tokenizer.json.
var fileFields = []string{"version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model"}

// ParseBPE reads the content of a tokenizer.json. Its errors name the field.
func ParseBPE(data []byte) (*BPE, error) {
	t, _, err := parseBPE(data)
	return t, err
}

// parseBPE returns the added tokens too.
func parseBPE(data []byte) (*BPE, []addedToken, error) {
	if !utf8.Valid(data) {
		return nil, nil, fmt.Errorf("not a tokenizer.json (it isn't UTF-8): %s", fetchAgain)
	}
	all, err := fields(data, fileFields...)
	if err != nil {
		return nil, nil, fmt.Errorf("not a tokenizer.json: %w", err)
	}
	for _, field := range []string{"normalizer", "pre_tokenizer", "post_processor", "decoder"} {
		if err := checkPart(field, all[field]); err != nil {
			return nil, nil, err
		}
	}
	t := &BPE{unknown: -1}
	t.scratch.New = t.newScratch
	if t.words, err = t.parsePreTokenizer("pre_tokenizer", all["pre_tokenizer"]); err != nil {
		return nil, nil, err
	}
	if err := t.parseModel(all["model"]); err != nil {
		return nil, nil, err
	}
	if t.normalizer, err = parseNormalizer("normalizer", all["normalizer"]); err != nil {
		return nil, nil, err
	}
	if err := checkWork("normalizer", t.normalizer); err != nil {
		return nil, nil, err
	}
	if t.decoder, err = parseDecoder("decoder", all["decoder"]); err != nil {
		return nil, nil, err
	}
	added, err := t.parseAdded(all["added_tokens"])
	if err != nil {
		return nil, nil, err
	}
	if t.begin, err = t.parseBegin("post_processor", all["post_processor"]); err != nil {
		return nil, nil, err
	}
	t.pieces = newPieceTable(t, added)
	t.boundTokens(added)
	return t, added, nil
}

func (t *BPE) parseModel(raw json.RawMessage) error {
	all, err := fields(raw, "type", "dropout", "unk_token", "continuing_subword_prefix",
		"end_of_word_suffix", "fuse_unk", "byte_fallback", "ignore_merges", "vocab", "merges")
	if err != nil {
		return fmt.Errorf("model: %w", err)
	}
	if kind := string(all["type"]); kind != `"BPE"` {
		return unsupportedBPE("model.type", fmt.Sprintf("%.40s", cmp.Or(kind, "missing")), `"BPE"`)
	}
	for _, name := range []string{"dropout", "continuing_subword_prefix", "end_of_word_suffix"} {
		if v := string(all[name]); v != "" && v != "null" && v != `""` && v != "0.0" && v != "0" {
			return unsupportedBPE("model."+name, fmt.Sprintf("%.40s", v), "null")
		}
	}
	var unknown *string
	var byteFallback bool
	for name, v := range map[string]any{"unk_token": &unknown, "fuse_unk": &t.fuseUnknown,
		"byte_fallback": &byteFallback, "ignore_merges": &t.ignoreMerges} {
		if len(all[name]) > 0 {
			if err := json.Unmarshal(all[name], v); err != nil {
				return fmt.Errorf("model.%s is %.40s, which is no value for it: %s", name, all[name], fetchAgain)
			}
		}
	}
	if err := t.parseVocabulary(all["vocab"]); err != nil {
		return err
	}
	if unknown != nil {
		id, ok := t.vocabulary.id(*unknown)
		if !ok {
			return fmt.Errorf("model.unk_token is %.40q, which model.vocab doesn't have: %s", *unknown, fetchAgain)
		}
		t.unknown = id
	}
	for b := range t.bytes {
		t.bytes[b] = -1
		if id, ok := t.vocabulary.id(fmt.Sprintf("<0x%02X>", b)); ok && byteFallback {
			t.bytes[b] = id
		}
	}
	t.findBytes()
	return t.parseMerges(all["merges"])
}

func (t *BPE) parseVocabulary(raw json.RawMessage) error {
	t.vocabulary = newVocabulary(bytes.Count(raw, []byte{','}) + 1)
	err := object(raw, func(token, value []byte) error {
		id, ok := number(value)
		if !ok {
			return fmt.Errorf("model.vocab gives %.40q the id %.40s: ids are whole numbers from 0 to %d: %s", token, value, maxID, fetchAgain)
		}
		if !t.vocabulary.add(token, id) {
			return fmt.Errorf("model.vocab gives %.40q the id %d, and the token or the id is there twice: %s", token, id, fetchAgain)
		}
		return nil
	})
	if err == errJSON || err == nil && t.vocabulary.count == 0 {
		return fmt.Errorf("model.vocab is not an object of tokens and their ids: %s", fetchAgain)
	}
	if err == nil {
		t.runes = newRuneIDs(t.vocabulary)
	}
	return err
}

// number reads an id.
func number(raw []byte) (int32, bool) {
	n := int32(0)
	for _, c := range raw {
		if c < '0' || c > '9' || n > maxID {
			return 0, false
		}
		n = 10*n + int32(c-'0')
	}
	return n, len(raw) > 0 && n <= maxID
}

// parseMerges reads merges as ["a", "b"] and as "a b".
func (t *BPE) parseMerges(raw json.RawMessage) error {
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
