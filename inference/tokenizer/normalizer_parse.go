package tokenizer

import (
	"encoding/json"
	"fmt"

	"golang.org/x/text/unicode/norm"
)

// parseNormalizer returns nil for none.
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
			Pattern struct{ String, Regex *string }
			Content string `json:"content"`
		}
		if err := decode(field, raw, &p); err != nil {
			return nil, err
		}
		switch {
		case p.Pattern.String != nil && *p.Pattern.String != "" && p.Pattern.Regex == nil:
			return replace{[]byte(*p.Pattern.String), []byte(p.Content)}, nil
		case p.Pattern.String == nil && p.Pattern.Regex != nil:
			pattern, err := parsePattern(*p.Pattern.Regex)
			if err != nil {
				return nil, unsupported(field+".pattern.Regex", fmt.Sprintf("%.200q", *p.Pattern.Regex), err.Error())
			}
			return replaceMatches{pattern, []byte(p.Content)}, nil
		}
		return nil, unsupported(field+".pattern", "neither a string nor a regular expression", `{"String": …}, {"Regex": …}`)
	case "Prepend":
		var p struct {
			Type    string
			Prepend string `json:"prepend"`
		}
		err := decode(field, raw, &p)
		return prepend(p.Prepend), err
	case "Nmt":
		return nmt{}, nil
	case "Precompiled":
		return parseCharsmap(field, raw)
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
	return nil, unsupported(field+".type", fmt.Sprintf("%.40q", kind),
		"BertNormalizer, Lowercase, StripAccents, NFC, NFD, NFKC, NFKD, Strip, Replace, Prepend, Nmt, Precompiled, Sequence")
}
