package tokenizer

import (
	"bytes"
	"unicode/utf8"
)

// encodeAligned encodes a stretch of a text without tokens that are looked for in
// it as it is, and follows which bytes become which.
func (t *Tokenizer) encodeAligned(text string, start, end int, s *scratch) {
	a := newAligned(text, start, end)
	if t.normalizer != nil {
		t.normalizer.align(a)
	}
	if t.added.normalized.empty() {
		t.alignedWords(t.preTokenizer, a.slice(0, len(a.text)), s)
		return
	}
	control := within(s.control, start, end)
	if t.normalizer != nil {
		if control = nil; inside(s.control, start, end) {
			control = []span{{0, len(a.text)}}
		}
	}
	t.added.normalized.split(string(a.text), control, func(start, end int, id int32) {
		if id >= 0 {
			s.add(id, placed{a.span(start, end), string(a.text[start:end])})
		} else {
			t.alignedWords(t.preTokenizer, a.slice(start, end), s)
		}
	})
}

// alignedWords cuts as the steps do, and encodes the words.
func (t *Tokenizer) alignedWords(rest steps, a *aligned, s *scratch) {
	if len(a.text) == 0 {
		return
	}
	if len(rest) == 0 {
		t.encodeAlignedWord(a, s)
		return
	}
	switch step := rest[0].(type) {
	case *metaspace:
		step.align(a)
		step.words(a.text, func(word []byte) { t.alignedWords(rest[1:], a.sub(word), s) })
	case bytePrefix:
		if a.text[0] != ' ' {
			a.prepend(" ")
		}
		t.alignedWords(rest[1:], a, s)
	default:
		step.split(a.text, s, func(word []byte) { t.alignedWords(rest[1:], a.sub(word), s) })
	}
}

func (t *Tokenizer) encodeAlignedWord(a *aligned, s *scratch) {
	if !s.measures {
		s.word(a.text)
		return
	}
	if m, ok := t.model.(*bpe); ok && m.byteLevel {
		a.each(func(dst []byte, r rune) []byte { return appendByteChars(dst, utf8.AppendRune(nil, r)) })
	}
	s.places = s.places[:0]
	t.model.encode(a.text, s)
	for _, p := range s.places {
		s.spans = append(s.spans, placed{span: a.span(p.start, p.end)})
	}
}

func (m *metaspace) align(a *aligned) {
	a.replace(func(from int) (start, end int) {
		i := bytes.IndexByte(a.text[from:], ' ')
		if i < 0 {
			return -1, -1
		}
		return from + i, from + i + 1
	}, m.replacement)
	if (m.scheme == always || m.scheme == onlyFirst && a.origin == 0) && !bytes.HasPrefix(a.text, m.replacement) {
		a.prepend(string(m.replacement))
	}
}

// add takes an added token.
func (s *scratch) add(id int32, place placed) {
	s.ids = append(s.ids, id)
	if s.measures {
		s.spans = append(s.spans, place)
	}
}
