package chat

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

type comparison struct {
	line  int
	first expr
	ops   []string
	rest  []expr
}

func (e comparison) eval(r *run) any {
	r.take(len(e.ops))
	a := e.first.eval(r)
	for i, op := range e.ops {
		b := e.rest[i].eval(r)
		r.line = e.line
		r.spend(a, b)
		if !r.compare(op, a, b) {
			return false
		}
		a = b
	}
	return true
}

func (r *run) compare(op string, a, b any) bool {
	switch op {
	case "==":
		return r.equal(a, b)
	case "!=":
		return !r.equal(a, b)
	case "in":
		return r.contains(b, a)
	case "not in":
		return !r.contains(b, a)
	}
	order := 0
	x, ok1 := float(a)
	y, ok2 := float(b)
	s, ok3 := a.(text)
	t, ok4 := b.(text)
	switch {
	case ok1 && ok2:
		order = cmp.Compare(x, y)
	case ok3 && ok4:
		order = strings.Compare(s.String(), t.String())
	default:
		r.reject("%s and %s can't be compared", kindOf(a), kindOf(b))
	}
	return op == "<" && order < 0 || op == ">" && order > 0 || op == "<=" && order <= 0 || op == ">=" && order >= 0
}

func (r *run) contains(in, v any) bool {
	switch in := in.(type) {
	case undefined:
		return false
	case list:
		return slices.ContainsFunc(in, func(item any) bool { return r.equal(item, v) })
	case tuple:
		return slices.ContainsFunc(in, func(item any) bool { return r.equal(item, v) })
	case *generator:
		for len(in.left) > 0 {
			item := in.left[0]
			if in.left = in.left[1:]; r.equal(item, v) {
				return true
			}
		}
		return false
	case text:
		if v, ok := v.(text); ok {
			return strings.Contains(in.String(), v.String())
		}
	case *dict:
		if _, ok := v.(undefined); ok { // which no key is
			return false
		}
		if _, ok := keyOf(v); ok {
			_, ok = in.get(v)
			return ok
		}
	}
	r.reject("%s can't be looked for in %s", kindOf(v), kindOf(in))
	return false
}

type operation struct {
	line int
	op   string
	a, b expr
}

func (e operation) eval(r *run) any {
	r.step()
	a, b := e.a.eval(r), e.b.eval(r)
	r.line = e.line
	r.spend(a, b)
	if e.op == "~" {
		return r.marked(r.join(r.str(a), r.str(b)), false)
	}
	if x, ok := number(a); ok {
		if y, ok := number(b); ok {
			return r.calculate(e.op, x, y)
		}
	}
	if x, ok := float(a); ok {
		if y, ok := float(b); ok {
			return r.calculateFloat(e.op, x, y)
		}
	}
	if e.op == "+" {
		s, ok1 := a.(text)
		t, ok2 := b.(text)
		if ok1 && ok2 {
			return r.concat(s, t)
		}
		l, ok1 := a.(list)
		m, ok2 := b.(list)
		if ok1 && ok2 {
			r.alloc(valueBytes * (len(l) + len(m)))
			return append(append(list{}, l...), m...)
		}
		x, ok1 := a.(tuple)
		y, ok2 := b.(tuple)
		if ok1 && ok2 {
			r.alloc(valueBytes * (len(x) + len(y)))
			return append(append(tuple{}, x...), y...)
		}
	}
	if e.op == "*" {
		if n, ok := number(b); ok {
			return r.repeat(a, n)
		} else if n, ok := number(a); ok {
			return r.repeat(b, n)
		}
	}
	if u, ok := a.(undefined); ok {
		r.reject("%q is undefined", string(u))
	}
	if _, ok := a.(text); ok && e.op == "%" {
		r.fail("%s %s %s is not supported", kindOf(a), e.op, kindOf(b))
	}
	r.reject("%s %s %s can't be", kindOf(a), e.op, kindOf(b))
	return nil
}

// repeat is a string or a list so many times.
func (r *run) repeat(of any, n int) any {
	switch of := of.(type) {
	case text:
		w := &builder{run: r}
		for range n {
			r.step()
			w.add(of)
		}
		return w.out
	case list:
		out := list{}
		for range n {
			r.take(1 + len(of))
			r.alloc(valueBytes * len(of))
			out = append(out, of...)
		}
		return out
	}
	r.fail("%s * a number is not supported", kindOf(of))
	return nil
}

func (r *run) join(a, b text) text {
	w := &builder{run: r}
	w.out = make(text, 0, len(a)+len(b))
	w.add(a)
	w.add(b)
	return w.out
}

// builder puts a string together.
type builder struct {
	*run
	out  text
	size int
}

func (w *builder) add(t text) {
	w.run.spend(t)
	w.alloc(pieceBytes * len(t))
	if w.size += t.size(); w.size > w.text {
		w.exceeds("it makes a string of over %d bytes", w.text)
	}
	for _, p := range t {
		if p.s != "" {
			w.out = append(w.out, p)
		}
	}
}

// slice is [text.slice], whose time depends on how many pieces there are.
func (r *run) slice(t text, from, to int) text {
	r.take(len(t))
	part := t.slice(from, to)
	if len(part) == 0 && t.isMarkup() {
		return r.marked(part, true)
	}
	r.alloc(pieceBytes * len(part))
	return part
}

func (r *run) calculateFloat(op string, x, y float64) any {
	switch op {
	case "+":
		return x + y
	case "-":
		return x - y
	case "*":
		return x * y
	}
	if y == 0 {
		r.reject("division by zero")
	}
	switch op {
	case "/":
		return x / y
	case "//":
		return math.Floor(x / y)
	}
	r.fail("%s of fractions is not supported", op)
	return nil
}

func (r *run) calculate(op string, x, y int) any {
	const limit = 1 << 31
	if x > limit || x < -limit || y > limit || y < -limit {
		r.fail("it calculates with numbers over %d", limit)
	}
	switch op {
	case "+":
		return x + y
	case "-":
		return x - y
	case "*":
		return x * y
	}
	if y == 0 {
		r.reject("division by zero")
	}
	quotient, rest := x/y, x%y
	if rest != 0 && rest < 0 != (y < 0) { // Python rounds down
		quotient, rest = quotient-1, rest+y
	}
	switch op {
	case "/":
		return float64(x) / float64(y)
	case "//":
		return quotient
	}
	return rest
}
