package chat

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// What a template is given, in the form that transformers' callers give it.

// dict is a message as a template sees it.
func (m *Message) dict(index int) (*dict, error) {
	d := newDict(3)
	other := ofOther(index)
	said := func(s string) text { return text{{s: s, of: other}} }
	d.set(literal("role"), text{{s: m.Role, of: ofRole(index)}})
	d.set(literal("content"), text{{m.Content, ofContent(index), 0, len(m.Content), false}})
	if m.Reasoning != "" { // by both names that transformers gives it
		d.set(literal("reasoning_content"), said(m.Reasoning))
		d.set(literal("thinking"), said(m.Reasoning))
	}
	if len(m.ToolCalls) > 0 {
		calls := make(list, len(m.ToolCalls))
		for i, c := range m.ToolCalls {
			arguments, err := fromJSON(c.Arguments, other)
			if err != nil {
				return nil, fmt.Errorf("tool_calls[%d].function.arguments: %w", i, err)
			}
			function, call := newDict(2), newDict(3)
			function.set(literal("name"), said(c.Name))
			function.set(literal("arguments"), arguments)
			call.set(literal("type"), literal("function"))
			call.set(literal("id"), said(c.ID))
			call.set(literal("function"), function)
			calls[i] = call
		}
		d.set(literal("tool_calls"), calls)
	}
	if m.ToolCallID != "" {
		d.set(literal("tool_call_id"), said(m.ToolCallID))
	}
	if m.Name != "" {
		d.set(literal("name"), said(m.Name))
	}
	return d, nil
}

// maxJSONDepth is how deep what a template is given may be nested.
const maxJSONDepth = 100

// fromJSON reads JSON as Python's json.loads does. Its strings are of that origin.
func fromJSON(raw json.RawMessage, of origin) (any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	v, err := jsonValue(d, of, 0)
	if err == nil && d.More() {
		err = errors.New("there is more than one value")
	}
	return v, err
}

func jsonValue(d *json.Decoder, of origin, depth int) (any, error) {
	if depth > maxJSONDepth {
		return nil, fmt.Errorf("it is nested more than %d deep", maxJSONDepth)
	}
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case string:
		return text{{s: t, of: of}}, nil
	case json.Number:
		return numberOf(t.String())
	case json.Delim:
		if t == '[' {
			all := list{}
			for d.More() {
				v, err := jsonValue(d, of, depth+1)
				if err != nil {
					return nil, err
				}
				all = append(all, v)
			}
			_, err := d.Token()
			return all, err
		}
		all := newDict(0)
		for d.More() {
			key, err := jsonValue(d, of, depth+1)
			if err != nil {
				return nil, err
			}
			value, err := jsonValue(d, of, depth+1)
			if err != nil {
				return nil, err
			}
			all.set(key, value)
		}
		_, err := d.Token()
		return all, err
	}
	return t, nil // nil, or a boolean
}

// numberOf reads a number of JSON.
func numberOf(s string) (any, error) {
	if strings.ContainsAny(s, ".eE") {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return nil, fmt.Errorf("the number %.40s is too large", s)
		}
		return f, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return wide(s), nil
	}
	return n, nil
}
