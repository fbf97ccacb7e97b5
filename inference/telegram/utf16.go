package telegram

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// maxMessage is how many UTF-16 code units a message may have.
const maxMessage = 4096

// units counts the UTF-16 code units of a text.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// byteAt is the byte at which the UTF-16 code unit n of a text begins; in the
// middle of a surrogate pair it is where the pair begins.
func byteAt(s string, n int) int {
	for i, r := range s {
		if n -= utf16.RuneLen(r); n < 0 {
			return i
		}
	}
	return len(s)
}

// page is how many bytes of a text go into a message of at most limit units:
// all, or up to the last paragraph, line or word that ends in its second half,
// or else as many characters as fit.
func page(s string, limit int) int {
	end := byteAt(s, limit)
	if end == len(s) {
		return end
	}
	for _, boundary := range []string{"\n\n", "\n"} {
		if i := strings.LastIndex(s[:end], boundary); i > end/2 {
			return i + len(boundary)
		}
	}
	if i := strings.LastIndexFunc(s[:end], unicode.IsSpace); i > end/2 {
		_, size := utf8.DecodeRuneInString(s[i:])
		return i + size
	}
	return end
}
