package tokenizer

import (
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
	raw, normalized matcher
}

// pattern is an added token as it is looked for.
type pattern struct {
	text  string
	token addedToken
}

func newAddedVocabulary(tokens []addedToken, n normalizer) *addedVocabulary {
	v := &addedVocabulary{ids: map[string]int64{}}
	for _, t := range tokens {
		if t.Content == "" {
			continue
		}
		v.ids[t.Content] = t.ID
		if !t.Normalized {
			v.raw.add(pattern{t.Content, t})
			continue
		}
		text := t.Content
		if n != nil {
			text = string(n.normalize(nil, []byte(text)))
		}
		if text != "" {
			v.normalized.add(pattern{text, t})
		}
	}
	return v
}

// split adds the tokens of text to s.
func (v *addedVocabulary) split(text string, s *scratch, t *Tokenizer) {
	v.raw.split(text, func(piece string, token *addedToken) {
		if token != nil {
			s.add(token.ID)
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
			if token != nil {
				s.add(token.ID)
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
