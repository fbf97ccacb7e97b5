// Package tokenizer turns text into token ids, and ids into text, as Hugging Face's
// transformers and tokenizers do, by the model's own files.
//
// One type, [Tokenizer], is all kinds of them: LoadPretrained reads all files of a
// model's folder that transformers reads, Load and Parse a tokenizer.json alone.
// What a file asks for and isn't known is refused when it is loaded; nothing is
// approximated.
package tokenizer

import (
	"slices"
	"sync"
)

// Tokenizer encodes and decodes texts. Its methods may be called by several
// goroutines at once.
type Tokenizer struct {
	vocabulary   *vocabulary // the model's, without tokens that were only added
	added        addedVocabulary
	normalizer   normalizer // nil for none
	preTokenizer steps
	first        bool  // a text's first stretch is another thing to the pre-tokenizer
	atStart      steps // what cuts it, where that needs nothing but its bytes; nil where it does
	model        model
	single, pair template // pair is empty if the files have none
	trims        trim
	decoder      decoder
	joins        join
	pieces       pieceTable
	truncateLeft bool
	maxLength    int
	pad          int32
	special      map[string]string // by name, if a model folder was read
	notGenerator error             // why it can't serve a generator
	wordPerToken int               // bytes of a word, normalized, that a token stands for at the most; 0: no saying
	textPerToken int               // likewise, of a text as it comes
	scratch      sync.Pool
}

// model makes tokens of words, as the pre-tokenizer gives them.
type model interface {
	encode(word []byte, s *scratch) // appends to s.ids
}

// Encoding is one text, or a pair of them, as the model reads it. Its attention mask
// is all ones: padding is the business of whoever makes batches.
type Encoding struct {
	IDs     []int32  // with the template's special tokens
	TypeIDs []int32  // as many
	Offsets []Offset // as many, of EncodeOffsets only
	Cut     bool     // the text has more
}

func newTokenizer() *Tokenizer {
	t := &Tokenizer{}
	t.scratch.New = t.newScratch
	return t
}

// TruncatesLeft tells if a long text loses its beginning.
func (t *Tokenizer) TruncatesLeft() bool { return t.truncateLeft }

// MaxLength is the model_max_length of a tokenizer_config.json, 0 if there is none.
func (t *Tokenizer) MaxLength() int { return t.maxLength }

// Lower puts texts in small letters before all else, unless the normalizer does so: what
// do_lower_case of sentence-transformers does (base/modules/transformer.py, _has_lowercase).
// It must not be called beside another method.
func (t *Tokenizer) Lower() {
	steps, several := t.normalizer.(chain)
	if !several && t.normalizer != nil {
		steps = chain{t.normalizer}
	}
	if slices.ContainsFunc(steps, func(step normalizer) bool { _, is := step.(lowercase); return is }) {
		return
	}
	t.normalizer = append(chain{lowercase{}}, steps...)
	t.atStart, t.textPerToken = nil, 0 // which hold for texts as they come
}

// VocabSize is the largest id plus one, added tokens included.
func (t *Tokenizer) VocabSize() int { return len(t.pieces.kinds) }

// TextSize is the largest id plus one of the vocabulary without tokens that were
// only added. Tokens that the files add may have larger ones, though no model may
// know them.
func (t *Tokenizer) TextSize() int { return len(t.vocabulary.at) }

// Added is an added token's content.
func (t *Tokenizer) Added(id int32) string { return t.added.tokens[id].Content }

// PadID is the id that a batch's shorter texts are filled up with: that of the
// file's padding section, else of [PAD], else 0.
func (t *Tokenizer) PadID() int32 { return t.pad }

// TokenID returns the id of a token by its name in the file, added tokens included.
func (t *Tokenizer) TokenID(token string) (int32, bool) {
	if id, ok := t.added.ids[token]; ok {
		return id, true
	}
	return t.vocabulary.id(token)
}

// SpecialToken returns a special token by its name, like bos_token, as chat
// templates are given it, "" if there is none.
func (t *Tokenizer) SpecialToken(name string) string { return t.special[name] }
