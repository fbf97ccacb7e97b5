package tokenizer

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// Offset is a stretch of a text in characters (code points), from Start to before
// End. Both are 0 for a token that a template adds.
type Offset struct{ Start, End int32 }

// trim is what a post-processor makes of tokens' offsets.
type trim struct{ spaces, prefix bool }

// EncodeOffsets is [Tokenizer.Encode] with the stretch of the text that each token
// stands for, as the tokenizers library gives it: a token may stand for nothing, and
// several for the same. It takes several times as long.
func (t *Tokenizer) EncodeOffsets(text string, maxTokens int) Encoding {
	text = validUTF8(text)
	s := t.scratch.Get().(*scratch)
	defer t.scratch.Put(s)
	s.ids, s.more, s.counts, s.measures, s.spans = s.ids[:0], false, false, true, s.spans[:0]
	s.room, s.last = noLimit, false
	s.control = s.control[:0]
	s.addControl(0, len(text), !t.added.splitSpecial)
	t.added.split(text, s, t)
	s.measures = false
	room := roomFor(maxTokens, &t.single)
	cut := len(s.ids) > room
	if cut && t.truncateLeft {
		s.ids, s.spans = s.ids[len(s.ids)-room:], s.spans[len(s.spans)-room:]
	} else if cut {
		s.ids, s.spans = s.ids[:room], s.spans[:room]
	}
	e := t.single.apply(s.ids, nil)
	e.Cut = cut
	chars := newCharPlaces(text)
	e.Offsets = make([]Offset, 0, len(e.IDs))
	for _, p := range t.single.pieces {
		if p.text == noText {
			e.Offsets = append(e.Offsets, Offset{})
			continue
		}
		for i, place := range s.spans {
			o := chars.offset(place.span)
			if t.trims.spaces {
				token := []byte(place.added)
				if place.added == "" {
					token = t.vocabulary.token(s.ids[i])
				}
				o = t.trimmed(o, token, i == 0)
			}
			e.Offsets = append(e.Offsets, o)
		}
	}
	s.shrink()
	return e
}

// charPlaces are the numbers of a text's characters by their bytes.
type charPlaces []int32

func newCharPlaces(text string) charPlaces {
	places := make(charPlaces, 0, len(text))
	n := int32(0)
	for _, r := range text {
		places = append(places, slices.Repeat([]int32{n}, utf8.RuneLen(r))...)
		n++
	}
	return places
}

// offset is a stretch in characters. One that begins at the text's end stays as it is
// in bytes, as in the reference.
func (p charPlaces) offset(s span) Offset {
	switch {
	case s.start >= len(p):
		return Offset{int32(s.start), int32(s.end)}
	case s.end < len(p):
		return Offset{p[s.start], p[s.end]}
	case s.end-1 < len(p):
		return Offset{p[s.start], p[s.end-1] + 1}
	}
	return Offset{p[s.start], p[s.start] + 2}
}

// trimmed leaves white space at a token's ends out of its stretch.
func (t *Tokenizer) trimmed(o Offset, token []byte, first bool) Offset {
	leading, trailing := int32(0), int32(0)
	for rest := token; len(rest) > 0; leading++ {
		r, size := utf8.DecodeRune(rest)
		if !trimmedRune(r) {
			break
		}
		rest = rest[size:]
	}
	for rest := token; len(rest) > 0; trailing++ {
		r, size := utf8.DecodeLastRune(rest)
		if !trimmedRune(r) {
			break
		}
		rest = rest[:len(rest)-size]
	}
	if leading > 0 {
		if leading == 1 && (first || o.Start == 0) && t.trims.prefix { // it isn't the text's
			leading = 0
		}
		o.Start = min(o.Start+leading, o.End)
	}
	if trailing > 0 && o.End >= trailing {
		o.End = max(o.End-trailing, o.Start)
	}
	return o
}

// trimmedRune reports white space, also as ByteLevel writes it.
func trimmedRune(r rune) bool { return r == byteChars[' '] || unicode.Is(spaceTable, r) }
