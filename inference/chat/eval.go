package chat

import (
	"fmt"
	"slices"
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
	jump  jumpNode // the break or continue that is under way
	calls int      // of macros that are under way
	now   time.Time
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
	if slices.Contains(unknownNames, e.name) {
		r.fail("the variable %q is not supported", e.name)
	}
	if slices.Contains(builtins, e.name) {
		return builtin(e.name)
	}
	return undefined(e.name)
}

// builtins are the functions that there are.
var builtins = []string{"namespace", "raise_exception", "strftime_now", "range", "dict"}

// unknownNames are those that transformers or Jinja define and we don't.
var unknownNames = []string{"lipsum", "cycler", "joiner", "varargs", "kwargs", "caller", "self", "super",
	"additional_special_tokens", "extra_special_tokens", "image_token", "boi_token", "eoi_token"}

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

type tupleExpr []expr

func (e tupleExpr) eval(r *run) any { return tuple(listExpr(e).eval(r).(list)) }

type dictExpr struct{ keys, values []expr }

func (e dictExpr) eval(r *run) any {
	r.alloc(4 * valueBytes * len(e.keys))
	d := newDict(len(e.keys))
	for i := range e.keys {
		key := e.keys[i].eval(r)
		if !d.set(key, e.values[i].eval(r)) {
			r.reject("%s can't be a key", kindOf(key))
		}
	}
	return d
}

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

// access is of[key], or of.key.
type access struct {
	line      int
	of, key   expr
	attribute bool
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
	case *dict:
		if e.attribute && slices.Contains(dictNames, name.String()) {
			return bound{of, name.String()}
		}
	case text, list, tuple:
		if e.attribute {
			if methodsOf(of)[name.String()] == nil {
				return undefined(name.String())
			}
			return bound{of, name.String()}
		}
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

// application is a filter.
type application struct {
	line int
	name string
	of   expr
	with arguments
}

func (e application) eval(r *run) any {
	r.step()
	of := e.of.eval(r)
	f := filters[e.name]
	if f == nil {
		r.line = e.line
		r.fail("the filter %q is not supported", e.name)
	}
	return r.call("filter", e.name, f, e.line, of, e.with)
}
