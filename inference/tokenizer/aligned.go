package tokenizer

import (
	"unicode/utf8"
)

// aligned is a text on its way through the normalizer and the pre-tokenizer, and the
// stretch of the text as it came that each of its bytes stands for.
type aligned struct {
	text   []byte
	from   []span
	origin int // where it begins in the text as it came
}

// change is a character that a step puts in the place of others, in the reference's
// terms: n is 1 for one that is added, 0 for one that replaces the next one, and less
// where it replaces -n more of them.
type change struct {
	char rune
	n    int
}

func newAligned(text string, start, end int) *aligned {
	a := &aligned{text: []byte(text[start:end]), origin: start}
	for i := start; i < end; {
		_, size := utf8.DecodeRuneInString(text[i:end])
		for range size {
			a.from = append(a.from, span{i, i + size})
		}
		i += size
	}
	return a
}

// slice is a part, which begins where its first byte does.
func (a *aligned) slice(start, end int) *aligned {
	if start == end {
		return &aligned{origin: a.origin + start}
	}
	return &aligned{text: a.text[start:end:end], from: a.from[start:end:end], origin: a.from[start].start}
}

// sub is the part that a word, cut from a's text, is.
func (a *aligned) sub(word []byte) *aligned {
	start := cap(a.text) - cap(word)
	return a.slice(start, start+len(word))
}

// span is the stretch that text[start:end] stands for.
func (a *aligned) span(start, end int) span {
	if start >= end || end > len(a.from) {
		return span{a.origin + start, a.origin + end}
	}
	return span{a.from[start].start, a.from[end-1].end}
}

// transform replaces the text, but for its first characters, which go.
func (a *aligned) transform(changes []change, skipped int) {
	old := a.text
	at := 0
	next := func() (size int) {
		if at < len(old) {
			_, size = utf8.DecodeRune(old[at:])
			at += size
		}
		return size
	}
	for range skipped {
		next()
	}
	out := aligned{origin: a.origin}
	for _, c := range changes {
		from := span{a.origin, a.origin}
		if c.n > 0 {
			if at > 0 {
				from = a.from[at-1]
			}
		} else {
			if at < len(a.from) {
				from = a.from[at]
			}
			next()
			for range -c.n {
				next()
			}
		}
		out.text = utf8.AppendRune(out.text, c.char)
		for len(out.from) < len(out.text) {
			out.from = append(out.from, from)
		}
	}
	*a = out
}

// replace puts the same text in the place of each match.
func (a *aligned) replace(next func(from int) (start, end int), by []byte) {
	out := aligned{origin: a.origin}
	done := 0
	for done <= len(a.text) {
		start, end := next(done)
		if start < 0 {
			break
		}
		out.text = append(append(out.text, a.text[done:start]...), by...)
		out.from = append(out.from, a.from[done:start]...)
		for range by {
			out.from = append(out.from, a.from[end-1])
		}
		done = end
	}
	out.text, out.from = append(out.text, a.text[done:]...), append(out.from, a.from[done:]...)
	*a = out
}

// prepend puts a text before one that isn't empty.
func (a *aligned) prepend(s string) {
	if len(a.text) == 0 || s == "" {
		return
	}
	first := a.from[0]
	out := aligned{text: append([]byte(s), a.text...), origin: a.origin}
	for range s {
		out.from = append(out.from, first)
	}
	for len(out.from) < len(s) {
		out.from = append(out.from, first)
	}
	out.from = append(out.from, a.from...)
	*a = out
}

// filter keeps some characters.
func (a *aligned) filter(keep func(rune) bool) {
	out := aligned{origin: a.origin}
	for i := 0; i < len(a.text); {
		r, size := utf8.DecodeRune(a.text[i:])
		if keep(r) {
			out.text, out.from = append(out.text, a.text[i:i+size]...), append(out.from, a.from[i:i+size]...)
		}
		i += size
	}
	*a = out
}

// each replaces each character by what a function appends.
func (a *aligned) each(of func(dst []byte, r rune) []byte) {
	out := aligned{origin: a.origin}
	for i := 0; i < len(a.text); {
		r, size := utf8.DecodeRune(a.text[i:])
		out.text = of(out.text, r)
		for len(out.from) < len(out.text) {
			out.from = append(out.from, a.from[i])
		}
		i += size
	}
	*a = out
}
