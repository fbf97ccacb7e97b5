package tokenizer

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// normalizer appends the normalized form of src, which is valid UTF-8, to dst.
type normalizer interface {
	normalize(dst, src []byte) []byte
	align(a *aligned) // normalizes a text whose places count
}

// bertNormalizer cleans, isolates Chinese characters, strips accents and
// lowers, in this order, each if it is asked to.
type bertNormalizer struct {
	clean, chinese, accents, lower bool
}

func (n bertNormalizer) normalize(dst, src []byte) []byte {
	start := len(dst)
	ascii := true
	for i, c := range src {
		if c >= utf8.RuneSelf {
			dst, ascii = n.cleanRunes(dst, src[i:]), false
			break
		}
		dst = n.appendASCII(dst, c)
	}
	if ascii || !(n.accents || n.lower) {
		return dst
	}
	// The steps after cleaning need whole sequences, so they write the result
	// after it, and it is moved to where it belongs.
	cleaned := len(dst)
	if n.accents {
		dst = form{norm.NFD}.normalize(dst, dst[start:cleaned])
		dst = append(dst[:start], dst[cleaned:]...)
		dst = removeRunes(dst, start, nonspacingTable)
		cleaned = len(dst)
	}
	if n.lower {
		dst = appendLower(dst, dst[start:cleaned])
		dst = append(dst[:start], dst[cleaned:]...)
	}
	return dst
}

func (n bertNormalizer) appendASCII(dst []byte, c byte) []byte {
	switch {
	case n.clean && (c < ' ' || c == 0x7F):
		if c != '\t' && c != '\n' && c != '\r' {
			return dst
		}
		c = ' '
	case n.lower && c >= 'A' && c <= 'Z':
		c += 'a' - 'A'
	}
	return append(dst, c)
}

// cleanRunes is clean_text and handle_chinese_chars.
func (n bertNormalizer) cleanRunes(dst, src []byte) []byte {
	for len(src) > 0 {
		if c := src[0]; c < utf8.RuneSelf {
			dst, src = n.appendASCII(dst, c), src[1:]
			continue
		}
		r, size := utf8.DecodeRune(src)
		switch {
		case n.clean && unicode.Is(controlTable, r):
		case n.clean && unicode.Is(cleanSpaceTable, r):
			dst = append(dst, ' ')
		case n.chinese && unicode.Is(chineseTable, r):
			dst = append(dst, ' ')
			dst = append(dst, src[:size]...)
			dst = append(dst, ' ')
		default:
			dst = append(dst, src[:size]...)
		}
		src = src[size:]
	}
	return dst
}

// removeRunes removes the runes of the table from b[start:].
func removeRunes(b []byte, start int, table *unicode.RangeTable) []byte {
	out := b[:start]
	for i := start; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		if r < utf8.RuneSelf || !unicode.Is(table, r) {
			out = append(out, b[i:i+size]...)
		}
		i += size
	}
	return out
}

// appendLower appends src in lower case, rune by rune: as in the reference, the
// form of a rune does not depend on its neighbours.
func appendLower(dst, src []byte) []byte {
	for len(src) > 0 {
		r, size := utf8.DecodeRune(src)
		switch {
		case r >= 'A' && r <= 'Z':
			dst = append(dst, byte(r)+'a'-'A')
		case r < utf8.RuneSelf:
			dst = append(dst, byte(r))
		default:
			if low, ok := lowered[r]; ok {
				dst = append(dst, low...)
			} else {
				dst = append(dst, src[:size]...)
			}
		}
		src = src[size:]
	}
	return dst
}

type lowercase struct{}

func (lowercase) normalize(dst, src []byte) []byte { return appendLower(dst, src) }

type stripAccents struct{}

func (stripAccents) normalize(dst, src []byte) []byte {
	start := len(dst)
	return removeRunes(append(dst, src...), start, combiningTable)
}

// strip removes white space at the ends.
type strip struct{ left, right bool }

func (n strip) normalize(dst, src []byte) []byte {
	if n.left {
		src = bytes.TrimLeftFunc(src, isSpace)
	}
	if n.right {
		src = bytes.TrimRightFunc(src, isSpace)
	}
	return append(dst, src...)
}

// replace replaces each occurrence of a string.
type replace struct{ old, new []byte }

func (n replace) normalize(dst, src []byte) []byte {
	for {
		i := bytes.Index(src, n.old)
		if i < 0 {
			return append(dst, src...)
		}
		dst = append(append(dst, src[:i]...), n.new...)
		src = src[i+len(n.old):]
	}
}

// replaceMatches replaces what matches a pattern.
type replaceMatches struct {
	pattern *splitPattern
	new     []byte
}

func (n replaceMatches) normalize(dst, src []byte) []byte {
	m := patternMatcher{splitPattern: n.pattern, text: src}
	for done := 0; ; {
		start, end := m.next(done)
		if start < 0 {
			return append(dst, src[done:]...)
		}
		dst = append(append(dst, src[done:start]...), n.new...)
		done = end
	}
}

// prepend puts a string before a text that isn't empty.
type prepend string

func (n prepend) normalize(dst, src []byte) []byte {
	if len(src) > 0 {
		dst = append(dst, n...)
	}
	return append(dst, src...)
}

// nmt is the Nmt normalizer: it removes control characters, and makes others spaces.
type nmt struct{}

func (nmt) normalize(dst, src []byte) []byte {
	for len(src) > 0 {
		r, size := utf8.DecodeRune(src)
		switch {
		case nmtRemoves(r):
		case nmtSpace(r):
			dst = append(dst, ' ')
		default:
			dst = append(dst, src[:size]...)
		}
		src = src[size:]
	}
	return dst
}

func nmtRemoves(r rune) bool {
	return r >= 1 && r <= 8 || r == 0xB || r >= 0xE && r <= 0x1F || r == 0x7F || r == 0x8F || r == 0x9F
}

func nmtSpace(r rune) bool {
	switch r {
	case '\t', '\n', '\f', '\r', 0x1680, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, utf8.RuneError:
		return true
	}
	return false
}

// chain applies one normalizer after the other.
type chain []normalizer

func (n chain) normalize(dst, src []byte) []byte {
	for i, step := range n {
		if i == len(n)-1 {
			return step.normalize(dst, src)
		}
		src = step.normalize(nil, src)
	}
	return append(dst, src...)
}

func isSpace(r rune) bool { return unicode.Is(spaceTable, r) }
