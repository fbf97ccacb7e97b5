package server

import (
	"math"
	"strconv"
	"unicode/utf8"
)

// Appending JSON to a buffer, so that a token costs no garbage.

const hexDigits = "0123456789abcdef"

// appendString appends text as a JSON string. What isn't UTF-8 becomes U+FFFD.
func appendString[T string | []byte](b []byte, text T) []byte {
	b = append(b, '"')
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			i++
			switch {
			case c == '"' || c == '\\':
				b = append(b, '\\', c)
			case c == '\n':
				b = append(b, '\\', 'n')
			case c == '\r':
				b = append(b, '\\', 'r')
			case c == '\t':
				b = append(b, '\\', 't')
			case c < ' ' || c == 0x7F:
				b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
			default:
				b = append(b, c)
			}
			continue
		}
		// A rune has at most 4 bytes; a conversion of so few stays on the stack.
		r, size := utf8.DecodeRuneInString(string(text[i:min(i+utf8.UTFMax, len(text))]))
		i += size
		switch {
		case r == utf8.RuneError && size == 1:
			b = append(b, `\ufffd`...)
		case r == '\u2028' || r == '\u2029': // line ends to JavaScript, and to some readers of events
			b = append(b, `\u202`...)
			b = append(b, hexDigits[r&15])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}

// leastLogprob is what OpenAI gives where JSON has no number.
const leastLogprob = -9999

func appendLogprob(b []byte, p float32) []byte {
	if math.IsInf(float64(p), 0) || math.IsNaN(float64(p)) {
		p = leastLogprob
	}
	return strconv.AppendFloat(b, float64(p), 'g', -1, 32)
}

// appendMilliseconds appends a duration given in nanoseconds.
func appendMilliseconds(b []byte, ns int64) []byte {
	return strconv.AppendFloat(b, float64(ns/1000)/1000, 'f', -1, 64)
}

// appendInt appends a number behind a member's name, with what separates it.
func appendInt(b []byte, name string, n int) []byte {
	b = append(b, name...)
	return strconv.AppendInt(b, int64(n), 10)
}
