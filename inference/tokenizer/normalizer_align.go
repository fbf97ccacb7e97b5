package tokenizer

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func (n bertNormalizer) align(a *aligned) {
	if n.clean {
		a.filter(func(r rune) bool {
			return r == '\t' || r == '\n' || r == '\r' || !unicode.Is(controlTable, r)
		})
	}
	a.each(func(dst []byte, r rune) []byte {
		switch {
		case n.clean && (r == '\t' || r == '\n' || r == '\r' || unicode.Is(cleanSpaceTable, r)):
			return append(dst, ' ')
		case n.chinese && unicode.Is(chineseTable, r):
			return append(utf8.AppendRune(append(dst, ' '), r), ' ')
		}
		return utf8.AppendRune(dst, r)
	})
	if n.accents {
		form{norm.NFD}.align(a)
		a.filter(func(r rune) bool { return !unicode.Is(nonspacingTable, r) })
	}
	if n.lower {
		lowercase{}.align(a)
	}
}

func (lowercase) align(a *aligned) {
	a.each(func(dst []byte, r rune) []byte { return appendLower(dst, utf8.AppendRune(nil, r)) })
}

func (stripAccents) align(a *aligned) {
	a.filter(func(r rune) bool { return r < utf8.RuneSelf || !unicode.Is(combiningTable, r) })
}

func (n strip) align(a *aligned) {
	start, end := 0, len(a.text)
	if n.left {
		start = end - len(bytes.TrimLeftFunc(a.text, isSpace))
	}
	if n.right {
		end = max(start, len(bytes.TrimRightFunc(a.text, isSpace)))
	}
	a.text, a.from = a.text[start:end], a.from[start:end] // the origin stays
}

func (n replace) align(a *aligned) {
	a.replace(func(from int) (start, end int) {
		i := bytes.Index(a.text[from:], n.old)
		if i < 0 {
			return -1, -1
		}
		return from + i, from + i + len(n.old)
	}, n.new)
}

func (n replaceMatches) align(a *aligned) {
	m := patternMatcher{splitPattern: n.pattern, text: a.text}
	a.replace(m.next, n.new)
}

func (n prepend) align(a *aligned) { a.prepend(string(n)) }

func (n nmt) align(a *aligned) {
	a.filter(func(r rune) bool { return !nmtRemoves(r) })
	a.each(func(dst []byte, r rune) []byte {
		if nmtSpace(r) {
			return append(dst, ' ')
		}
		return utf8.AppendRune(dst, r)
	})
}

func (n chain) align(a *aligned) {
	for _, step := range n {
		step.align(a)
	}
}

func (m *charsmap) align(a *aligned) {
	var changes []change
	m.chunks(a.text, func(chunk, text []byte, found bool) {
		if !found {
			r, _ := utf8.DecodeRune(chunk)
			changes = append(changes, change{r, 0})
			return
		}
		for _, r := range string(text) {
			changes = append(changes, change{r, 0})
		}
		more := utf8.RuneCount(text) - utf8.RuneCount(chunk)
		for i := range max(more, 0) {
			changes[len(changes)-1-i].n = 1
		}
		if more < 0 && len(changes) > 0 {
			changes[len(changes)-1].n += more
		}
	})
	a.transform(changes, 0)
}

func (f form) align(a *aligned) {
	if f.QuickSpan(a.text) == len(a.text) {
		return
	}
	var changes []change
	known := 0
	for i := 0; i < len(a.text); {
		r, size := utf8.DecodeRune(a.text[i:])
		if newer(a.text[i : i+size]) {
			changes = append(append(changes, f.byRune(a.text[known:i])...), change{r, 0})
			known = i + size
		}
		i += size
	}
	a.transform(append(changes, f.byRune(a.text[known:])...), 0)
}
