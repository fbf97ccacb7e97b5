package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
)

// The members of a body's objects and the items of its lists are parts of the
// body: a decoder would copy each, at each depth that it lies in.

// checkJSON refuses a body that isn't one JSON value. What is below walks only what
// was checked.
func checkJSON(body []byte) error {
	if json.Valid(body) {
		return nil
	}
	err := json.Unmarshal(body, &struct{}{})
	if e := (*json.SyntaxError)(nil); errors.As(err, &e) && e.Error() != "unexpected end of JSON input" {
		if strings.HasSuffix(e.Error(), "after top-level value") {
			return invalid("the body has more after its end: send one JSON object")
		}
		return invalid("the body is not JSON: %v, at byte %d", e, e.Offset)
	}
	return invalid("the body is not JSON: it ends early")
}

// walker reads a JSON value that was checked.
type walker struct {
	raw []byte
	at  int
}

// next is the first byte of what comes.
func (w *walker) next() byte {
	for {
		switch c := w.raw[w.at]; c {
		case ' ', '\t', '\r', '\n':
			w.at++
		default:
			return c
		}
	}
}

// enter goes into an object or a list. It reports whether there is anything in it.
func (w *walker) enter() bool {
	w.next()
	w.at++
	c := w.next()
	return c != '}' && c != ']'
}

// more passes what is between two members or items. It reports whether there is
// another.
func (w *walker) more() bool {
	c := w.next()
	w.at++
	return c == ','
}

// value passes a value, or a member's name.
func (w *walker) value() json.RawMessage {
	first := w.next()
	start := w.at
	if first != '{' && first != '[' && first != '"' {
		for w.at < len(w.raw) && bytes.IndexByte([]byte(",]} \t\r\n"), w.raw[w.at]) < 0 {
			w.at++
		}
		return w.raw[start:w.at:w.at]
	}
	for depth := 0; ; {
		switch w.raw[w.at] {
		case '"':
			w.quoted()
		case '{', '[':
			depth++
			w.at++
		case '}', ']':
			depth--
			w.at++
		default:
			w.at++
		}
		if depth == 0 {
			return w.raw[start:w.at:w.at]
		}
	}
}

// quoted passes a string.
func (w *walker) quoted() {
	for w.at++; ; w.at++ {
		w.at += bytes.IndexByte(w.raw[w.at:], '"')
		escapes := 0
		for w.raw[w.at-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			w.at++
			return
		}
	}
}
