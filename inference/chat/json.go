package chat

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// jsonForm is how tojson writes.
type jsonForm struct {
	width        int // of an indent, -1 for one line
	ascii, sort  bool
	comma, colon string
}

// tojson is transformers' filter: Python's json.dumps, with ensure_ascii off unless
// it is asked for. What a message said keeps its origin.
func tojson(r *run, of any, args []any) any {
	f := jsonForm{width: -1, comma: ", ", colon: ": "}
	f.ascii = truth(given(args[0], false))
	if indent := given(args[1], nil); indent != nil {
		n, ok := number(indent)
		if !ok || n < 0 || n > 16 {
			r.fail("tojson's indent is %s, not a number from 0 to 16", kindOf(indent))
		}
		f.width, f.comma = n, ","
	}
	if separators := given(args[2], nil); separators != nil {
		pair := r.items(separators)
		if len(pair) != 2 {
			r.reject("tojson's separators are %d", len(pair))
		}
		f.comma, f.colon = r.textOf(pair[0]).String(), r.textOf(pair[1]).String()
	}
	f.sort = truth(given(args[3], false))
	w := &jsonWriter{builder{run: r}, f}
	w.value(of, 1)
	return w.out
}

// given is an argument, or what it is otherwise.
func given(arg, otherwise any) any {
	if _, ok := arg.(absent); ok {
		return otherwise
	}
	return arg
}

type jsonWriter struct {
	builder
	jsonForm
}

func (w *jsonWriter) value(v any, depth int) {
	w.step()
	switch v := v.(type) {
	case nil:
		w.add(literal("null"))
	case bool:
		w.add(literal(strconv.FormatBool(v)))
	case int:
		w.add(literal(strconv.Itoa(v)))
	case wide:
		w.add(literal(string(v)))
	case float64:
		w.add(literal(floatRepr(v)))
	case text:
		w.string(v)
	case list:
		w.group("[", "]", len(v), depth, func(i int) { w.value(v[i], depth+1) })
	case tuple:
		w.group("[", "]", len(v), depth, func(i int) { w.value(v[i], depth+1) })
	case *dict:
		order := make([]int, len(v.keys))
		for i := range order {
			order[i] = i
		}
		if w.sort {
			w.take(16 * len(order))
			slices.SortFunc(order, func(a, b int) int { return w.order(v.keys[a], v.keys[b]) })
		}
		w.group("{", "}", len(v.keys), depth, func(i int) {
			key, ok := v.keys[order[i]].(text)
			if !ok {
				w.fail("a key that is %s can't be written as JSON", kindOf(v.keys[order[i]]))
			}
			w.string(key)
			w.add(literal(w.colon))
			w.value(v.values[order[i]], depth+1)
		})
	default:
		w.reject("%s can't be written as JSON", kindOf(v))
	}
}

func (w *jsonWriter) string(t text) {
	w.add(literal(`"`))
	w.add(w.run.each(t, func(s string) string { return jsonEscape(s, w.ascii) }))
	w.add(literal(`"`))
}

func (w *jsonWriter) group(open, end string, n, depth int, each func(i int)) {
	if depth > maxDepth {
		w.fail("tojson is given what is nested more than %d deep", maxDepth)
	}
	w.add(literal(open))
	for i := range n {
		if i > 0 {
			w.add(literal(w.comma))
		}
		w.line(depth)
		each(i)
	}
	if n > 0 {
		w.line(depth - 1)
	}
	w.add(literal(end))
}

func (w *jsonWriter) line(depth int) {
	if w.width >= 0 {
		w.alloc(w.width * depth)
		w.add(literal("\n" + strings.Repeat(" ", w.width*depth)))
	}
}

func jsonEscape(s string, ascii bool) string {
	var b strings.Builder
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteRune(c)
		case c < ' ':
			if at := strings.IndexByte("\b\f\n\r\t", byte(c)); at >= 0 {
				b.WriteString(`\` + "bfnrt"[at:at+1])
			} else {
				b.WriteString(`\u` + hex(c, 4))
			}
		case c < 0x7F || !ascii:
			b.WriteRune(c)
		case c == 0x7F: // which Python leaves
			b.WriteRune(c)
		case c < 0x10000:
			b.WriteString(`\u` + hex(c, 4))
		default:
			high, low := utf16.EncodeRune(c)
			b.WriteString(`\u` + hex(high, 4) + `\u` + hex(low, 4))
		}
	}
	return b.String()
}
