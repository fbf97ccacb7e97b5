package tokenizer

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
)

// parsePostProcessor reads what is put around a text, and around a pair.
func (t *Tokenizer) parsePostProcessor(field string, raw json.RawMessage) error {
	t.single, t.pair = without()
	t.trims = trim{}
	return t.addPostProcessor(field, raw)
}

func (t *Tokenizer) addPostProcessor(field string, raw json.RawMessage) error {
	kind, err := kindOf(field, raw)
	if err != nil || kind == "" {
		return err
	}
	switch kind {
	case "ByteLevel": // it only moves offsets
		var p byteLevelPart
		if err := decode(field, raw, &p); err != nil {
			return err
		}
		t.trims = trim{p.TrimOffsets, p.AddPrefixSpace}
		return nil
	case "TemplateProcessing":
		return t.addTemplates(field, raw)
	case "BertProcessing", "RobertaProcessing":
		return t.addClassic(field, kind, raw)
	case "Sequence":
		parts, err := sequence(field, raw, "processors")
		if err != nil {
			return err
		}
		for i, part := range parts {
			if err := t.addPostProcessor(fmt.Sprintf("%s.processors[%d]", field, i), part); err != nil {
				return err
			}
		}
		return nil
	}
	return unsupported(field+".type", fmt.Sprintf("%.40q", kind), "TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel, Sequence, null")
}

// setTemplates takes what a post-processor puts around a text and around a pair.
func (t *Tokenizer) setTemplates(field string, single, pair template) error {
	if t.single.special > 0 || t.pair.special > 0 {
		return unsupported(field, "one more template", "one that adds tokens")
	}
	t.single, t.pair = single, pair
	return nil
}

// addTemplates reads TemplateProcessing.
func (t *Tokenizer) addTemplates(field string, raw json.RawMessage) error {
	var p struct {
		Type          string
		Single        []templatePart `json:"single"`
		Pair          []templatePart `json:"pair"`
		SpecialTokens map[string]struct {
			ID     string   `json:"id"`
			IDs    []int32  `json:"ids"`
			Tokens []string `json:"tokens"`
		} `json:"special_tokens"`
	}
	if err := decode(field, raw, &p); err != nil {
		return err
	}
	read := func(name string, parts []templatePart) (out template, err error) {
		texts := map[int8]int{}
		for i, s := range parts {
			at := fmt.Sprintf("%s.%s[%d]", field, name, i)
			switch {
			case s.Sequence != nil && (s.Sequence.ID == "A" || s.Sequence.ID == "B"):
				text := firstText + int8(s.Sequence.ID[0]-'A')
				texts[text]++
				out.addText(text, s.Sequence.TypeID)
			case s.SpecialToken != nil:
				special, ok := p.SpecialTokens[s.SpecialToken.ID]
				if !ok || len(special.IDs) == 0 {
					return out, fmt.Errorf("%s is %q, which %s.special_tokens doesn't have: %s", at, s.SpecialToken.ID, field, fetchAgain)
				}
				for _, id := range special.IDs {
					if err := t.inVocabulary(at, s.SpecialToken.ID, id); err != nil {
						return out, err
					}
					if out.addToken(id, s.SpecialToken.TypeID); out.special > maxSpecial {
						return out, fmt.Errorf("%s.%s adds more than %d tokens to a text: %s", field, name, maxSpecial, fetchAgain)
					}
				}
			default:
				return out, fmt.Errorf("%s is neither a special token nor the sequence A or B: %s", at, fetchAgain)
			}
		}
		if texts[firstText] != 1 {
			return out, fmt.Errorf("%s.%s has the sequence A %d times, once is needed: %s", field, name, texts[firstText], fetchAgain)
		}
		if want := map[string]int{"pair": 1}[name]; texts[secondText] != want {
			return out, fmt.Errorf("%s.%s has the sequence B %d times, %d is needed: %s", field, name, texts[secondText], want, fetchAgain)
		}
		return out, nil
	}
	single, err := read("single", p.Single)
	if err != nil {
		return err
	}
	var pair template
	if len(p.Pair) > 0 {
		if pair, err = read("pair", p.Pair); err != nil {
			return err
		}
	}
	return t.setTemplates(field, single, pair)
}

// templatePart is a special token, or a place for a text.
type templatePart struct {
	SpecialToken, Sequence *struct {
		ID     string `json:"id"`
		TypeID int32  `json:"type_id"`
	}
}

// addClassic reads BertProcessing and RobertaProcessing.
func (t *Tokenizer) addClassic(field, kind string, raw json.RawMessage) error {
	p := struct {
		Type           string
		Sep            []json.RawMessage `json:"sep"`
		Cls            []json.RawMessage `json:"cls"`
		TrimOffsets    *bool             `json:"trim_offsets"`
		AddPrefixSpace *bool             `json:"add_prefix_space"`
	}{}
	if err := decode(field, raw, &p); err != nil {
		return err
	}
	roberta := kind == "RobertaProcessing"
	if !roberta && (p.TrimOffsets != nil || p.AddPrefixSpace != nil) {
		return fmt.Errorf("%s is BertProcessing, which has no trim_offsets and add_prefix_space: %s", field, fetchAgain)
	}
	var ids [2]int32
	for i, pair := range [][]json.RawMessage{p.Cls, p.Sep} {
		name := []string{"cls", "sep"}[i]
		var token string
		if len(pair) != 2 || cmp.Or(json.Unmarshal(pair[0], &token), json.Unmarshal(pair[1], &ids[i])) != nil {
			return fmt.Errorf("%s.%s is not a token and its id: %s", field, name, fetchAgain)
		}
		if err := t.inVocabulary(field+"."+name, token, ids[i]); err != nil {
			return err
		}
	}
	if roberta {
		t.trims = trim{p.TrimOffsets == nil || *p.TrimOffsets, p.AddPrefixSpace == nil || *p.AddPrefixSpace}
	}
	single, pair := classic(ids[0], ids[1], roberta)
	return t.setTemplates(field, single, pair)
}

// classic are the templates of BERT and RoBERTa.
func classic(cls, sep int32, roberta bool) (single, pair template) {
	single.addToken(cls, 0)
	single.addText(firstText, 0)
	single.addToken(sep, 0)
	pair.pieces, pair.special = slices.Clone(single.pieces), single.special
	second := int32(1)
	if roberta {
		second = 0
		pair.addToken(sep, 0)
	}
	pair.addText(secondText, second)
	pair.addToken(sep, second)
	return single, pair
}

// inVocabulary checks that a template's token is one of the vocabulary.
func (t *Tokenizer) inVocabulary(field, token string, id int32) error {
	if known, ok := t.TokenID(token); !ok || known != id {
		return fmt.Errorf("%s is %q with the id %d, which the vocabulary doesn't have: %s", field, token, id, fetchAgain)
	}
	return nil
}
