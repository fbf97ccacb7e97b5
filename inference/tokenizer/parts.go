package tokenizer

import "strings"

// Part is a stretch of a text. Control tokens (those that tokenizer.json calls
// special) are recognised only in parts with Control; in others they stay
// text. Beyond that the borders don't matter: the parts' texts are tokenized as
// if they were joined, except that nothing swallows a control token's start.
type Part struct {
	Text    string
	Control bool
}

// Append appends the ids of the parts' joined text to dst, without special tokens
// around it: what [Tokenizer.Begin] gives is the caller's to put before it. Bytes
// that are not UTF-8 are read as U+FFFD, as by [Tokenizer.Encode].
func (t *Tokenizer) Append(dst []int32, parts ...Part) []int32 {
	dst, _ = t.AppendUpTo(dst, noLimit, parts...)
	return dst
}

// AppendUpTo is [Tokenizer.Append] of a text that may have limit ids, dst's
// included. It reports whether it has no more; else it stops there, and the ids are
// of no use.
func (t *Tokenizer) AppendUpTo(dst []int32, limit int, parts ...Part) (ids []int32, fits bool) {
	size := 0
	for _, p := range parts {
		size += len(p.Text)
	}
	if t.textPerToken > 0 && size/t.textPerToken > limit-len(dst) {
		return dst, false
	}
	s := t.scratch.Get().(*scratch)
	defer t.scratch.Put(s)
	s.control = s.control[:0]
	s.room, s.last, s.more, s.counts = limit, false, false, true
	var text string
	if len(parts) == 1 {
		text = validUTF8(parts[0].Text)
		s.addControl(0, len(text), parts[0].Control)
	} else {
		var joined strings.Builder
		for _, p := range parts {
			start := joined.Len()
			joined.WriteString(validUTF8(p.Text))
			s.addControl(start, joined.Len(), p.Control)
		}
		text = joined.String()
	}
	own := s.ids
	s.ids = dst
	t.added.split(text, s, t)
	dst, s.ids = s.ids, own
	fits = !s.more && len(dst) <= limit
	s.shrink()
	return dst, fits
}

// Begin returns the ids that the post-processor puts before a text: <bos> for
// Gemma. It may be empty, and isn't to be changed.
func (t *Tokenizer) Begin() []int32 {
	var begin []int32
	for _, p := range t.single.pieces {
		if p.text != noText {
			break
		}
		begin = append(begin, p.id)
	}
	return begin
}

// Generates reports, as an error, why the tokenizer can't serve a generator: it must
// be able to decode, to tell control tokens from text, and to put nothing behind a
// text.
func (t *Tokenizer) Generates() error { return t.notGenerator }
