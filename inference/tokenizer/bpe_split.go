package tokenizer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// splitter is the Split pre-tokenizer: it cuts by what matches.
type splitter struct {
	text     []byte        // a plain string, or
	pattern  *splitPattern // a pattern
	behavior string
	invert   bool
}

// behaviors of Split: what becomes of a match.
const (
	isolated           = "Isolated"           // it is a word
	dropped            = "Removed"            // it isn't one
	mergedWithPrevious = "MergedWithPrevious" // it goes with what is before it
	mergedWithNext     = "MergedWithNext"     // it goes with what is behind it
	contiguous         = "Contiguous"         // with other matches beside it, it is a word
)

func (p *splitter) split(text []byte, word func([]byte)) {
	s := splitRun{text: text, word: word, behavior: p.behavior}
	m := patternMatcher{splitPattern: p.pattern, text: text}
	done := 0
	for done < len(text) {
		start, end := done+bytes.Index(text[done:], p.text), 0
		if end = start + len(p.text); p.pattern != nil {
			start, end = m.next(done)
		}
		if start < done {
			break
		}
		if done < start {
			s.add(done, start, p.invert)
		}
		s.add(start, end, !p.invert)
		done = end
	}
	if done < len(text) {
		s.add(done, len(text), p.invert)
	}
	s.flush()
}

// splitRun puts matches and what lies between them together to words.
type splitRun struct {
	text       []byte
	word       func([]byte)
	behavior   string
	start, end int  // the word that isn't given yet
	matched    bool // whether the last stretch was a match
}

func (s *splitRun) add(start, end int, match bool) {
	join := false
	switch s.behavior {
	case dropped:
		if match {
			return
		}
	case mergedWithPrevious:
		join = match && !s.matched
	case mergedWithNext:
		join = !match && s.matched
	case contiguous:
		join = match == s.matched
	}
	if !join || s.start == s.end {
		s.flush()
		s.start = start
	}
	s.end, s.matched = end, match
}

func (s *splitRun) flush() {
	if s.start < s.end {
		s.word(s.text[s.start:s.end])
	}
	s.start = s.end
}

// bytePrefix is the part of ByteLevel that puts a space before each text.
type bytePrefix struct{}

func (bytePrefix) split(text []byte, word func([]byte)) {
	if text[0] != ' ' {
		text = append([]byte{' '}, text...)
	}
	word(text)
}

// gpt2Pattern is what ByteLevel cuts by if it is told to use its own.
const gpt2Pattern = `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`

// parsePreTokenizer reads the pre-tokenizer. ByteLevel must be its last part.
func (t *BPE) parsePreTokenizer(field string, raw json.RawMessage) (steps, error) {
	const known = "Split, ByteLevel, Sequence, null"
	kind, err := kindOf(field, raw)
	if err != nil || kind == "" {
		return nil, err
	}
	if t.byteLevel {
		return nil, unsupportedBPE(field+".type", fmt.Sprintf("%.40q behind ByteLevel", kind), "ByteLevel as the last")
	}
	switch kind {
	case "Split":
		p, err := parseSplit(field, raw)
		if err != nil {
			return nil, err
		}
		if p.pattern != nil {
			if t.patterns += p.pattern.cost; t.patterns > maxCost {
				return nil, unsupportedBPE(field+".pattern.Regex", "one of several that take too many steps together", errCost.Error())
			}
		}
		return steps{p}, nil
	case "ByteLevel":
		return t.parseByteLevel(field, raw)
	case "Sequence":
		parts, err := sequence(field, raw, "pretokenizers")
		if err != nil {
			return nil, err
		}
		var all steps
		for i, part := range parts {
			p, err := t.parsePreTokenizer(fmt.Sprintf("%s.pretokenizers[%d]", field, i), part)
			if err != nil {
				return nil, err
			}
			all = append(all, p...)
		}
		return all, nil
	}
	return nil, unsupportedBPE(field+".type", fmt.Sprintf("%.40q", kind), known)
}

// byteLevelPart is ByteLevel wherever it may stand; what its fields mean depends
// on where.
type byteLevelPart struct {
	Type           string
	AddPrefixSpace bool  `json:"add_prefix_space"`
	TrimOffsets    bool  `json:"trim_offsets"` // offsets aren't given here
	UseRegex       *bool `json:"use_regex"`
}

func (t *BPE) parseByteLevel(field string, raw json.RawMessage) (steps, error) {
	var p byteLevelPart
	if err := decode(field, raw, &p); err != nil {
		return nil, err
	}
	t.byteLevel = true
	var all steps
	if p.AddPrefixSpace {
		all = append(all, bytePrefix{})
	}
	if p.UseRegex == nil || *p.UseRegex {
		words, err := parsePattern(gpt2Pattern)
		if err != nil {
			return nil, err
		}
		all = append(all, &splitter{pattern: words, behavior: isolated})
	}
	return all, nil
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
			return nil, unsupportedBPE(field+".pattern.Regex", fmt.Sprintf("%.200q", *p.Pattern.Regex), err.Error())
		}
	default:
		return nil, unsupportedBPE(field+".pattern", "neither a string nor a regular expression", `{"String": …}, {"Regex": …}`)
	}
	behaviors := []string{isolated, dropped, mergedWithPrevious, mergedWithNext, contiguous}
	if !slices.Contains(behaviors, p.Behavior) {
		return nil, unsupportedBPE(field+".behavior", fmt.Sprintf("%.40q", p.Behavior), strings.Join(behaviors, ", "))
	}
	return out, nil
}
