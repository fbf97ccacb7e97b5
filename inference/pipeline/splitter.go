package pipeline

import (
	"bytes"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/chat"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/grammar"
)

// splitter takes an answer apart as it comes: what the model thought, its text, its
// calls.
type splitter struct {
	calls   *chat.Notation   // nil if there can be none
	control map[int32][]byte // control tokens that say something, and what
	state   splitState
	held    []byte   // what isn't known yet to be what
	texts   bool     // there was some text
	within  bool     // the thought began before
	number  int      // of the calls so far
	ids     []string // of the conversation's calls so far, if the model says them
	json    jsonEnd
	reading grammar.Transcript // of arguments that aren't JSON
}

type splitState int

const (
	beforeThought splitState = iota // or text, if there is none
	inThought
	behindThought // where line ends are left out
	inText
	inHead // of a call, up to its arguments
	inArguments
	behindCall
)

// splitter is nil if an answer is text and nothing else.
func (g *Generator) splitter(r *GenerateRequest, prompt []int32) *splitter {
	if r.Messages == nil {
		return nil
	}
	s := &splitter{state: inText, control: g.thoughts}
	if len(g.callable(r)) > 0 {
		s.calls, s.control = &g.answers, g.control
		for _, m := range r.Messages {
			for _, c := range m.ToolCalls {
				s.ids = append(s.ids, c.ID)
			}
		}
	}
	required := s.calls != nil && r.ToolChoice.Mode == ToolRequired // so the grammar lets nothing come before
	if g.template.Thinks() && r.Format.Type == FormatText && !required {
		switch thinks := g.thinksAlready(prompt); {
		case r.ContinueFinal && !thinksOn(g.begun(r, prompt)): // no thought follows a text
		case r.ContinueFinal, thinks:
			s.state, s.within = inThought, !thinks
		default:
			s.state = beforeThought
		}
	}
	if s.calls == nil && s.state == inText {
		return nil
	}
	return s
}

// thinksAlready reports whether the prompt ends with the beginning of a thought.
func (g *Generator) thinksAlready(prompt []int32) bool {
	var end []byte
	for i := len(prompt) - 1; i >= 0 && len(end) < 2*len(chat.ThinkBegin); i-- {
		end = append(bytes.Clone(g.tokenizer.Name(prompt[i])), end...)
	}
	return bytes.HasSuffix(bytes.TrimRight(end, "\n "), []byte(chat.ThinkBegin))
}

// take passes on what is known of the answer so far. At its end all is.
func (s *splitter) take(more []byte, k *sink, last bool) {
	s.held = append(s.held, more...)
	for s.step(k, last) {
	}
}

// mayBeText reports whether what a token said, which may be the beginning of a character and
// so nothing yet, is text as far as is known.
func (s *splitter) mayBeText(said []byte) bool {
	return s.state == beforeThought || s.state == inText || s.state == behindThought && len(said) == 0
}

// step passes on what the state allows, and reports whether another may allow more.
func (s *splitter) step(k *sink, last bool) bool {
	switch s.state {
	case beforeThought:
		rest := bytes.TrimLeft(s.held, " \n")
		switch {
		case bytes.HasPrefix(rest, []byte(chat.ThinkBegin)):
			s.held = rest[len(chat.ThinkBegin):]
			s.state = inThought
			k.noText()
		case bytes.HasPrefix([]byte(chat.ThinkBegin), rest) && !last:
			return false
		default:
			s.state = inText
		}
		return true
	case inThought:
		end, behind := s.find(chat.ThinkEnd, last)
		said := s.held[:end]
		if len(k.reasoning) == 0 && !k.thought && !s.within {
			said = bytes.TrimLeft(said, "\n")
		}
		kept := bytes.TrimRight(said, "\n ") // which is left out if the thought ends there
		if kept = said[:len(kept)]; len(kept) > 0 {
			k.thought = true
			k.reasoning = append(k.reasoning, kept...)
		}
		if behind < 0 {
			s.held = append(s.held[:0], s.held[end-(len(said)-len(kept)):]...)
			if last {
				s.held = s.held[:0]
			}
			return false
		}
		s.held, s.state = s.held[behind:], behindThought
		s.texts = true // for the grammar, by which a call may or may not follow
		if s.calls != nil && s.calls.Anywhere && bytes.HasPrefix(s.held, []byte(s.calls.Begin)) {
			s.state = inHead
		}
		return true
	case behindThought:
		s.held = bytes.TrimLeft(s.held, "\n")
		if len(s.held) == 0 {
			return false
		}
		s.state = inText
		return true
	case inText:
		return s.text(k, last)
	case inHead:
		return s.head(k)
	case inArguments:
		if s.calls.Escape != "" {
			return s.escaped(k)
		}
		n := s.json.read(s.held)
		k.argue(s.number-1, s.held[:n])
		s.held = s.held[n:]
		if !s.json.over {
			return false
		}
		s.state = behindCall
		return true
	}
	next := bytes.Index(s.held, []byte(s.calls.Open)) // behind a call comes another one, or the end
	if next < 0 {
		return false
	}
	s.held, s.state = s.held[next:], inHead
	return true
}

// find is where what is held ends before a mark, or before what may become one, and
// where it goes on behind it; -1 if the mark isn't there. A call begins anywhere.
func (s *splitter) find(mark string, last bool) (end, behind int) {
	marks := [][]byte{[]byte(mark)}
	at := bytes.Index(s.held, marks[0])
	if behind = -1; at >= 0 {
		behind = at + len(mark)
	}
	if s.calls != nil && s.calls.Anywhere && mark != s.calls.Begin {
		begin := []byte(s.calls.Begin)
		marks = append(marks, begin)
		if call := bytes.Index(s.held, begin); call >= 0 && (at < 0 || call < at) {
			return call, call
		}
	}
	switch {
	case at >= 0:
		return at, behind
	case last:
		return len(s.held), -1
	}
	return stopStrings(marks).hold(s.held, 0), -1
}

// text passes on text up to the first call.
func (s *splitter) text(k *sink, last bool) bool {
	end, call := len(s.held), false
	switch {
	case s.calls == nil:
	case s.calls.Anywhere:
		var behind int
		end, behind = s.find(s.calls.Begin, last)
		call = behind >= 0
	case !s.texts:
		begin := []byte(s.calls.Begin)
		if call = bytes.HasPrefix(s.held, begin); call {
			end = 0
		} else if bytes.HasPrefix(begin, s.held) && !last {
			return false
		}
	}
	k.text = append(k.text, s.held[:end]...)
	s.texts = s.texts || end > 0
	s.held = append(s.held[:0], s.held[end:]...)
	if call {
		s.state = inHead
		k.noText()
	}
	return call
}
