package grammar

// place is where a string is: the state of its automaton, how many characters
// it has, and what was read of the next character, 0 for nothing.
type place struct {
	state, count, partial int32
	// exact places tell all characters apart, others those that matter.
	exact bool
}

// A partial character is a kind and a value: kind<<partialBits | value.
const partialBits = 24

const (
	boundary = iota
	utf8Of1  // one byte of UTF-8 is missing; the value is the bits so far
	utf8Of2
	utf8Of3
	escape  // behind a backslash
	hexOf0  // digits of \uXXXX; the value is what they say
	hexOf1  //
	hexOf2  //
	hexOf3  //
	paired  // behind a high surrogate; the value is its last ten bits
	pairedU // and behind another backslash
	lowOf0  // digits of the low surrogate; the value is the high one's ten bits and then twelve
	lowOf1  //
	lowOf2  //
	lowOf3  //
	// uniform UTF-8 will be a character of one class, whatever bytes come; the
	// value is how many and the class.
	uniform
)

const (
	classBits = 20

	surrogates    = 0xD800 // the high ones
	lowSurrogates = 0xDC00
	surrogatesEnd = 0xE000
)

var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// read takes the next byte within the quotes, but not the closing one. It
// reports whether the string can still end well.
func (s *stringNode) read(p place, b byte) (place, bool) {
	kind, value := p.partial>>partialBits, p.partial&(1<<partialBits-1)
	switch kind {
	case boundary:
		return s.readFirst(p, b)
	case utf8Of1, utf8Of2, utf8Of3:
		if b < 0x80 || b > 0xBF ||
			kind == utf8Of2 && (value == 0 && b < 0xA0 || value == 0xD && b > 0x9F) ||
			kind == utf8Of3 && (value == 0 && b < 0x90 || value == 4 && b > 0x8F) {
			return p, false
		}
		return s.readUTF8(p, kind-1, value<<6|int32(b&0x3F))
	case uniform:
		if b < 0x80 || b > 0xBF {
			return p, false
		}
		if value>>classBits > 1 {
			p.partial -= 1 << classBits
			return p, true
		}
		return s.arrive(p, s.dfa.next[int(p.state)*s.dfa.classes+int(value&(1<<classBits-1))])
	case escape:
		if b == 'u' {
			p.partial = hexOf0 << partialBits
			return p, true
		}
		if c := escapes[b]; c != 0 {
			return s.complete(p, rune(c))
		}
		return p, false
	case paired:
		p.partial = pairedU<<partialBits | value
		return p, b == '\\'
	case pairedU:
		p.partial = lowOf0<<partialBits | value<<12
		return p, b == 'u'
	}
	digit := hexDigit(b)
	if digit < 0 {
		return p, false
	}
	if kind <= hexOf3 {
		return s.readUnit(p, kind+1-hexOf0, value<<4|digit)
	}
	return s.readLow(p, kind+1-lowOf0, value>>12, value&0xFFF<<4|digit)
}

func hexDigit(b byte) int32 {
	switch {
	case b >= '0' && b <= '9':
		return int32(b - '0')
	case b >= 'a' && b <= 'f':
		return int32(b-'a') + 10
	case b >= 'A' && b <= 'F':
		return int32(b-'A') + 10
	}
	return -1
}

func (s *stringNode) readFirst(p place, b byte) (place, bool) {
	switch {
	case b < ' ' || b == '"':
		return p, false
	case b == '\\':
		p.partial = escape << partialBits
		// Only a full string has nothing to escape: each character can be.
		return p, s.reachable(p.state, int(p.count), 0, surrogates-1) || s.reachable(p.state, int(p.count), surrogatesEnd, 0x10FFFF)
	case b < 0x80:
		return s.complete(p, rune(b))
	case b < 0xC2:
		return p, false
	case b < 0xE0:
		return s.readUTF8(p, 1, int32(b&0x1F))
	case b < 0xF0:
		return s.readUTF8(p, 2, int32(b&0xF))
	case b < 0xF5:
		return s.readUTF8(p, 3, int32(b&7))
	}
	return p, false
}

// readUTF8 goes on when so many bytes of a character are missing.
func (s *stringNode) readUTF8(p place, missing, bits int32) (place, bool) {
	if missing == 0 {
		return s.complete(p, bits)
	}
	low, high, narrow := utf8Range(missing, bits)
	p.partial = (utf8Of1+missing-1)<<partialBits | bits
	d := s.dfa
	if first := d.interval(low); !narrow && !p.exact && (d.free[p.state] || first == d.interval(high)) {
		class := int32(0)
		if !d.free[p.state] {
			class = d.class[first]
		}
		p.partial = uniform<<partialBits | missing<<classBits | class
	}
	return p, s.reachable(p.state, int(p.count), low, high)
}

// utf8Range is what a character with so many missing bytes may become, and
// whether not all continuation bytes may follow.
func utf8Range(missing, bits int32) (low, high rune, narrow bool) {
	low = bits << (6 * missing)
	high = low + 1<<(6*missing) - 1
	switch {
	case missing == 2 && bits == 0:
		return 0x800, high, true
	case missing == 2 && bits == 0xD:
		return low, surrogates - 1, true
	case missing == 3 && bits == 0:
		return 0x10000, high, true
	case missing == 3 && bits == 4:
		return low, 0x10FFFF, true
	}
	return low, high, false
}

// readUnit goes on behind some of the four digits of \uXXXX.
func (s *stringNode) readUnit(p place, digits, value int32) (place, bool) {
	low := value << (4 * (4 - digits))
	high := low + 1<<(4*(4-digits)) - 1
	count := int(p.count)
	ok := low < surrogates && s.reachable(p.state, count, low, min(high, surrogates-1)) ||
		high >= surrogatesEnd && s.reachable(p.state, count, max(low, surrogatesEnd), high)
	if !ok && low < lowSurrogates && high >= surrogates {
		first, last := max(low, surrogates)-surrogates, min(high, lowSurrogates-1)-surrogates
		ok = s.reachable(p.state, count, 0x10000+first<<10, 0x10000+(last<<10|0x3FF))
	}
	if !ok {
		return p, false
	}
	if digits < 4 {
		if s.dfa.free[p.state] && !p.exact {
			// It only matters whether it may become a surrogate.
			if high < surrogates || low >= surrogatesEnd {
				value = 0
			} else if digits > 1 && low < lowSurrogates {
				value = surrogates >> (4 * (4 - digits))
			}
		}
		p.partial = (hexOf0+digits)<<partialBits | value
		return p, true
	}
	if value >= surrogates && value < lowSurrogates {
		if s.dfa.free[p.state] && !p.exact {
			value = surrogates
		}
		p.partial = paired<<partialBits | (value - surrogates)
		return p, true
	}
	return s.complete(p, value)
}

// readLow goes on behind some digits of a low surrogate.
func (s *stringNode) readLow(p place, digits, high, value int32) (place, bool) {
	first := value << (4 * (4 - digits))
	last := first + 1<<(4*(4-digits)) - 1
	first, last = max(first, lowSurrogates), min(last, surrogatesEnd-1)
	if first > last || !s.reachable(p.state, int(p.count), pair(high, first), pair(high, last)) {
		return p, false
	}
	if digits < 4 {
		p.partial = (lowOf0+digits)<<partialBits | high<<12 | value
		return p, true
	}
	return s.complete(p, pair(high, value))
}

func pair(high, low int32) rune { return 0x10000 + high<<10 + (low - lowSurrogates) }

func (s *stringNode) complete(p place, c rune) (place, bool) {
	return s.arrive(p, s.dfa.step(p.state, c))
}

// arrive takes the character that leads to the state.
func (s *stringNode) arrive(p place, state int32) (place, bool) {
	if state < 0 || !s.viable(state, int(p.count)+1) {
		return p, false
	}
	return place{state: state, count: int32(s.counted(int(p.count) + 1))}, true
}
