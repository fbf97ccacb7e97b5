package grammar

// digits is where a number is, as far as it matters for what may follow.
type digits struct {
	negative  bool
	phase     phase
	count     uint8 // digits read in this phase
	zero      bool  // the whole part is a single 0; of canonical fractions, the last digit is 0
	low, high int8  // what was read compared with the bound's same digits
	rest      int16 // of a division by multiple
}

type phase uint8

const (
	atSign phase = iota
	afterSign
	inWhole
	afterPoint
	inFraction
	afterE
	afterESign
	inExponent
)

// magnitude is what the number without its sign must be.
type magnitude struct {
	low, high *bound
	none      bool
}

type numberRules struct {
	sides    [2]magnitude // not negative, negative
	whole    int          // most digits
	fraction int
	exponent bool
	// Numbers are a multiple of multiple tenths to the power of places.
	multiple, places int
	canonical        bool
}

func (r *numberRules) side(s digits) *magnitude {
	if s.negative {
		return &r.sides[1]
	}
	return &r.sides[0]
}

func (r *numberRules) step(s digits, b byte) (digits, bool) {
	digit := b >= '0' && b <= '9'
	switch s.phase {
	case atSign, afterSign:
		if b == '-' && s.phase == atSign {
			return digits{negative: true, phase: afterSign}, !r.sides[1].none
		}
		s.phase, s.zero = inWhole, b == '0'
		return r.wholeDigit(s, b), digit && !r.side(s).none
	case inWhole:
		switch {
		case digit:
			return r.wholeDigit(s, b), !s.zero && int(s.count) < r.whole
		case b == '.' && r.fraction > 0:
			m := r.side(s)
			return digits{negative: s.negative, phase: afterPoint, low: wholeCompared(s.low, s.count, m.low),
				high: wholeCompared(s.high, s.count, m.high), rest: s.rest}, true
		}
		return digits{phase: afterE}, r.exponent && (b == 'e' || b == 'E')
	case afterPoint, inFraction:
		if digit {
			m := r.side(s)
			s.low, s.high = fractionCompared(s.low, s.count, b, m.low), fractionCompared(s.high, s.count, b, m.high)
			s.phase, s.zero = inFraction, r.canonical && b == '0'
			s.rest = r.restWith(s.rest, b)
			s.count++
			return s, int(s.count) <= r.fraction
		}
		return digits{phase: afterE}, s.phase == inFraction && r.exponent && (b == 'e' || b == 'E')
	case afterE:
		if b == '+' || b == '-' {
			return digits{phase: afterESign}, true
		}
		return digits{phase: inExponent, count: 1}, digit
	case afterESign:
		return digits{phase: inExponent, count: 1}, digit
	default:
		s.count++
		return s, digit && s.count <= maxExponent
	}
}

func (r *numberRules) wholeDigit(s digits, b byte) digits {
	m := r.side(s)
	compare := func(so int8, limit *bound) int8 {
		if limit == nil || so != 0 || int(s.count) >= len(limit.whole) {
			return so
		}
		return compareByte(b, limit.whole[s.count])
	}
	s.low, s.high = compare(s.low, m.low), compare(s.high, m.high)
	s.rest = r.restWith(s.rest, b)
	s.count++
	return s
}

func (r *numberRules) restWith(rest int16, digit byte) int16 {
	return int16((int(rest)*10 + int(digit-'0')) % r.multiple)
}

// isMultiple reports whether the number is one, with so many digits behind the
// point and what is left of all its digits.
func (r *numberRules) isMultiple(rest int16, read int) bool {
	n := int(rest)
	for ; read < r.places && n != 0; read++ {
		n = n * 10 % r.multiple
	}
	return n == 0
}

// wholeCompared compares a whole part of count digits with the bound's. so is
// how their first digits compare, as far as both have them.
func wholeCompared(so int8, count uint8, limit *bound) int8 {
	switch {
	case limit == nil:
		return 0
	case int(count) < len(limit.whole):
		return -1
	case int(count) > len(limit.whole):
		return 1
	}
	return so
}

func fractionCompared(so int8, at uint8, b byte, limit *bound) int8 {
	if limit == nil || so != 0 {
		return so
	}
	digit := byte('0')
	if int(at) < len(limit.fraction) {
		digit = limit.fraction[at]
	}
	return compareByte(b, digit)
}

func compareByte(a, b byte) int8 {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (r *numberRules) accept(s digits) bool {
	m := r.side(s)
	low, high := s.low, s.high
	read := 0 // digits of the fraction
	switch s.phase {
	case inWhole:
		low, high = wholeCompared(low, s.count, m.low), wholeCompared(high, s.count, m.high)
	case inFraction:
		if s.zero {
			return false
		}
		read = int(s.count)
	case inExponent:
		return true
	default:
		return false
	}
	if !r.isMultiple(s.rest, read) {
		return false
	}
	if m.low != nil {
		if low == 0 && len(m.low.fraction) > read {
			low = -1
		}
		if low < 0 || low == 0 && m.low.exclusive {
			return false
		}
	}
	if m.high != nil {
		if high == 0 && len(m.high.fraction) > read {
			high = -1
		}
		if high > 0 || high == 0 && m.high.exclusive {
			return false
		}
	}
	return true
}
