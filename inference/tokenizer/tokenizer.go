// Package tokenizer turns text into token ids as Hugging Face's transformers and
// tokenizers do, by the model's own files.
//
// It knows what BERT-family models use: WordPiece with its normalizers,
// pre-tokenizers and post-processors, of all files that transformers reads
// (LoadPretrained) or of a tokenizer.json alone (Parse). Files that ask for
// anything else are refused when they are loaded; nothing is approximated.
package tokenizer

import "sync"

// Tokenizer encodes texts. Its methods may be called by several goroutines at
// once.
type Tokenizer struct {
	added        addedVocabulary
	normalizer   normalizer
	preTokenizer preTokenizer
	model        *wordPiece
	template     template
	truncateLeft bool
	maxLength    int
	pad          int64
	size         int
	scratch      sync.Pool
}

// Encoding is one text as the model reads it. Its attention mask is all ones:
// padding is the business of whoever makes batches.
type Encoding struct {
	IDs     []int64 // with the template's special tokens
	TypeIDs []int64 // as many
	Cut     bool    // the text has more
}

func newTokenizer() *Tokenizer {
	t := &Tokenizer{}
	t.scratch.New = newScratch
	return t
}

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
	s.ids, s.more = s.ids[:0], false
	s.room, s.last = -1, t.truncateLeft
	if maxTokens > 0 {
		s.room = max(0, maxTokens-t.template.special)
	}
	t.added.split(validUTF8(text), s, t)
	s.cut()
	e := t.template.apply(s.ids)
	e.Cut = s.more
	s.shrink()
	return e
}

// encodePiece tokenizes a stretch of normalized text without added tokens.
func (t *Tokenizer) encodePiece(piece []byte, s *scratch) {
	t.preTokenizer.split(piece, func(word []byte) {
		if !s.done() {
			t.model.encode(word, s)
		}
	})
}

// MaxLength is the model_max_length of a tokenizer_config.json, 0 if there is none.
func (t *Tokenizer) MaxLength() int { return t.maxLength }

// measure finds the largest id.
func (t *Tokenizer) measure() {
	t.size = t.TextSize()
	for id := range t.added.tokens {
		t.size = max(t.size, int(id)+1)
	}
}

// VocabSize is the largest id plus one, added tokens included.
func (t *Tokenizer) VocabSize() int { return t.size }

// TextSize is the largest id of a token that isn't added, plus one. Tokens that
// the files add may have larger ones, though no model may know them.
func (t *Tokenizer) TextSize() int {
	largest := int64(-1)
	for _, id := range t.model.first {
		largest = max(largest, id)
	}
	return int(largest) + 1
}

// Added is an added token's content.
func (t *Tokenizer) Added(id int64) string { return t.added.tokens[id].Content }

// PadID is the id that a batch's shorter texts are filled up with: that of the
// file's padding section, else of [PAD], else 0.
func (t *Tokenizer) PadID() int64 { return t.pad }

// TokenID returns the id of a token, added tokens included.
func (t *Tokenizer) TokenID(token string) (int64, bool) {
	if id, ok := t.added.ids[token]; ok {
		return id, true
	}
	return t.model.id(token)
}

// scratch is what an Encode works with; it is reused.
type scratch struct {
	ids  []int64
	room int  // how many ids to keep, -1 for all
	last bool // the last ones, not the first
	more bool // there were more
	a, b []byte
}

func newScratch() any { return &scratch{} }

// done is asked between words. It reports whether what follows doesn't count, and
// lets go of ids that don't have to be kept.
func (s *scratch) done() bool {
	if s.room < 0 || len(s.ids) <= s.room {
		return false
	}
	if s.last && len(s.ids) > 2*s.room+1024 {
		s.cut()
	}
	return !s.last
}

// cut cuts the ids to those that are kept.
func (s *scratch) cut() {
	if s.room < 0 || len(s.ids) <= s.room {
		return
	}
	s.more = true
	if s.last {
		s.ids = s.ids[:copy(s.ids, s.ids[len(s.ids)-s.room:])]
	}
	s.ids = s.ids[:s.room]
}

// shrink lets go of what a long text needed.
func (s *scratch) shrink() {
	if cap(s.a)+cap(s.b) > keptScratch {
		s.a, s.b = nil, nil
	}
}
