package chat

import (
	"slices"
	"strconv"
	"strings"
)

// json is a value in JSON as Python's json.dumps writes it, with ensure_ascii
// off, as transformers has it. What a message said keeps its origin.
func (r *run) json(v, indent any) text {
	width := -1
	if _, ok := indent.(undefined); !ok && indent != nil {
		n, ok := number(indent)
		if !ok || n < 0 || n > 16 {
			r.fail("tojson's indent is %s, not a number from 0 to 16", kindOf(indent))
		}
		width = n
	}
	w := &jsonWriter{builder{run: r}, width}
	w.value(v, 1)
	return w.out
}

type jsonWriter struct {
	builder
	width int // of an indent, -1 for one line
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
	case text:
		w.add(literal(`"`))
		w.add(w.each(v, jsonEscape))
		w.add(literal(`"`))
	case list:
		w.group("[", "]", len(v), depth, func(i int) { w.value(v[i], depth+1) })
	case turn:
		fields := []string{"role", "content"}
		w.group("{", "}", len(fields), depth, func(i int) {
			w.add(literal(`"` + fields[i] + `": `))
			w.value(v.field(fields[i]), depth+1)
		})
	default:
		w.reject("%s can't be written as JSON", kindOf(v))
	}
}

func (w *jsonWriter) group(open, end string, n, depth int, each func(i int)) {
	if depth > maxDepth {
		w.fail("tojson is given what is nested more than %d deep", maxDepth)
	}
	w.add(literal(open))
	for i := range n {
		switch {
		case w.width < 0 && i > 0:
			w.add(literal(", "))
		case w.width >= 0 && i > 0:
			w.add(literal(","))
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

func jsonEscape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c >= ' ':
			b.WriteByte(c)
		default:
			if at := strings.IndexByte("\b\f\n\r\t", c); at >= 0 {
				b.WriteString(`\` + "bfnrt"[at:at+1])
			} else {
				b.WriteString(`\u00` + "01"[c>>4:c>>4+1] + "0123456789abcdef"[c&15:c&15+1])
			}
		}
	}
	return b.String()
}

// clock is strftime_now(format), the time in the server's time zone.
type clock struct {
	line   int
	format expr
}

// clockForms are Python's directives by Go's layouts, those whose result is the
// same in every locale of a container.
var clockForms = map[byte]string{'Y': "2006", 'y': "06", 'm': "01", 'd': "02", 'H': "15", 'I': "03", 'M': "04", 'S': "05", 'p': "PM",
	'B': "January", 'b': "Jan", 'A': "Monday", 'a': "Mon", 'j': "002"}

func (e clock) eval(r *run) any {
	r.step()
	of := r.textOf(e.format.eval(r))
	r.spend(of)
	format := of.String()
	r.line = e.line
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			b.WriteByte(format[i])
			continue
		}
		i++
		if i < len(format) && format[i] == '%' {
			b.WriteByte('%')
			continue
		}
		if i == len(format) || clockForms[format[i]] == "" {
			r.fail("strftime_now is supported with %%Y %%y %%m %%d %%H %%I %%M %%S %%p %%B %%b %%A %%a %%j and %%%%, not with %.20q", format)
		}
		r.take(2)
		r.alloc(20)
		b.WriteString(r.now.Format(clockForms[format[i]]))
	}
	out := literal(b.String())
	if i := slices.IndexFunc(of, func(p piece) bool { return p.of != ofTemplate }); i >= 0 {
		out[0].of = of[i].of // what a message said stays text
	}
	return out
}
