package tokenizer

import "bytes"

// metaspace writes spaces as another character, puts one before a text, and cuts
// before each.
type metaspace struct {
	replacement []byte
	scheme      string
	cut         bool
}

// schemes of Metaspace: before which texts its character is put, unless they begin
// with it.
const (
	always    = "always" // each stretch that the pre-tokenizer before it has cut
	onlyFirst = "first"  // those at the start of the text
	never     = "never"
)

// split takes the text for one that isn't at the start.
func (m *metaspace) split(text []byte, s *scratch, word func([]byte)) {
	own := s.lend()
	if m.scheme == always && text[0] != ' ' && !bytes.HasPrefix(text, m.replacement) {
		own = append(own, m.replacement...)
	}
	for _, c := range text {
		if c == ' ' {
			own = append(own, m.replacement...)
		} else {
			own = append(own, c)
		}
	}
	m.words(own, word)
	s.giveBack(own)
}

// words cuts before each replacement.
func (m *metaspace) words(text []byte, word func([]byte)) {
	for m.cut {
		n := bytes.Index(text[min(1, len(text)):], m.replacement)
		if n < 0 {
			break
		}
		word(text[:n+1])
		text = text[n+1:]
	}
	word(text)
}
