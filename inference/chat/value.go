package chat

import (
	"fmt"
	"strconv"
)

// Values of templates are nil (none), undefined, bool, int, text, list,
// turn, *namespace, *loopState and builtin.
type (
	undefined string // its name
	builtin   string // a function's name
	text      []piece
	list      []any
	namespace map[string]any
)

type loopState struct {
	items list
	index int
}

// turn is a message of the conversation.
type turn struct {
	Message
	index int
}

func literal(s string) text { return text{{s: s}} }

func truth(v any) bool {
	switch v := v.(type) {
	case nil, undefined:
		return false
	case bool:
		return v
	case int:
		return v != 0
	case text:
		return v.size() > 0
	case list:
		return len(v) > 0
	}
	return true
}

// str is what a value looks like in the output.
func (r *run) str(v any) text {
	switch v := v.(type) {
	case nil:
		return literal("None")
	case undefined:
		return nil
	case bool:
		if v {
			return literal("True")
		}
		return literal("False")
	case int:
		return literal(strconv.Itoa(v))
	case text:
		return v
	}
	r.fail("%s can't be printed", kindOf(v))
	return nil
}

func kindOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "none"
	case undefined:
		return fmt.Sprintf("%q, which is undefined,", string(v))
	case bool:
		return "a boolean"
	case int:
		return "a number"
	case text:
		return "a string"
	case list:
		return "a list"
	case turn:
		return "a message"
	}
	return "an object"
}

func number(v any) (int, bool) {
	switch v := v.(type) {
	case int:
		return v, true
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

func (r *run) equal(a, b any) bool {
	r.step()
	if x, ok := number(a); ok {
		y, ok := number(b)
		return ok && x == y
	}
	switch a := a.(type) {
	case nil:
		return b == nil
	case undefined:
		_, ok := b.(undefined)
		return ok
	case text:
		b, ok := b.(text)
		if !ok {
			return false
		}
		r.spend(a, b)
		return a.String() == b.String()
	case list:
		b, ok := b.(list)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !r.equal(a[i], b[i]) {
				return false
			}
		}
		return true
	case turn:
		b, ok := b.(turn)
		r.take(len(a.Content) / bytesAStep)
		return ok && a.Message == b.Message
	}
	return a == b
}

// field is a message's role or content; others are undefined.
func (m turn) field(name string) any {
	switch name {
	case "role":
		return text{{s: m.Role, of: ofRole(m.index)}}
	case "content":
		return text{{m.Content, ofContent(m.index), 0, len(m.Content)}}
	}
	return undefined(name)
}
