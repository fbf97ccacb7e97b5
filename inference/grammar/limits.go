package grammar

import (
	"math"
	"strconv"
	"strings"
)

func readBound(k *keywordAt) (*bound, error) {
	if k.value.kind == 't' || k.value.kind == 'f' {
		return nil, k.refuse("it has to be a number: write the limit itself here, without minimum or maximum beside it")
	}
	if k.value.kind != '0' {
		return nil, k.refuse("it has to be a number")
	}
	d, err := parseDecimal(k.value.text)
	if err != nil {
		return nil, k.refuse("%v: take a number with fewer digits", err)
	}
	return &bound{d, strings.HasPrefix(k.name, "exclusive")}, nil
}

func readMinimum(_ *compiler, s *shape, k *keywordAt) error {
	b, err := readBound(k)
	if err == nil {
		s.number.atLeast(*b)
		s.spoken |= typeNumber
	}
	return err
}

func readMaximum(_ *compiler, s *shape, k *keywordAt) error {
	b, err := readBound(k)
	if err == nil {
		s.number.atMost(*b)
		s.spoken |= typeNumber
	}
	return err
}

func readMultipleOf(_ *compiler, s *shape, k *keywordAt) error {
	s.spoken |= typeNumber
	if k.value.kind == '0' {
		d, err := parseDecimal(k.value.text)
		_, power := fractionDigits(d)
		n, convErr := strconv.Atoi(d.whole)
		if err == nil && (power || d.isInteger() && !d.negative && convErr == nil && n >= 1 && n <= maxMultiple) {
			s.number.multiples = append(s.number.multiples, d)
			return nil
		}
	}
	return k.refuse("it can be a whole number from 1 to %d, or 0.1, 0.01 and so on", maxMultiple)
}

// readCount reads a number of characters, items or properties.
func readCount(k *keywordAt) (int, error) {
	d, err := parseDecimal(k.value.text)
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
	d, err := c.pattern(k.value.text)
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

func readFormat(_ *compiler, s *shape, k *keywordAt) error {
	if _, ok := formatPatterns[k.value.text]; k.value.kind != '"' || !ok {
		return k.refuse("supported are %s: take one of these, or a pattern", formatNames())
	}
	d, err := compileFormat(k.value.text)
	if err != nil {
		return k.refuse("%v", err)
	}
	s.texts = append(s.texts, d)
	s.spoken |= typeString
	s.textRules = true
	return nil
}
