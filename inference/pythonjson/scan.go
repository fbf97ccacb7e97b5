package pythonjson

import (
	"bytes"
	"encoding/json"
	"errors"
)

// What follows reads large JSON several times as fast as encoding/json and without a
// Go string for each name: a tokenizer's vocabulary and merges are 30 MB.

// ErrSyntax is the error of what isn't JSON.
var ErrSyntax = errors.New("not valid JSON: fetch or export the file again")

// SkipSpace cuts white space off the start of b.
func SkipSpace(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\n' || b[0] == '\r' || b[0] == '\t') {
		b = b[1:]
	}
	return b
}

// Value cuts the first JSON value off b. Within objects and lists it looks at
// brackets and strings only; who reads the value checks it.
func Value(b []byte) (v, rest []byte, err error) {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			n := StringLength(b[i:])
			if n == 0 {
				return nil, nil, ErrSyntax
			}
			i += n - 1
		case '{', '[':
			depth++
			continue
		case '}', ']':
			depth--
		default:
			if depth > 0 {
				continue
			}
			n := bytes.IndexAny(b[i:], ",]} \n\r\t")
			if n < 0 {
				n = len(b) - i
			}
			if n == 0 {
				return nil, nil, ErrSyntax
			}
			i += n - 1
		}
		if depth < 0 {
			return nil, nil, ErrSyntax
		}
		if depth == 0 {
			return b[:i+1], b[i+1:], nil
		}
	}
	return nil, nil, ErrSyntax
}

// StringLength is the length of the string that b begins with, quotes included,
// or 0 if it has no end.
func StringLength(b []byte) int {
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
	}
	return 0
}

// Unquote returns what a JSON string says: a part of raw if it has no escapes.
func Unquote(raw []byte) ([]byte, error) {
	if len(raw) < 2 || raw[0] != '"' {
		return nil, ErrSyntax
	}
	for _, c := range raw {
		if c == '\\' || c < ' ' {
			var s string
			err := json.Unmarshal(raw, &s)
			return []byte(s), err
		}
	}
	return raw[1 : len(raw)-1], nil
}

// list calls each for what lies between an opening and a closing bracket, and
// returns what follows it.
func list(raw []byte, open, end byte, each func(b []byte) (rest []byte, err error)) ([]byte, error) {
	raw = SkipSpace(raw)
	if len(raw) == 0 || raw[0] != open {
		return nil, ErrSyntax
	}
	raw = SkipSpace(raw[1:])
	for first := true; len(raw) > 0; first = false {
		if raw[0] == end && first {
			return raw[1:], nil
		}
		rest, err := each(raw)
		if err != nil {
			return nil, err
		}
		rest = SkipSpace(rest)
		if len(rest) == 0 || rest[0] != ',' && rest[0] != end {
			return nil, ErrSyntax
		}
		if rest[0] == end {
			return rest[1:], nil
		}
		raw = SkipSpace(rest[1:])
	}
	return nil, ErrSyntax
}

// ended is the error of what follows a value.
func ended(rest []byte, err error) error {
	if err == nil && len(SkipSpace(rest)) > 0 {
		return ErrSyntax
	}
	return err
}

// Elements calls each for the elements of a list.
func Elements(raw []byte, each func(value []byte) error) error {
	return ended(list(raw, '[', ']', func(b []byte) ([]byte, error) {
		v, rest, err := Value(b)
		if err != nil {
			return nil, err
		}
		return rest, each(v)
	}))
}

// Members calls each for the members of an object. The name is valid until each
// returns.
func Members(raw []byte, each func(name, value []byte) error) error {
	return ended(Walk(raw, func(name, b []byte) ([]byte, error) {
		v, rest, err := Value(b)
		if err != nil {
			return nil, err
		}
		return rest, each(name, v)
	}))
}

// Walk calls each for the members of the object that raw begins with, which reads
// the value at the start of b and returns what follows it. So does Walk.
func Walk(raw []byte, each func(name, b []byte) (rest []byte, err error)) ([]byte, error) {
	return list(raw, '{', '}', func(b []byte) ([]byte, error) {
		n := 0
		if b[0] == '"' {
			n = StringLength(b)
		}
		if n == 0 {
			return nil, ErrSyntax
		}
		name, err := Unquote(b[:n])
		if err != nil {
			return nil, err
		}
		b = SkipSpace(b[n:])
		if len(b) == 0 || b[0] != ':' {
			return nil, ErrSyntax
		}
		return each(name, SkipSpace(b[1:]))
	})
}
