package tokenizer

import (
	"unicode"
	"unicode/utf8"
)

// preTokenizer calls word for each of the stretches that text, which isn't empty, is
// cut into. A word is valid until word returns.
type preTokenizer interface {
	split(text []byte, s *scratch, word func([]byte))
}

// charClass is what a rune is to a pre-tokenizer.
type charClass int

const (
	inWord  charClass = iota // goes with its neighbours
	alone                    // is a word of its own
	removed                  // separates words
	other                    // goes with its neighbours of this class
)

// byClass cuts where the class of runes changes, and around those that stand
// alone.
type byClass struct {
	ascii [utf8.RuneSelf]charClass
	of    func(rune) charClass
}

func newByClass(of func(rune) charClass) *byClass {
	p := &byClass{of: of}
	for r := range p.ascii {
		p.ascii[r] = of(rune(r))
	}
	return p
}

func (p *byClass) split(text []byte, _ *scratch, word func([]byte)) {
	start, last := 0, removed // text[start:i] is a word of class last
	for i := 0; i < len(text); {
		var c charClass
		size := 1
		if b := text[i]; b < utf8.RuneSelf {
			c = p.ascii[b]
		} else {
			var r rune
			r, size = utf8.DecodeRune(text[i:])
			c = p.of(r)
		}
		if c != last || c == alone {
			if last != removed && start < i {
				word(text[start:i])
			}
			start, last = i, c
		}
		i += size
	}
	if last != removed && start < len(text) {
		word(text[start:])
	}
}

var (
	// bertSplit is BertPreTokenizer.
	bertSplit = newByClass(func(r rune) charClass {
		switch {
		case unicode.Is(spaceTable, r):
			return removed
		case unicode.Is(punctuationTable, r):
			return alone
		}
		return inWord
	})
	// whitespaceSplit is WhitespaceSplit.
	whitespaceSplit = newByClass(func(r rune) charClass {
		if unicode.Is(spaceTable, r) {
			return removed
		}
		return inWord
	})
	// wordSplit is Whitespace: \w+|[^\w\s]+.
	wordSplit = newByClass(func(r rune) charClass {
		switch {
		case unicode.Is(spaceTable, r):
			return removed
		case unicode.Is(wordTable, r):
			return inWord
		}
		return other
	})
	// punctuationSplit is Punctuation with the behavior Isolated.
	punctuationSplit = newByClass(func(r rune) charClass {
		if unicode.Is(punctuationTable, r) {
			return alone
		}
		return inWord
	})
)

// charSplitter cuts by single characters.
type charSplitter struct {
	is       func(rune) bool
	behavior string
}

func (p *charSplitter) split(text []byte, _ *scratch, word func([]byte)) {
	s := splitRun{text: text, word: word, behavior: p.behavior}
	done := 0
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if p.is(r) {
			if done < i {
				s.add(done, i, false)
			}
			done = i + size
			s.add(i, done, true)
		}
		i += size
	}
	if done < len(text) {
		s.add(done, len(text), false)
	}
	s.flush()
}

// steps cut what the step before has left.
type steps []preTokenizer

func (p steps) split(text []byte, s *scratch, word func([]byte)) {
	switch len(p) {
	case 0:
		word(text)
	case 1: // without a closure
		p[0].split(text, s, word)
	default:
		p[0].split(text, s, func(piece []byte) { p[1:].split(piece, s, word) })
	}
}
