package chat

import "fmt"

// Values of templates are nil (none), undefined, bool, int, float64, wide, text, list,
// tuple, *generator, *dict, *namespace, *loopState, *macro, bound and builtin.
type (
	undefined string // its name
	builtin   string // a function's name
	wide      string // a whole number that no int holds, as it is written
	text      []piece
	list      []any
	tuple     []any
	namespace map[string]any
)

// absent is an argument that wasn't given.
type absent struct{}

// bound is a method of a value, before it is called.
type bound struct {
	of   any
	name string
}

type loopState struct {
	items list
	index int
}

// generator is what some filters make, as in Jinja: it can be gone through once, and is
// true even if it has nothing.
type generator struct{ left list }

// generating is a filter that makes a generator of a list.
func generating(apply func(r *run, of any, args []any) any) func(r *run, of any, args []any) any {
	return func(r *run, of any, args []any) any {
		made := apply(r, of, args)
		if all, ok := made.(list); ok {
			return &generator{all}
		}
		return made
	}
}

func literal(s string) text { return text{{s: s}} }

func truth(v any) bool {
	switch v := v.(type) {
	case nil, undefined:
		return false
	case bool:
		return v
	case int:
		return v != 0
	case float64:
		return v != 0
	case text:
		return v.size() > 0
	case list:
		return len(v) > 0
	case tuple:
		return len(v) > 0
	case *dict:
		return len(v.keys) > 0
	}
	return true
}

func kindOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "none"
	case undefined:
		return fmt.Sprintf("%q, which is undefined,", string(v))
	case bool:
		return "a boolean"
	case int, float64, wide:
		return "a number"
	case text:
		return "a string"
	case list:
		return "a list"
	case tuple:
		return "a tuple"
	case *dict:
		return "a mapping"
	case *generator:
		return "a generator"
	}
	return "an object"
}

// number is a whole number, as which booleans count too.
func number(v any) (int, bool) {
	switch v := v.(type) {
	case int:
		return v, true
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

// float is any number.
func float(v any) (float64, bool) {
	if f, ok := v.(float64); ok {
		return f, true
	}
	n, ok := number(v)
	return float64(n), ok
}

func (r *run) equal(a, b any) bool {
	r.step()
	if x, ok := float(a); ok {
		y, ok := float(b)
		return ok && x == y
	}
	switch a := a.(type) {
	case nil:
		return b == nil
	case undefined:
		_, ok := b.(undefined)
		return ok
	case text:
		b, ok := b.(text)
		if !ok {
			return false
		}
		r.spend(a, b)
		return a.String() == b.String()
	case list:
		b, ok := b.(list)
		return ok && r.allEqual(a, b)
	case tuple:
		b, ok := b.(tuple)
		return ok && r.allEqual(a, b)
	case *dict:
		b, ok := b.(*dict)
		if !ok || len(a.keys) != len(b.keys) {
			return false
		}
		for i, key := range a.keys {
			other, ok := b.get(key)
			if !ok || !r.equal(a.values[i], other) {
				return false
			}
		}
		return true
	case bound:
		return false
	}
	return a == b
}

func (r *run) allEqual(a, b []any) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !r.equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

// dict is a mapping, whose members keep their order. It never changes once it is made.
type dict struct {
	keys, values []any
	at           map[any]int // by what keyOf makes of a key
}

func newDict(room int) *dict { return &dict{at: make(map[any]int, room)} }

// keyOf is what equal keys have in common.
func keyOf(key any) (any, bool) {
	switch key := key.(type) {
	case nil, float64, wide:
		return key, true
	case text:
		return key.String(), true
	}
	n, ok := number(key)
	return n, ok
}

// set adds a member, or gives one that is there another value. It reports whether the
// key can be one.
func (d *dict) set(key, value any) bool {
	k, ok := keyOf(key)
	if !ok {
		return false
	}
	if i, ok := d.at[k]; ok {
		d.values[i] = value
		return true
	}
	d.at[k] = len(d.keys)
	d.keys, d.values = append(d.keys, key), append(d.values, value)
	return true
}

func (d *dict) get(key any) (any, bool) {
	k, ok := keyOf(key)
	if !ok {
		return nil, false
	}
	i, ok := d.at[k]
	if !ok {
		return nil, false
	}
	return d.values[i], true
}

// pairs are the keys with their values.
func (d *dict) pairs() list {
	out := make(list, len(d.keys))
	for i := range d.keys {
		out[i] = tuple{d.keys[i], d.values[i]}
	}
	return out
}
