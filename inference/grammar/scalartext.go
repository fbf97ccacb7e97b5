package grammar

import "encoding/json"

// scalar is the text of the last scalar of a document.
type scalar struct {
	text []byte
	over bool
}

func (s *scalar) read(b byte) {
	switch b {
	case ' ', '\n', '\t', ',', ':', '[', ']', '{', '}':
		if len(s.text) == 0 || s.text[0] != '"' || isQuoted(s.text) {
			s.over = true
			return
		}
	}
	if s.over {
		s.text, s.over = s.text[:0], false
	}
	s.text = append(s.text, b)
}

func (s *scalar) set(to scalar) { s.text, s.over = append(s.text[:0], to.text...), to.over }

// isQuoted reports whether the closing quote is there.
func isQuoted(scalar []byte) bool {
	end := len(scalar) - 1
	if end < 1 || scalar[end] != '"' {
		return false
	}
	slashes := 0
	for scalar[end-1-slashes] == '\\' {
		slashes++
	}
	return slashes%2 == 0
}

// valueOf writes a scalar without needless escapes. Numbers and literals where
// items differ are written in one way alone.
func valueOf(scalar []byte) string {
	if scalar[0] == '"' {
		var text string
		if err := json.Unmarshal(scalar, &text); err == nil { // it was read
			return string(appendQuoted(nil, text))
		}
	}
	return string(scalar)
}
