package grammar

import (
	"fmt"
	"strconv"
	"strings"
)

// The digits of numbers are limited: without end, a model that repeats itself
// would write one for ever, and parsers round or refuse longer ones.
const (
	maxWhole    = 19
	maxFraction = 20
	maxExponent = 2
	maxMultiple = 1000
)

// numberSpec is what a schema says of a number. The zero value allows all.
type numberSpec struct {
	low, high *bound
	integer   bool
	multiples []decimal
}

type bound struct {
	decimal
	exclusive bool
}

// atLeast narrows the lower bound.
func (n *numberSpec) atLeast(b bound) {
	if n.low != nil {
		if c := b.compare(n.low.decimal); c < 0 || c == 0 && !b.exclusive {
			return
		}
	}
	n.low = &b
}

// atMost narrows the upper bound.
func (n *numberSpec) atMost(b bound) {
	if n.high != nil {
		if c := b.compare(n.high.decimal); c > 0 || c == 0 && !b.exclusive {
			return
		}
	}
	n.high = &b
}

// fractionDigits returns k if d is 10 to the power of -k, with k at least 1.
func fractionDigits(d decimal) (int, bool) {
	ok := d.whole == "0" && !d.negative && strings.Trim(d.fraction, "0") == "1"
	return len(d.fraction), ok
}

// automaton is nil if there is no such number. The numbers have no exponent if
// there is any limit; integers are written without a point.
func (n *numberSpec) automaton() (*byteDFA, error) {
	r := numberRules{whole: maxWhole, fraction: maxFraction, multiple: 1}
	integer := n.integer
	for _, m := range n.multiples {
		if k, ok := fractionDigits(m); ok {
			r.fraction = min(r.fraction, k)
			continue
		}
		value, _ := strconv.Atoi(m.whole) // checked when it was read
		integer = true
		r.multiple = r.multiple / gcd(r.multiple, value) * value
		if r.multiple > maxMultiple {
			return nil, errTooManyMultiples
		}
	}
	if integer {
		r.fraction = 0
	}
	limited := integer || n.low != nil || n.high != nil || len(n.multiples) > 0
	r.exponent = !limited
	r.sides[0], r.sides[1] = side(n.low, n.high), side(negated(n.high), negated(n.low))
	if limited && r.sides[1].low == nil {
		r.sides[1].low = &bound{decimal{whole: "0"}, true} // no -0
	}
	for _, s := range r.sides {
		for _, b := range []*bound{s.low, s.high} {
			if b != nil && !s.none {
				r.whole = max(r.whole, len(b.whole)+1)
				if r.fraction > 0 {
					// Between 0.1 and 0.1 there is 0.1 alone.
					r.fraction = max(r.fraction, min(len(b.fraction)+1, maxDecimal+1))
				}
			}
		}
	}
	for _, m := range n.multiples {
		if k, ok := fractionDigits(m); ok {
			r.fraction = min(r.fraction, k)
		}
	}
	return explore(digits{}, "0123456789-.eE+", r.step, r.accept)
}

var errTooManyMultiples = fmt.Errorf("they are multiples of a number over %d", maxMultiple)

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func negated(b *bound) *bound {
	if b == nil {
		return nil
	}
	return &bound{b.minus(), b.exclusive}
}

// side limits a number that isn't negative.
func side(low, high *bound) magnitude {
	m := magnitude{low: low, high: high}
	if low != nil && (low.negative || low.isZero() && !low.exclusive) {
		m.low = nil
	}
	m.none = high != nil && high.negative
	return m
}
