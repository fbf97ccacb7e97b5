package tokenizer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// The vocabulary and merges of a large model are 30 MB of JSON. These iterators
// read them several times as fast as encoding/json and without a Go string for
// each; all that is small goes through encoding/json.

var errJSON = errors.New("not valid JSON: fetch or export the file again")

func skipSpace(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\n' || b[0] == '\r' || b[0] == '\t') {
		b = b[1:]
	}
	return b
}

// value cuts the first JSON value off b. Within objects and lists it looks at
// brackets and strings only; who reads the value checks it.
func value(b []byte) (v, rest []byte, err error) {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			n := stringLength(b[i:])
			if n == 0 {
				return nil, nil, errJSON
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
				return nil, nil, errJSON
			}
			i += n - 1
		}
		if depth < 0 {
			return nil, nil, errJSON
		}
		if depth == 0 {
			return b[:i+1], b[i+1:], nil
		}
	}
	return nil, nil, errJSON
}

// stringLength is the length of the string that b begins with, quotes included,
// or 0 if it has no end.
func stringLength(b []byte) int {
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

// unquote returns what a JSON string says: a part of raw if it has no escapes.
func unquote(raw []byte) ([]byte, error) {
	if len(raw) < 2 || raw[0] != '"' {
		return nil, errJSON
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

// list calls each for the values between an opening and a closing bracket.
func list(raw []byte, open, end byte, each func(b []byte) (rest []byte, err error)) error {
	raw = skipSpace(raw)
	if len(raw) == 0 || raw[0] != open {
		return errJSON
	}
	raw = skipSpace(raw[1:])
	for first := true; len(raw) > 0; first = false {
		if raw[0] == end && first {
			raw = skipSpace(raw[1:])
			break
		}
		rest, err := each(raw)
		if err != nil {
			return err
		}
		rest = skipSpace(rest)
		if len(rest) == 0 || rest[0] != ',' && rest[0] != end {
			return errJSON
		}
		done := rest[0] == end
		raw = skipSpace(rest[1:])
		if done {
			break
		}
		if len(raw) == 0 || raw[0] == end {
			return errJSON
		}
	}
	if len(raw) > 0 {
		return errJSON
	}
	return nil
}

// array calls each for the elements of a list.
func array(raw []byte, each func(value []byte) error) error {
	return list(raw, '[', ']', func(b []byte) ([]byte, error) {
		v, rest, err := value(b)
		if err != nil {
			return nil, err
		}
		return rest, each(v)
	})
}

// object calls each for the fields of an object. The key is valid until each
// returns.
func object(raw []byte, each func(key, value []byte) error) error {
	return list(raw, '{', '}', func(b []byte) ([]byte, error) {
		n := 0
		if b[0] == '"' {
			n = stringLength(b)
		}
		if n == 0 {
			return nil, errJSON
		}
		key, err := unquote(b[:n])
		if err != nil {
			return nil, err
		}
		b = skipSpace(b[n:])
		if len(b) == 0 || b[0] != ':' {
			return nil, errJSON
		}
		v, rest, err := value(skipSpace(b[1:]))
		if err != nil {
			return nil, err
		}
		return rest, each(key, v)
	})
}

// fields returns the fields of an object, which may have those of known only.
func fields(raw []byte, known ...string) (map[string]json.RawMessage, error) {
	all := map[string]json.RawMessage{}
	err := object(raw, func(key, value []byte) error {
		for _, k := range known {
			if k == string(key) {
				all[k] = value
				return nil
			}
		}
		return fmt.Errorf("%.40q is a field that is not known, so what it asks for can't be done: fetch or export the file again", key)
	})
	return all, err
}
