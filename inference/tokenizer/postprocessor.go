package tokenizer

import (
	"encoding/json"
	"fmt"
)

// template reads the post-processor, as far as it concerns a single text.
func (f *file) template(t *Tokenizer) (template, error) {
	const field = "post_processor"
	kind, err := kindOf(field, f.PostProcessor)
	if err != nil {
		return template{}, err
	}
	switch kind {
	case "":
		return template{}, nil
	case "TemplateProcessing":
		return templateProcessing(field, f.PostProcessor, t.TokenID)
	case "BertProcessing":
		return f.bertProcessing(field, t)
	}
	return template{}, unsupported(field+".type", fmt.Sprintf("%q", kind), "TemplateProcessing, BertProcessing")
}

func templateProcessing(field string, raw json.RawMessage, tokenID func(string) (int64, bool)) (template, error) {
	type piece struct {
		ID     string `json:"id"`
		TypeID int64  `json:"type_id"`
	}
	var p struct {
		Single []struct {
			SpecialToken *piece
			Sequence     *piece
		} `json:"single"`
		SpecialTokens map[string]struct {
			IDs []int64 `json:"ids"`
		} `json:"special_tokens"`
	}
	if err := json.Unmarshal(raw, &p); err != nil {
		return template{}, fmt.Errorf("%s can't be read: %w", field, err)
	}
	var out template
	texts := 0
	for i, s := range p.Single {
		at := fmt.Sprintf("%s.single[%d]", field, i)
		switch {
		case s.Sequence != nil && s.Sequence.ID == "A":
			texts++
			out.textType = s.Sequence.TypeID
		case s.SpecialToken != nil:
			special, ok := p.SpecialTokens[s.SpecialToken.ID]
			if !ok || len(special.IDs) == 0 {
				return template{}, fmt.Errorf("%s is %q, which %s.special_tokens doesn't have: fetch or export the file again",
					at, s.SpecialToken.ID, field)
			}
			for _, id := range special.IDs {
				if err := inVocabulary(at, s.SpecialToken.ID, id, tokenID); err != nil {
					return template{}, err
				}
				if out.add(id, s.SpecialToken.TypeID, texts > 0); out.special > maxSpecial {
					return template{}, fmt.Errorf("%s.single adds more than %d tokens to a text: %s", field, maxSpecial, fetchAgain)
				}
			}
		default:
			return template{}, fmt.Errorf("%s is neither a special token nor the sequence A: fetch or export the file again", at)
		}
	}
	if texts != 1 {
		return template{}, fmt.Errorf("%s.single has the sequence A %d times, once is needed: fetch or export the file again", field, texts)
	}
	return out, nil
}

func (f *file) bertProcessing(field string, t *Tokenizer) (template, error) {
	var p struct {
		Sep, Cls []any
	}
	if err := json.Unmarshal(f.PostProcessor, &p); err != nil {
		return template{}, fmt.Errorf("%s can't be read: %w", field, err)
	}
	var out template
	for name, pair := range map[string][]any{"cls": p.Cls, "sep": p.Sep} {
		if len(pair) != 2 {
			return template{}, fmt.Errorf("%s.%s is not a token and its id: fetch or export the file again", field, name)
		}
		token, _ := pair[0].(string)
		id, ok := pair[1].(float64)
		if !ok {
			return template{}, fmt.Errorf("%s.%s is not a token and its id: fetch or export the file again", field, name)
		}
		if err := inVocabulary(field+"."+name, token, int64(id), t.TokenID); err != nil {
			return template{}, err
		}
		out.add(int64(id), 0, name == "sep")
	}
	return out, nil
}

// inVocabulary checks that a template's token is one of the vocabulary.
func inVocabulary(field, token string, id int64, tokenID func(string) (int64, bool)) error {
	if known, ok := tokenID(token); !ok || known != id {
		return fmt.Errorf("%s is %q with the id %d, which the vocabulary doesn't have: fetch or export the file again", field, token, id)
	}
	return nil
}

func (t *template) add(id, typeID int64, after bool) {
	if after {
		t.after, t.afterType = append(t.after, id), append(t.afterType, typeID)
	} else {
		t.before, t.beforeType = append(t.before, id), append(t.beforeType, typeID)
	}
	t.special++
}
