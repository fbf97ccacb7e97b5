package tokenizer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// decoder is the decoder of tokenizer.json: either ByteLevel, or replacements
// within each token, then bytes from <0x..> tokens, then, in the joined text,
// characters stripped from its start.
type decoder struct {
	bytes    bool // ByteLevel
	replace  []replace
	fallback bool
	strip    []byte // the character, nil for none
	count    int    // how many of it at most
}

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

func newPieceTable(t *BPE, added []addedToken) pieceTable {
	size := len(t.vocabulary.at)
	of := map[int32]addedToken{}
	for _, a := range added {
		size = max(size, int(a.ID)+1)
		of[int32(a.ID)] = a
	}
	p := pieceTable{kinds: make([]byte, size), ends: make([]uint32, size),
		text: make([]byte, 0, len(t.vocabulary.text))}
	var a, b []byte
	for id := range int32(size) {
		token := t.vocabulary.token(id)
		extra, ok := of[id]
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

// Decode returns the text of ids, without control tokens if skipSpecial. A run
// of byte tokens that isn't UTF-8 as a whole becomes U+FFFD, one for each byte;
// ids that there are not are passed over. Both as in the reference.
func (t *BPE) Decode(ids []int32, skipSpecial bool) string {
	d := t.NewStream()
	var out []byte
	for _, id := range ids {
		if t.pieces.kind(id) == controlPiece && !skipSpecial {
			out = d.piece(out, t.pieces.any(id))
			continue
		}
		out = d.Append(out, id)
	}
	return string(d.Flush(out))
}

// StreamDecoder decodes ids as they come. What it has appended when it is
// flushed is what [BPE.Decode] would give for all ids with skipSpecial.
//
// Byte tokens wait until a token of another kind ends their run: the reference
// decides on a run as a whole, so an invalid byte still to come would take the
// valid characters before it with it. With ByteLevel the start of a character
// waits for its end.
type StreamDecoder struct {
	t     *BPE
	run   []byte // of byte tokens, or the start of a character
	strip int    // how many characters may still be stripped
}

// NewStream returns a decoder for one text.
func (t *BPE) NewStream() *StreamDecoder {
	return &StreamDecoder{t: t, run: make([]byte, 0, 64), strip: t.decoder.count}
}

// Append appends the text that id completes, whole UTF-8 sequences only.
func (d *StreamDecoder) Append(dst []byte, id int32) []byte {
	switch d.t.pieces.kind(id) {
	case textPiece:
		return d.piece(dst, d.t.pieces.any(id))
	case bytePiece:
		d.run = append(d.run, d.t.pieces.any(id)...)
	}
	return dst
}

// piece appends a token that isn't of a single byte.
func (d *StreamDecoder) piece(dst, piece []byte) []byte {
	if !d.t.decoder.bytes {
		return d.text(d.Flush(dst), piece)
	}
	d.run = append(d.run, piece...)
	done := len(d.run)
	for back := 1; back <= min(utf8.UTFMax-1, len(d.run)); back++ {
		if at := len(d.run) - back; utf8.RuneStart(d.run[at]) {
			if !utf8.FullRune(d.run[at:]) {
				done = at
			}
			break
		}
	}
	dst = append(dst, validUTF8(asString(d.run[:done]))...)
	d.run = d.run[:copy(d.run, d.run[done:])]
	return dst
}

// Flush appends what is held back.
func (d *StreamDecoder) Flush(dst []byte) []byte {
	if len(d.run) == 0 {
		return dst
	}
	if d.t.decoder.bytes {
		dst = append(dst, validUTF8(asString(d.run))...)
		d.run = d.run[:0]
		return dst
	}
	run := d.run
	d.run = d.run[:0]
	if utf8.Valid(run) {
		return d.text(dst, run)
	}
	for range run {
		dst = d.text(dst, []byte("\uFFFD"))
	}
	return dst
}

func (d *StreamDecoder) text(dst, text []byte) []byte {
	for d.strip > 0 && len(text) > 0 {
		rest, found := bytes.CutPrefix(text, d.t.decoder.strip)
		if !found {
			d.strip = 0
			break
		}
		text = rest
		d.strip--
	}
	return append(dst, text...)
}

// parseDecoder reads the decoder, of which the parts come in the order in which
// decoder has them.
func parseDecoder(field string, raw json.RawMessage) (decoder, error) {
	const known = "ByteLevel alone, or a Sequence of Replace, ByteFallback, Fuse, Strip in this order"
	kind, err := kindOf(field, raw)
	if err != nil {
		return decoder{}, err
	}
	if kind == "ByteLevel" {
		var p byteLevelPart
		return decoder{bytes: true}, decode(field, raw, &p)
	}
	parts := []json.RawMessage{raw}
	if kind == "Sequence" {
		if parts, err = sequence(field, raw, "decoders"); err != nil {
			return decoder{}, err
		}
	}
	var d decoder
	growth := 1.0
	order := []string{"Replace", "ByteFallback", "Fuse", "Strip"}
	fused := false
	for i, part := range parts {
		at := fmt.Sprintf("%s.decoders[%d]", field, i)
		if kind != "Sequence" {
			at = field
		}
		kind, err := kindOf(at, part)
		if err != nil {
			return decoder{}, err
		}
		for len(order) > 0 && order[0] != kind {
			order = order[1:]
		}
		if len(order) == 0 {
			if kind == "" {
				kind = "null"
			}
			return decoder{}, unsupportedBPE(at, kind+" at this place", known)
		}
		switch kind {
		case "Replace":
			n, err := parseNormalizer(at, part)
			if err != nil {
				return decoder{}, err
			}
			d.replace = append(d.replace, n.(replace))
			if g, _ := costOf(n); growth*g > maxDecoded {
				return decoder{}, fmt.Errorf("%s can make a token more than %d times as long: %s", at, maxDecoded, fetchAgain)
			} else {
				growth *= g
			}
		case "ByteFallback":
			d.fallback = true
		case "Fuse":
			fused = true
		case "Strip":
			if err := d.parseStrip(at, part, fused); err != nil {
				return decoder{}, err
			}
			order = nil
		}
	}
	return d, nil
}

func (d *decoder) parseStrip(field string, raw json.RawMessage, fused bool) error {
	var p struct {
		Type    string
		Content string `json:"content"`
		Start   int    `json:"start"`
		Stop    int    `json:"stop"`
	}
	if err := decode(field, raw, &p); err != nil {
		return err
	}
	switch {
	case !fused:
		return unsupportedBPE(field, "Strip before Fuse", "Strip after Fuse")
	case p.Stop != 0:
		return unsupportedBPE(field+".stop", strconv.Itoa(p.Stop), "0")
	case p.Start < 0 || utf8.RuneCountInString(p.Content) != 1:
		return fmt.Errorf("%s strips %d times %.40q, not a character: %s", field, p.Start, p.Content, fetchAgain)
	}
	d.strip, d.count = []byte(p.Content), p.Start
	return nil
}
