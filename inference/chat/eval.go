package chat

import (
	"fmt"
	"time"
)

type node interface{ render(r *run) }

type expr interface{ eval(r *run) any }

// run is one rendering.
type run struct {
	scopes  []map[string]any
	out     text
	pending []byte // of the last piece, before it is made a string
	size    int
	line    int
	limits
	jump jumpNode // the break or continue that is under way
	now  time.Time
}

// reject says that the conversation doesn't suit the template; fail, that the
// template asks for what isn't supported.
func (r *run) reject(format string, args ...any) {
	panic(&TemplateError{fmt.Sprintf("the chat template doesn't take this conversation (line %d: %s)", r.line, fmt.Sprintf(format, args...))})
}

func (r *run) fail(format string, args ...any) {
	panic(&UnsupportedError{r.line, fmt.Sprintf(format, args...)})
}

func (r *run) push(scope map[string]any) { r.scopes = append(r.scopes, scope) }
func (r *run) pop()                      { r.scopes = r.scopes[:len(r.scopes)-1] }

func (r *run) nodes(all []node) {
	for _, n := range all {
		if r.jump != "" {
			return
		}
		r.step()
		n.render(r)
	}
}

type constant struct{ value any }

func (e constant) eval(*run) any { return e.value }

type variable struct{ name string }

func (e variable) eval(r *run) any {
	r.take(1 + len(r.scopes)/8)
	for i := len(r.scopes) - 1; i >= 0; i-- {
		if v, ok := r.scopes[i][e.name]; ok {
			return v
		}
	}
	return undefined(e.name)
}

type listExpr []expr

func (e listExpr) eval(r *run) any {
	r.alloc(valueBytes * len(e))
	r.take(len(e))
	out := make(list, len(e))
	for i := range e {
		out[i] = e[i].eval(r)
	}
	return out
}

type namespaceExpr map[string]expr

func (e namespaceExpr) eval(r *run) any {
	r.take(1 + len(e))
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
	r.step()
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
	r.step()
	if a := e.a.eval(r); truth(a) == e.or {
		return a
	}
	return e.b.eval(r)
}

type notExpr struct{ of expr }

func (e notExpr) eval(r *run) any {
	r.step()
	return !truth(e.of.eval(r))
}

type access struct {
	line    int
	of, key expr
}

func (e access) eval(r *run) any {
	r.step()
	of, key := e.of.eval(r), e.key.eval(r)
	r.line = e.line
	if _, ok := of.(text); ok {
		r.spend(of)
	}
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
	line int
	of   expr
	ends [3]expr // from, to and step; nil where there is none
}

func (e sliceExpr) eval(r *run) any {
	r.step()
	of := e.of.eval(r)
	var ends [3]any
	for i, end := range e.ends {
		if end != nil {
			ends[i] = end.eval(r)
		}
	}
	r.line = e.line
	r.spend(of)
	return r.sliced(of, ends[0], ends[1], ends[2])
}

type application struct {
	line int
	f    function
	of   expr
	args []expr
}

func (e application) eval(r *run) any {
	r.take(1 + len(e.args))
	of := e.of.eval(r)
	args := make([]any, len(e.args))
	for i := range args {
		args[i] = e.args[i].eval(r)
	}
	r.line = e.line
	if _, ok := of.(list); !ok || !e.f.quick {
		r.spend(of)
	}
	r.spend(args...)
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

func (e testExpr) eval(r *run) any {
	r.step()
	return e.test(e.of.eval(r)) != e.negated
}
