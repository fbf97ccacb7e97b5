package tokenizer

import "unicode/utf8"

// bpe is a byte-pair encoding, of characters with byte fallback, as Gemma's, or of
// bytes, as Llama 3's and RoBERTa's.
type bpe struct {
	vocabulary   *vocabulary
	merges       pairTable  // two ids -> rank
	results      []int32    // rank -> id of the merged token
	joins        *runeJoins // nil if texts can't be cut between merges
	runes        runeIDs
	bytes        [256]int32 // ids of <0x00> to <0xFF>, -1 where there is none
	unknown      int32      // -1 if there is none
	fuseUnknown  bool
	ignoreMerges bool
	byteLevel    bool       // texts are merged byte by byte
	byteIDs      [256]int32 // for byteLevel: ids of single bytes, -1 where there is none
	allBytes     bool       // none of byteIDs is -1
}

// runeJoins are the pairs of neighbouring characters that some merge can bring
// into one token. Between others a text can be cut before it is merged, which
// keeps the words short.
type runeJoins struct {
	ascii [128][2]uint64
	pairs pairTable
}

// newRuneJoins returns nil if cutting could change the result: if unknown
// characters have no bytes to fall back to (they are fused with their
// neighbours or dropped), or if the tokens of such bytes are merged; and if texts
// are merged by bytes, not by characters.
func newRuneJoins(t *bpe, parts []*mergePart) *runeJoins {
	if t.byteLevel {
		return nil
	}
	fallback := make([]bool, len(t.vocabulary.at))
	if t.unknown >= 0 {
		fallback[t.unknown] = true
	}
	for _, id := range t.bytes {
		if id < 0 {
			return nil
		}
		fallback[id] = true
	}
	j := &runeJoins{pairs: newPairTable(0)}
	for _, p := range parts {
		for i, m := range p.pairs {
			if fallback[int32(m>>32)] || fallback[int32(uint32(m))] {
				return nil
			}
			if last, first := p.joins[i][0], p.joins[i][1]; last < 128 && first < 128 {
				j.ascii[last][first>>6] |= 1 << (first & 63)
			} else {
				j.pairs.set(last, first, 1)
			}
		}
	}
	return j
}

func (j *runeJoins) has(a, b rune) bool {
	if a < 128 && b < 128 {
		return j.ascii[a][b>>6]&(1<<(b&63)) != 0
	}
	return j.pairs.get(a, b) != noPair
}

// encode adds the ids of a word as the pre-tokenizer gives it.
func (t *bpe) encode(word []byte, s *scratch) {
	if t.byteLevel && !s.measures {
		t.encodeBytes(word, s)
		return
	}
	if t.ignoreMerges {
		if id, ok := t.vocabulary.id(asString(word)); ok {
			s.ids = append(s.ids, id)
			if s.measures {
				s.measure(0, len(word))
			}
			return
		}
	}
	if t.joins == nil || s.measures {
		t.mergeUncut(word, s)
		return
	}
	s.symbols = s.symbols[:0]
	before := rune(-1)
	for i := 0; i < len(word); {
		c, n := rune(word[i]), 1
		if c >= utf8.RuneSelf {
			c, n = utf8.DecodeRune(word[i:])
		}
		if before >= 0 && !t.joins.has(before, c) {
			if t.merge(s); len(s.ids) > s.room && s.done() {
				return
			}
		}
		before = c
		if id := t.runes.id(c); id >= 0 {
			s.push(id, 0)
		} else {
			for _, b := range word[i : i+n] {
				s.push(t.bytes[b], 0)
			}
		}
		i += n
	}
	t.merge(s)
}

// mergeUncut is encode for vocabularies that lack some byte. As in the
// reference, an unknown token that is due comes before the next known
// character, even if bytes came first.
func (t *bpe) mergeUncut(word []byte, s *scratch) {
	s.symbols = s.symbols[:0]
	due := 0 // bytes of an unknown token
	for i := 0; i < len(word); {
		c, n := utf8.DecodeRune(word[i:])
		char := word[i : i+n]
		i += n
		if id := t.runes.id(c); id >= 0 {
			if due > 0 {
				s.push(t.unknown, due)
				due = 0
			}
			s.push(id, n)
			continue
		}
		if t.hasBytes(char) {
			for _, b := range char {
				s.push(t.bytes[b], 1)
			}
			continue
		}
		if t.unknown < 0 {
			continue
		}
		if due > 0 && !t.fuseUnknown {
			s.push(t.unknown, due)
			due = 0
		}
		due += n
	}
	if due > 0 {
		s.push(t.unknown, due)
	}
	if s.measures && len(s.symbols) > 0 {
		t.mergeLong(s)
		s.symbols = s.symbols[:0]
		return
	}
	t.merge(s)
}

func (t *bpe) hasBytes(char []byte) bool {
	for _, b := range char {
		if t.bytes[b] < 0 {
			return false
		}
	}
	return true
}
