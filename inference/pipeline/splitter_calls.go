package pipeline

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"slices"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/grammar"
)

// head reads what comes before a call's arguments.
func (s *splitter) head(k *sink) bool {
	begin := s.calls.Open
	if s.number == 0 {
		begin = s.calls.First + begin
	}
	if len(s.held) < len(begin) {
		return false
	}
	said, _, ok := bytes.Cut(s.held[len(begin):], []byte(cmp.Or(s.calls.Middle, "{")))
	if !ok {
		return false
	}
	name, id := string(said), callID()
	if s.calls.ID != "" {
		if name, id, _ = strings.Cut(name, s.calls.ID); slices.Contains(s.ids, id) {
			id = callID() // the model says it again
		}
		s.ids = append(s.ids, id)
	}
	k.call(s.number, id, name)
	s.number++
	s.held = s.held[len(begin)+len(said)+len(s.calls.Middle):]
	s.json, s.reading, s.state = jsonEnd{}, grammar.Arguments(), inArguments
	return true
}

// escaped reads arguments that aren't JSON, and passes them on as such.
func (s *splitter) escaped(k *sink) bool {
	notation := grammar.Escaped{Mark: s.calls.Escape, Null: s.calls.Null}
	var said []byte
	read := 0
	for ok := true; ok && read < len(s.held) && s.state == inArguments; read++ {
		if said, ok = notation.Read(&s.reading, said, s.held[read]); s.reading.Over() {
			s.state = behindCall
		}
	}
	k.argue(s.number-1, said)
	s.held = s.held[read:]
	return s.state == behindCall
}

// callIDChars are those of ids that Mistral's templates take, of 9 characters.
const callIDChars = "0123456789abcdefghijklmnopqrstuv"

func callID() string {
	var b [grammar.IDLength]byte
	_, _ = rand.Read(b[:]) // never fails
	for i := range b {
		b[i] = callIDChars[b[i]%32]
	}
	return string(b[:])
}

// jsonEnd finds where an object of JSON ends.
type jsonEnd struct {
	depth           int
	quoted, escaped bool
	over            bool
}

// read returns how many bytes are of the object.
func (j *jsonEnd) read(text []byte) int {
	for i, c := range text {
		switch {
		case j.escaped:
			j.escaped = false
		case j.quoted:
			j.escaped, j.quoted = c == '\\', c != '"'
		case c == '"':
			j.quoted = true
		case c == '{' || c == '[':
			j.depth++
		case c == '}' || c == ']':
			if j.depth--; j.depth == 0 {
				j.over = true
				return i + 1
			}
		}
	}
	return len(text)
}
