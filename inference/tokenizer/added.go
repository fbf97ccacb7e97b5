package tokenizer

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// addedToken is a token that is found in the text before anything else.
type addedToken struct {
	ID         int64  `json:"id"`
	Content    string `json:"content"`
	SingleWord bool   `json:"single_word"`
	LStrip     bool   `json:"lstrip"`
	RStrip     bool   `json:"rstrip"`
	Normalized bool   `json:"normalized"`
	Special    bool   `json:"special"`
}

// addedVocabulary finds added tokens: first those that are looked for in the
// text as it is, then, in what is left and normalized, those that are
// themselves normalized.
type addedVocabulary struct {
	ids             map[string]int64
	tokens          map[int64]addedToken
	special         map[string]bool  // contents that were special once
	texts           map[int64]string // what a normalized token is looked for as, where it isn't its content
	splitSpecial    bool             // special tokens aren't looked for (encode_special_tokens)
	raw, normalized matcher
}

// pattern is an added token as it is looked for.
type pattern struct {
	text  string
	token addedToken
	skip  bool // what is found isn't taken, nor looked at again
}

// add adds tokens in their order. As in the reference, the ids that files give
// don't count: a token that the model or an earlier addition knows keeps its id,
// and others are counted on from the end of the vocabulary.
func (v *addedVocabulary) add(tokens []addedToken, m *wordPiece, n normalizer) {
	if v.ids == nil {
		v.ids, v.tokens, v.special, v.texts = map[string]int64{}, map[int64]addedToken{}, map[string]bool{}, map[int64]string{}
	}
	next := int64(len(m.first))
	for id := range v.tokens {
		next = max(next, id+1)
	}
	for _, t := range tokens {
		if t.Content == "" {
			continue
		}
		id, ok := v.ids[t.Content]
		if !ok {
			if id, ok = m.id(t.Content); !ok {
				id, next = next, next+1
			}
		}
		t.ID = id
		v.ids[t.Content], v.tokens[id] = id, t
		// Of a token that takes another's id, the reference looks for the other's text.
		if text := normalizedText(n, t.Content); t.Normalized && text != t.Content {
			v.texts[id] = text
		}
		if t.Special {
			v.special[t.Content] = true
		}
	}
}

// finish makes the patterns. What the reference would do differently each time,
// or panic at, is refused.
func (v *addedVocabulary) finish() error {
	v.raw, v.normalized = matcher{}, matcher{}
	for _, id := range slices.Sorted(maps.Keys(v.tokens)) {
		t := v.tokens[id]
		p := pattern{text: t.Content, token: t, skip: v.splitSpecial && v.special[t.Content]}
		m := &v.raw
		if t.Normalized {
			m = &v.normalized
			if text, ok := v.texts[id]; ok {
				p.text = text
			}
		}
		if p.text == "" {
			return fmt.Errorf("the added token %q is nothing once it is normalized: make its normalized false, or remove it", t.Content)
		}
		if other := m.find(p.text); other != nil {
			return fmt.Errorf("the added tokens %q and %q are the same once they are normalized, so it is undefined which one a text has: make their normalized false, or remove one",
				other.token.Content, t.Content)
		}
		m.add(p)
	}
	return errors.Join(v.raw.check(), v.normalized.check())
}

// split adds the tokens of text to s.
func (v *addedVocabulary) split(text string, s *scratch, t *Tokenizer) {
	v.raw.split(text, func(piece string, token *addedToken) {
		switch {
		case s.done():
			return
		case token != nil:
			s.ids = append(s.ids, token.ID)
			return
		}
		s.a = append(s.a[:0], piece...)
		normalized := s.a
		if t.normalizer != nil {
			s.b = t.normalizer.normalize(s.b[:0], s.a)
			normalized = s.b
		}
		if v.normalized.patterns == nil {
			t.encodePiece(normalized, s)
			return
		}
		v.normalized.split(string(normalized), func(piece string, token *addedToken) {
			switch {
			case s.done():
				return
			case token != nil:
				s.ids = append(s.ids, token.ID)
				return
			}
			t.encodePiece([]byte(piece), s)
		})
	})
}

// matcher finds the leftmost-longest occurrences of its patterns.
type matcher struct {
	patterns map[byte][]pattern // by first byte
	starts   [256]bool          // the first bytes
}

func normalizedText(n normalizer, text string) string {
	if n == nil {
		return text
	}
	return string(n.normalize(nil, []byte(text)))
}

// find returns the pattern of that text.
func (m *matcher) find(text string) *pattern {
	for i, p := range m.patterns[text[0]] {
		if p.text == text {
			return &m.patterns[text[0]][i]
		}
	}
	return nil
}

// check refuses a token of white space alone that strips what is before it, where
// another token strips what is after: the first would begin behind its own end.
func (m *matcher) check() error {
	var blank, strips *addedToken
	for _, patterns := range m.patterns {
		for i, p := range patterns {
			if p.token.RStrip {
				strips = &patterns[i].token
			}
			if p.token.LStrip && strings.TrimFunc(p.text, isSpace) == "" {
				blank = &patterns[i].token
			}
		}
	}
	if blank != nil && strips != nil {
		return fmt.Errorf("the added token %q is white space and has lstrip, and %q has rstrip, which can't go together: take a flag or a token away",
			blank.Content, strips.Content)
	}
	return nil
}

func (m *matcher) add(p pattern) {
	if m.patterns == nil {
		m.patterns = map[byte][]pattern{}
	}
	c := p.text[0]
	m.starts[c] = true
	m.patterns[c] = append(m.patterns[c], p)
}

// next returns the leftmost, longest occurrence at or after from.
func (m *matcher) next(text string, from int) (at int, found *pattern) {
	for i := from; i < len(text); i++ {
		if !m.starts[text[i]] {
			continue
		}
		candidates := m.patterns[text[i]]
		for j := range candidates {
			p := &candidates[j]
			if strings.HasPrefix(text[i:], p.text) && (found == nil || len(p.text) > len(found.text)) {
				found = p
			}
		}
		if found != nil {
			return i, found
		}
	}
	return len(text), nil
}

// split calls piece for each stretch of text in turn: with an added token, or
// with nil for what lies between them.
func (m *matcher) split(text string, piece func(text string, token *addedToken)) {
	done := 0
	if m.patterns != nil {
		for from := 0; ; {
			at, p := m.next(text, from)
			if p == nil {
				break
			}
			start, stop := at, at+len(p.text)
			from = stop
			if p.skip {
				continue
			}
			if p.token.SingleWord && (endsWithWord(text[:start]) || startsWithWord(text[stop:])) {
				continue
			}
			if p.token.LStrip {
				start = max(done, len(strings.TrimRightFunc(text[:start], isSpace)))
			}
			if p.token.RStrip {
				stop = len(text) - len(strings.TrimLeftFunc(text[stop:], isSpace))
			}
			if done < start {
				piece(text[done:start], nil)
			}
			piece(text[start:stop], &p.token)
			done = stop
		}
	}
	if done < len(text) {
		piece(text[done:], nil)
	}
}

func endsWithWord(s string) bool {
	r, size := utf8.DecodeLastRuneInString(s)
	return size > 0 && unicode.Is(wordTable, r)
}

func startsWithWord(s string) bool {
	r, size := utf8.DecodeRuneInString(s)
	return size > 0 && unicode.Is(wordTable, r)
}
