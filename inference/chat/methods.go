package chat

import (
	"slices"
	"strings"
)

// textMethods are methods of strings that templates may call, by Python's names.
var textMethods = map[string]*function{
	"strip":        ofText(0, "chars", trimmed(true, true)),
	"lstrip":       ofText(0, "chars", trimmed(true, false)),
	"rstrip":       ofText(0, "chars", trimmed(false, true)),
	"upper":        ofText(0, "", changed(strings.ToUpper)),
	"lower":        ofText(0, "", changed(strings.ToLower)),
	"capitalize":   ofText(0, "", capitalized),
	"title":        ofText(0, "", titled(func(before byte) bool { return !isLetter(before) })),
	"replace":      ofText(2, "old new count", replacedMethod),
	"startswith":   ofText(1, "prefix", affix(strings.HasPrefix)),
	"endswith":     ofText(1, "suffix", affix(strings.HasSuffix)),
	"split":        ofText(0, "sep maxsplit", func(r *run, of text, args []any) any { return r.split(of, args, false) }),
	"rsplit":       ofText(0, "sep maxsplit", func(r *run, of text, args []any) any { return r.split(of, args, true) }),
	"splitlines":   ofText(0, "", splitLines),
	"removeprefix": ofText(1, "prefix", func(r *run, of text, args []any) any { return r.without(of, r.textOf(args[0]).String(), true) }),
	"removesuffix": ofText(1, "suffix", func(r *run, of text, args []any) any { return r.without(of, r.textOf(args[0]).String(), false) }),
	"partition":    ofText(1, "sep", partition(false)),
	"rpartition":   ofText(1, "sep", partition(true)),
	"find":         ofText(1, "sub", func(r *run, of text, args []any) any { return place(of, r.textOf(args[0]).String(), strings.Index) }),
	"rfind":        ofText(1, "sub", func(r *run, of text, args []any) any { return place(of, r.textOf(args[0]).String(), strings.LastIndex) }),
	"count": ofText(1, "sub", func(r *run, of text, args []any) any {
		return strings.Count(of.String(), r.textOf(args[0]).String())
	}),
	"format": {rest: true, apply: func(r *run, of any, args []any) any { return r.braced(r.textOf(of), args) }},
	"join":   ofText(1, "iterable", joinedMethod),
	"isdigit": ofText(0, "", func(r *run, of text, _ []any) any {
		r.asciiOnly(of)
		s := of.String()
		return s != "" && strings.Trim(s, "0123456789") == ""
	}),
	"isspace": ofText(0, "", func(_ *run, of text, _ []any) any {
		s := of.String()
		return s != "" && strings.TrimFunc(s, isSpace) == ""
	}),
}

// Markup escapes what its methods put into it, which the filters don't.

func replacedMethod(r *run, of text, args []any) any {
	if of.isMarkup() {
		args[1] = r.escaped(r.textOf(args[1]))
		return r.marked(replaced(r, of, args), true)
	}
	return replaced(r, of, args)
}

func joinedMethod(r *run, of text, args []any) any {
	if of.isMarkup() {
		return r.marked(r.joined(args[0], of, func(v any) text { return r.escaped(r.str(v)) }), true)
	}
	return r.joined(args[0], of, r.textOf)
}

// dictMethods are those of mappings.
var dictMethods = map[string]*function{
	"items": {apply: pairs},
	"keys":  {apply: func(r *run, of any, _ []any) any { return r.items(of) }},
	"values": {apply: func(r *run, of any, _ []any) any {
		d := of.(*dict)
		r.alloc(valueBytes * len(d.values))
		return append(list{}, d.values...)
	}},
	"get": {least: 1, params: "key default", apply: func(_ *run, of any, args []any) any {
		if v, ok := of.(*dict).get(args[0]); ok {
			return v
		}
		return given(args[1], nil)
	}},
}

// listMethods are those of lists and tuples.
var listMethods = map[string]*function{
	"index": {least: 1, params: "value", apply: func(r *run, of any, args []any) any {
		i := slices.IndexFunc(r.items(of), func(v any) bool { return r.equal(v, args[0]) })
		if i < 0 {
			r.reject("a list doesn't have the element that is looked for")
		}
		return i
	}},
	"count": {least: 1, params: "value", apply: func(r *run, of any, args []any) any {
		n := 0
		for _, v := range r.items(of) {
			if r.equal(v, args[0]) {
				n++
			}
		}
		return n
	}},
}

// dictNames are the attributes that Python's dict has itself: what is written after a
// dot is one of these before it is a key.
var dictNames = strings.Fields("clear copy fromkeys get items keys pop popitem setdefault update values")

// methodsOf are those that a value may be called by.
func methodsOf(of any) map[string]*function {
	switch of.(type) {
	case text:
		return textMethods
	case *dict:
		return dictMethods
	case list, tuple:
		return listMethods
	}
	return nil
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// affix tests for a string, or for any of a tuple.
func affix(has func(s, affix string) bool) func(r *run, of text, args []any) any {
	return func(r *run, of text, args []any) any {
		s := of.String()
		if t, ok := args[0].(text); ok {
			return has(s, t.String())
		}
		return slices.ContainsFunc(r.items(args[0]), func(v any) bool { return has(s, r.textOf(v).String()) })
	}
}

// place is where a string is found, in characters; -1 if it isn't.
func place(of text, sub string, find func(s, sub string) int) int {
	s := of.String()
	i := find(s, sub)
	if i < 0 {
		return -1
	}
	return len(runes(s[:i])) - 1
}

func (r *run) without(of text, affix string, prefix bool) text {
	s := of.String()
	switch {
	case prefix && strings.HasPrefix(s, affix):
		return r.slice(of, len(affix), len(s))
	case !prefix && strings.HasSuffix(s, affix):
		return r.slice(of, 0, len(s)-len(affix))
	}
	return of
}

func partition(last bool) func(r *run, of text, args []any) any {
	return func(r *run, of text, args []any) any {
		s, by := of.String(), r.textOf(args[0]).String()
		if by == "" {
			r.reject("partition by an empty string")
		}
		i := strings.Index(s, by)
		if last {
			i = strings.LastIndex(s, by)
		}
		switch {
		case i >= 0:
			return tuple{r.slice(of, 0, i), r.slice(of, i, i+len(by)), r.slice(of, i+len(by), len(s))}
		case !last:
			return tuple{of, emptyText, emptyText}
		}
		return tuple{emptyText, emptyText, of}
	}
}

func splitLines(r *run, of text, _ []any) any {
	s, out := of.String(), list{}
	for from := 0; from < len(s); {
		r.step()
		r.alloc(valueBytes)
		end, next := len(s), len(s)
		for i, c := range s[from:] {
			if c == '\n' || c == '\r' || c == '\v' || c == '\f' || c >= 0x1C && c <= 0x1E || c == 0x85 || c == 0x2028 || c == 0x2029 {
				end, next = from+i, from+i+len(string(c))
				if c == '\r' && strings.HasPrefix(s[next:], "\n") {
					next++
				}
				break
			}
		}
		out = append(out, r.slice(of, from, end))
		from = next
	}
	return out
}

// split is Python's str.split and rsplit.
func (r *run) split(of text, args []any, fromEnd bool) list {
	most := -1
	if n, ok := number(given(args[1], nil)); ok {
		most = n
	}
	if given(args[0], nil) == nil {
		if most >= 0 {
			r.fail("split at white space is supported without a limit")
		}
		return r.words(of)
	}
	by := r.textOf(args[0]).String()
	if by == "" {
		r.reject("split by an empty string")
	}
	out := list{}
	s := of.String()
	add := func(from, to int) {
		r.step()
		r.alloc(valueBytes)
		out = append(out, r.slice(of, from, to))
	}
	if fromEnd {
		end := len(s)
		for ; most != 0; most-- {
			i := strings.LastIndex(s[:end], by)
			if i < 0 {
				break
			}
			add(i+len(by), end)
			end = i
		}
		add(0, end)
		slices.Reverse(out)
		return out
	}
	from := 0
	for ; most != 0; most-- {
		i := strings.Index(s[from:], by)
		if i < 0 {
			break
		}
		add(from, from+i)
		from += i + len(by)
	}
	add(from, len(s))
	return out
}

// words are what lies between white space.
func (r *run) words(of text) list {
	out := list{}
	s := of.String()
	from := -1
	add := func(to int) {
		if from >= 0 {
			r.step()
			r.alloc(valueBytes)
			out = append(out, r.slice(of, from, to))
		}
		from = -1
	}
	for i, c := range s {
		if isSpace(c) {
			add(i)
		} else if from < 0 {
			from = i
		}
	}
	add(len(s))
	return out
}
