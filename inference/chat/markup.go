package chat

import (
	"slices"
	"strconv"
	"strings"
)

// What the filter safe makes is markupsafe's Markup in Jinja, also where nothing else is
// escaped: what is added to it becomes HTML. Templates with `tojson | safe` depend on it.

// isMarkup reports whether a string is such a one. An empty one has one piece.
func (t text) isMarkup() bool {
	return len(t) > 0 && !slices.ContainsFunc(t, func(p piece) bool { return !p.markup })
}

// marked is a string that is markup, or isn't.
func (r *run) marked(t text, markup bool) text {
	if len(t) == 0 && markup {
		return text{{markup: true}}
	}
	if !slices.ContainsFunc(t, func(p piece) bool { return p.markup != markup }) {
		return t
	}
	r.take(len(t))
	r.alloc(pieceBytes * len(t))
	t = slices.Clone(t)
	for i := range t {
		t[i].markup = markup
	}
	return t
}

var htmlEscapes = strings.NewReplacer("&", "&amp;", ">", "&gt;", "<", "&lt;", "'", "&#39;", `"`, "&#34;")

// escaped is markup that shows a string.
func (r *run) escaped(t text) text {
	if t.isMarkup() {
		return t
	}
	return r.marked(r.each(t, htmlEscapes.Replace), true)
}

// concat is a + b, but not a ~ b. If one of them is markup, so is the sum, and the other is escaped.
func (r *run) concat(a, b text) text {
	if !a.isMarkup() && !b.isMarkup() {
		return r.join(a, b)
	}
	return r.marked(r.join(r.escaped(a), r.escaped(b)), true)
}

// formatted is the filter format: Python's % with the arguments. Only %s and %% are
// supported.
func formatted(r *run, of any, args []any) any {
	form := r.str(of)
	s, out, used := form.String(), &builder{run: r}, 0
	for from := 0; ; {
		r.step()
		i := strings.IndexByte(s[from:], '%')
		if i < 0 {
			out.add(r.slice(form, from, len(s)))
			break
		}
		out.add(r.slice(form, from, from+i))
		verb := byte(0)
		if from += i + 2; from <= len(s) {
			verb = s[from-1]
		}
		switch {
		case verb == '%':
			out.add(r.slice(form, from-1, from))
		case verb != 's':
			r.fail("format is supported with %%s and %%%%, not with %.20q", s)
		case used == len(args):
			r.reject("there are not enough arguments for the format")
		default:
			said := r.str(args[used])
			if used++; form.isMarkup() {
				said = r.escaped(said)
			}
			out.add(said)
		}
	}
	if used < len(args) {
		r.reject("there are more arguments than the format has places")
	}
	return out.out
}

// extreme is the least or the greatest of a list, the first of equal ones.
func extreme(sign int) func(r *run, of any, args []any) any {
	return func(r *run, of any, args []any) any {
		var found any = undefined("element")
		var best any
		name := given(args[1], nil)
		for _, v := range r.items(of) {
			key := v
			if name != nil {
				key = r.path(v, name)
			}
			if !truth(given(args[0], false)) {
				key = r.folded(key)
			}
			if best == nil || r.order(key, best) == sign {
				found, best = v, key
			}
		}
		return found
	}
}

// braced is Python's str.format. Only {}, {0} and the like, {{ and }} are supported.
func (r *run) braced(form text, args []any) text {
	s, out, next := form.String(), &builder{run: r}, 0
	for from := 0; ; {
		r.step()
		i := strings.IndexAny(s[from:], "{}")
		if i < 0 {
			out.add(r.slice(form, from, len(s)))
			return out.out
		}
		out.add(r.slice(form, from, from+i))
		from += i
		if from+1 < len(s) && s[from] == s[from+1] {
			out.add(r.slice(form, from, from+1))
			from += 2
			continue
		}
		inside, _, closed := strings.Cut(s[from+1:], "}")
		at, err := strconv.Atoi(inside)
		if inside == "" {
			at, err = next, nil
			next++
		}
		if !closed || s[from] == '}' || err != nil || form.isMarkup() {
			r.fail("format is supported with {}, {0} and the like, not with %.20q", s[from:])
		}
		if at < 0 || at >= len(args) {
			r.reject("there are not enough arguments for the format")
		}
		out.add(r.str(args[at]))
		from += len(inside) + 2
	}
}
