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
	path    string // a JSON pointer with # before it
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
func parseValue(raw []byte) (*value, error) {
	if len(raw) > maxSchemaBytes {
		return nil, fmt.Errorf("the schema has %d bytes: send up to %d", len(raw), maxSchemaBytes)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	v, err := readValue(d, "#", 0)
	if err != nil {
		return nil, fmt.Errorf("the schema is not to be read: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("the schema is not to be read: something follows it")
	}
	return v, nil
}

func readValue(d *json.Decoder, path string, depth int) (*value, error) {
	token, err := d.Token()
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, err
	}
	if depth > maxSchemaDepth {
		return nil, fmt.Errorf("%.200s is more than %d levels deep", path, maxSchemaDepth)
	}
	v := &value{path: path}
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
			at, name := strconv.Itoa(i), ""
			if t == '{' {
				key, err := d.Token()
				if err != nil {
					return nil, err
				}
				name = key.(string)
				if names[name] {
					return nil, fmt.Errorf("%.200s has %.100q twice", path, name)
				}
				names[name] = true
				at = pointerEscape.Replace(name)
			}
			child, err := readValue(d, path+"/"+at, depth+1)
			if err != nil {
				return nil, err
			}
			if t == '{' {
				v.members = append(v.members, member{name, child})
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

// find follows a JSON pointer, without its #. It returns nil if nothing is
// there.
func (v *value) find(pointer string) *value {
	if pointer == "" {
		return v
	}
	if pointer[0] != '/' {
		return nil
	}
	for _, part := range strings.Split(pointer[1:], "/") {
		part = pointerUnescape.Replace(part)
		switch v.kind {
		case '{':
			v = v.member(part)
		case '[':
			i, err := strconv.Atoi(part)
			if err != nil || i < 0 || i >= len(v.items) {
				return nil
			}
			v = v.items[i]
		default:
			return nil
		}
		if v == nil {
			return nil
		}
	}
	return v
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

// key is equal for equal values: numbers don't differ by how they are written,
// objects by their order.
func (v *value) key() string {
	switch v.kind {
	case '0':
		if d, err := parseDecimal(v.text); err == nil {
			return d.String()
		}
	case '[':
		var parts []string
		for _, item := range v.items {
			parts = append(parts, item.key())
		}
		return "[" + strings.Join(parts, ",") + "]"
	case '{':
		var parts []string
		for _, m := range v.members {
			parts = append(parts, string(appendQuoted(nil, m.name))+":"+m.value.key())
		}
		slices.Sort(parts)
		return "{" + strings.Join(parts, ",") + "}"
	}
	return string(v.appendJSON(nil))
}

// String is the value as error messages show it.
func (v *value) String() string {
	text := v.appendJSON(nil)
	if len(text) > 100 {
		return strings.ToValidUTF8(string(text[:100]), "") + "…"
	}
	return string(text)
}
