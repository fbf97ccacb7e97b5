package tokenizer

import "unicode/utf8"

// ByteLevel writes each byte of a text as a character that can be seen: those of
// printable Latin-1 as themselves, the others as U+0100 and following.

// byteChars are the characters by byte, charBytes the bytes by character, -1 for
// none.
var byteChars, charBytes = func() (chars [256]rune, of [0x144]int16) {
	for i := range of {
		of[i] = -1
	}
	other := rune(0x100)
	for b := range chars {
		chars[b] = rune(b)
		if !(b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE) {
			chars[b] = other
			other++
		}
		of[chars[b]] = int16(b)
	}
	return chars, of
}()

// appendByteChars appends a text as ByteLevel writes it.
func appendByteChars(dst, text []byte) []byte {
	for _, b := range text {
		dst = utf8.AppendRune(dst, byteChars[b])
	}
	return dst
}

// appendCharBytes appends the bytes that a token stands for. As in the reference
// a token with any other character is taken as it is.
func appendCharBytes(dst, token []byte) []byte {
	start := len(dst)
	for _, r := range string(token) {
		if int(r) >= len(charBytes) || charBytes[r] < 0 {
			return append(dst[:start], token...)
		}
		dst = append(dst, byte(charBytes[r]))
	}
	return dst
}

// findBytes finds the ids of single bytes.
func (t *bpe) findBytes() {
	t.allBytes = true
	for b, char := range byteChars {
		if t.byteIDs[b] = t.runes.id(char); t.byteIDs[b] < 0 {
			t.allBytes = false
		}
	}
}

// encodeBytes is encode for ByteLevel.
func (t *bpe) encodeBytes(word []byte, s *scratch) {
	if t.ignoreMerges || !t.allBytes {
		s.chars = appendByteChars(s.chars[:0], word)
		if t.ignoreMerges {
			if id, ok := t.vocabulary.id(asString(s.chars)); ok {
				s.ids = append(s.ids, id)
				return
			}
		}
		if !t.allBytes {
			t.mergeUncut(s.chars, s)
			return
		}
	}
	s.symbols = s.symbols[:0]
	for _, b := range word {
		s.push(t.byteIDs[b], 0)
	}
	t.merge(s)
}
