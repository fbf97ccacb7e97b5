package tokenizer

import (
	"strings"
	"unicode/utf8"
)

// validUTF8 replaces what isn't UTF-8 in text by U+FFFD, one for each maximal
// part of a sequence, as Python's decoder and the Unicode Standard (3.9, U+FFFD
// substitution) do. Go's own conversion replaces byte by byte.
func validUTF8(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && n == 1 {
			n = maximalSubpart(text[i:])
			b.WriteRune(utf8.RuneError)
		} else {
			b.WriteString(text[i : i+n])
		}
		i += n
	}
	return b.String()
}

// maximalSubpart is the length of the longest start of an ill-formed s that
// could have begun a sequence, at least 1.
func maximalSubpart(s string) int {
	low, high, more := byte(0x80), byte(0xBF), 0
	switch c := s[0]; {
	case c >= 0xC2 && c <= 0xDF:
		more = 1
	case c >= 0xE0 && c <= 0xEF:
		more = 2
		if c == 0xE0 {
			low = 0xA0
		} else if c == 0xED {
			high = 0x9F
		}
	case c >= 0xF0 && c <= 0xF4:
		more = 3
		if c == 0xF0 {
			low = 0x90
		} else if c == 0xF4 {
			high = 0x8F
		}
	}
	n := 1
	for ; more > 0 && n < len(s) && s[n] >= low && s[n] <= high; more-- {
		n++
		low, high = 0x80, 0xBF
	}
	return n
}
