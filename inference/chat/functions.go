package chat

import "strings"

// function is a filter or a method.
type function struct {
	least, most int
	named       []string // arguments by name; they come behind the others, undefined if they weren't given
	undefined   bool     // takes undefined values too
	quick       bool     // of a list, however long it is
	apply       func(r *run, of any, args []any) any
}

func (r *run) textOf(v any) text {
	t, ok := v.(text)
	if !ok {
		r.reject("%s stands where a string is needed", kindOf(v))
	}
	return t
}

func trimmer(left, right bool) function {
	return function{most: 1, apply: func(r *run, of any, args []any) any {
		var cut *string
		if len(args) > 0 && args[0] != nil {
			s := r.textOf(args[0]).String()
			cut = &s
		}
		return r.trim(r.textOf(of), cut, left, right)
	}}
}

func changer(change func(string) string) function {
	return function{apply: func(r *run, of any, _ []any) any {
		t := r.textOf(of)
		for _, c := range t.String() {
			if c > 127 { // Python's rules for other scripts aren't Go's
				r.reject("upper and lower case are supported for ASCII only")
			}
		}
		return r.each(t, change)
	}}
}

// filters that templates may use, by Jinja's names.
var filters = map[string]function{
	"trim":   trimmer(true, true),
	"upper":  changer(strings.ToUpper),
	"lower":  changer(strings.ToLower),
	"length": {quick: true, apply: func(r *run, of any, _ []any) any { return r.length(of) }},
	"count":  {quick: true, apply: func(r *run, of any, _ []any) any { return r.length(of) }},
	"first":  {quick: true, apply: func(r *run, of any, _ []any) any { return r.index(of, 0) }},
	"last":   {quick: true, apply: func(r *run, of any, _ []any) any { return r.index(of, -1) }},
	"string": {undefined: true, apply: func(r *run, of any, _ []any) any {
		return r.str(of)
	}},
	"default": {least: 1, most: 2, undefined: true, apply: func(_ *run, of any, args []any) any {
		if _, ok := of.(undefined); ok || len(args) > 1 && truth(args[1]) && !truth(of) {
			return args[0]
		}
		return of
	}},
	"list":       {apply: func(r *run, of any, _ []any) any { return r.items(of) }},
	"items":      {undefined: true, apply: pairs},
	"map":        {named: []string{"attribute"}, apply: attributes},
	"selectattr": {least: 1, most: 3, apply: chooser(true)},
	"rejectattr": {least: 1, most: 3, apply: chooser(false)},
	"replace":    {least: 2, most: 2, apply: replace},
	"tojson": {named: []string{"indent"}, apply: func(r *run, of any, args []any) any {
		return r.json(of, args[0])
	}},
	"join": {most: 1, apply: func(r *run, of any, args []any) any {
		var between text
		if len(args) > 0 {
			between = r.str(args[0])
		}
		out := &builder{run: r}
		for i, item := range r.items(of) {
			r.step()
			if i > 0 {
				out.add(between)
			}
			out.add(r.str(item))
		}
		return out.out
	}},
}

// methods of strings that templates may call, by Python's names.
var methods = map[string]function{
	"strip":  trimmer(true, true),
	"lstrip": trimmer(true, false),
	"rstrip": trimmer(false, true),
	"upper":  changer(strings.ToUpper),
	"lower":  changer(strings.ToLower),
	"startswith": {least: 1, most: 1, apply: func(r *run, of any, args []any) any {
		return strings.HasPrefix(r.textOf(of).String(), r.textOf(args[0]).String())
	}},
	"endswith": {least: 1, most: 1, apply: func(r *run, of any, args []any) any {
		return strings.HasSuffix(r.textOf(of).String(), r.textOf(args[0]).String())
	}},
	"items":   {apply: pairs},
	"replace": {least: 2, most: 2, apply: replace},
	"split": {least: 1, most: 1, apply: func(r *run, of any, args []any) any {
		t, by := r.textOf(of), r.textOf(args[0]).String()
		if by == "" {
			r.reject("split by an empty string")
		}
		var out list
		from, s := 0, t.String()
		for {
			r.step()
			i := strings.Index(s[from:], by)
			if i < 0 {
				return append(out, r.slice(t, from, len(s)))
			}
			r.alloc(valueBytes)
			out = append(out, r.slice(t, from, from+i))
			from += i + len(by)
		}
	}},
}

// comparisons are the tests with an argument, by the operator that they are.
var comparisons = map[string]string{"equalto": "==", "eq": "==", "==": "==", "ne": "!=", "in": "in"}

// pairs are the keys and values of a mapping.
func pairs(r *run, of any, _ []any) any {
	switch of := of.(type) {
	case undefined:
		return list(nil)
	case turn:
		return list{list{literal("role"), of.field("role")}, list{literal("content"), of.field("content")}}
	}
	r.reject("%s has no items", kindOf(of))
	return nil
}

// attributes are the values of one attribute.
func attributes(r *run, of any, args []any) any {
	name := r.textOf(args[0])
	var out list
	for _, item := range r.items(of) {
		r.step()
		r.alloc(valueBytes)
		out = append(out, r.index(item, name))
	}
	return out
}

// chooser keeps the items whose attribute passes a test, or those where it
// doesn't. Without a test the attribute must be true.
func chooser(pass bool) func(r *run, of any, args []any) any {
	return func(r *run, of any, args []any) any {
		test := truth
		if len(args) > 1 {
			name := r.textOf(args[1]).String()
			operator, compares := comparisons[name]
			if test = tests[name]; compares && len(args) == 3 {
				test = func(v any) bool { return r.compare(operator, v, args[2]) }
			}
			if test == nil || compares != (len(args) == 3) {
				r.fail("the test %q is not supported with %d arguments", name, len(args)-2)
			}
		}
		var out list
		for _, item := range r.items(of) {
			r.step()
			if test(r.index(item, args[0])) == pass {
				r.alloc(valueBytes)
				out = append(out, item)
			}
		}
		return out
	}
}

// replace replaces each occurrence of a string. What is left keeps its origin.
func replace(r *run, of any, args []any) any {
	t, old, by := r.textOf(of), r.textOf(args[0]).String(), r.textOf(args[1])
	if old == "" {
		r.fail("an empty string can't be replaced")
	}
	out := &builder{run: r}
	s, from := t.String(), 0
	for {
		r.step()
		i := strings.Index(s[from:], old)
		if i < 0 {
			out.add(r.slice(t, from, len(s)))
			return out.out
		}
		out.add(r.slice(t, from, from+i))
		out.add(by)
		from += i + len(old)
	}
}

// tests that templates may use after "is".
var tests = map[string]func(any) bool{
	"defined":   func(v any) bool { _, ok := v.(undefined); return !ok },
	"undefined": func(v any) bool { _, ok := v.(undefined); return ok },
	"none":      func(v any) bool { return v == nil },
	"string":    func(v any) bool { _, ok := v.(text); return ok },
	"mapping":   func(v any) bool { _, ok := v.(turn); return ok },
	"boolean":   func(v any) bool { _, ok := v.(bool); return ok },
	"number":    func(v any) bool { _, ok := number(v); return ok },
	"true":      func(v any) bool { b, ok := v.(bool); return ok && b },
	"false":     func(v any) bool { b, ok := v.(bool); return ok && !b },
	"iterable":  iterable,
	"sequence":  iterable,
}

func iterable(v any) bool {
	switch v.(type) {
	case text, list, turn, undefined:
		return true
	}
	return false
}
