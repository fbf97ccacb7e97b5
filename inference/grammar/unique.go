package grammar

import (
	"encoding/json"
	"unicode/utf8"
)

const (
	maxUnique = 1_000   // items of an array in which they differ
	maxSeen   = 500_000 // values in what is kept
)

// seen is what an array has whose items differ: before, and value. Or, within
// such an item, which of the array's items begin as it does.
//
// Values are JSON as it is written without needless escapes.
type seen struct {
	before *seen
	value  string
	count  int // of the array's items

	among []string
	read  int // bytes that they have in common with the item
}

// nothing is what an empty array has.
var nothing = &seen{}

// items keeps the seens, of which there is one of each kind until they are
// forgotten, and the text of the scalar that is open: an item's value, as soon
// as it is over, for its state doesn't tell.
type items struct {
	kept   map[seenKey]*seen
	scalar []byte
	ahead  []byte // behind scalar, in a walk
	byText bool   // the step depends on the text
	weight int    // of what is kept
}

type seenKey struct {
	of   *seen
	text string
	in   bool // an item
}

func (m *items) forget() { m.kept, m.weight = map[seenKey]*seen{}, 0 }

func (m *items) keep(key seenKey, s *seen) {
	m.kept[key] = s
	m.weight += 1 + len(s.among)
}

// with returns what an array has with the open scalar, to which last is to be
// added. It reports false if it is there already.
func (m *items) with(s *seen, last []byte) (*seen, bool) {
	m.byText = true
	text := append([]byte(nil), m.scalar...)
	for _, b := range m.ahead {
		text = lex(text, b)
	}
	value := valueOf(append(text, last...))
	for at := s; at.count > 0; at = at.before {
		if at.value == value {
			return nil, false
		}
	}
	key := seenKey{of: s, text: value}
	next, ok := m.kept[key]
	if !ok {
		next = &seen{before: s, value: value, count: s.count + 1}
		m.keep(key, next)
	}
	return next, true
}

// start0 is where an item begins, nil in an array without any.
func (m *items) firstOf(s *seen) *seen {
	if s.count == 0 {
		return nil
	}
	key := seenKey{of: s, in: true}
	next, ok := m.kept[key]
	if !ok {
		next = &seen{before: s, among: make([]string, 0, s.count)}
		for at := s; at.count > 0; at = at.before {
			next.among = append(next.among, at.value)
		}
		m.keep(key, next)
	}
	return next
}

// advance is where the item is behind a byte, nil if no other begins so.
func (m *items) advance(s *seen, b byte) *seen {
	if s == nil {
		return nil
	}
	some := ""
	for _, v := range s.among {
		if len(v) > s.read && v[s.read] == b {
			some = v[:s.read+1]
			break
		}
	}
	if some == "" {
		return nil
	}
	key := seenKey{of: s.before, text: some, in: true}
	next, ok := m.kept[key]
	if !ok {
		next = &seen{before: s.before, read: s.read + 1}
		for _, v := range s.among {
			if len(v) > s.read && v[s.read] == b {
				next.among = append(next.among, v)
			}
		}
		m.keep(key, next)
	}
	return next
}

// advanceRune is where a string is behind a character.
func (m *items) advanceRune(s *seen, c rune) *seen {
	quoted := appendQuoted(make([]byte, 0, 8), string(c))
	for _, b := range quoted[1 : len(quoted)-1] {
		s = m.advance(s, b)
	}
	return s
}

// has reports whether one of the items is over here, with what is to be added.
func (s *seen) has(rest string) bool {
	for _, v := range s.among {
		if v[s.read:] == rest {
			return true
		}
	}
	return false
}

// left reports whether the node has a value that differs, whose start s is.
func (m *machine) left(n int32, s *seen) bool {
	node := &m.grammar.nodes[n]
	for _, alternative := range node.anyOf {
		if m.left(alternative, s) {
			return true
		}
	}
	switch {
	case s == nil:
		return true
	case node.bytes != nil:
		return m.bytesLeft(node.bytes, 0, s)
	case node.text != nil:
		return m.textLeft(node.text, 0, 0, m.advance(s, '"'))
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

// lex adds b to the text of the scalar that is open, which is empty outside of
// scalars. That of one that is over stays until the next byte.
func lex(scalar []byte, b byte) []byte {
	switch b {
	case ' ', '\n', '\t', ',', ':', '[', ']', '{', '}':
		if len(scalar) == 0 || scalar[0] != '"' || isQuoted(scalar) {
			return scalar[:0]
		}
	}
	return append(scalar, b)
}

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
