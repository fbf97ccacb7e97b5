package chat

import (
	"cmp"
	"slices"
	"strings"
)

// order compares what is sorted: numbers, or strings.
func (r *run) order(a, b any) int {
	r.step()
	x, ok1 := float(a)
	y, ok2 := float(b)
	if ok1 && ok2 {
		return cmp.Compare(x, y)
	}
	s, ok1 := a.(text)
	t, ok2 := b.(text)
	if !ok1 || !ok2 {
		r.reject("%s and %s can't be compared", kindOf(a), kindOf(b))
	}
	return strings.Compare(s.String(), t.String())
}

// folded is a sorting key without its case, where Go and Python agree on it.
func (r *run) folded(v any) any {
	t, ok := v.(text)
	if !ok {
		return v
	}
	if strings.ContainsAny(t.String(), "İΣ") {
		r.reject("what is sorted has letters whose lower case depends on their place")
	}
	return r.each(t, strings.ToLower)
}

func (r *run) sort(all list, caseless, reverse bool, key func(any) any) list {
	type keyed struct{ key, value any }
	made := make([]keyed, len(all))
	r.alloc(3 * valueBytes * len(all))
	for i, v := range all {
		made[i] = keyed{key(v), v}
		if caseless {
			made[i].key = r.folded(made[i].key)
		}
	}
	slices.SortStableFunc(made, func(a, b keyed) int {
		if reverse {
			a, b = b, a
		}
		return r.order(a.key, b.key)
	})
	out := make(list, len(all))
	for i := range made {
		out[i] = made[i].value
	}
	return out
}

func sorted(r *run, of any, args []any) any {
	name := given(args[2], nil)
	return r.sort(r.items(of), !truth(given(args[1], false)), truth(given(args[0], false)), func(v any) any {
		if name != nil {
			return r.index(v, name)
		}
		return v
	})
}

func dictSorted(r *run, of any, args []any) any {
	d, ok := of.(*dict)
	if !ok {
		r.reject("%s has no items", kindOf(of))
	}
	at := 0
	if by := r.str(given(args[1], emptyText)).String(); by == "value" {
		at = 1
	}
	return r.sort(d.pairs(), !truth(given(args[0], false)), truth(given(args[2], false)), func(v any) any { return v.(tuple)[at] })
}
