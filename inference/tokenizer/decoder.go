package tokenizer

import (
	"bytes"
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

// Decode returns the text of ids, without control tokens if skipSpecial. A run
// of byte tokens that isn't UTF-8 as a whole becomes U+FFFD, one for each byte;
// ids that there are not are passed over. Both as in the reference.
func (t *Tokenizer) Decode(ids []int32, skipSpecial bool) string {
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
// flushed is what [Tokenizer.Decode] would give for all ids with skipSpecial.
//
// Byte tokens wait until a token of another kind ends their run: the reference
// decides on a run as a whole, so an invalid byte still to come would take the
// valid characters before it with it. With ByteLevel the start of a character
// waits for its end.
type StreamDecoder struct {
	t     *Tokenizer
	run   []byte // of byte tokens, or the start of a character
	strip int    // how many characters may still be stripped
}

// NewStream returns a decoder for one text.
func (t *Tokenizer) NewStream() *StreamDecoder {
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
