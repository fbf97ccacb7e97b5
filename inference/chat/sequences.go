package chat

import "unicode/utf8"

// runes are the byte offsets of a string's characters, and its length.
func runes(s string) []int {
	at := make([]int, 0, len(s)+1)
	for i := range s {
		at = append(at, i)
	}
	return append(at, len(s))
}

// length is len(v), as Python counts.
func (r *run) length(v any) int {
	if t, ok := v.(text); ok {
		return utf8.RuneCountInString(t.String())
	}
	if _, ok := v.(*generator); ok {
		r.reject("a generator has no length")
	}
	return len(r.items(v))
}

// index is a[i], as Python counts.
func (r *run) index(of, key any) any {
	switch of := of.(type) {
	case undefined:
		r.reject("%q is undefined", string(of))
	case *dict:
		if u, ok := key.(undefined); ok { // which no key is
			return u
		}
		if _, ok := keyOf(key); !ok {
			r.reject("%s can't be a key", kindOf(key))
		}
		if v, ok := of.get(key); ok {
			return v
		}
	case list:
		if v, ok := at(of, key); ok {
			return v
		}
	case tuple:
		if v, ok := at(of, key); ok {
			return v
		}
	case text:
		if i, ok := number(key); ok {
			s := of.String()
			if i < 0 {
				i += utf8.RuneCountInString(s)
			}
			for at := range s {
				if i == 0 {
					_, n := utf8.DecodeRuneInString(s[at:])
					return r.slice(of, at, at+n)
				}
				i--
			}
		}
	}
	if name, ok := key.(text); ok {
		return undefined(name.String())
	}
	return undefined("element")
}

// at is the element of a list.
func at(of []any, key any) (any, bool) {
	i, ok := number(key)
	if ok && i < 0 {
		i += len(of)
	}
	if !ok || i < 0 || i >= len(of) {
		return nil, false
	}
	return of[i], true
}

// sliced is a[from:to:step], as Python counts.
func (r *run) sliced(of, from, to, step any) any {
	end := func(v any, otherwise int) int {
		if v == nil {
			return otherwise
		}
		i, ok := number(v)
		if !ok {
			r.reject("a slice's end is %s", kindOf(v))
		}
		return i
	}
	by := end(step, 1)
	if by == 0 {
		r.reject("a slice's step is 0")
	}
	places := func(n int) (at []int) {
		low, high, first, last := 0, n, 0, n
		if by < 0 {
			low, high, first, last = -1, n-1, n-1, -1
		}
		bound := func(v any, otherwise int) int {
			i := end(v, otherwise)
			if i < 0 && v != nil {
				i += n
			}
			return min(max(i, low), high)
		}
		last = bound(to, last)
		for i := bound(from, first); by > 0 && i < last || by < 0 && i > last; i += by {
			r.step()
			r.alloc(valueBytes)
			at = append(at, i)
		}
		return at
	}
	switch of := of.(type) {
	case list:
		out := list{}
		for _, i := range places(len(of)) {
			out = append(out, of[i])
		}
		return out
	case tuple:
		out := tuple{}
		for _, i := range places(len(of)) {
			out = append(out, of[i])
		}
		return out
	case text:
		at := runes(of.String())
		if all := places(len(at) - 1); by != 1 {
			var out text
			for _, i := range all {
				out = append(out, r.slice(of, at[i], at[i+1])...)
			}
			return out
		} else if len(all) > 0 {
			return r.slice(of, at[all[0]], at[all[len(all)-1]+1])
		}
		return r.slice(of, 0, 0)
	}
	if u, ok := of.(undefined); ok {
		r.reject("%q is undefined", string(u))
	}
	r.reject("%s can't be sliced", kindOf(of))
	return nil
}
