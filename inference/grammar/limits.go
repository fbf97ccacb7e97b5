package grammar

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

func readBound(k *keywordAt) (*bound, error) {
	if k.value.kind == 't' || k.value.kind == 'f' {
		return nil, k.refuse("true is next to minimum or maximum, as in draft-04: write the limit itself here")
	}
	if k.value.kind != '0' {
		return nil, k.refuse("it has to be a number")
	}
	d, err := k.value.asDecimal()
	if err != nil {
		return nil, k.refuse("%v: take a number with fewer digits", err)
	}
	return &bound{d, strings.HasPrefix(k.name, "exclusive")}, nil
}

// limit reads a bound, which draft-04 makes exclusive by true beside it.
func limit(exclusive string, apply func(*numberSpec, bound)) keyword {
	return func(_ *compiler, s *shape, k *keywordAt) error {
		if k.name == exclusive && (k.value.kind == 't' || k.value.kind == 'f') {
			beside := k.schema.member(strings.ToLower(strings.TrimPrefix(exclusive, "exclusive")))
			if k.value.kind == 'f' || beside != nil && beside.kind == '0' {
				return nil // read with the other
			}
		}
		b, err := readBound(k)
		if err != nil {
			return err
		}
		if beside := k.schema.member(exclusive); beside != nil && beside.kind == 't' {
			b.exclusive = true
		}
		apply(&s.number, *b)
		s.spoken |= typeNumber
		return nil
	}
}

var (
	readMinimum = limit("exclusiveMinimum", (*numberSpec).atLeast)
	readMaximum = limit("exclusiveMaximum", (*numberSpec).atMost)
)

func readMultipleOf(_ *compiler, s *shape, k *keywordAt) error {
	s.spoken |= typeNumber
	if k.value.kind == '0' {
		d, err := k.value.asDecimal()
		if err == nil && !d.negative && !d.isZero() && d.numerator().Cmp(big.NewInt(maxMultiple)) <= 0 {
			s.number.multiples = append(s.number.multiples, d)
			return nil
		}
	}
	return k.refuse("it can be a number over 0 whose digits make up to %d, such as 5, 0.25 or 0.001", maxMultiple)
}

// readCount reads a number of characters, items or properties.
func readCount(k *keywordAt) (int, error) {
	d, err := k.value.asDecimal()
	if k.value.kind != '0' || err != nil || d.negative || !d.isInteger() {
		return 0, k.refuse("it has to be a whole number from 0 on")
	}
	n, err := strconv.Atoi(d.whole)
	if err != nil || n > math.MaxInt32/2 {
		n = math.MaxInt32 / 2 // more than any text has
	}
	if n > maxCount && strings.HasPrefix(k.name, "min") {
		return 0, k.refuse("it can be up to %d", maxCount)
	}
	return n, nil
}

const maxCount = 1_000_000

func counting(t types, apply func(s *shape, n int)) keyword {
	return func(_ *compiler, s *shape, k *keywordAt) error {
		n, err := readCount(k)
		if err != nil {
			return err
		}
		s.spoken |= t
		apply(s, n)
		return nil
	}
}

var (
	readMinLength = counting(typeString, func(s *shape, n int) {
		s.minLength, s.textRules = max(s.minLength, n), true
	})
	readMaxLength = counting(typeString, func(s *shape, n int) {
		s.maxLength, s.textRules = tighter(s.maxLength, n), true
	})
	readMinItems      = counting(typeArray, func(s *shape, n int) { s.minItems = max(s.minItems, n) })
	readMaxItems      = counting(typeArray, func(s *shape, n int) { s.maxItems = tighter(s.maxItems, n) })
	readMinProperties = counting(typeObject, func(s *shape, n int) { s.minProperties = max(s.minProperties, n) })
	readMaxProperties = counting(typeObject, func(s *shape, n int) { s.maxProperties = tighter(s.maxProperties, n) })
)

func readPattern(c *compiler, s *shape, k *keywordAt) error {
	if k.value.kind != '"' {
		return k.refuse("it has to be a string")
	}
	d, err := c.pattern(k.value.text, false)
	if err != nil {
		return k.refuse("%v", err)
	}
	if d == nil {
		return k.refuse("no string matches it: correct it or leave it out")
	}
	s.texts = append(s.texts, d)
	s.spoken |= typeString
	s.textRules = true
	return nil
}
