package chat

import (
	"math"
	"strconv"
	"strings"
	"unicode"
)

// str is what a value looks like in the output: Python's str.
func (r *run) str(v any) text {
	switch v := v.(type) {
	case text:
		return v
	case undefined, absent:
		return nil
	}
	w := &builder{run: r}
	w.repr(v, 0)
	return w.out
}

// repr writes a value as Python's repr does.
func (w *builder) repr(v any, depth int) {
	w.step()
	if depth > maxDepth {
		w.fail("what is printed is nested more than %d deep", maxDepth)
	}
	switch v := v.(type) {
	case nil:
		w.add(literal("None"))
	case undefined:
		w.add(literal("Undefined"))
	case bool:
		if v {
			w.add(literal("True"))
		} else {
			w.add(literal("False"))
		}
	case int:
		w.add(literal(strconv.Itoa(v)))
	case wide:
		w.add(literal(string(v)))
	case float64:
		w.add(literal(floatRepr(v)))
	case text:
		if v.isMarkup() { // Markup('…') in Python
			w.fail("a list or mapping of what safe or escape makes can't be printed")
		}
		w.quoted(v)
	case list:
		w.sequence(v, "[", "]", depth)
	case tuple:
		end := ")"
		if len(v) == 1 {
			end = ",)"
		}
		w.sequence(v, "(", end, depth)
	case *dict:
		w.add(literal("{"))
		for i := range v.keys {
			if i > 0 {
				w.add(literal(", "))
			}
			w.repr(v.keys[i], depth+1)
			w.add(literal(": "))
			w.repr(v.values[i], depth+1)
		}
		w.add(literal("}"))
	default:
		w.fail("%s can't be printed", kindOf(v))
	}
}

func (w *builder) sequence(all []any, open, end string, depth int) {
	w.add(literal(open))
	for i, v := range all {
		if i > 0 {
			w.add(literal(", "))
		}
		w.repr(v, depth+1)
	}
	w.add(literal(end))
}

// quoted writes a string with the quotes that Python would take.
func (w *builder) quoted(t text) {
	quote := "'"
	if s := t.String(); strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = `"`
	}
	w.add(literal(quote))
	w.add(w.run.each(t, func(s string) string {
		var b strings.Builder
		for _, c := range s {
			switch {
			case string(c) == quote || c == '\\':
				b.WriteByte('\\')
				b.WriteRune(c)
			case c == '\n':
				b.WriteString(`\n`)
			case c == '\r':
				b.WriteString(`\r`)
			case c == '\t':
				b.WriteString(`\t`)
			case unicode.IsPrint(c):
				b.WriteRune(c)
			case c < 0x100:
				b.WriteString(`\x` + hex(c, 2))
			case c < 0x10000:
				b.WriteString(`\u` + hex(c, 4))
			default:
				b.WriteString(`\U` + hex(c, 8))
			}
		}
		return b.String()
	}))
	w.add(literal(quote))
}

func hex(c rune, digits int) string {
	s := strconv.FormatInt(int64(c), 16)
	return strings.Repeat("0", max(0, digits-len(s))) + s
}

// floatRepr writes a float as Python does, with the fewest digits that tell it apart.
func floatRepr(f float64) string {
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 0):
		return strings.TrimPrefix(strings.ToLower(strconv.FormatFloat(f, 'g', -1, 64)), "+")
	}
	s := strconv.FormatFloat(f, 'e', -1, 64)
	mantissa, exponent, _ := strings.Cut(s, "e")
	if e, err := strconv.Atoi(exponent); err == nil && (e < -4 || e >= 16) {
		sign := "+"
		if e < 0 {
			sign, e = "-", -e
		}
		digits := strconv.Itoa(e)
		return mantissa + "e" + sign + strings.Repeat("0", max(0, 2-len(digits))) + digits
	}
	if s = strconv.FormatFloat(f, 'f', -1, 64); !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}
