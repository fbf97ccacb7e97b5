package chat

import (
	"math"
	"strconv"
	"strings"
)

func toInt(r *run, of any, args []any) any {
	switch of := of.(type) {
	case int:
		return of
	case float64:
		if math.Abs(of) < 1<<53 {
			return int(of)
		}
		r.fail("int of numbers from 2**53 on is not supported")
	case wide:
		return of
	case bool:
		n, _ := number(of)
		return n
	case text:
		s := strings.TrimFunc(of.String(), isSpace)
		if n, err := strconv.Atoi(strings.TrimPrefix(s, "+")); err == nil {
			return n
		}
		if f, err := strconv.ParseFloat(s, 64); err == nil && math.Abs(f) < 1<<53 {
			return int(f)
		} else if err == nil && !math.IsInf(f, 0) && !math.IsNaN(f) {
			r.fail("int of numbers from 2**53 on is not supported")
		}
	}
	return given(args[0], 0)
}

func toFloat(r *run, of any, args []any) any {
	if f, ok := float(of); ok {
		return f
	}
	if t, ok := of.(text); ok {
		if f, err := strconv.ParseFloat(strings.TrimFunc(t.String(), isSpace), 64); err == nil {
			return f
		}
	}
	return given(args[0], 0.0)
}

func absolute(r *run, of any, _ []any) any {
	if n, ok := number(of); ok {
		return max(n, -n)
	}
	f, ok := float(of)
	if !ok {
		r.reject("%s has no absolute value", kindOf(of))
	}
	return math.Abs(f)
}
