package chat

import "math"

// tests that templates may use after "is", without arguments.
var tests = map[string]func(any) bool{
	"defined":   func(v any) bool { _, ok := v.(undefined); return !ok },
	"undefined": func(v any) bool { _, ok := v.(undefined); return ok },
	"none":      func(v any) bool { return v == nil },
	"string":    func(v any) bool { _, ok := v.(text); return ok },
	"mapping":   func(v any) bool { _, ok := v.(*dict); return ok },
	"boolean":   func(v any) bool { _, ok := v.(bool); return ok },
	"number":    func(v any) bool { _, ok := float(v); return ok || isWide(v) },
	"integer":   func(v any) bool { _, ok := v.(int); return ok || isWide(v) },
	"float":     func(v any) bool { _, ok := v.(float64); return ok },
	"true":      func(v any) bool { b, ok := v.(bool); return ok && b },
	"false":     func(v any) bool { b, ok := v.(bool); return ok && !b },
	"iterable":  func(v any) bool { _, ok := v.(*generator); return ok || sequence(v) },
	"sequence":  sequence,
	"callable": func(v any) bool {
		switch v.(type) {
		case *macro, bound, builtin, undefined:
			return true
		}
		return false
	},
}

func isWide(v any) bool { _, ok := v.(wide); return ok }

func sequence(v any) bool {
	switch v.(type) {
	case text, list, tuple, *dict, undefined:
		return true
	}
	return false
}

// comparisons are the tests with an argument, by the operator that they are.
var comparisons = map[string]string{"equalto": "==", "eq": "==", "==": "==", "ne": "!=", "!=": "!=", "in": "in",
	"lt": "<", "lessthan": "<", "<": "<", "gt": ">", "greaterthan": ">", ">": ">", "le": "<=", "<=": "<=", "ge": ">=", ">=": ">="}

// test reports whether a value passes the test of that name.
func (r *run) test(name string, line int, v any, with arguments) bool {
	r.line = line
	operator, compares := comparisons[name]
	test := tests[name]
	switch {
	case test != nil && len(with.all)+len(with.named) == 0:
		return test(v)
	case compares && len(with.all) == 1:
		arg := with.all[0].eval(r)
		r.spend(v, arg)
		return r.compare(operator, v, arg)
	case (name == "even" || name == "odd") && len(with.all)+len(with.named) == 0:
		n, ok := float(v)
		if !ok {
			r.reject("%s is neither even nor odd", kindOf(v))
		}
		rest := math.Abs(math.Mod(n, 2))
		return name == "even" && rest == 0 || name == "odd" && rest == 1
	case name == "divisibleby" && len(with.all) == 1:
		n, ok1 := number(v)
		by, ok2 := number(with.all[0].eval(r))
		if !ok1 || !ok2 || by == 0 {
			r.reject("%s can't be divided", kindOf(v))
		}
		return n%by == 0
	}
	r.fail("the test %q is not supported with %d arguments", name, len(with.all)+len(with.named))
	return false
}

type testExpr struct {
	line    int
	of      expr
	name    string
	with    arguments
	negated bool
}

func (e testExpr) eval(r *run) any {
	r.step()
	return r.test(e.name, e.line, e.of.eval(r), e.with) != e.negated
}
