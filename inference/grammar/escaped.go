package grammar

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// Escaped is a notation of arguments other than JSON, FunctionGemma's: names of properties
// have no quotes, strings stand between two marks as they are, and nothing has white space
// around it: {city:MARKParisMARK,days:2}.
type Escaped struct {
	Mark string // a zero byte, and the control token's name
	Null string // what null is called: "null", or "None"
}

// Transcript is how far arguments were read. The zero value stands before a call's first
// mark, which a zero byte begins.
type Transcript struct {
	mode    transcriptMode
	at      uint8  // how much was read of a mark, or of Null
	depth   uint8  // containers that are open
	objects uint64 // a bit for each: whether it is an object
}

type transcriptMode uint8

const (
	beforeCall transcriptMode = iota
	beforeArguments
	inObject // behind the opening bracket
	nextName
	inName
	beforeValue
	openMark
	inString
	closeMark
	inNull
	inValue // a number or a literal, or behind a value
)

// Arguments stands right before a call's arguments.
func Arguments() Transcript { return Transcript{mode: beforeArguments} }

// Over reports whether the arguments were read to their end.
func (t *Transcript) Over() bool { return t.mode == beforeArguments }

// Read appends to dst what the next byte is in JSON. It reports false if there can be no
// such byte; whether the JSON is right is for others to see.
func (e *Escaped) Read(t *Transcript, dst []byte, b byte) ([]byte, bool) {
	switch t.mode {
	case beforeCall, beforeArguments:
		if b == 0 {
			t.mode = beforeArguments
		} else if b == '{' && t.mode == beforeArguments {
			return append(dst, b), t.open(true)
		}
		return append(dst, b), true
	case inObject, nextName:
		if b == '}' && t.mode == inObject {
			t.close()
			return append(dst, b), true
		}
		t.mode = inName
		return e.Read(t, append(dst, '"'), b)
	case inName:
		if b == ':' {
			t.mode = beforeValue
			return append(dst, `":`...), true
		}
		return appendCharacter(dst, b), b != 0
	case inString:
		if b == 0 {
			t.mode, t.at = closeMark, 1
			return append(dst, '"'), true
		}
		return appendCharacter(dst, b), true
	case openMark, closeMark:
		return dst, t.word(e.Mark, b, map[transcriptMode]transcriptMode{openMark: inString, closeMark: inValue}[t.mode])
	case inNull:
		return append(dst, "null"[t.at]), t.word(e.Null, b, inValue)
	case beforeValue:
		switch {
		case b == 0:
			t.mode, t.at = openMark, 1
			return append(dst, '"'), true
		case b == e.Null[0]:
			t.mode, t.at = inNull, 1
			return append(dst, 'n'), true
		case b == '{' || b == '[':
			return append(dst, b), t.open(b == '{')
		case b == 'n':
			return dst, false
		}
		t.mode = inValue
	}
	switch {
	case b <= ' ' || b == '"':
		return dst, false
	case b == '}' || b == ']':
		t.close()
	case b == ',' && t.objects>>(t.depth-1)&1 == 1:
		t.mode = nextName
	case b == ',':
		t.mode = beforeValue
	}
	return append(dst, b), true
}

// word reads a byte of what is always the same, behind which another mode is.
func (t *Transcript) word(all string, b byte, behind transcriptMode) bool {
	if b != all[t.at] {
		return false
	}
	if t.at++; int(t.at) == len(all) {
		t.mode, t.at = behind, 0
	}
	return true
}

func (t *Transcript) open(object bool) bool {
	if t.depth == 64 {
		return false
	}
	t.mode = beforeValue
	t.objects &^= 1 << t.depth
	if object {
		t.mode = inObject
		t.objects |= 1 << t.depth
	}
	t.depth++
	return true
}

func (t *Transcript) close() {
	t.depth--
	if t.mode = inValue; t.depth == 0 {
		t.mode, t.objects = beforeArguments, 0
	}
}

// appendKey appends what tells transcripts apart.
func (t *Transcript) appendKey(dst []byte) []byte {
	return binary.LittleEndian.AppendUint64(append(dst, byte(t.mode), t.at, t.depth), t.objects&(1<<t.depth-1))
}

// appendCharacter appends a byte of a string as JSON has it.
func appendCharacter(dst []byte, b byte) []byte {
	if b >= ' ' && b != '"' && b != '\\' {
		return append(dst, b)
	}
	quoted := appendQuoted(nil, string([]byte{b}))
	return append(dst, quoted[1:len(quoted)-1]...)
}

// transcribed is the state behind b, which is what the grammar's notation has for JSON.
func (m *machine) transcribed(s *state, b byte) *state {
	reading, ok := s.reading, false
	if m.json, ok = m.grammar.escaped.Read(&reading, m.json[:0], b); !ok {
		return dead
	}
	m.out = append(m.out[:0], s.stacks...)
	for _, c := range m.json {
		m.stacksBefore = append(m.stacksBefore[:0], m.out...)
		m.out = m.out[:0]
		for _, t := range m.stacksBefore {
			m.step(&t.frame, c)
		}
		m.reading = reading
		to := m.state()
		if to == dead {
			return dead
		}
		m.out = append(m.out[:0], to.stacks...)
	}
	m.reading = reading
	return m.state()
}

// unsayable refuses what a schema asks for but the notation can't say.
func unsayable(at *value, what string) error {
	return &SchemaError{Path: at.path(), Problem: what + " isn't supported with this model, by whose notation of calls it can't be said: leave it out"}
}

// checkNames refuses names of properties that arguments can't have.
func (c *compiler) checkNames(at *value, names []string) error {
	for _, name := range names {
		if c.escaped && (strings.ContainsAny(name, ":\x00") || strings.HasPrefix(name, "}")) {
			return unsayable(at, fmt.Sprintf("the property %.100q", name))
		}
	}
	return nil
}

// checkText refuses a string that arguments can't have.
func (c *compiler) checkText(v *value) error {
	if c.escaped && v.kind == '"' && strings.Contains(v.text, "\x00") {
		return unsayable(v, "a zero character")
	}
	return nil
}

// What names and strings of arguments can be, as patterns.
const (
	sayableNames = `^([^:}\x00][^:\x00]*)?$`
	sayableTexts = `^[^\x00]*$`
)

// sayable are the strings of d that arguments can have; nil for none.
func (c *compiler) sayable(d *runeDFA, pattern string) (*runeDFA, error) {
	if !c.escaped {
		return d, nil
	}
	can, err := c.pattern(pattern, false)
	if err != nil {
		return nil, err
	}
	return both(d, can, c.budget)
}
