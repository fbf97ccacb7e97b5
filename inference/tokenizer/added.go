package tokenizer

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// addedToken is a token that is found in the text before anything else.
type addedToken struct {
	ID         int32  `json:"id"`
	Content    string `json:"content"`
	SingleWord bool   `json:"single_word"`
	LStrip     bool   `json:"lstrip"`
	RStrip     bool   `json:"rstrip"`
	Normalized bool   `json:"normalized"`
	Special    bool   `json:"special"`
}

// addedVocabulary finds added tokens: first those that are looked for in the
// text as it is, then, in what is left and normalized, those that are
// themselves normalized.
type addedVocabulary struct {
	ids             map[string]int32
	tokens          map[int32]addedToken
	special         map[string]bool  // contents that were special once
	texts           map[int32]string // what a normalized token is looked for as, where it isn't its content
	splitSpecial    bool             // special tokens aren't looked for (encode_special_tokens)
	raw, normalized matcher
}

// add adds tokens in their order. As in the reference, the ids that files give
// don't count: a token that the model or an earlier addition knows keeps its id,
// and others are counted on from the end of the vocabulary.
func (v *addedVocabulary) add(tokens []addedToken, m *vocabulary, n normalizer) {
	if v.ids == nil {
		v.ids, v.tokens, v.special, v.texts = map[string]int32{}, map[int32]addedToken{}, map[string]bool{}, map[int32]string{}
	}
	next := int32(m.count)
	for id := range v.tokens {
		next = max(next, id+1)
	}
	for _, t := range tokens {
		if t.Content == "" {
			continue
		}
		id, ok := v.ids[t.Content]
		if !ok {
			if id, ok = m.id(t.Content); !ok {
				id, next = next, next+1
			}
		}
		t.ID = id
		v.ids[t.Content], v.tokens[id] = id, t
		// Of a token that takes another's id, the reference looks for the other's text.
		if text := normalizedText(n, t.Content); t.Normalized && text != t.Content {
			v.texts[id] = text
		}
		if t.Special {
			v.special[t.Content] = true
		}
	}
}

// finish makes the patterns. What the reference would do differently each time,
// or panic at, is refused.
func (v *addedVocabulary) finish() error {
	if len(v.tokens) > maxAdded {
		return errMany
	}
	v.raw, v.normalized = matcher{}, matcher{}
	var size addedSize
	for _, id := range slices.Sorted(maps.Keys(v.tokens)) {
		t := v.tokens[id]
		p := pattern{text: t.Content, token: t, control: v.special[t.Content]}
		m := &v.raw
		if t.Normalized {
			m = &v.normalized
			if text, ok := v.texts[id]; ok {
				p.text = text
			}
		}
		if p.text == "" {
			return fmt.Errorf("the added token %q is nothing once it is normalized: make its normalized false, or remove it", t.Content)
		}
		if err := size.add(p.text); err != nil {
			return err
		}
		if other := m.add(p); other != nil {
			return fmt.Errorf("the added tokens %q and %q are the same once they are normalized, so it is undefined which one a text has: make their normalized false, or remove one",
				other.token.Content, t.Content)
		}
	}
	return errors.Join(v.raw.check(), v.normalized.check())
}

// split encodes the text to s.ids: added tokens, and what lies between them.
func (v *addedVocabulary) split(text string, s *scratch, t *Tokenizer) {
	v.raw.split(text, s.control, func(start, end int, id int32) {
		switch {
		case s.done():
			return
		case id >= 0:
			s.add(id, placed{span{start, end}, text[start:end]})
			return
		case start == 0 && t.atStart != nil && !s.measures && v.normalized.empty():
			s.a = append(s.a[:0], text[:end]...)
			t.atStart.split(s.a, s, s.word)
			return
		case s.measures, start == 0 && t.first:
			t.encodeAligned(text, start, end, s)
			return
		}
		normalized := append(s.a[:0], text[start:end]...)
		s.a = normalized
		control := s.control
		if t.normalizer != nil {
			s.b = t.normalizer.normalize(s.b[:0], s.a)
			normalized = s.b
		}
		if v.normalized.empty() {
			t.encodePiece(normalized, s)
			return
		}
		again := string(normalized)
		if t.normalizer == nil {
			control = within(control, start, end)
		} else if control = nil; inside(s.control, start, end) {
			control = []span{{0, len(again)}}
		}
		v.normalized.split(again, control, func(start, end int, id int32) {
			switch {
			case s.done():
				return
			case id >= 0:
				s.ids = append(s.ids, id)
				return
			}
			s.b = append(s.b[:0], again[start:end]...)
			t.encodePiece(s.b, s)
		})
	})
}

// within are the parts of spans in a stretch of a text, counted from its start.
func within(spans []span, start, end int) (in []span) {
	for _, c := range spans {
		if c.start < end && c.end > start {
			in = append(in, span{max(c.start, start) - start, min(c.end, end) - start})
		}
	}
	return in
}

// inside reports whether a stretch lies in one of the spans.
func inside(spans []span, start, end int) bool {
	return slices.ContainsFunc(spans, func(c span) bool { return c.start <= start && end <= c.end })
}

// encodePiece encodes a stretch of normalized text without added tokens, word by
// word as the pre-tokenizer cuts it.
func (t *Tokenizer) encodePiece(piece []byte, s *scratch) {
	if len(piece) > 0 {
		t.preTokenizer.split(piece, s, s.word)
	}
}

func normalizedText(n normalizer, text string) string {
	if n == nil {
		return text
	}
	return string(n.normalize(nil, []byte(text)))
}
