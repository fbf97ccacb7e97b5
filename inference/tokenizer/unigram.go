package tokenizer

import "unicode/utf8"

// unigram cuts words into the pieces with the largest sum of scores.
type unigram struct {
	vocabulary *vocabulary
	pieces     *prefixTree
	scores     []float64 // by id
	unknown    int32
	penalty    float64     // the score of a character that is no piece
	bytes      *[256]int32 // ids of <0x00> to <0xFF>, -1 where there is none; nil without byte fallback
}

// unknownPenalty is how much less than that of any piece an unknown character's score is.
const unknownPenalty = 10

// unigramNode is the best way to a place of a word.
type unigramNode struct {
	score float64
	start int32 // of the last piece, -1 for none yet
	id    int32 // of the last piece
}

func (m *unigram) encode(word []byte, s *scratch) {
	best := append(s.best[:0], unigramNode{})
	for range word {
		best = append(best, unigramNode{start: -1})
	}
	s.best = best
	for at, size := 0, 1; at < len(word); at += size {
		if size = 1; word[at] >= utf8.RuneSelf {
			_, size = utf8.DecodeRune(word[at:])
		}
		single, till, node := false, best[at].score, int32(0)
		for end := at; end < len(word); {
			if node = m.pieces.child(node, word[end]); node == 0 {
				break
			}
			if end++; m.pieces.ids[node] >= 0 {
				best[end].offer(till, at, m.pieces.ids[node], m.scores[m.pieces.ids[node]])
				single = single || end == at+size
			}
		}
		if !single {
			best[at+size].offer(till, at, m.unknown, m.penalty)
		}
	}
	ends := s.ends[:0]
	for at := int32(len(word)); at > 0; at = best[at].start {
		ends = append(ends, at)
	}
	s.ends = ends
	start, before := 0, len(s.ids)
	for i := len(ends) - 1; i >= 0; i-- {
		end := ends[i]
		id := best[end].id
		if id != m.unknown {
			s.ids = append(s.ids, id)
		} else {
			for i > 0 && best[ends[i-1]].id == m.unknown {
				i--
			}
			end = ends[i]
			m.encodeUnknown(word[start:end], s)
		}
		for s.measures && len(s.places) < len(s.ids)-before {
			s.measure(start, int(end))
		}
		start = int(end)
	}
}

// offer takes the way by one more piece, if it is better than what is there.
func (n *unigramNode) offer(till float64, start int, id int32, score float64) {
	if score += till; n.start < 0 || score > n.score {
		*n = unigramNode{score, int32(start), id}
	}
}

// encodeUnknown adds the id of neighbouring characters that aren't pieces. As in the
// reference, together they may be one after all.
func (m *unigram) encodeUnknown(text []byte, s *scratch) {
	if id, ok := m.vocabulary.id(asString(text)); ok {
		s.ids = append(s.ids, id)
		return
	}
	if m.bytes != nil {
		before := len(s.ids)
		for _, b := range text {
			if m.bytes[b] < 0 {
				s.ids = append(s.ids[:before], m.unknown)
				return
			}
			s.ids = append(s.ids, m.bytes[b])
		}
		return
	}
	s.ids = append(s.ids, m.unknown)
}
