package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// Every body is read by what is here. encoding/json's structs are of no use:
// they take a name in any case, the last of two members of one name, and names
// that they don't know.

// fields says how the members of an object are read into a T. A setter gets the
// member's path and its value, which isn't null. A nil setter takes a member that
// changes no answer and leaves it.
type fields[T any] map[string]func(q *T, at string, raw json.RawMessage) error

// readFields gives each member of the object raw, which is found at the path at
// ("" for the body itself), to its setter. A null is as good as absent. What no
// table has goes to other.
func readFields[T any](q *T, at string, raw []byte, other func(at string) error, tables ...fields[T]) error {
	return eachMember(at, raw, func(name string, value json.RawMessage) error {
		if isNull(value) {
			return nil
		}
		full := name
		if at != "" {
			full = at + "." + name
		}
		for _, t := range tables {
			set, ok := t[name]
			switch {
			case !ok:
			case set == nil:
				return nil
			default:
				return set(q, full, value)
			}
		}
		return other(full)
	})
}

// eachMember calls member for each member of a JSON object. A member that
// appears twice is an error, for which of the two is meant can't be known.
func eachMember(at string, raw []byte, member func(name string, value json.RawMessage) error) error {
	if at == "" {
		if err := checkJSON(raw); err != nil {
			return err
		}
	}
	if kindOf(raw) != "an object" {
		return invalid("%s is %s, an object is needed", orElse(at, "the body"), kindOf(raw))
	}
	seen := map[string]bool{}
	w := walker{raw: raw}
	for more := w.enter(); more; more = w.more() {
		var name string
		if err := json.Unmarshal(w.value(), &name); err != nil {
			return invalid("%s has a name that is not a string: %v", orElse(at, "the body"), err)
		}
		if seen[name] {
			return invalid("%s is given twice", path(at, name))
		}
		seen[name] = true
		w.more()
		if err := member(name, w.value()); err != nil {
			return err
		}
	}
	return nil
}

// eachItem calls item for each item of a list of what is said.
func eachItem(at string, raw json.RawMessage, of string, item func(i int, raw json.RawMessage) error) error {
	if kindOf(raw) != "a list" {
		return badField(at, "is %s, a list of %s is needed", kindOf(raw), of)
	}
	w := walker{raw: raw}
	i := 0
	for more := w.enter(); more; more = w.more() {
		if err := item(i, w.value()); err != nil {
			return err
		}
		i++
	}
	return nil
}

func path(at, name string) string {
	if at == "" {
		return fmt.Sprintf("%.100q", name)
	}
	return fmt.Sprintf("%s.%.100s", at, name)
}

func isNull(raw json.RawMessage) bool { return string(raw) == "null" }

// kindOf names the kind of a JSON value.
func kindOf(raw []byte) string {
	raw = bytes.TrimLeft(raw, " \t\r\n")
	if len(raw) == 0 {
		return "nothing"
	}
	switch c := raw[0]; {
	case c == '{':
		return "an object"
	case c == '[':
		return "a list"
	case c == '"':
		return "a string"
	case c == 't' || c == 'f':
		return "a boolean"
	case c == 'n':
		return "null"
	}
	return "a number"
}

// isOneOf compares a JSON value with others, as encoding/json reads them into
// an any: by what it is, however it is spelled.
func isOneOf(raw json.RawMessage, values ...any) bool {
	var got any
	if len(raw) > 1024 { // far more than any of the values, however it is spelled
		return false
	}
	if json.Unmarshal(raw, &got) != nil {
		return false
	}
	for _, v := range values {
		if reflect.DeepEqual(got, v) {
			return true
		}
	}
	return false
}

// isEmpty reports whether a value says nothing: null, "", [] or {}.
func isEmpty(raw json.RawMessage) bool {
	return isOneOf(raw, nil, "", []any{}, map[string]any{})
}

// badField is the error of a field whose value can't be.
func badField(field, format string, args ...any) *httpError {
	return fieldFailure(api.InvalidValue, field, field+" "+format, args...)
}

// wholeNumber reads a number of 64 bits without a fraction: 1, 1.0 or 1e0.
func wholeNumber(raw json.RawMessage) (n int64, ok bool) {
	if n, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
		return n, true
	}
	var f float64
	if kindOf(raw) != "a number" || json.Unmarshal(raw, &f) != nil || f != math.Trunc(f) || math.Abs(f) >= 1<<53 { // beyond, it may be another number
		return 0, false
	}
	return int64(f), true
}

func integer(at string, raw json.RawMessage, low, high int64) (int, error) {
	v, ok := wholeNumber(raw)
	if !ok {
		return 0, badField(at, "is %.100s: a whole number is needed", raw)
	}
	if v < low || v > high {
		if high == math.MaxInt32 {
			return 0, badField(at, "is %d: it can be %d or more", v, low)
		}
		return 0, badField(at, "is %d: it can be %d to %d", v, low, high)
	}
	return int(v), nil
}

func boolean(at string, raw json.RawMessage) (bool, error) {
	var v bool
	if kindOf(raw) != "a boolean" || json.Unmarshal(raw, &v) != nil {
		return false, badField(at, "is %.100s: true or false is needed", raw)
	}
	return v, nil
}

func text(at string, raw json.RawMessage) (string, error) {
	var v string
	if kindOf(raw) != "a string" || json.Unmarshal(raw, &v) != nil {
		return "", badField(at, "is %s, a string is needed", kindOf(raw))
	}
	return v, nil
}

// errEnough ends a walk of which no more is needed.
var errEnough = errors.New("enough")

// listUpTo reads the first items of a list, one more than there may be at most,
// for a body has room for a million.
func listUpTo(most int, at string, raw json.RawMessage, of string) (items []json.RawMessage, err error) {
	err = eachItem(at, raw, of, func(i int, item json.RawMessage) error {
		items = append(items, item)
		if i == most {
			return errEnough
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	return items, nil
}
