package tokenizer

import (
	"bytes"
	"slices"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// form is one of Unicode's normalization forms, as the reference has it. It
// differs from golang.org/x/text in two things: its data are older, and it
// doesn't break long runs of marks by U+034F (Unicode's stream-safe format).
type form struct{ norm.Form }

func (f form) normalize(dst, src []byte) []byte {
	if f.QuickSpan(src) == len(src) {
		return append(dst, src...)
	}
	known := 0 // start of the stretch whose characters the reference knows
	for i := 0; i < len(src); {
		if src[i] < utf8.RuneSelf {
			i++
			continue
		}
		_, size := utf8.DecodeRune(src[i:])
		if newer(src[i : i+size]) {
			dst = append(f.normalizeKnown(dst, src[known:i]), src[i:i+size]...)
			known = i + size
		}
		i += size
	}
	return f.normalizeKnown(dst, src[known:])
}

// newer reports whether the reference is too old to know the character as one
// that decomposes or that combines; it leaves it where it is.
func newer(char []byte) bool {
	p := norm.NFKD.Properties(char)
	r, _ := utf8.DecodeRune(char)
	return p.CCC() != 0 && !unicode.Is(reorderedTable, r) || p.Decomposition() != nil && !unicode.Is(decomposedTable, r)
}

// normalizeKnown normalizes characters that aren't newer.
func (f form) normalizeKnown(dst, src []byte) []byte {
	out := f.Bytes(src)
	if joiners(out) == joiners(src) && !(f.composes() && bytes.ContainsFunc(out, isNewer)) {
		return append(dst, out...)
	}
	for _, c := range f.byRune(src) {
		dst = utf8.AppendRune(dst, c.char)
	}
	return dst
}

func (f form) composes() bool { return f.Form == norm.NFC || f.Form == norm.NFKC }

func isNewer(r rune) bool { return r >= utf8.RuneSelf && newer([]byte(string(r))) }

// joiners counts U+034F. None comes of decomposing or composing, so more of
// them than there were are x/text's own.
func joiners(b []byte) (n int) {
	for i := range b {
		if b[i] == 0xCD && i+1 < len(b) && b[i+1] == 0x8F {
			n++
		}
	}
	return n
}

// byRune is the algorithm of the Unicode Standard (3.11), with x/text for the
// data of single characters.
func (f form) byRune(src []byte) (out []change) {
	decomposed := norm.NFD
	if f.Form == norm.NFKC || f.Form == norm.NFKD {
		decomposed = norm.NFKD
	}
	for _, r := range string(src) {
		added := 0
		for _, part := range decomposed.String(string(r)) {
			out = append(out, change{part, added})
			added = 1
		}
	}
	for i := 0; i < len(out); { // each run of marks in the order of their classes
		if combiningClass(out[i].char) == 0 {
			i++
			continue
		}
		end := i
		for end < len(out) && combiningClass(out[end].char) != 0 {
			end++
		}
		slices.SortStableFunc(out[i:end], func(a, b change) int { return int(combiningClass(a.char)) - int(combiningClass(b.char)) })
		i = end
	}
	if f.composes() {
		out = compose(out)
	}
	return out
}

func combiningClass(r rune) uint8 { return norm.NFD.PropertiesString(string(r)).CCC() }

// compose joins each character with the starter before it where the two make
// one character, and nothing between them blocks it. It works in place.
func compose(all []change) []change {
	out := all[:0]
	starter := -1
	for _, c := range all {
		class := combiningClass(c.char)
		adjacent := starter == len(out)-1
		if starter >= 0 && (adjacent || class != 0 && combiningClass(out[len(out)-1].char) < class) {
			joined := []rune(norm.NFC.String(string([]rune{out[starter].char, c.char})))
			if len(joined) == 1 && !isNewer(joined[0]) {
				out[starter] = change{joined[0], out[starter].n + c.n - 1}
				continue
			}
		}
		if class == 0 {
			starter = len(out)
		}
		out = append(out, c)
	}
	return out
}
