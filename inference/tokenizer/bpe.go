package tokenizer

import (
	"fmt"
	"strings"
	"sync"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelfile"
)

// BPE is a byte-pair encoding, of characters with byte fallback, as Gemma's, or of
// bytes, as Llama 3's and Qwen's. Its methods may be called by several goroutines
// at once.
type BPE struct {
	vocabulary   *vocabulary // the model's, without tokens that were only added
	merges       pairTable   // two ids -> rank
	results      []int32     // rank -> id of the merged token
	joins        *runeJoins  // nil if texts can't be cut between merges
	runes        runeIDs
	bytes        [256]int32 // ids of <0x00> to <0xFF>, -1 where there is none
	unknown      int32      // -1 if there is none
	fuseUnknown  bool
	ignoreMerges bool
	normalizer   normalizer // nil for none
	words        steps      // the pre-tokenizer
	patterns     float64    // cost of all patterns of words
	byteLevel    bool       // texts are merged byte by byte
	byteIDs      [256]int32 // for byteLevel: ids of single bytes, -1 where there is none
	allBytes     bool       // none of byteIDs is -1
	wordPerToken int        // bytes of a word, normalized, that a token stands for at the most; 0: no saying
	textPerToken int        // likewise, of a text as it comes

	added   addedTokens
	begin   []int32
	pieces  pieceTable
	decoder decoder
	special map[string]string // by name, if a model folder was read
	scratch sync.Pool
}

// Part is a stretch of a text. Control tokens (those that tokenizer.json calls
// special) are recognised only in parts with Control; in others they stay
// text. Beyond that the borders don't matter: the parts' texts are tokenized as
// if they were joined, except that nothing swallows a control token's start.
type Part struct {
	Text    string
	Control bool
}

// LoadBPE reads a tokenizer.json. Its errors name the file and the field.
func LoadBPE(path string) (*BPE, error) {
	data, err := modelfile.Read(path, modelfile.MaxTokenizer)
	if err != nil {
		return nil, err
	}
	t, err := ParseBPE(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

// Encode appends the ids of the parts' joined text to dst, without what
// [BPE.Begin] gives. Bytes that are not UTF-8 are read as U+FFFD, as by
// [Tokenizer.Encode].
func (t *BPE) Encode(dst []int32, parts ...Part) []int32 {
	dst, _ = t.EncodeUpTo(dst, noLimit, parts...)
	return dst
}

// EncodeUpTo is [BPE.Encode] of a text that may have limit ids, dst's included. It
// reports whether it has no more; else it stops there, and the ids are of no use.
func (t *BPE) EncodeUpTo(dst []int32, limit int, parts ...Part) (ids []int32, fits bool) {
	size := 0
	for _, p := range parts {
		size += len(p.Text)
	}
	if t.textPerToken > 0 && size/t.textPerToken > limit-len(dst) {
		return dst, false
	}
	s := t.scratch.Get().(*bpeScratch)
	defer t.scratch.Put(s)
	s.control, s.limit = s.control[:0], limit
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
	s.ids = dst
	t.encodeText(text, s)
	fits = !s.over()
	dst, s.ids = s.ids, nil
	s.shrink()
	return dst, fits
}

// encodeText finds the added tokens of the text as it is and encodes what lies
// between them.
func (t *BPE) encodeText(text string, s *bpeScratch) {
	t.added.raw.split(text, s.control, func(piece string, id int32) {
		if s.over() {
			return
		}
		if id >= 0 {
			s.ids = append(s.ids, id)
			return
		}
		if t.normalizer != nil {
			s.text = append(s.text[:0], piece...)
			s.normalized = t.normalizer.normalize(s.normalized[:0], s.text)
		} else {
			s.normalized = append(s.normalized[:0], piece...)
		}
		if t.added.normalized.empty() {
			t.encodeNormalized(s.normalized, s)
			return
		}
		t.added.normalized.split(string(s.normalized), nil, func(piece string, id int32) {
			if id >= 0 {
				s.ids = append(s.ids, id)
				return
			}
			t.encodeNormalized([]byte(piece), s)
		})
	})
}

// encodeNormalized encodes a text word by word as the pre-tokenizer cuts it.
func (t *BPE) encodeNormalized(text []byte, s *bpeScratch) {
	switch {
	case len(text) == 0:
	case len(t.words) == 1: // without a closure
		t.words[0].split(text, s.word)
	default:
		t.words.split(text, s.word)
	}
}

// Begin returns the ids that the post-processor puts before a text: <bos> for
// Gemma. It may be empty, and isn't to be changed.
func (t *BPE) Begin() []int32 { return t.begin }

// Piece returns the bytes that a token stands for within a text: "▁" as a
// space, <0xE2> as that byte. It is nil for control tokens and for ids that
// there are not. The bytes belong to the tokenizer.
func (t *BPE) Piece(id int32) []byte { return t.pieces.piece(id) }

// Name returns the bytes of a token as [BPE.Piece] does, and a control token's
// name. It is nil for ids that there are not.
func (t *BPE) Name(id int32) []byte {
	if t.pieces.kind(id) == noPiece {
		return nil
	}
	return t.pieces.any(id)
}

// IsControl reports whether the token is one that tokenizer.json calls special.
func (t *BPE) IsControl(id int32) bool { return t.pieces.kind(id) == controlPiece }

// VocabSize is the largest id plus one, added tokens included.
func (t *BPE) VocabSize() int { return len(t.pieces.kinds) }

// TextSize is the largest id plus one of the vocabulary without tokens that were
// only added. Text that spells none of these has no larger ids.
func (t *BPE) TextSize() int { return len(t.vocabulary.at) }

// TokenID returns the id of a token by its name in the file, added tokens
// included.
func (t *BPE) TokenID(token string) (int32, bool) {
	if id, ok := t.added.ids[token]; ok {
		return id, true
	}
	return t.vocabulary.id(token)
}

// bpeScratch is what an Encode works with; it is reused.
type bpeScratch struct {
	ids              []int32
	limit            int // of ids: with more, the rest of the text doesn't count
	control          []span
	text, normalized []byte
	chars            []byte // a word as ByteLevel writes it
	word             func([]byte)
	symbols          []symbol
	ranks            []uint32
	queue            mergeQueue
}

func (t *BPE) newScratch() any {
	s := &bpeScratch{}
	s.word = func(word []byte) { t.encodeWord(word, s) }
	return s
}

// over reports whether there are more ids than the limit.
func (s *bpeScratch) over() bool { return len(s.ids) > s.limit }

// keptScratch is how many bytes of a text's buffers are kept for the next text.
const keptScratch = 1 << 20

// shrink lets go of what a long text needed.
func (s *bpeScratch) shrink() {
	if cap(s.text)+cap(s.normalized)+cap(s.chars) > keptScratch {
		s.text, s.normalized, s.chars = nil, nil, nil
	}
	if cap(s.symbols) > keptScratch/16 {
		s.symbols, s.queue = nil, nil
	}
}

// span is a stretch of a text, in bytes.
type span struct{ start, end int }

func (s *bpeScratch) addControl(start, end int, control bool) {
	if !control || start == end {
		return
	}
	if n := len(s.control); n > 0 && s.control[n-1].end == start {
		s.control[n-1].end = end
		return
	}
	s.control = append(s.control, span{start, end})
}
