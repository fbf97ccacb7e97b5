package chat

import "slices"

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
		r.step()
		if c.when == nil || truth(c.when.eval(r)) {
			r.nodes(c.body)
			return
		}
	}
}

// jumpNode is a break or a continue.
type jumpNode string

func (n jumpNode) render(r *run) { r.jump = n }

// scopeNode is a block whose variables end with it.
type scopeNode []node

func (n scopeNode) render(r *run) {
	r.push(map[string]any{})
	r.nodes(n)
	r.pop()
}

type forNode struct {
	line            int
	names           []string
	in, when        expr // when is nil for all
	body, otherwise []node
}

func (n forNode) render(r *run) {
	r.line = n.line
	items := r.items(n.in.eval(r))
	if n.when != nil {
		items = n.chosen(r, items)
	}
	passed := false
	for i, item := range items {
		r.step()
		scope := n.bind(r, item)
		scope["loop"] = &loopState{items, i}
		r.push(scope)
		r.nodes(n.body)
		r.pop()
		jump := r.jump
		passed = passed || jump == ""
		if r.jump = ""; jump == "break" {
			break
		}
	}
	if !passed { // not even once to the end of the body, as Jinja has it
		scopeNode(n.otherwise).render(r)
	}
}

// chosen are the items for which the loop's condition holds.
func (n forNode) chosen(r *run, items list) list {
	var out list
	for _, item := range items {
		r.step()
		r.push(n.bind(r, item))
		if truth(n.when.eval(r)) {
			r.alloc(valueBytes)
			out = append(out, item)
		}
		r.pop()
	}
	return out
}

// bind gives the loop's names their values.
func (n forNode) bind(r *run, item any) map[string]any {
	scope := map[string]any{}
	r.unpack(scope, n.names, item)
	return scope
}

// unpack gives names their values: all of it to one, one each to several.
func (r *run) unpack(scope map[string]any, names []string, v any) {
	if len(names) == 1 {
		scope[names[0]] = v
		return
	}
	r.take(len(names))
	parts := r.items(v)
	if len(parts) != len(names) {
		r.reject("%d values can't be given to %d names", len(parts), len(names))
	}
	for i, name := range names {
		scope[name] = parts[i]
	}
}

func (r *run) items(v any) list {
	switch v := v.(type) {
	case list:
		return v
	case tuple:
		return list(v)
	case *generator:
		all := v.left
		v.left = nil
		return all
	case undefined:
		return nil
	case *dict:
		r.alloc(valueBytes * len(v.keys))
		r.take(len(v.keys))
		return slices.Clone(v.keys)
	case text:
		r.spend(v)
		var all list
		at := runes(v.String())
		for i := range at[1:] {
			r.take(2)
			r.alloc(valueBytes)
			all = append(all, r.marked(r.slice(v, at[i], at[i+1]), false))
		}
		return all
	}
	r.reject("%s can't be iterated", kindOf(v))
	return nil
}

// setNode gives a name, several names, or a field of a namespace a value.
type setNode struct {
	line  int
	names []string
	field string
	value expr
}

func (n setNode) render(r *run) {
	r.line = n.line
	v := n.value.eval(r)
	if n.field == "" {
		r.unpack(r.scopes[len(r.scopes)-1], n.names, v)
		return
	}
	ns, ok := variable{n.names[0]}.eval(r).(*namespace)
	if !ok {
		r.reject("%s is no namespace", n.names[0])
	}
	(*ns)[n.field] = v
}

// failNode is a statement that isn't understood, which matters once it is reached.
type failNode struct {
	line    int
	problem string
}

func (n failNode) render(r *run) {
	r.line = n.line
	r.fail("%s", n.problem)
}

func (n failNode) eval(r *run) any {
	n.render(r)
	return nil
}

// captured is an expression whose value is what statements write.
type captured []node

func (n captured) eval(r *run) any { return r.capture(n) }

// capture renders statements into a string.
func (r *run) capture(body []node) text {
	out, pending, size := r.out, r.pending, r.size
	r.out, r.pending, r.size = nil, nil, 0
	scopeNode(body).render(r)
	r.flush()
	made := r.out
	r.out, r.pending, r.size = out, pending, size
	return r.marked(made, false)
}

// withNode is a block with variables of its own.
type withNode struct {
	names  []string
	values []expr
	body   []node
}

func (n withNode) render(r *run) {
	scope := map[string]any{}
	for i, v := range n.values {
		scope[n.names[i]] = v.eval(r)
	}
	r.push(scope)
	r.nodes(n.body)
	r.pop()
}
