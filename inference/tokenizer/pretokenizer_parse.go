package tokenizer

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// preTokenizerParser reads a pre-tokenizer. ByteLevel must be its last part.
type preTokenizerParser struct {
	byteLevel bool    // words are encoded byte by byte
	patterns  float64 // cost of all patterns
}

func (p *preTokenizerParser) parse(field string, raw json.RawMessage) (steps, error) {
	kind, err := kindOf(field, raw)
	if err != nil || kind == "" {
		return nil, err
	}
	if p.byteLevel {
		return nil, unsupported(field+".type", fmt.Sprintf("%.40q behind ByteLevel", kind), "ByteLevel as the last")
	}
	switch kind {
	case "BertPreTokenizer":
		return steps{bertSplit}, nil
	case "Whitespace":
		return steps{wordSplit}, nil
	case "WhitespaceSplit":
		return steps{whitespaceSplit}, nil
	case "Punctuation":
		return parsePunctuation(field, raw)
	case "Digits":
		return parseDigits(field, raw)
	case "CharDelimiterSplit":
		var d struct {
			Type      string
			Delimiter string `json:"delimiter"`
		}
		if err := decode(field, raw, &d); err != nil {
			return nil, err
		}
		if d.Delimiter == "" {
			return nil, fmt.Errorf("%s.delimiter is missing: %s", field, fetchAgain)
		}
		return steps{&splitter{text: []byte(d.Delimiter), behavior: dropped}}, nil
	case "Metaspace":
		return parseMetaspace(field, raw)
	case "Split":
		return p.split(field, raw)
	case "ByteLevel":
		return p.bytes(field, raw)
	case "Sequence":
		parts, err := sequence(field, raw, "pretokenizers")
		if err != nil {
			return nil, err
		}
		var all steps
		for i, part := range parts {
			one, err := p.parse(fmt.Sprintf("%s.pretokenizers[%d]", field, i), part)
			if err != nil {
				return nil, err
			}
			all = append(all, one...)
		}
		return all, nil
	}
	return nil, unsupported(field+".type", fmt.Sprintf("%.40q", kind),
		"BertPreTokenizer, Whitespace, WhitespaceSplit, Punctuation, Digits, CharDelimiterSplit, Metaspace, Split, ByteLevel, Sequence")
}

func parsePunctuation(field string, raw json.RawMessage) (steps, error) {
	p := struct {
		Type     string
		Behavior string `json:"behavior"`
	}{Behavior: isolated}
	if err := decode(field, raw, &p); err != nil {
		return nil, err
	}
	if p.Behavior == isolated {
		return steps{punctuationSplit}, nil
	}
	return steps{&charSplitter{is: func(r rune) bool { return unicode.Is(punctuationTable, r) }, behavior: p.Behavior}}, checkBehavior(field, p.Behavior)
}

func parseDigits(field string, raw json.RawMessage) (steps, error) {
	var p struct {
		Type       string
		Individual bool `json:"individual_digits"`
	}
	err := decode(field, raw, &p)
	d := &charSplitter{is: isNumber, behavior: contiguous}
	if p.Individual {
		d.behavior = isolated
	}
	return steps{d}, err
}

func isNumber(r rune) bool { return unicode.Is(numberTable, r) }

func parseMetaspace(field string, raw json.RawMessage) (steps, error) {
	var p struct {
		Type        string
		Replacement string  `json:"replacement"`
		AddPrefix   *bool   `json:"add_prefix_space"`
		Scheme      *string `json:"prepend_scheme"`
		Split       *bool   `json:"split"`
		Written     any     `json:"str_rep"` // of old files
	}
	if err := decode(field, raw, &p); err != nil {
		return nil, err
	}
	m := metaspace{replacement: []byte(p.Replacement), scheme: always, cut: p.Split == nil || *p.Split}
	if utf8.RuneCountInString(p.Replacement) != 1 {
		return nil, fmt.Errorf("%s.replacement is %.40q, one character is needed: %s", field, p.Replacement, fetchAgain)
	}
	if p.Scheme != nil {
		m.scheme = *p.Scheme
	}
	if !slices.Contains([]string{always, onlyFirst, never}, m.scheme) {
		return nil, unsupported(field+".prepend_scheme", fmt.Sprintf("%.40q", m.scheme), "always, first, never")
	}
	if p.AddPrefix != nil && !*p.AddPrefix {
		if m.scheme != never && p.Scheme != nil {
			return nil, fmt.Errorf("%s.add_prefix_space is false, but prepend_scheme is %q: %s", field, m.scheme, fetchAgain)
		}
		m.scheme = never
	}
	return steps{&m}, nil
}

func (p *preTokenizerParser) split(field string, raw json.RawMessage) (steps, error) {
	s, err := parseSplit(field, raw)
	if err != nil {
		return nil, err
	}
	if s.pattern != nil {
		if p.patterns += s.pattern.cost; p.patterns > maxCost {
			return nil, unsupported(field+".pattern.Regex", "one of several that take too many steps together", errCost.Error())
		}
	}
	return steps{s}, nil
}

// byteLevelPart is ByteLevel wherever it may stand; what its fields mean depends
// on where.
type byteLevelPart struct {
	Type           string
	AddPrefixSpace bool  `json:"add_prefix_space"`
	TrimOffsets    bool  `json:"trim_offsets"`
	UseRegex       *bool `json:"use_regex"`
}

func (p *preTokenizerParser) bytes(field string, raw json.RawMessage) (steps, error) {
	var b byteLevelPart
	if err := decode(field, raw, &b); err != nil {
		return nil, err
	}
	p.byteLevel = true
	var all steps
	if b.AddPrefixSpace {
		all = append(all, bytePrefix{})
	}
	if b.UseRegex == nil || *b.UseRegex {
		words, err := parsePattern(gpt2Pattern)
		if err != nil {
			return nil, err
		}
		all = append(all, &splitter{pattern: words, behavior: isolated})
	}
	return all, nil
}

func checkBehavior(field, behavior string) error {
	behaviors := []string{isolated, dropped, mergedWithPrevious, mergedWithNext, contiguous}
	if !slices.Contains(behaviors, behavior) {
		return unsupported(field+".behavior", fmt.Sprintf("%.40q", behavior), strings.Join(behaviors, ", "))
	}
	return nil
}

func parseSplit(field string, raw json.RawMessage) (*splitter, error) {
	var p struct {
		Type     string
		Pattern  struct{ String, Regex *string }
		Behavior string `json:"behavior"`
		Invert   bool   `json:"invert"`
	}
	if err := decode(field, raw, &p); err != nil {
		return nil, err
	}
	out := &splitter{behavior: p.Behavior, invert: p.Invert}
	switch {
	case p.Pattern.String != nil && *p.Pattern.String != "" && p.Pattern.Regex == nil:
		out.text = []byte(*p.Pattern.String)
	case p.Pattern.String == nil && p.Pattern.Regex != nil:
		var err error
		if out.pattern, err = parsePattern(*p.Pattern.Regex); err != nil {
			return nil, unsupported(field+".pattern.Regex", fmt.Sprintf("%.200q", *p.Pattern.Regex), err.Error())
		}
	default:
		return nil, unsupported(field+".pattern", "neither a string nor a regular expression", `{"String": …}, {"Regex": …}`)
	}
	return out, checkBehavior(field, p.Behavior)
}
