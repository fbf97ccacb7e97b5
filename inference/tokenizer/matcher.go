package tokenizer

import (
	"unicode"
	"unicode/utf8"
)

// pattern is an added token as it is looked for.
type pattern struct {
	text    string
	token   addedToken
	control bool // it is one where special tokens are looked for, and text elsewhere
}

// matcher finds the leftmost-longest occurrences of its patterns.
type matcher struct {
	trie
	patterns []pattern
	stripping
}

// add adds a pattern, or returns the one that is there with the same text.
func (m *matcher) add(p pattern) *pattern {
	if n := m.trie.add(p.text, int32(len(m.patterns))); int(n) < len(m.patterns) {
		return &m.patterns[n]
	}
	m.patterns = append(m.patterns, p)
	m.look(p.text, p.token)
	return nil
}

// longest returns the longest pattern that text begins with and its length, which
// is below limit.
func (m *matcher) longest(text string, limit int) (*pattern, int) {
	if n, length := m.trie.longest(text, limit); length > 0 {
		return &m.patterns[n], length
	}
	return nil, 0
}

const noLimit = int(^uint(0) >> 1)

// split calls piece for each stretch of text in turn: with the id of an added token,
// or with -1 for what lies between them. Control tokens are found only within the
// control spans, which are sorted.
func (m *matcher) split(text string, control []span, piece func(start, end int, id int32)) {
	done := 0
	var blank blanks
	for i := 0; !m.empty(); {
		for i < len(text) && !m.starts[text[i]] {
			i++
		}
		if i == len(text) {
			break
		}
		for len(control) > 0 && control[0].end <= i {
			control = control[1:]
		}
		p, n := m.find(text, i, control)
		if n == 0 {
			i++
			continue
		}
		start, stop := i, i+n
		i = stop
		if p == nil || p.token.SingleWord && (endsWithWord(text[:start]) || startsWithWord(text[stop:])) {
			continue
		}
		if p.token.LStrip {
			start = before(text, done, start)
		}
		if p.token.RStrip {
			stop = blank.after(text, stop)
		}
		if done < start {
			piece(done, start, -1)
		}
		piece(start, stop, p.token.ID)
		done = stop
	}
	if done < len(text) {
		piece(done, len(text), -1)
	}
}

// find returns the pattern at text[i:] and its length. A control token outside of
// the control spans is given as nil with its length: the reference, told to
// read special tokens as text, passes over them in one go too.
func (m *matcher) find(text string, i int, control []span) (*pattern, int) {
	p, n := m.longest(text[i:], noLimit)
	for n > 0 {
		outside := len(control) == 0 || control[0].start >= i+n
		inside := len(control) > 0 && control[0].start <= i && i+n <= control[0].end
		switch {
		case p.control && inside, !p.control && (outside || inside):
			return p, n
		case p.control && outside:
			return nil, n
		case !p.control && !m.hidesControl(text, i, i+n, control):
			return p, n
		}
		p, n = m.longest(text[i:], n)
	}
	return nil, 0
}

// hidesControl reports whether a control token begins within text[from:end] in a
// control span, so that a token that crosses the span's border would swallow it.
func (m *matcher) hidesControl(text string, from, end int, control []span) bool {
	for _, c := range control {
		for i := max(from, c.start); i < min(end, c.end); i++ {
			if p, _ := m.longest(text[i:c.end], noLimit); p != nil && p.control {
				return true
			}
		}
		if c.end >= end {
			break
		}
	}
	return false
}

func endsWithWord(s string) bool {
	r, size := utf8.DecodeLastRuneInString(s)
	return size > 0 && unicode.Is(wordTable, r)
}

func startsWithWord(s string) bool {
	r, size := utf8.DecodeRuneInString(s)
	return size > 0 && unicode.Is(wordTable, r)
}
