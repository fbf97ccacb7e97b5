package tokenizer

import (
	"fmt"
	"unicode/utf8"
)

// wordPiece splits words greedily into the longest pieces of its vocabulary.
type wordPiece struct {
	first     *vocabulary // pieces that may begin a word
	following *vocabulary // pieces that continue one, without their prefix
	unknown   int32
	maxRunes  int // longer words are unknown
	longest   int // bytes of the longest piece
}

// The reference's defaults.
const (
	continuingPrefix = "##"
	maxInputChars    = 100
)

func parseWordPiece(f *file) (*wordPiece, *vocabulary, error) {
	var p struct {
		UnkToken      string  `json:"unk_token"`
		Prefix        *string `json:"continuing_subword_prefix"`
		MaxInputChars *int    `json:"max_input_chars_per_word"`
	}
	for name, v := range map[string]any{"unk_token": &p.UnkToken, "continuing_subword_prefix": &p.Prefix, "max_input_chars_per_word": &p.MaxInputChars} {
		if err := f.modelField(name, v); err != nil {
			return nil, nil, err
		}
	}
	vocabulary, err := f.words()
	if err != nil {
		return nil, nil, err
	}
	unknown, ok := vocabulary.id(p.UnkToken)
	if !ok {
		return nil, nil, fmt.Errorf("model.unk_token is %q, which model.vocab doesn't have: %s", p.UnkToken, fetchAgain)
	}
	prefix, maxRunes := continuingPrefix, maxInputChars
	if p.Prefix != nil {
		prefix = *p.Prefix
	}
	if p.MaxInputChars != nil {
		maxRunes = *p.MaxInputChars
	}
	if maxRunes < 0 || maxRunes > maxWordChars {
		return nil, nil, fmt.Errorf("model.max_input_chars_per_word is %d, 0 to %d are supported: %s", maxRunes, maxWordChars, fetchAgain)
	}
	return newWordPiece(vocabulary, prefix, unknown, maxRunes), vocabulary, nil
}

func newWordPiece(v *vocabulary, prefix string, unknown int32, maxRunes int) *wordPiece {
	m := &wordPiece{first: v, following: newVocabulary(v.count), unknown: unknown, maxRunes: maxRunes}
	for id := range int32(len(v.at)) {
		piece := v.token(id)
		m.longest = max(m.longest, len(piece))
		if len(piece) >= len(prefix) && asString(piece[:len(prefix)]) == prefix {
			m.following.add(piece[len(prefix):], id)
		}
	}
	return m
}

// encode adds the word's pieces, or the unknown token if there are none.
func (m *wordPiece) encode(word []byte, s *scratch) {
	if id, ok := m.first.id(asString(word)); ok && len(word) <= m.maxRunes {
		s.ids = append(s.ids, id)
		if s.measures {
			s.measure(0, len(word))
		}
		return
	}
	if len(word) > m.maxRunes && utf8.RuneCount(word) > m.maxRunes {
		s.ids = append(s.ids, m.unknown)
		if s.measures {
			s.measure(0, len(word))
		}
		return
	}
	before := len(s.ids)
	vocabulary := m.first
	for start := 0; start < len(word); {
		end := min(len(word), start+m.longest)
		for end < len(word) && !utf8.RuneStart(word[end]) {
			end--
		}
		for ; end > start; end = previous(word, end) {
			if id, ok := vocabulary.id(asString(word[start:end])); ok {
				s.ids = append(s.ids, id)
				if s.measures {
					s.measure(start, end)
				}
				break
			}
		}
		if end <= start {
			s.ids = append(s.ids[:before], m.unknown)
			if s.measures {
				s.places = s.places[:0]
				s.measure(0, len(word))
			}
			return
		}
		start, vocabulary = end, m.following
	}
}

// previous is where the rune before end begins.
func previous(b []byte, end int) int {
	for end--; end > 0 && !utf8.RuneStart(b[end]); {
		end--
	}
	return end
}
