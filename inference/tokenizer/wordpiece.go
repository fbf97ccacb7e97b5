package tokenizer

import "unicode/utf8"

// wordPiece splits words greedily into the longest pieces of its vocabulary.
type wordPiece struct {
	first     map[string]int64 // pieces that may begin a word
	following map[string]int64 // pieces that continue one, without their prefix
	prefix    string
	unknown   int64
	maxRunes  int // longer words are unknown
	longest   int // bytes of the longest piece
}

func newWordPiece(vocabulary map[string]int64, prefix string, unknown int64, maxRunes int) *wordPiece {
	m := &wordPiece{first: vocabulary, following: map[string]int64{}, prefix: prefix, unknown: unknown, maxRunes: maxRunes}
	for piece, id := range vocabulary {
		m.longest = max(m.longest, len(piece))
		if len(piece) >= len(prefix) && piece[:len(prefix)] == prefix {
			m.following[piece[len(prefix):]] = id
		}
	}
	return m
}

func (m *wordPiece) id(token string) (int64, bool) {
	id, ok := m.first[token]
	return id, ok
}

// encode adds the word's pieces, or the unknown token if there are none.
func (m *wordPiece) encode(word []byte, s *scratch) {
	if id, ok := m.first[string(word)]; ok && len(word) <= m.maxRunes {
		s.ids = append(s.ids, id)
		return
	}
	if len(word) > m.maxRunes && utf8.RuneCount(word) > m.maxRunes {
		s.ids = append(s.ids, m.unknown)
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
			if id, ok := vocabulary[string(word[start:end])]; ok {
				s.ids = append(s.ids, id)
				break
			}
		}
		if end <= start {
			s.ids = append(s.ids[:before], m.unknown)
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
