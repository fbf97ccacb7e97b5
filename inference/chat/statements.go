package chat

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
	for i, item := range items {
		r.step()
		scope := n.bind(r, item)
		scope["loop"] = &loopState{items, i}
		r.push(scope)
		r.nodes(n.body)
		r.pop()
		jump := r.jump
		if r.jump = ""; jump == "break" {
			break
		}
	}
	if len(items) == 0 {
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
	if len(n.names) == 1 {
		return map[string]any{n.names[0]: item}
	}
	r.take(len(n.names))
	parts := r.items(item)
	if len(parts) != len(n.names) {
		r.reject("%d values can't be given to %d names", len(parts), len(n.names))
	}
	scope := map[string]any{}
	for i, name := range n.names {
		scope[name] = parts[i]
	}
	return scope
}

func (r *run) items(v any) list {
	switch v := v.(type) {
	case list:
		return v
	case undefined:
		return nil
	case text:
		r.spend(v)
		var all list
		at := runes(v.String())
		for i := range at[1:] {
			r.take(2)
			r.alloc(valueBytes)
			all = append(all, r.slice(v, at[i], at[i+1]))
		}
		return all
	case turn:
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
