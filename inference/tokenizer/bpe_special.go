package tokenizer

import (
	"encoding/json"
	"errors"
	"fmt"
)

// parseAdded reads the added tokens; it returns them with the ids that count.
func (t *BPE) parseAdded(raw json.RawMessage) ([]addedToken, error) {
	t.added.ids = map[string]int32{}
	tokens, err := parseTokens(raw)
	if err != nil {
		return nil, err
	}
	var size addedSize
	kept, largest := tokens[:0], int32(-1)
	for i, token := range tokens {
		if token.Content == "" {
			continue
		}
		at := fmt.Sprintf("added_tokens[%d] (%.40q)", i, token.Content)
		if _, ok := t.added.ids[token.Content]; ok {
			return nil, fmt.Errorf("%s is there twice: %s", at, fetchAgain)
		}
		id, ok := t.vocabulary.id(token.Content)
		if !ok {
			id = max(int32(t.vocabulary.count), largest+1) // as the reference numbers them
		}
		if int64(id) != token.ID {
			return nil, fmt.Errorf("%s.id is %d, but by model.vocab it is %d: %s", at, token.ID, id, fetchAgain)
		}
		if id >= int32(t.vocabulary.count) {
			largest = max(largest, id)
		}
		if _, isByte := byteToken([]byte(token.Content)); isByte && token.Special && t.decoder.fallback {
			return nil, unsupportedBPE(at+".special", "true for a byte", "false")
		}
		t.added.ids[token.Content] = id
		kept = append(kept, token)
		if err := t.addToken(at, token, &size); err != nil {
			return nil, err
		}
	}
	return kept, errors.Join(t.added.raw.check(), t.added.normalized.check())
}

func (t *BPE) addToken(at string, token addedToken, size *addedSize) error {
	if err := size.add(token.Content); err != nil {
		return err
	}
	if !token.Normalized || t.normalizer == nil {
		t.added.raw.add(token.Content, token)
		return nil
	}
	if token.Special {
		return unsupportedBPE(at+".normalized", "true for a special token", "false")
	}
	normalized := string(t.normalizer.normalize(nil, []byte(token.Content)))
	if normalized == "" {
		return nil
	}
	t.added.normalized.add(normalized, token)
	return size.add(normalized)
}

// parseBegin reads what the post-processor puts before a single text. Of ByteLevel
// it only moves offsets, which aren't given here.
func (t *BPE) parseBegin(field string, raw json.RawMessage) ([]int32, error) {
	kind, err := kindOf(field, raw)
	if err != nil {
		return nil, err
	}
	switch kind {
	case "":
		return nil, nil
	case "ByteLevel":
		var p byteLevelPart
		return nil, decode(field, raw, &p)
	case "TemplateProcessing":
		return t.parseTemplate(field, raw)
	case "Sequence":
		parts, err := sequence(field, raw, "processors")
		if err != nil {
			return nil, err
		}
		var begin []int32
		for i, part := range parts {
			ids, err := t.parseBegin(fmt.Sprintf("%s.processors[%d]", field, i), part)
			if err != nil {
				return nil, err
			}
			begin = append(ids, begin...) // each goes around what the one before made
		}
		return begin, nil
	}
	return nil, unsupportedBPE(field+".type", fmt.Sprintf("%.40q", kind), "TemplateProcessing, ByteLevel, Sequence, null")
}

func (t *BPE) parseTemplate(field string, raw json.RawMessage) ([]int32, error) {
	template, err := templateProcessing(field, raw, func(token string) (int64, bool) {
		id, ok := t.TokenID(token)
		return int64(id), ok
	})
	if err != nil {
		return nil, err
	}
	if len(template.after) > 0 {
		return nil, unsupportedBPE(field+".single", "a template with tokens after the text", "tokens before the text")
	}
	var begin []int32
	for _, id := range template.before {
		begin = append(begin, int32(id))
	}
	return begin, nil
}
