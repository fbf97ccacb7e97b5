package chat

import "strings"

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
	x, ok1 := number(a)
	y, ok2 := number(b)
	s, ok3 := a.(text)
	t, ok4 := b.(text)
	switch {
	case ok1 && ok2:
		order = x - y
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
		for _, item := range in {
			if r.equal(item, v) {
				return true
			}
		}
		return false
	case text:
		if v, ok := v.(text); ok {
			return strings.Contains(in.String(), v.String())
		}
	case turn:
		v, ok := v.(text)
		return ok && (v.String() == "role" || v.String() == "content")
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
		return r.join(r.str(a), r.str(b))
	}
	if x, ok := number(a); ok {
		if y, ok := number(b); ok {
			return r.calculate(e.op, x, y)
		}
	}
	if e.op == "+" {
		s, ok1 := a.(text)
		t, ok2 := b.(text)
		if ok1 && ok2 {
			return r.join(s, t)
		}
		l, ok1 := a.(list)
		m, ok2 := b.(list)
		if ok1 && ok2 {
			r.alloc(valueBytes * (len(l) + len(m)))
			return append(append(list{}, l...), m...)
		}
	}
	if u, ok := a.(undefined); ok {
		r.reject("%q is undefined", string(u))
	}
	if e.op == "%" || e.op == "*" {
		r.fail("%s %s %s is not supported", kindOf(a), e.op, kindOf(b))
	}
	r.reject("%s %s %s can't be", kindOf(a), e.op, kindOf(b))
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
	r.alloc(pieceBytes * len(part))
	return part
}

func (r *run) calculate(op string, x, y int) int {
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
	if op == "//" {
		return quotient
	}
	return rest
}
