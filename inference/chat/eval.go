package chat

import (
	"fmt"
	"strings"
)

const (
	maxSteps      = 1_000_000 // nodes and expressions looked at in a rendering
	stepsAMessage = 1_000
	maxText       = 64 << 20 // bytes of a string or of the prompt
)

type node interface{ render(r *run) }

type expr interface{ eval(r *run) any }

// run is one rendering.
type run struct {
	scopes       []map[string]any
	out          []Segment
	pending      []byte // the segment that is being written
	fromTemplate bool
	size         int
	steps        int
	line         int
}

// reject says that the conversation doesn't suit the template; fail, that the
// template asks for what isn't supported.
func (r *run) reject(format string, args ...any) {
	panic(&TemplateError{fmt.Sprintf("the chat template doesn't take this conversation (line %d: %s)", r.line, fmt.Sprintf(format, args...))})
}

func (r *run) fail(format string, args ...any) {
	panic(&UnsupportedError{r.line, fmt.Sprintf(format, args...)})
}

func (r *run) step() {
	if r.steps--; r.steps < 0 {
		r.fail("it takes too many steps")
	}
}

func (r *run) push(scope map[string]any) { r.scopes = append(r.scopes, scope) }
func (r *run) pop()                      { r.scopes = r.scopes[:len(r.scopes)-1] }

func (r *run) nodes(all []node) {
	for _, n := range all {
		r.step()
		n.render(r)
	}
}

// write adds to the prompt, joining what comes from the same place.
func (r *run) write(t text) {
	for _, s := range t {
		if s.Text == "" {
			continue
		}
		if r.size += len(s.Text); r.size > maxText {
			r.fail("it makes a prompt of over %d bytes", maxText)
		}
		if r.fromTemplate != s.Template {
			r.flush()
			r.fromTemplate = s.Template
		}
		r.pending = append(r.pending, s.Text...)
	}
}

// flush ends the segment that is being written.
func (r *run) flush() {
	if len(r.pending) > 0 {
		r.out = append(r.out, Segment{string(r.pending), r.fromTemplate})
		r.pending = r.pending[:0]
	}
}

type textNode string

func (n textNode) render(r *run) { r.write(literal(string(n))) }

type printNode struct {
	line  int
	value expr
}

func (n printNode) render(r *run) {
	r.line = n.line
	r.write(r.str(n.value.eval(r)))
}

type condition struct {
	when expr // nil for else
	body []node
}

type ifNode []condition

func (n ifNode) render(r *run) {
	for _, c := range n {
		if c.when == nil || truth(c.when.eval(r)) {
			r.nodes(c.body)
			return
		}
	}
}

type forNode struct {
	line            int
	name            string
	in              expr
	body, otherwise []node
}

func (n forNode) render(r *run) {
	r.line = n.line
	items := r.items(n.in.eval(r))
	for i, item := range items {
		r.step()
		r.push(map[string]any{n.name: item, "loop": &loopState{items, i}})
		r.nodes(n.body)
		r.pop()
	}
	if len(items) == 0 {
		r.push(map[string]any{})
		r.nodes(n.otherwise)
		r.pop()
	}
}

func (r *run) items(v any) list {
	switch v := v.(type) {
	case list:
		return v
	case undefined:
		return nil
	case text:
		var all list
		at := runes(v.String())
		for i := range at[1:] {
			r.step()
			all = append(all, v.slice(at[i], at[i+1]))
		}
		return all
	case Message:
		return list{literal("role"), literal("content")}
	}
	r.reject("%s can't be iterated", kindOf(v))
	return nil
}

type setNode struct {
	line        int
	name, field string
	value       expr
}

func (n setNode) render(r *run) {
	r.line = n.line
	v := n.value.eval(r)
	if n.field == "" {
		r.scopes[len(r.scopes)-1][n.name] = v
		return
	}
	ns, ok := variable{n.name}.eval(r).(*namespace)
	if !ok {
		r.reject("%s is no namespace", n.name)
	}
	(*ns)[n.field] = v
}

type constant struct{ value any }

func (e constant) eval(*run) any { return e.value }

type variable struct{ name string }

func (e variable) eval(r *run) any {
	r.step()
	for i := len(r.scopes) - 1; i >= 0; i-- {
		if v, ok := r.scopes[i][e.name]; ok {
			return v
		}
	}
	return undefined(e.name)
}

type listExpr []expr

func (e listExpr) eval(r *run) any {
	out := make(list, len(e))
	for i := range e {
		out[i] = e[i].eval(r)
	}
	return out
}

type namespaceExpr map[string]expr

func (e namespaceExpr) eval(r *run) any {
	ns := namespace{}
	for k, v := range e {
		ns[k] = v.eval(r)
	}
	return &ns
}

type raise struct{ message expr }

func (e raise) eval(r *run) any { panic(&TemplateError{r.str(e.message.eval(r)).String()}) }

type ifExpr struct{ when, then, otherwise expr }

func (e ifExpr) eval(r *run) any {
	if truth(e.when.eval(r)) {
		return e.then.eval(r)
	}
	if e.otherwise == nil {
		return undefined("else")
	}
	return e.otherwise.eval(r)
}

type logic struct {
	a, b expr
	or   bool
}

func (e logic) eval(r *run) any {
	if a := e.a.eval(r); truth(a) == e.or {
		return a
	}
	return e.b.eval(r)
}

type notExpr struct{ of expr }

func (e notExpr) eval(r *run) any { return !truth(e.of.eval(r)) }

type comparison struct {
	line  int
	first expr
	ops   []string
	rest  []expr
}

func (e comparison) eval(r *run) any {
	a := e.first.eval(r)
	for i, op := range e.ops {
		b := e.rest[i].eval(r)
		r.line = e.line
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
		return equal(a, b)
	case "!=":
		return !equal(a, b)
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
			if equal(item, v) {
				return true
			}
		}
		return false
	case text:
		if v, ok := v.(text); ok {
			return strings.Contains(in.String(), v.String())
		}
	case Message:
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
		if ok1 && ok2 && len(l)+len(m) < maxSteps {
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
	if a.size()+b.size() > maxText {
		r.fail("it makes a string of over %d bytes", maxText)
	}
	return append(append(make(text, 0, len(a)+len(b)), a...), b...)
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

type access struct {
	line    int
	of, key expr
}

func (e access) eval(r *run) any {
	r.step()
	of, key := e.of.eval(r), e.key.eval(r)
	r.line = e.line
	name, _ := key.(text)
	switch of := of.(type) {
	case *namespace:
		if v, ok := (*of)[name.String()]; ok {
			return v
		}
		return undefined(name.String())
	case *loopState:
		return r.loopField(of, name.String())
	}
	return r.index(of, key)
}

func (r *run) loopField(l *loopState, name string) any {
	n := len(l.items)
	switch name {
	case "index":
		return l.index + 1
	case "index0":
		return l.index
	case "revindex":
		return n - l.index
	case "revindex0":
		return n - l.index - 1
	case "first":
		return l.index == 0
	case "last":
		return l.index == n-1
	case "length":
		return n
	case "previtem":
		if l.index > 0 {
			return l.items[l.index-1]
		}
		return undefined(name)
	case "nextitem":
		if l.index+1 < n {
			return l.items[l.index+1]
		}
		return undefined(name)
	}
	r.fail("loop.%s is not supported", name)
	return nil
}

type sliceExpr struct {
	line         int
	of, from, to expr
}

func (e sliceExpr) eval(r *run) any {
	r.step()
	of := e.of.eval(r)
	var from, to any
	if e.from != nil {
		from = e.from.eval(r)
	}
	if e.to != nil {
		to = e.to.eval(r)
	}
	r.line = e.line
	return r.sliced(of, from, to)
}

type application struct {
	line int
	f    function
	of   expr
	args []expr
}

func (e application) eval(r *run) any {
	r.step()
	of := e.of.eval(r)
	args := make([]any, len(e.args))
	for i := range args {
		args[i] = e.args[i].eval(r)
	}
	r.line = e.line
	if u, ok := of.(undefined); ok && !e.f.undefined {
		r.reject("%q is undefined", string(u))
	}
	return e.f.apply(r, of, args)
}

type testExpr struct {
	of      expr
	test    func(any) bool
	negated bool
}

func (e testExpr) eval(r *run) any { return e.test(e.of.eval(r)) != e.negated }
