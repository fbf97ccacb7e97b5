package chat

// callExpr calls a function, a macro or a method.
type callExpr struct {
	line int
	what expr
	with arguments
}

func (e callExpr) eval(r *run) any {
	r.step()
	if a, ok := e.what.(access); ok && a.attribute {
		return e.method(r, a)
	}
	what := e.what.eval(r)
	r.line = e.line
	switch what := what.(type) {
	case builtin:
		return r.builtin(string(what), e.with)
	case *macro:
		return r.macro(what, e.with)
	case bound:
		return r.method(what.of, what.name, e.line, e.with)
	case undefined:
		r.reject("%q is undefined", string(what))
	}
	r.reject("%s can't be called", kindOf(what))
	return nil
}

// method calls what is written after a dot.
func (e callExpr) method(r *run, a access) any {
	of := a.of.eval(r)
	name := a.key.eval(r).(text).String()
	r.line = e.line
	switch of := of.(type) {
	case *namespace:
		if m, ok := (*of)[name].(*macro); ok {
			return r.macro(m, e.with)
		}
	case undefined:
		r.reject("%q is undefined", string(of))
	}
	return r.method(of, name, e.line, e.with)
}

func (r *run) method(of any, name string, line int, with arguments) any {
	f := methodsOf(of)[name]
	if f == nil {
		if of == nil {
			r.reject("none has no method %q", name)
		}
		r.fail("%s's method %q is not supported", kindOf(of), name)
	}
	return r.call("method", name, f, line, of, with)
}

var (
	strftimeNow    = &function{least: 1, params: "format"}
	raiseException = &function{least: 1, params: "message"}
	rangeOf        = &function{least: 1, params: "start stop step"}
)

// maxRange is what Jinja's sandbox lets a range have.
const maxRange = 100_000

func (r *run) builtin(name string, with arguments) any {
	switch name {
	case "raise_exception":
		panic(&TemplateError{r.str(with.bind(r, "function", name, raiseException)[0]).String()})
	case "strftime_now":
		return r.strftime(r.textOf(with.bind(r, "function", name, strftimeNow)[0]))
	case "range":
		return r.rangeOf(with.bind(r, "function", name, rangeOf))
	}
	r.take(1 + len(with.named))
	d := newDict(len(with.named))
	if len(with.all) > 0 {
		from, ok := with.all[0].eval(r).(*dict)
		if !ok || len(with.all) > 1 {
			r.fail("%s is supported with one mapping, and with named arguments", name)
		}
		for i := range from.keys {
			d.set(from.keys[i], from.values[i])
		}
	}
	for _, n := range with.named {
		d.set(literal(n.name), n.value.eval(r))
	}
	r.alloc(3 * valueBytes * len(d.keys))
	if name == "dict" {
		return d
	}
	ns := namespace{}
	for i, key := range d.keys {
		ns[r.str(key).String()] = d.values[i]
	}
	return &ns
}

func (r *run) rangeOf(args []any) list {
	ends := [3]int{0, 0, 1}
	if _, ok := args[1].(absent); ok {
		args = []any{0, args[0], args[2]}
	}
	for i, arg := range args {
		if _, ok := arg.(absent); ok {
			continue
		}
		n, ok := number(arg)
		if !ok {
			r.reject("range of %s", kindOf(arg))
		}
		ends[i] = n
	}
	from, to, by := ends[0], ends[1], ends[2]
	if by == 0 {
		r.reject("range by 0")
	}
	out := list{}
	for i := from; by > 0 && i < to || by < 0 && i > to; i += by {
		if len(out) == maxRange {
			r.reject("a range of more than %d numbers", maxRange)
		}
		r.step()
		r.alloc(valueBytes)
		out = append(out, i)
	}
	return out
}

// macro is a part of a template that is called by its name.
type macro struct {
	name     string
	params   []string
	defaults []expr // nil where there is none
	body     []node
	scopes   []map[string]any // where it was written
}

type macroNode struct{ macro }

func (n macroNode) render(r *run) {
	m := n.macro
	m.scopes = append([]map[string]any(nil), r.scopes...)
	r.scopes[len(r.scopes)-1][m.name] = &m
}

// macro is what a macro writes.
func (r *run) macro(m *macro, with arguments) any {
	if r.calls++; r.calls > maxDepth {
		r.exceeds("its macros call each other more than %d deep", maxDepth)
	}
	scope := map[string]any{}
	if len(with.all) > len(m.params) {
		r.reject("the macro %q takes %d arguments", m.name, len(m.params))
	}
	for i, e := range with.all {
		scope[m.params[i]] = e.eval(r)
	}
	for _, n := range with.named {
		known := false
		for _, p := range m.params {
			known = known || p == n.name
		}
		if !known {
			r.reject("the macro %q has no argument %q", m.name, n.name)
		}
		scope[n.name] = n.value.eval(r)
	}
	before, jump := r.scopes, r.jump
	r.scopes, r.jump = append(append([]map[string]any(nil), m.scopes...), scope), ""
	for i, p := range m.params {
		if _, ok := scope[p]; ok {
			continue
		}
		if scope[p] = undefined(p); m.defaults[i] != nil {
			scope[p] = m.defaults[i].eval(r)
		}
	}
	made := r.capture(m.body)
	r.scopes, r.jump = before, jump
	r.calls--
	return made
}
