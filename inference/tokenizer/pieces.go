package tokenizer

import (
	"bytes"
	"strconv"
)

// The kinds of a token's piece.
const (
	noPiece      byte = iota // there is no such token
	textPiece                // stands for its bytes
	bytePiece                // stands for one byte, which may be part of a character
	controlPiece             // stands for nothing in a text
)

// pieceTable has each token's bytes as they appear in a text.
type pieceTable struct {
	kinds []byte   // by id
	ends  []uint32 // by id, in text
	text  []byte
}

func newPieceTable(t *Tokenizer) pieceTable {
	size := len(t.vocabulary.at)
	for id := range t.added.tokens {
		size = max(size, int(id)+1)
	}
	p := pieceTable{kinds: make([]byte, size), ends: make([]uint32, size),
		text: make([]byte, 0, len(t.vocabulary.text))}
	var a, b []byte
	for id := range int32(size) {
		token := t.vocabulary.token(id)
		extra, ok := t.added.tokens[id]
		if ok {
			token = []byte(extra.Content)
		}
		if token != nil || ok {
			a = append(a[:0], token...)
			for _, r := range t.decoder.replace {
				b = r.normalize(b[:0], a)
				a, b = b, a
			}
			p.kinds[id] = textPiece
			if t.decoder.bytes {
				b = appendCharBytes(b[:0], a)
				a, b = b, a
			}
			if code, isByte := byteToken(a); isByte && t.decoder.fallback {
				p.kinds[id] = bytePiece
				a = append(a[:0], code)
			}
			if extra.Special {
				p.kinds[id] = controlPiece
			}
			p.text = append(p.text, a...)
		}
		p.ends[id] = uint32(len(p.text))
	}
	return p
}

// byteToken reads a token like <0x0A> as the reference does, for which <0x+A>
// is one too.
func byteToken(token []byte) (byte, bool) {
	if len(token) != 6 || !bytes.HasPrefix(token, []byte("<0x")) || token[5] != '>' {
		return 0, false
	}
	digits := token[3:5]
	if digits[0] == '+' {
		digits = digits[1:]
	}
	n, err := strconv.ParseUint(string(digits), 16, 8)
	return byte(n), err == nil
}

func (p *pieceTable) kind(id int32) byte {
	if id < 0 || int(id) >= len(p.kinds) {
		return noPiece
	}
	return p.kinds[id]
}

func (p *pieceTable) piece(id int32) []byte {
	if k := p.kind(id); k != textPiece && k != bytePiece {
		return nil
	}
	return p.any(id)
}

// any is the piece of a token that there is, control tokens included.
func (p *pieceTable) any(id int32) []byte {
	start := uint32(0)
	if id > 0 {
		start = p.ends[id-1]
	}
	return p.text[start:p.ends[id]:p.ends[id]]
}

// Piece returns the bytes that a token stands for within a text: "▁" as a
// space, <0xE2> as that byte. It is nil for control tokens and for ids that
// there are not. The bytes belong to the tokenizer.
func (t *Tokenizer) Piece(id int32) []byte { return t.pieces.piece(id) }

// Name returns the bytes of a token as [Tokenizer.Piece] does, and a control token's
// name. It is nil for ids that there are not.
func (t *Tokenizer) Name(id int32) []byte {
	if t.pieces.kind(id) == noPiece {
		return nil
	}
	return t.pieces.any(id)
}

// IsControl reports whether the token is one that tokenizer.json calls special.
func (t *Tokenizer) IsControl(id int32) bool { return t.pieces.kind(id) == controlPiece }
