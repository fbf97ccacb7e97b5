package chat

import (
	"strconv"
	"strings"
)

// filters that templates may use, by Jinja's names.
var filters map[string]*function

func init() { // some filters apply others
	filters = map[string]*function{
		"trim":       onText(0, "chars", trimmed(true, true)),
		"upper":      onText(0, "", changed(strings.ToUpper)),
		"lower":      onText(0, "", changed(strings.ToLower)),
		"capitalize": onText(0, "", capitalized),
		"title":      onText(0, "", capitals),
		"replace":    onText(2, "old new count", func(r *run, of text, args []any) any { return r.marked(replaced(r, of, args), false) }),
		"string":     onText(0, "", func(_ *run, of text, _ []any) any { return of }),
		"safe":       onText(0, "", func(r *run, of text, _ []any) any { return r.marked(of, true) }),
		"escape":     onText(0, "", func(r *run, of text, _ []any) any { return r.escaped(of) }),
		"e":          onText(0, "", func(r *run, of text, _ []any) any { return r.escaped(of) }),
		"format":     {undefined: true, rest: true, apply: formatted},
		"min":        {undefined: true, params: "case_sensitive attribute", apply: extreme(-1)},
		"max":        {undefined: true, params: "case_sensitive attribute", apply: extreme(1)},
		"indent":     ofText(0, "width first blank", indented),
		"length":     {quick: true, undefined: true, apply: func(r *run, of any, _ []any) any { return r.length(of) }},
		"count":      {quick: true, undefined: true, apply: func(r *run, of any, _ []any) any { return r.length(of) }},
		"first":      {quick: true, undefined: true, apply: func(r *run, of any, _ []any) any { return r.end(of, 0) }},
		"last":       {quick: true, undefined: true, apply: func(r *run, of any, _ []any) any { return r.end(of, -1) }},
		"list":       {undefined: true, apply: func(r *run, of any, _ []any) any { return append(list{}, r.items(of)...) }},
		"reverse":    {undefined: true, apply: generating(reversed)},
		"unique":     {undefined: true, apply: generating(unique)},
		"sort":       {undefined: true, params: "reverse case_sensitive attribute", apply: sorted},
		"dictsort":   {params: "case_sensitive by reverse", apply: dictSorted},
		"items":      {undefined: true, apply: generating(pairs)},
		"map":        {undefined: true, passes: mapped},
		"select":     {undefined: true, params: "test arg", apply: generating(chosen(true, false))},
		"reject":     {undefined: true, params: "test arg", apply: generating(chosen(false, false))},
		"selectattr": {undefined: true, least: 1, params: "attribute test arg", apply: generating(chosen(true, true))},
		"rejectattr": {undefined: true, least: 1, params: "attribute test arg", apply: generating(chosen(false, true))},
		"tojson":     {undefined: true, params: "ensure_ascii indent separators sort_keys", apply: tojson},
		"int":        {params: "default", apply: toInt},
		"float":      {params: "default", apply: toFloat},
		"abs":        {apply: absolute},
		"join": {params: "d attribute", undefined: true, apply: func(r *run, of any, args []any) any {
			return r.marked(r.joined(of, r.str(given(args[0], emptyText)), func(v any) text {
				if name := given(args[1], nil); name != nil {
					v = r.index(v, name)
				}
				return r.str(v)
			}), false)
		}},
	}
	byDefault := &function{params: "default_value boolean", undefined: true, apply: func(_ *run, of any, args []any) any {
		if _, ok := of.(undefined); ok || truth(given(args[1], false)) && !truth(of) {
			return given(args[0], text(nil))
		}
		return of
	}}
	filters["default"], filters["d"] = byDefault, byDefault
}

// emptyText is a string that is empty.
var emptyText = text(nil)

var titleWords = titled(func(before byte) bool { return strings.IndexByte("-({[< \t\n\r\f\v", before) >= 0 })

// capitals is the filter title.
func capitals(r *run, of text, args []any) any {
	return r.marked(titleWords(r, of, args).(text), false)
}

// end is the first or the last element.
func (r *run) end(of any, i int) any {
	switch all := of.(type) {
	case list, tuple, undefined:
	case text:
		if i == 0 { // as an iteration has it
			return r.index(r.marked(all, false), i)
		}
	default:
		r.reject("%s can't be iterated", kindOf(of))
	case *dict:
		of = r.items(all)
	case *generator:
		if i < 0 {
			r.reject("a generator has no last element")
		}
		of = all.left
		all.left = all.left[min(1, len(all.left)):]
	}
	if _, ok := of.(undefined); ok {
		return of
	}
	return r.index(of, i)
}

// indented has so many spaces before each line but the first, and the empty ones.
func indented(r *run, of text, args []any) any {
	width := literal("    ")
	switch w := given(args[0], nil).(type) {
	case int:
		width = literal(strings.Repeat(" ", min(max(w, 0), 1000)))
	case text:
		width = w
	}
	first, blank := truth(given(args[1], false)), truth(given(args[2], false))
	out := &builder{run: r}
	s := of.String()
	for from := 0; ; {
		r.step()
		end := strings.IndexByte(s[from:], '\n')
		line := s[from:]
		if end >= 0 {
			line = s[from : from+end]
		}
		if from > 0 && (line != "" || blank) || from == 0 && first {
			out.add(width)
		}
		out.add(r.slice(of, from, from+len(line)))
		if end < 0 {
			return out.out
		}
		out.add(literal("\n"))
		from += end + 1
	}
}

func reversed(r *run, of any, _ []any) any {
	if t, ok := of.(text); ok {
		return r.sliced(t, nil, nil, -1)
	}
	return r.sliced(r.items(of), nil, nil, -1)
}

func unique(r *run, of any, _ []any) any {
	out, seen := list{}, map[any]bool{}
	for _, v := range r.items(of) {
		r.step()
		key, ok := keyOf(v)
		if s, isText := key.(string); isText {
			key = strings.ToLower(s)
		}
		if !ok {
			r.fail("unique is not supported for %s", kindOf(v))
		}
		if !seen[key] {
			seen[key] = true
			r.alloc(valueBytes)
			out = append(out, v)
		}
	}
	return out
}

// pairs are the keys and values of a mapping.
func pairs(r *run, of any, _ []any) any {
	switch of := of.(type) {
	case undefined:
		return list{}
	case *dict:
		r.alloc(3 * valueBytes * len(of.keys))
		r.take(len(of.keys))
		return of.pairs()
	}
	r.reject("%s has no items", kindOf(of))
	return nil
}

// mapped are the values of one attribute, or what a filter makes of each item, by the
// arguments behind its name.
func mapped(r *run, of any, a arguments) any {
	out := list{}
	var each func(item any) any
	if len(a.all) > 0 {
		name := r.str(a.all[0].eval(r)).String()
		f := filters[name]
		if f == nil {
			r.fail("the filter %q is not supported", name)
		}
		a.all = a.all[1:]
		each = func(item any) any { return r.call("filter", name, f, r.line, item, a) }
	} else {
		args := a.bind(r, "filter", "map", &function{params: "attribute default"})
		attribute, otherwise := args[0], given(args[1], nil)
		if _, ok := attribute.(absent); ok {
			r.reject("map needs a filter's name or an attribute")
		}
		each = func(item any) any {
			item = r.path(item, attribute)
			if _, ok := item.(undefined); ok && otherwise != nil {
				item = otherwise
			}
			return item
		}
	}
	if truth(of) { // none isn't
		for _, item := range r.items(of) {
			r.step()
			r.alloc(valueBytes)
			out = append(out, each(item))
		}
	}
	return &generator{out}
}

// path is what an attribute leads to, which may be "function.name".
func (r *run) path(of, attribute any) any {
	t, ok := attribute.(text)
	if !ok {
		return r.index(of, attribute)
	}
	for name := range strings.SplitSeq(t.String(), ".") {
		if i, err := strconv.Atoi(name); err == nil {
			of = r.index(of, i)
			continue
		}
		of = r.index(of, literal(name))
	}
	return of
}

// chosen keeps the items that pass a test, or those that don't: they themselves, or
// their attribute. Without a test what is looked at must be true.
func chosen(pass, attribute bool) func(r *run, of any, args []any) any {
	return func(r *run, of any, args []any) any {
		var name any
		if attribute {
			name, args = args[0], args[1:]
		}
		test := func(v any) bool { return truth(v) }
		if given(args[0], nil) != nil {
			named := r.textOf(args[0]).String()
			with := arguments{}
			if _, ok := args[1].(absent); !ok {
				with.all = []expr{constant{args[1]}}
			}
			test = func(v any) bool { return r.test(named, r.line, v, with) }
		}
		out := list{}
		if !truth(of) { // none too
			return out
		}
		for _, item := range r.items(of) {
			r.step()
			v := item
			if attribute {
				v = r.path(item, name)
			}
			if test(v) == pass {
				r.alloc(valueBytes)
				out = append(out, item)
			}
		}
		return out
	}
}
