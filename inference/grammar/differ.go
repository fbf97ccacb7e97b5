package grammar

import (
	"encoding/json"
	"unicode/utf8"
)

// left reports whether the node has a value that differs from an array's items.
func (m *machine) left(n int32, of *seen) bool {
	node := &m.grammar.nodes[n]
	if node.plenty || of.count == 0 {
		return true
	}
	for _, alternative := range node.anyOf {
		if m.left(alternative, of) {
			return true
		}
	}
	switch first := m.firstOf(of); {
	case node.bytes != nil:
		return m.bytesLeft(node.bytes, 0, first)
	case node.text != nil:
		return m.textLeft(node.text, 0, 0, m.advance(first, '"'))
	}
	return false
}

// bytesLeft reports whether what is in this state can become a value that
// differs.
func (m *machine) bytesLeft(d *byteDFA, state int32, s *seen) bool {
	if s == nil || d.states[state].accept && !s.has("") {
		return true
	}
	for _, e := range d.states[state].edges {
		if m.bytesLeft(d, e.to, m.advance(s, e.char)) {
			return true
		}
	}
	return false
}

// textLeft is the same for a string of count characters.
func (m *machine) textLeft(t *stringNode, state int32, count int, s *seen) bool {
	return s == nil || t.ends(state, count) && !s.has(`"`) || m.rangeLeft(t, state, count, s, 0, utf8.MaxRune)
}

// rangeLeft is the same with a next character between low and high.
func (m *machine) rangeLeft(t *stringNode, state int32, count int, s *seen, low, high rune) bool {
	var next map[rune]bool
	d := t.dfa
	for i := d.interval(low); i < len(d.starts) && d.starts[i] <= high; i++ {
		to := d.next[int(state)*d.classes+int(d.class[i])]
		if to < 0 || !t.viable(to, count+1) {
			continue
		}
		first, last := max(low, d.starts[i]), high
		if i+1 < len(d.starts) {
			last = min(last, d.starts[i+1]-1)
		}
		free := int(last-first) + 1 - max(0, int(min(last, surrogatesEnd-1)-max(first, surrogates))+1)
		if free > len(s.among) {
			return true
		}
		if next == nil {
			next = s.runes()
		}
		for c := range next {
			if c >= first && c <= last {
				free--
				if m.textLeft(t, to, count+1, m.advanceRune(s, c)) {
					return true
				}
			}
		}
		if free > 0 {
			return true
		}
	}
	return false
}

// runes are the characters with which the items go on.
func (s *seen) runes() map[rune]bool {
	all := map[rune]bool{}
	for _, v := range s.among {
		if rest := v[s.read:]; rest != `"` {
			var text string
			if json.Unmarshal([]byte(`"`+rest), &text) == nil { // a string is read
				c, _ := utf8.DecodeRuneInString(text)
				all[c] = true
			}
		}
	}
	return all
}

// differs is where a string is behind b, which led from one place to another. It
// reports false if it can't become an item that differs.
func (m *machine) differs(t *stringNode, s *seen, from, to place, b byte) (*seen, bool) {
	if to.partial == 0 {
		s = m.advanceRune(s, from.character(b))
		return s, m.textLeft(t, to.state, int(to.count), s)
	}
	for _, r := range to.ranges() {
		if r[0] <= r[1] && m.rangeLeft(t, to.state, int(to.count), s, r[0], r[1]) {
			return s, true
		}
	}
	return s, false
}

// character is the one that b completes in an exact place.
func (p place) character(b byte) rune {
	kind, value := p.partial>>partialBits, p.partial&(1<<partialBits-1)
	switch kind {
	case boundary:
		return rune(b)
	case utf8Of1:
		return value<<6 | int32(b&0x3F)
	case escape:
		return rune(escapes[b])
	case hexOf3:
		return value<<4 | hexDigit(b)
	}
	return pair(value>>12, value&0xFFF<<4|hexDigit(b))
}

// ranges are the characters that may come of a partial one in an exact place.
func (p place) ranges() [][2]rune {
	kind, value := p.partial>>partialBits, p.partial&(1<<partialBits-1)
	switch {
	case kind == escape: // any, with four digits
		return [][2]rune{{0, utf8.MaxRune}}
	case kind <= utf8Of3:
		low, high, _ := utf8Range(kind-utf8Of1+1, value)
		return [][2]rune{{low, high}}
	case kind <= hexOf3:
		free := 4 * (4 - (kind - hexOf0))
		low := value << free
		high := low + 1<<free - 1
		first, last := max(low, surrogates)-surrogates, min(high, lowSurrogates-1)-surrogates
		all := [][2]rune{{low, min(high, surrogates-1)}, {max(low, surrogatesEnd), high}}
		if first <= last {
			all = append(all, [2]rune{0x10000 + first<<10, 0x10000 + (last<<10 | 0x3FF)})
		}
		return all
	case kind <= pairedU:
		return [][2]rune{{pair(value, lowSurrogates), pair(value, surrogatesEnd-1)}}
	}
	free := 4 * (4 - (kind - lowOf0))
	first := value & 0xFFF << free
	last := first + 1<<free - 1
	return [][2]rune{{pair(value>>12, max(first, lowSurrogates)), pair(value>>12, min(last, surrogatesEnd-1))}}
}

// atLeast is how many of these strings are sure to be found, up to enough.
func (t *stringNode) atLeast(enough int, b *budget) int {
	d := t.dfa
	if t.min > 10_000 {
		return 1 // it isn't worth the search
	}
	weight := make([]int, d.classes)
	for i, low := range d.starts {
		high := rune(utf8.MaxRune)
		if i+1 < len(d.starts) {
			high = d.starts[i+1] - 1
		}
		weight[d.class[i]] += int(high-low) + 1 - max(0, int(min(high, surrogatesEnd-1)-max(low, surrogates))+1)
	}
	longest := t.min + len(d.accept) + 1 // a longer one has a shorter one within it
	if t.max >= 0 {
		longest = min(longest, t.max)
	}
	total := 0
	paths := map[int32]int{0: 1}
	for length := 0; length <= longest && total < enough; length++ {
		longer := map[int32]int{}
		b.spend(measuring, 10, 40*len(paths)+100)
		for state, n := range paths {
			b.spend(measuring, 10*d.classes, 0)
			if length >= t.min && d.accept[state] {
				total += n
			}
			for class, to := range d.row(int(state)) {
				if to >= 0 && weight[class] > 0 {
					longer[to] = min(longer[to]+n*weight[class], enough)
				}
			}
		}
		paths = longer
	}
	return min(total, enough)
}
