package tokenizer

import (
	"errors"
	"fmt"
)

// Encode tokenizes text and cuts it to maxTokens ids, special tokens included;
// 0 means no limit. It is cut at its end, or at its start if the files say so.
// As in transformers, the length of a tokenizer.json's truncation section and its
// padding section don't count, because the caller decides.
//
// Bytes that are not UTF-8 are read as U+FFFD, as many as Python's decoder with
// errors="replace" makes of them.
func (t *Tokenizer) Encode(text string, maxTokens int) Encoding {
	s := t.scratch.Get().(*scratch)
	defer t.scratch.Put(s)
	t.encodeText(validUTF8(text), roomFor(maxTokens, &t.single), s)
	s.cut()
	e := t.single.apply(s.ids, nil)
	e.Cut = s.more
	s.shrink()
	return e
}

// EncodePair tokenizes two texts that the model reads together. Where they have more
// than maxTokens ids, the longer one is cut first, as by transformers' longest_first.
// An empty second text counts; transformers, called with one pair and not with a list
// of them, takes it for none. It is an error if the files don't say how a pair is put
// together.
func (t *Tokenizer) EncodePair(first, second string, maxTokens int) (Encoding, error) {
	return t.encodePair(first, second, maxTokens, longestFirst)
}

// EncodePairOnlyFirst is [Tokenizer.EncodePair], but cuts the first text alone, as
// transformers' only_first does. It is an error if that leaves nothing of it.
func (t *Tokenizer) EncodePairOnlyFirst(first, second string, maxTokens int) (Encoding, error) {
	return t.encodePair(first, second, maxTokens, func(first, second, room int) (int, int) {
		if first+second > room && second >= room {
			return -1, second
		}
		return min(first, room-second), second
	})
}

// encodePair tokenizes a pair of which so many ids are kept as rooms says.
func (t *Tokenizer) encodePair(first, second string, maxTokens int, rooms func(first, second, room int) (int, int)) (Encoding, error) {
	if len(t.pair.pieces) == 0 {
		return Encoding{}, errors.New("the tokenizer's post_processor has no template for pairs of texts")
	}
	a, b := t.scratch.Get().(*scratch), t.scratch.Get().(*scratch)
	defer t.scratch.Put(a)
	defer t.scratch.Put(b)
	t.encodeText(validUTF8(first), noLimit, a)
	t.encodeText(validUTF8(second), noLimit, b)
	a.room, b.room = rooms(len(a.ids), len(b.ids), roomFor(maxTokens, &t.pair))
	if a.room < 0 {
		return Encoding{}, fmt.Errorf("the second text has %d tokens, which leaves no room for the first", len(b.ids))
	}
	a.cut()
	b.cut()
	e := t.pair.apply(a.ids, b.ids)
	e.Cut = a.more || b.more
	a.shrink()
	b.shrink()
	return e, nil
}

// longestFirst is how many ids of two texts are kept where there is room for so many.
func longestFirst(first, second, room int) (int, int) {
	if first <= room && second <= room-first {
		return first, second
	}
	short, long := min(first, second), room-min(first, second)
	if short > long {
		short, long = room/2, room-room/2
	}
	if first > second {
		return long, short
	}
	return short, long
}

// roomFor is how many ids of texts there is room for beside a template's.
func roomFor(maxTokens int, p *template) int {
	if maxTokens <= 0 {
		return noLimit
	}
	return max(0, maxTokens-p.special)
}

// encodeText makes s.ids of a text, with little more than the room for them.
func (t *Tokenizer) encodeText(text string, room int, s *scratch) {
	s.ids, s.more, s.counts, s.measures = s.ids[:0], false, false, false
	s.room, s.last = room, t.truncateLeft
	s.control = s.control[:0]
	s.addControl(0, len(text), !t.added.splitSpecial)
	t.added.split(text, s, t)
}
