package grammar

import (
	"fmt"
	"math/big"
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
	// canonical numbers have one text each: no exponent, and no zeros at the end.
	canonical bool
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

// numerator is d's digits as one number, of which it has one tenth to the power
// of len(d.fraction).
func (d decimal) numerator() *big.Int {
	n, _ := new(big.Int).SetString(d.whole+d.fraction, 10)
	return n
}

// step returns what all numbers are a multiple of: multiple tenths to the power
// of places. It is 1 and -1 if there is no such thing.
func (n *numberSpec) step() (multiple, places int, err error) {
	all := n.multiples
	if n.integer {
		all = append([]decimal{{whole: "1"}}, all...)
	}
	if len(all) == 0 {
		return 1, -1, nil
	}
	for _, m := range all {
		places = max(places, len(m.fraction))
	}
	ten, common := big.NewInt(10), big.NewInt(1)
	for _, m := range all {
		scale := new(big.Int).Exp(ten, big.NewInt(int64(places-len(m.fraction))), nil)
		scaled := scale.Mul(scale, m.numerator())
		shared := new(big.Int).GCD(nil, nil, common, scaled)
		common.Mul(common, scaled.Div(scaled, shared))
	}
	for places > 0 {
		tenth, rest := new(big.Int).QuoRem(common, ten, new(big.Int))
		if rest.Sign() != 0 {
			break
		}
		common = tenth
		places--
	}
	if !common.IsInt64() || common.Int64() > maxMultiple {
		return 0, 0, errTooManyMultiples
	}
	return int(common.Int64()), places, nil
}

// key is the same for specs that say the same in the same way.
func (n *numberSpec) key() string {
	key := fmt.Appendf(nil, "%t %t", n.integer, n.canonical)
	for _, b := range []*bound{n.low, n.high} {
		if b == nil {
			key = append(key, " none"...)
		} else {
			key = fmt.Appendf(key, " %s %t", b.decimal, b.exclusive)
		}
	}
	for _, m := range n.multiples {
		key = fmt.Appendf(key, " %s", m)
	}
	return string(key)
}

// automaton is nil if there is no such number. The numbers have no exponent if
// there is any limit; integers are written without a point.
func (n *numberSpec) automaton(b *budget) (*byteDFA, error) {
	r := numberRules{whole: maxWhole, fraction: maxFraction, canonical: n.canonical}
	b.spend(measuring, 150*len(n.multiples), 400*len(n.multiples))
	multiple, places, err := n.step()
	if err != nil {
		return nil, err
	}
	r.multiple, r.places = multiple, max(0, places)
	if places == 0 {
		r.fraction = 0
	}
	limited := places >= 0 || n.low != nil || n.high != nil || n.canonical
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
	if places >= 0 {
		r.fraction = min(r.fraction, places)
	}
	return explore(digits{}, "0123456789-.eE+", r.step, r.accept, b)
}

var errTooManyMultiples = fmt.Errorf("they are multiples of a number whose digits make over %d: take one with fewer digits", maxMultiple)

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
