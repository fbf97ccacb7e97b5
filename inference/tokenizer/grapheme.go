package tokenizer

import (
	"unicode"
	"unicode/utf8"
)

// graphemes cut a text into extended grapheme clusters (Unicode Standard Annex 29),
// as the reference has them, but for regional indicators, which stay single:
// clusters of several have more bytes than a character map looks at.
type graphemes struct {
	last       rune
	pictograph bool // a sign, with marks after it, and U+200D
	sign       bool // a sign, with marks after it
	consonant  bool // a consonant, with marks after it
	virama     bool // one of them joins consonants
}

const joiner = '\u200d'

// next is the length of the cluster that b, which isn't empty, begins with.
func (g *graphemes) next(b []byte) int {
	if b[0] < utf8.RuneSelf && b[0] != '\r' && (len(b) == 1 || b[1] < utf8.RuneSelf) {
		return 1
	}
	r, n := utf8.DecodeRune(b)
	*g = graphemes{}
	g.add(r)
	for n < len(b) {
		r, size := rune(b[n]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(b[n:])
		} else if g.last < utf8.RuneSelf && g.last != '\r' {
			break
		}
		if !g.joins(r) {
			break
		}
		g.add(r)
		n += size
	}
	return n
}

// joins reports whether a character goes with those before it.
func (g *graphemes) joins(r rune) bool {
	switch {
	case g.last == '\r' && r == '\n':
		return true
	case g.last == 0, r == 0, unicode.Is(breakingTable, g.last), unicode.Is(breakingTable, r):
		return false
	case unicode.Is(extendingTable, r):
		return true
	case unicode.Is(prependingTable, g.last):
		return true
	case g.pictograph && unicode.Is(pictographTable, r):
		return true
	case g.virama && unicode.Is(consonantTable, r):
		return true
	}
	before, after := hangulOf(g.last), hangulOf(r)
	switch before {
	case hangulL:
		return after != noHangul && after != hangulT
	case hangulV, hangulLV:
		return after == hangulV || after == hangulT
	case hangulT, hangulLVT:
		return after == hangulT
	}
	return false
}

func (g *graphemes) add(r rune) {
	extends := unicode.Is(extendingTable, r)
	g.pictograph = r == joiner && g.sign
	g.sign = extends && r != joiner && g.sign || unicode.Is(pictographTable, r)
	switch {
	case unicode.Is(consonantTable, r):
		g.consonant, g.virama = true, false
	case !extends || unicode.Is(partingTable, r):
		g.consonant, g.virama = false, false
	case g.consonant && unicode.Is(viramaTable, r):
		g.virama = true
	}
	g.last = r
}

type hangul byte

const (
	noHangul hangul = iota
	hangulL
	hangulV
	hangulT
	hangulLV
	hangulLVT
)

// hangulOf is what a character is in a Korean syllable.
func hangulOf(r rune) hangul {
	switch {
	case r < 0x1100:
	case r <= 0x115F, r >= 0xA960 && r <= 0xA97C:
		return hangulL
	case r >= 0x1160 && r <= 0x11A7, r >= 0xD7B0 && r <= 0xD7C6:
		return hangulV
	case r >= 0x11A8 && r <= 0x11FF, r >= 0xD7CB && r <= 0xD7FB:
		return hangulT
	case r >= 0xAC00 && r <= 0xD7A3:
		if (r-0xAC00)%28 == 0 {
			return hangulLV
		}
		return hangulLVT
	}
	return noHangul
}
