package grammar

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// value is a JSON value of a schema. Its members keep their order.
type value struct {
	kind    byte   // { [ " 0 t f n
	text    string // of a string or number
	members []member
	items   []*value
	within
	number *parsed
	serial int32 // of the values of a schema, from 1 on
	equal  int32 // see compiler.equal
}

// within is where a value stands: its name, or its number in a list.
type within struct {
	parent *value
	name   string
	index  int
}

type parsed struct {
	decimal
	err error
}

type member struct {
	name  string
	value *value
}

const (
	maxSchemaBytes = 256 << 10
	maxSchemaDepth = 100
)

// parseValue reads a schema.
func parseValue(raw []byte, b *budget) (*value, error) {
	if len(raw) > maxSchemaBytes {
		return nil, fmt.Errorf("the schema has %d bytes: send up to %d", len(raw), maxSchemaBytes)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	v, err := readValue(d, within{}, 0, b)
	if err != nil {
		return nil, fmt.Errorf("the schema can't be read: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("the schema can't be read: something follows it")
	}
	return v, nil
}

// valueBytes is what a value takes, with its place in a list.
const valueBytes = 330

func readValue(d *json.Decoder, at within, depth int, b *budget) (*value, error) {
	token, err := d.Token()
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, err
	}
	b.spend(reading, 10, valueBytes)
	b.read++
	v := &value{within: at, serial: b.read}
	if depth > maxSchemaDepth {
		return nil, fmt.Errorf("%.200s is more than %d levels deep", v.path(), maxSchemaDepth)
	}
	switch t := token.(type) {
	case nil:
		v.kind = 'n'
	case bool:
		v.kind = 'f'
		if t {
			v.kind = 't'
		}
	case json.Number:
		v.kind, v.text = '0', t.String()
	case string:
		v.kind, v.text = '"', t
	case json.Delim:
		v.kind = byte(t)
		names := map[string]bool{}
		for i := 0; d.More(); i++ {
			inner := within{parent: v, index: i}
			if t == '{' {
				key, err := d.Token()
				if err != nil {
					return nil, err
				}
				inner.name = key.(string)
				if names[inner.name] {
					return nil, fmt.Errorf("%.200s has %.100q twice", v.path(), inner.name)
				}
				b.spend(reading, 5, 2*len(inner.name)+50)
				names[inner.name] = true
			}
			child, err := readValue(d, inner, depth+1, b)
			if err != nil {
				return nil, err
			}
			if t == '{' {
				v.members = append(v.members, member{inner.name, child})
			} else {
				v.items = append(v.items, child)
			}
		}
		if _, err := d.Token(); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// path is a JSON pointer with # before it.
func (v *value) path() string {
	var parts []string
	for ; v != nil && v.parent != nil; v = v.parent {
		if v.parent.kind == '{' {
			parts = append(parts, pointerEscape.Replace(v.name))
		} else {
			parts = append(parts, strconv.Itoa(v.index))
		}
	}
	slices.Reverse(parts)
	return strings.Join(append([]string{"#"}, parts...), "/")
}

// asDecimal reads a number, once.
func (v *value) asDecimal() (decimal, error) {
	if v.number == nil {
		d, err := parseDecimal(v.text)
		v.number = &parsed{d, err}
	}
	return v.number.decimal, v.number.err
}

var (
	pointerEscape   = strings.NewReplacer("~", "~0", "/", "~1")
	pointerUnescape = strings.NewReplacer("~1", "/", "~0", "~")
)

// member returns nil if there is none.
func (v *value) member(name string) *value {
	for _, m := range v.members {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// appendJSON appends the value without white space.
func (v *value) appendJSON(dst []byte) []byte {
	switch v.kind {
	case 'n':
		return append(dst, "null"...)
	case 't':
		return append(dst, "true"...)
	case 'f':
		return append(dst, "false"...)
	case '0':
		return append(dst, v.text...)
	case '"':
		return appendQuoted(dst, v.text)
	case '[':
		dst = append(dst, '[')
		for i, item := range v.items {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = item.appendJSON(dst)
		}
		return append(dst, ']')
	}
	dst = append(dst, '{')
	for i, m := range v.members {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendQuoted(dst, m.name), ':')
		dst = m.value.appendJSON(dst)
	}
	return append(dst, '}')
}

// appendQuoted appends a JSON string that has no escapes but those it needs.
func appendQuoted(dst []byte, text string) []byte {
	dst = append(dst, '"')
	for _, b := range []byte(text) {
		switch {
		case b == '"' || b == '\\':
			dst = append(dst, '\\', b)
		case b >= ' ':
			dst = append(dst, b)
		default:
			if i := strings.IndexByte("\b\f\n\r\t", b); i >= 0 {
				dst = append(dst, '\\', "bfnrt"[i])
			} else {
				dst = fmt.Appendf(dst, `\u%04x`, b)
			}
		}
	}
	return append(dst, '"')
}

// appendKey appends what is the same for equal values: numbers don't differ by how
// they are written, objects by their order.
func (v *value) appendKey(dst []byte) []byte {
	switch v.kind {
	case '0':
		if d, err := v.asDecimal(); err == nil {
			return append(dst, d.String()...)
		}
	case '[':
		dst = append(dst, '[')
		for _, item := range v.items {
			dst = append(item.appendKey(dst), ',')
		}
		return append(dst, ']')
	case '{':
		dst = append(dst, '{')
		inOrder := slices.SortedFunc(slices.Values(v.members), func(a, b member) int { return strings.Compare(a.name, b.name) })
		for _, m := range inOrder {
			dst = append(appendQuoted(dst, m.name), ':')
			dst = append(m.value.appendKey(dst), ',')
		}
		return append(dst, '}')
	}
	return v.appendJSON(dst)
}

// String is the value as error messages show it.
func (v *value) String() string { return shortened(string(v.appendJSON(nil)), 100) }
