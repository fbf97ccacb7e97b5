package chat

import (
	"slices"
	"strings"
)

// clockForms are Python's directives by Go's layouts, those whose result is the
// same in every locale of a container.
var clockForms = map[byte]string{'Y': "2006", 'y': "06", 'm': "01", 'd': "02", 'H': "15", 'I': "03", 'M': "04", 'S': "05", 'p': "PM",
	'B': "January", 'b': "Jan", 'A': "Monday", 'a': "Mon", 'j': "002"}

// strftime is strftime_now(format), the time in the server's time zone.
func (r *run) strftime(of text) text {
	r.spend(of)
	format := of.String()
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
