package chat

import "strings"

// piece is a stretch of a text, and where it comes from.
type piece struct {
	s  string
	of origin
	// start and end are the bytes of the message's content that it stands for.
	start, end int
	markup     bool // see text.isMarkup
}

// origin is the template, a message's role, content or something else of it, or what
// else the request brought, such as the tools.
type origin int

const (
	ofTemplate origin = 0
	ofRequest  origin = -1
)

func ofRole(message int) origin    { return origin(3*message + 1) }
func ofContent(message int) origin { return origin(3*message + 2) }
func ofOther(message int) origin   { return origin(3*message + 3) }

// message returns the message that something other than the template and the request
// is of.
func (o origin) message() int { return int(o-1) / 3 }

func (t text) String() string {
	if len(t) == 1 {
		return t[0].s
	}
	var b strings.Builder
	for _, s := range t {
		b.WriteString(s.s)
	}
	return b.String()
}

// slice is the part between two byte offsets, each piece with its origin.
func (t text) slice(from, to int) text {
	var out text
	for _, p := range t {
		n := len(p.s)
		if a, b := max(0, from), min(n, to); a < b {
			part := piece{p.s[a:b], p.of, p.start, p.end, p.markup}
			if p.end-p.start == n {
				part.start, part.end = p.start+a, p.start+b
			}
			out = append(out, part)
		}
		from, to = from-n, to-n
	}
	return out
}

func (t text) size() int {
	n := 0
	for _, s := range t {
		n += len(s.s)
	}
	return n
}

// trim cuts white space, or the characters of a cut set, off the ends.
func (r *run) trim(t text, cut *string, left, right bool) text {
	s := t.String()
	drop := isSpace
	if cut != nil {
		r.take(len(*cut))
		set := map[rune]bool{}
		for _, c := range *cut {
			set[c] = true
		}
		drop = func(c rune) bool { return set[c] }
	}
	from, to := 0, len(s)
	if left {
		from = len(s) - len(strings.TrimLeftFunc(s, drop))
	}
	if right {
		to = max(from, len(strings.TrimRightFunc(s, drop)))
	}
	return r.slice(t, from, to)
}

// each changes the pieces.
func (r *run) each(t text, change func(string) string) text {
	r.spend(t)
	r.alloc(pieceBytes * len(t))
	out := make(text, 0, len(t))
	for _, s := range t {
		out = append(out, piece{change(s.s), s.of, s.start, s.end, s.markup})
	}
	r.alloc(out.size())
	return out
}

// write adds to the prompt, joining what the template says in a row.
func (r *run) write(t text) {
	r.spend(t)
	for _, p := range t {
		if p.s == "" {
			continue
		}
		if r.size += len(p.s); r.size > r.text {
			r.exceeds("it makes a prompt of over %d bytes", r.text)
		}
		if p.of == ofTemplate {
			r.alloc(len(p.s))
			r.pending = append(r.pending, p.s...)
			continue
		}
		r.alloc(pieceBytes)
		r.flush()
		r.out = append(r.out, p)
	}
}

func (r *run) flush() {
	if len(r.pending) > 0 {
		r.out = append(r.out, piece{s: string(r.pending)})
		r.pending = r.pending[:0]
	}
}
