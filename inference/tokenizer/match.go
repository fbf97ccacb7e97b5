package tokenizer

import "unicode/utf8"

// matcher finds a pattern's matches in one text, from left to right.
type patternMatcher struct {
	*splitPattern
	text []byte
	// failed has, by branch, the places from which its first unlimited repeat
	// reached the end without a match. From a place in between it would try
	// some of the same ends, so it isn't tried.
	failed [maxBranches]span
}

// next returns the leftmost match at or after from; start is -1 if there is none.
func (m *patternMatcher) next(from int) (start, end int) {
	for at := from; at < len(m.text); {
		c := m.text[at]
		branches := ^uint32(0)
		size := 1
		if c < utf8.RuneSelf {
			branches = m.first[c]
		} else {
			_, size = utf8.DecodeRune(m.text[at:])
		}
		for i, items := range m.branches {
			if branches&(1<<i) == 0 {
				continue
			}
			if end := m.match(items, at); end >= 0 {
				return at, end
			}
		}
		at += size
	}
	return -1, -1
}

// match returns where the items' match at a place ends, -1 if they have none.
func (m *patternMatcher) match(items []patternItem, at int) int {
	if len(items) == 0 {
		return at
	}
	it, rest := &items[0], items[1:]
	switch {
	case it.not:
		if m.one(it.class, at) > at {
			return -1
		}
		return m.match(rest, at)
	case it.words != nil:
		for _, word := range it.words {
			if end := m.word(word, at); end >= 0 {
				if end = m.match(rest, end); end >= 0 {
					return end
				}
			}
		}
		if it.min == 0 {
			return m.match(rest, at)
		}
		return -1
	}
	return m.repeat(it, rest, at)
}

// repeat matches a class as often as can be, then the rest.
func (m *patternMatcher) repeat(it *patternItem, rest []patternItem, at int) int {
	if it.memo >= 0 {
		if f := m.failed[it.memo]; f.start <= at && at < f.end {
			return -1
		}
	}
	count, end := 0, at
	for count < it.max {
		next := m.one(it.class, end)
		if next == end {
			break
		}
		end = next
		count++
	}
	for longest := end; ; count-- {
		if count < it.min {
			end = -1
		} else if found := m.match(rest, end); found >= 0 {
			return found
		} else if count > 0 {
			_, size := utf8.DecodeLastRune(m.text[:end])
			end -= size
			continue
		}
		if it.memo >= 0 {
			if f := &m.failed[it.memo]; f.end == longest {
				f.start = min(f.start, at)
			} else {
				*f = span{at, longest}
			}
		}
		return -1
	}
}

// one returns where the character of a class at a place ends; the place itself
// if there is none.
func (m *patternMatcher) one(class *runeClass, at int) int {
	if at >= len(m.text) {
		return at
	}
	r, size := rune(m.text[at]), 1
	if r >= utf8.RuneSelf {
		r, size = utf8.DecodeRune(m.text[at:])
	}
	if !class.has(r) {
		return at
	}
	return at + size
}

func (m *patternMatcher) word(word []*runeClass, at int) int {
	for _, class := range word {
		next := m.one(class, at)
		if next == at {
			return -1
		}
		at = next
	}
	return at
}
