package chat

import (
	"slices"
	"strings"
	"unicode"
)

// function is a filter, a method or a test.
type function struct {
	least     int    // arguments that are needed
	params    string // all arguments' names, in order; those that aren't given are absent
	undefined bool   // takes undefined values too
	quick     bool   // of a list, however long it is
	rest      bool   // takes any number of arguments
	apply     func(r *run, of any, args []any) any
	// passes is in place of apply where the arguments are another function's; they are constants.
	passes func(r *run, of any, a arguments) any
}

// arguments are what a function is called with.
type arguments struct {
	all   []expr
	named []namedExpr
}

type namedExpr struct {
	name  string
	value expr
}

// bind evaluates the arguments, in the order of the function's own.
func (a arguments) bind(r *run, what, name string, f *function) []any {
	r.take(1 + len(a.all) + len(a.named))
	names := strings.Fields(f.params)
	args := make([]any, len(names))
	for i := range args {
		args[i] = absent{}
	}
	for f.rest && len(args) < len(a.all) {
		args = append(args, absent{})
	}
	if len(a.all) > len(args) {
		r.fail("the %s %q is supported with up to %d arguments", what, name, len(names))
	}
	for i, e := range a.all {
		args[i] = e.eval(r)
	}
	for _, n := range a.named {
		i := slices.Index(names, n.name)
		if i < 0 {
			r.fail("the argument %q of the %s %q is not supported", n.name, what, name)
		}
		args[i] = n.value.eval(r)
	}
	for _, arg := range args[:f.least] {
		if _, ok := arg.(absent); ok {
			r.fail("the %s %q is supported with at least %d arguments", what, name, f.least)
		}
	}
	return args
}

// evaluated are the same arguments as constants, and their values.
func (a arguments) evaluated(r *run) (constants arguments, values []any) {
	r.take(1 + len(a.all) + len(a.named))
	add := func(e expr) constant {
		values = append(values, e.eval(r))
		return constant{values[len(values)-1]}
	}
	for _, e := range a.all {
		constants.all = append(constants.all, add(e))
	}
	for _, n := range a.named {
		constants.named = append(constants.named, namedExpr{n.name, add(n.value)})
	}
	return constants, values
}

// call applies a function that is known by what it is called.
func (r *run) call(what, name string, f *function, line int, of any, a arguments) any {
	var args []any
	if f.passes != nil {
		a, args = a.evaluated(r)
	} else {
		args = a.bind(r, what, name, f)
	}
	r.line = line
	if _, ok := of.(list); !ok || !f.quick {
		r.spend(of)
	}
	r.spend(args...)
	if u, ok := of.(undefined); ok && !f.undefined {
		r.reject("%q is undefined", string(u))
	}
	if f.passes != nil {
		return f.passes(r, of, a)
	}
	return f.apply(r, of, args)
}

func (r *run) textOf(v any) text {
	t, ok := v.(text)
	if !ok {
		r.reject("%s stands where a string is needed", kindOf(v))
	}
	return t
}

// onText is a filter of a string. Jinja makes one of whatever it is given.
func onText(least int, params string, apply func(r *run, of text, args []any) any) *function {
	return &function{least: least, params: params, undefined: true, apply: func(r *run, of any, args []any) any {
		return apply(r, r.str(of), args)
	}}
}

// ofText is a method of a string.
func ofText(least int, params string, apply func(r *run, of text, args []any) any) *function {
	return &function{least: least, params: params, apply: func(r *run, of any, args []any) any {
		return apply(r, r.textOf(of), args)
	}}
}

func trimmed(left, right bool) func(r *run, of text, args []any) any {
	return func(r *run, of text, args []any) any {
		var cut *string
		if chars := given(args[0], nil); chars != nil {
			s := r.textOf(chars).String()
			cut = &s
		}
		return r.trim(of, cut, left, right)
	}
}

// changed is for what Python and Go change alike: all but the letters of Unicode's
// SpecialCasing, which become several in Python, or depend on their neighbours.
func changed(change func(string) string) func(r *run, of text, _ []any) any {
	return func(r *run, of text, _ []any) any {
		for _, c := range of.String() {
			if unicode.Is(specialCasing, c) {
				r.reject("the upper and lower case of %q isn't supported", c)
			}
		}
		return r.each(of, change)
	}
}

var specialCasing = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0x00DF, Hi: 0x00DF, Stride: 1}, {Lo: 0x0130, Hi: 0x0130, Stride: 1}, {Lo: 0x0149, Hi: 0x0149, Stride: 1}, {Lo: 0x01F0, Hi: 0x01F0, Stride: 1},
	{Lo: 0x0390, Hi: 0x0390, Stride: 1}, {Lo: 0x03A3, Hi: 0x03A3, Stride: 1}, {Lo: 0x03B0, Hi: 0x03B0, Stride: 1}, {Lo: 0x0587, Hi: 0x0587, Stride: 1},
	{Lo: 0x1E96, Hi: 0x1E9A, Stride: 1}, {Lo: 0x1F50, Hi: 0x1FFF, Stride: 1}, {Lo: 0xFB00, Hi: 0xFB17, Stride: 1},
}, LatinOffset: 1}

func (r *run) asciiOnly(t text) {
	for _, c := range t.String() {
		if c > 127 { // Python's rules for other scripts aren't Go's
			r.reject("words in title case, and digits, are supported for ASCII only")
		}
	}
}

// capitalized is a string with its first letter in upper case and the others in lower.
func capitalized(r *run, of text, _ []any) any {
	r.asciiOnly(of)
	first := true
	return r.each(of, func(s string) string {
		if s = strings.ToLower(s); first && s != "" {
			first = false
			s = strings.ToUpper(s[:1]) + s[1:]
		}
		return s
	})
}

// titled has each word's first letter in upper case; words are what begins says.
func titled(begins func(before byte) bool) func(r *run, of text, _ []any) any {
	return func(r *run, of text, _ []any) any {
		r.asciiOnly(of)
		before := byte(' ')
		return r.each(of, func(s string) string {
			out := []byte(strings.ToLower(s))
			for i, c := range out {
				if begins(before) {
					out[i] = strings.ToUpper(string(c))[0]
				}
				before = c
			}
			return string(out)
		})
	}
}

// replaced replaces each occurrence of a string. What is left keeps its origin.
func replaced(r *run, of text, args []any) text {
	old, by := r.textOf(args[0]).String(), r.textOf(args[1])
	most := -1
	if n, ok := number(given(args[2], nil)); ok {
		most = n
	}
	if old == "" {
		r.fail("an empty string can't be replaced")
	}
	out := &builder{run: r}
	s, from := of.String(), 0
	for {
		r.step()
		i := strings.Index(s[from:], old)
		if i < 0 || most == 0 {
			out.add(r.slice(of, from, len(s)))
			return out.out
		}
		most--
		out.add(r.slice(of, from, from+i))
		out.add(by)
		from += i + len(old)
	}
}

// joined puts what there is in a list together.
func (r *run) joined(of any, between text, item func(any) text) text {
	out := &builder{run: r}
	for i, v := range r.items(of) {
		r.step()
		if i > 0 {
			out.add(between)
		}
		out.add(item(v))
	}
	return out.out
}
