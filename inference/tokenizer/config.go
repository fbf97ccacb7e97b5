package tokenizer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// file is tokenizer.json.
type file struct {
	Truncation *struct{ Direction string } `json:"truncation"`
	Padding    *struct {
		PadID    int64  `json:"pad_id"`
		PadToken string `json:"pad_token"`
	} `json:"padding"`
	Added         json.RawMessage `json:"added_tokens"`
	Normalizer    json.RawMessage `json:"normalizer"`
	PreTokenizer  json.RawMessage `json:"pre_tokenizer"`
	PostProcessor json.RawMessage `json:"post_processor"`
	Model         struct {
		Type          string          `json:"type"`
		UnkToken      string          `json:"unk_token"`
		Prefix        *string         `json:"continuing_subword_prefix"`
		MaxInputChars *int            `json:"max_input_chars_per_word"`
		Vocab         json.RawMessage `json:"vocab"`
	} `json:"model"`

	added []addedToken
}

// Parse reads the content of a tokenizer.json, as the tokenizers library reads
// it. Its errors name the field.
func Parse(data []byte) (*Tokenizer, error) {
	f, err := parseFile(data)
	if err != nil {
		return nil, err
	}
	t, err := f.tokenizer()
	if err != nil {
		return nil, err
	}
	if err := t.finish(f); err != nil {
		return nil, err
	}
	return t, nil
}

func parseFile(data []byte) (*file, error) {
	f := &file{}
	if err := json.Unmarshal(data, f); err != nil {
		return nil, fmt.Errorf("not a tokenizer.json (%w): fetch or export it again", err)
	}
	var err error
	if f.added, err = parseTokens(f.Added); err != nil {
		return nil, err
	}
	var size addedSize
	for _, token := range f.added {
		if err := size.add(token.Content); err != nil {
			return nil, err
		}
	}
	for field, raw := range map[string]json.RawMessage{"normalizer": f.Normalizer, "pre_tokenizer": f.PreTokenizer, "post_processor": f.PostProcessor} {
		if err := checkPart(field, raw); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// tokenizer makes what the file says, but for what depends on added tokens that
// other files may have: finish does that.
func (f *file) tokenizer() (*Tokenizer, error) {
	t := newTokenizer()
	var err error
	if t.model, err = f.wordPiece(); err != nil {
		return nil, err
	}
	if t.normalizer, err = parseNormalizer("normalizer", f.Normalizer); err != nil {
		return nil, err
	}
	if err := checkWork("normalizer", t.normalizer); err != nil {
		return nil, err
	}
	if t.preTokenizer, err = parsePreTokenizer("pre_tokenizer", f.PreTokenizer); err != nil {
		return nil, err
	}
	t.added.add(f.added, t.model, t.normalizer)
	if f.Truncation != nil {
		t.truncateLeft = f.Truncation.Direction == "Left"
	}
	return t, nil
}

// finish makes t ready when all added tokens are there.
func (t *Tokenizer) finish(f *file) error {
	err := t.added.finish()
	if err != nil {
		return err
	}
	if t.template, err = f.template(t); err != nil {
		return err
	}
	t.measure()
	if f.Padding != nil {
		t.pad = f.Padding.PadID
	} else if id, ok := t.TokenID("[PAD]"); ok {
		t.pad = id
	}
	return nil
}

// unsupported is the error for a part of the file that isn't understood.
func unsupported(field, value, known string) error {
	return fmt.Errorf("%s is %s, which is not supported (supported: %s): use a model with a WordPiece tokenizer, like BERT's and DistilBERT's",
		field, value, known)
}

func (f *file) wordPiece() (*wordPiece, error) {
	m := f.Model
	vocabulary, err := f.vocabulary()
	if err != nil {
		return nil, err
	}
	unknown, ok := vocabulary[m.UnkToken]
	if !ok {
		return nil, fmt.Errorf("model.unk_token is %q, which model.vocab doesn't have: fetch or export the file again", m.UnkToken)
	}
	prefix, maxRunes := continuingPrefix, maxInputChars
	if m.Prefix != nil {
		prefix = *m.Prefix
	}
	if m.MaxInputChars != nil {
		maxRunes = *m.MaxInputChars
	}
	if maxRunes < 0 || maxRunes > maxWordChars {
		return nil, fmt.Errorf("model.max_input_chars_per_word is %d, 0 to %d are supported: %s", maxRunes, maxWordChars, fetchAgain)
	}
	return newWordPiece(vocabulary, prefix, unknown, maxRunes), nil
}

// The reference's defaults.
const (
	continuingPrefix = "##"
	maxInputChars    = 100
)

func (f *file) vocabulary() (map[string]int64, error) {
	m := f.Model
	if m.Type != "WordPiece" && (m.Type != "" || m.Prefix == nil) { // files of old versions name no type
		return nil, unsupported("model.type", fmt.Sprintf("%q", m.Type), "WordPiece")
	}
	vocabulary := map[string]int64{}
	err := object(m.Vocab, func(token, value []byte) error {
		id, ok := number(value)
		if !ok || len(vocabulary) > maxID {
			return fmt.Errorf("model.vocab gives %.40q the id %.40s: ids are whole numbers from 0 to %d: %s", token, value, maxID, fetchAgain)
		}
		vocabulary[string(token)] = int64(id)
		return nil
	})
	if err == errJSON || err == nil && len(vocabulary) == 0 {
		return nil, fmt.Errorf("model.vocab is not an object of tokens and their ids: %s", fetchAgain)
	}
	return vocabulary, err
}

// kindOf returns the "type" of a part of the file, "" for null or nothing.
func kindOf(field string, raw json.RawMessage) (string, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return "", nil
	}
	var part struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(raw, &part); err != nil || part.Type == "" {
		return "", fmt.Errorf("%s has no type: fetch or export the file again", field)
	}
	return part.Type, nil
}

// decode reads a part of the file into v, whose fields are all that the part
// may have; a field that isn't known could change what the part does.
func decode(field string, raw json.RawMessage, v any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("%s can't be read: %s", field, strings.TrimPrefix(err.Error(), "json: "))
	}
	return nil
}

func parseNormalizer(field string, raw json.RawMessage) (normalizer, error) {
	kind, err := kindOf(field, raw)
	if err != nil || kind == "" {
		return nil, err
	}
	switch kind {
	case "BertNormalizer":
		var p struct {
			Type          string
			CleanText     bool  `json:"clean_text"`
			HandleChinese bool  `json:"handle_chinese_chars"`
			StripAccents  *bool `json:"strip_accents"`
			Lowercase     bool  `json:"lowercase"`
		}
		err := decode(field, raw, &p)
		n := bertNormalizer{clean: p.CleanText, chinese: p.HandleChinese, accents: p.Lowercase, lower: p.Lowercase}
		if p.StripAccents != nil {
			n.accents = *p.StripAccents
		}
		return n, err
	case "Lowercase":
		return lowercase{}, nil
	case "StripAccents":
		return stripAccents{}, nil
	case "NFC":
		return form{norm.NFC}, nil
	case "NFD":
		return form{norm.NFD}, nil
	case "NFKC":
		return form{norm.NFKC}, nil
	case "NFKD":
		return form{norm.NFKD}, nil
	case "Strip":
		var p struct {
			Type  string
			Left  bool `json:"strip_left"`
			Right bool `json:"strip_right"`
		}
		err := decode(field, raw, &p)
		return strip{p.Left, p.Right}, err
	case "Replace":
		var p struct {
			Type    string
			Pattern struct{ String *string }
			Content string `json:"content"`
		}
		if err := decode(field, raw, &p); err != nil {
			return nil, err
		}
		if p.Pattern.String == nil || *p.Pattern.String == "" {
			return nil, unsupported(field+".pattern", "not a plain string", `{"String": …}`)
		}
		return replace{[]byte(*p.Pattern.String), []byte(p.Content)}, nil
	case "Prepend":
		var p struct {
			Type    string
			Prepend string `json:"prepend"`
		}
		err := decode(field, raw, &p)
		return prepend(p.Prepend), err
	case "Sequence":
		parts, err := sequence(field, raw, "normalizers")
		if err != nil {
			return nil, err
		}
		var all chain
		for i, part := range parts {
			n, err := parseNormalizer(fmt.Sprintf("%s.normalizers[%d]", field, i), part)
			if err != nil {
				return nil, err
			}
			if n != nil {
				all = append(all, n)
			}
		}
		return all, nil
	}
	return nil, unsupported(field+".type", fmt.Sprintf("%q", kind),
		"BertNormalizer, Lowercase, StripAccents, NFC, NFD, NFKC, NFKD, Strip, Replace, Prepend, Sequence")
}

func parsePreTokenizer(field string, raw json.RawMessage) (preTokenizer, error) {
	kind, err := kindOf(field, raw)
	if err != nil {
		return nil, err
	}
	switch kind {
	case "":
		return steps{}, nil
	case "BertPreTokenizer":
		return bertSplit, nil
	case "Whitespace":
		return wordSplit, nil
	case "WhitespaceSplit":
		return whitespaceSplit, nil
	case "Punctuation":
		p := struct {
			Type     string
			Behavior string `json:"behavior"`
		}{Behavior: "Isolated"}
		if err := decode(field, raw, &p); err != nil {
			return nil, err
		}
		if p.Behavior != "Isolated" {
			return nil, unsupported(field+".behavior", fmt.Sprintf("%q", p.Behavior), "Isolated")
		}
		return punctuationSplit, nil
	case "Sequence":
		parts, err := sequence(field, raw, "pretokenizers")
		if err != nil {
			return nil, err
		}
		var all steps
		for i, part := range parts {
			p, err := parsePreTokenizer(fmt.Sprintf("%s.pretokenizers[%d]", field, i), part)
			if err != nil {
				return nil, err
			}
			all = append(all, p)
		}
		return all, nil
	}
	return nil, unsupported(field+".type", fmt.Sprintf("%q", kind),
		"BertPreTokenizer, Whitespace, WhitespaceSplit, Punctuation, Sequence")
}

func sequence(field string, raw json.RawMessage, name string) ([]json.RawMessage, error) {
	var p map[string]json.RawMessage
	var parts []json.RawMessage
	if err := json.Unmarshal(raw, &p); err != nil {
		return nil, fmt.Errorf("%s can't be read: %w", field, err)
	}
	if err := json.Unmarshal(p[name], &parts); err != nil {
		return nil, fmt.Errorf("%s.%s is not a list: fetch or export the file again", field, name)
	}
	return parts, nil
}
