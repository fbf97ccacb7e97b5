package tokenizer

import (
	"errors"
	"fmt"
	"maps"
	"slices"
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
	if len(v.tokens) > maxAdded {
		return errMany
	}
	v.raw, v.normalized = matcher{}, matcher{}
	var size addedSize
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
		if err := size.add(p.text); err != nil {
			return err
		}
		if other := m.add(p); other != nil {
			return fmt.Errorf("the added tokens %q and %q are the same once they are normalized, so it is undefined which one a text has: make their normalized false, or remove one",
				other.token.Content, t.Content)
		}
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
		if v.normalized.empty() {
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
	trie
	patterns []pattern
	stripping
}

func normalizedText(n normalizer, text string) string {
	if n == nil {
		return text
	}
	return string(n.normalize(nil, []byte(text)))
}

// add adds a pattern, or returns the one that is there with the same text.
func (m *matcher) add(p pattern) *pattern {
	if n := m.trie.add(p.text, int32(len(m.patterns))); int(n) < len(m.patterns) {
		return &m.patterns[n]
	}
	m.patterns = append(m.patterns, p)
	m.look(p.text, p.token)
	return nil
}

// next returns the leftmost, longest occurrence at or after from.
func (m *matcher) next(text string, from int) (at int, found *pattern) {
	for i := from; i < len(text); i++ {
		if !m.starts[text[i]] {
			continue
		}
		if n, length := m.longest(text[i:], noLimit); length > 0 {
			return i, &m.patterns[n]
		}
	}
	return len(text), nil
}

// split calls piece for each stretch of text in turn: with an added token, or
// with nil for what lies between them.
func (m *matcher) split(text string, piece func(text string, token *addedToken)) {
	done := 0
	if !m.empty() {
		var blank blanks
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
				start = before(text, done, start)
			}
			if p.token.RStrip {
				stop = blank.after(text, stop)
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
