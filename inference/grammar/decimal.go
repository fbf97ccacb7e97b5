package grammar

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// decimal is a number as a schema writes it, exactly.
type decimal struct {
	negative bool
	whole    string // without leading zeros, "0" for none
	fraction string // without trailing zeros
}

// maxDecimal is how many digits a schema's number may have on either side of
// the point.
const maxDecimal = 40

// parseDecimal reads a JSON number.
func parseDecimal(text string) (decimal, error) {
	d := decimal{negative: strings.HasPrefix(text, "-")}
	digits := strings.TrimPrefix(text, "-")
	exponent := 0
	if i := strings.IndexAny(digits, "eE"); i >= 0 {
		n, err := strconv.Atoi(digits[i+1:])
		if err != nil || n > maxDecimal || n < -maxDecimal {
			return d, fmt.Errorf("its exponent is over %d", maxDecimal)
		}
		digits, exponent = digits[:i], n
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	if exponent > 0 {
		for len(fraction) < exponent {
			fraction += "0"
		}
		whole, fraction = whole+fraction[:exponent], fraction[exponent:]
	} else if exponent < 0 {
		for len(whole) < -exponent {
			whole = "0" + whole
		}
		at := len(whole) + exponent
		whole, fraction = whole[:at], whole[at:]+fraction
	}
	d.whole, d.fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	if d.whole == "" {
		d.whole = "0"
	}
	if len(d.whole) > maxDecimal || len(d.fraction) > maxDecimal {
		return d, fmt.Errorf("it has over %d digits", maxDecimal)
	}
	d.negative = d.negative && !d.isZero()
	return d, nil
}

func (d decimal) isZero() bool { return d.whole == "0" && d.fraction == "" }

func (d decimal) isInteger() bool { return d.fraction == "" }

func (d decimal) minus() decimal {
	d.negative = !d.negative && !d.isZero()
	return d
}

// String writes the number without an exponent.
func (d decimal) String() string {
	s := d.whole
	if d.fraction != "" {
		s += "." + d.fraction
	}
	if d.negative {
		s = "-" + s
	}
	return s
}

// compare returns -1, 0 or 1.
func (d decimal) compare(e decimal) int {
	switch {
	case d.negative && !e.negative:
		return -1
	case !d.negative && e.negative:
		return 1
	case d.negative:
		d, e = e, d
	}
	if len(d.whole) != len(e.whole) {
		if len(d.whole) < len(e.whole) {
			return -1
		}
		return 1
	}
	if c := strings.Compare(d.whole, e.whole); c != 0 {
		return c
	}
	return strings.Compare(d.fraction, e.fraction)
}

// isMultiple reports whether d is a multiple of m, which isn't zero.
func (d decimal) isMultiple(m decimal) bool {
	digits := max(len(d.fraction), len(m.fraction))
	scaled := func(d decimal) *big.Int {
		return decimal{whole: d.whole, fraction: d.fraction + strings.Repeat("0", digits-len(d.fraction))}.numerator()
	}
	return new(big.Int).Rem(scaled(d), scaled(m)).Sign() == 0
}
