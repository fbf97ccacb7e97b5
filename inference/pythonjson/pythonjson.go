// Package pythonjson reads JSON as Python's json module writes it and transformers
// reads it: NaN and Infinity are numbers, names count by their case, and an
// object's members have an order.
package pythonjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"
)

// Object is a JSON object.
type Object struct {
	Names  []string // in the order of the file; of a doubled name the first place counts
	values map[string]json.RawMessage
}

// Get returns the value of a name; of a doubled one the last counts. Infinity and
// NaN read as 1e999, which no Go number takes.
func (o Object) Get(name string) (json.RawMessage, bool) {
	raw, ok := o.values[name]
	return raw, ok
}

// Has reports whether the object has the name with another value than null.
func (o Object) Has(name string) bool {
	raw, ok := o.values[name]
	return ok && string(raw) != "null"
}

// Set sets the value of a name.
func (o *Object) Set(name string, raw json.RawMessage) {
	if o.values == nil {
		o.values = map[string]json.RawMessage{}
	}
	if _, ok := o.values[name]; !ok {
		o.Names = append(o.Names, name)
	}
	o.values[name] = raw
}

// maxNames is far more than any object has that is read by its names; Gemma 3's
// added_tokens_decoder has 6,415.
const maxNames = 1 << 16

// Parse reads an object. A byte order mark before it is passed over. An error
// says the line and the column.
func Parse(data []byte) (Object, error) {
	var o Object
	if !utf8.Valid(data) {
		return o, errors.New("it is not UTF-8")
	}
	data = finite(bytes.TrimPrefix(data, []byte("\ufeff")))
	if !json.Valid(data) {
		return o, errors.New(position(data, json.Unmarshal(data, new(json.RawMessage))))
	}
	if SkipSpace(data)[0] != '{' {
		return o, errors.New("it is not an object")
	}
	err := Members(data, func(name, value []byte) error {
		if o.Set(string(name), value); len(o.Names) > maxNames {
			return fmt.Errorf("it has more than %d names", maxNames)
		}
		return nil
	})
	return o, err
}

// Unmarshal reads an object into the struct that v points to, by the names of
// its json tags. An error says the field and its value, or the line and column.
func Unmarshal(data []byte, v any) error {
	o, err := Parse(data)
	if err != nil {
		return err
	}
	return o.into(reflect.ValueOf(v).Elem())
}

// Into reads the object into the struct that v points to.
func (o Object) Into(v any) error { return o.into(reflect.ValueOf(v).Elem()) }

func (o Object) into(v reflect.Value) error {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if field.Anonymous {
			if err := o.into(v.Field(i)); err != nil {
				return err
			}
			continue
		}
		name := field.Tag.Get("json")
		raw, ok := o.values[name]
		if !ok {
			continue
		}
		if err := json.Unmarshal(raw, v.Field(i).Addr().Interface()); err != nil {
			return fmt.Errorf("%s is %.100s, %s is needed", name, raw, kind(field.Type))
		}
	}
	return nil
}

// Null is the name of a field that is null, though the one that it is read into by Into is a
// number, a string or true or false; "" if there is none.
func (o Object) Null(v any) string {
	t := reflect.TypeOf(v).Elem()
	for i := range t.NumField() {
		field := t.Field(i)
		if field.Anonymous {
			if name := o.Null(reflect.New(field.Type).Interface()); name != "" {
				return name
			}
			continue
		}
		switch field.Type.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Struct, reflect.Interface:
			continue
		}
		if raw, ok := o.Get(field.Tag.Get("json")); ok && string(raw) == "null" {
			return field.Tag.Get("json")
		}
	}
	return ""
}

func kind(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return kind(t.Elem())
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "a string"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.Slice:
		return "a list, each of it " + kind(t.Elem()) + ","
	case reflect.Map:
		return "an object, each of it " + kind(t.Elem()) + ","
	}
	return "another value"
}

// finite writes NaN and Infinity, which Python's json writes for numbers that
// aren't finite, as a number that no type can hold.
func finite(data []byte) []byte {
	if !bytes.Contains(data, []byte("NaN")) && !bytes.Contains(data, []byte("Infinity")) {
		return data
	}
	out := make([]byte, 0, len(data)+8)
	for text := false; len(data) > 0; {
		n := 1
		switch {
		case data[0] == '"':
			text = !text
		case text && data[0] == '\\':
			n = min(2, len(data))
		case !text && bytes.HasPrefix(data, []byte("NaN")):
			out, data, n = append(out, "1e999"...), data[len("NaN"):], 0
		case !text && bytes.HasPrefix(data, []byte("Infinity")):
			out, data, n = append(out, "1e999"...), data[len("Infinity"):], 0
		}
		out, data = append(out, data[:n]...), data[n:]
	}
	return out
}

// position says where in the data a JSON error is.
func position(data []byte, err error) string {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) || syntax.Offset > int64(len(data)) {
		return err.Error()
	}
	before := string(data[:syntax.Offset])
	return fmt.Sprintf("line %d, column %d: %v", strings.Count(before, "\n")+1, len(before)-strings.LastIndexByte(before, '\n')-1, err)
}
