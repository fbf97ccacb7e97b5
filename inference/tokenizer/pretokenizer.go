package tokenizer

import (
	"unicode"
	"unicode/utf8"
)

// preTokenizer calls word for each of the stretches that text is cut into.
type preTokenizer interface {
	split(text []byte, word func([]byte))
}

// class is what a rune is to a pre-tokenizer.
type class int

const (
	inWord  class = iota // goes with its neighbours
	alone                // is a word of its own
	removed              // separates words
	other                // goes with its neighbours of this class
)

// byClass cuts where the class of runes changes, and around those that stand
// alone.
type byClass struct {
	ascii [utf8.RuneSelf]class
	of    func(rune) class
}

func newByClass(of func(rune) class) *byClass {
	p := &byClass{of: of}
	for r := range p.ascii {
		p.ascii[r] = of(rune(r))
	}
	return p
}

func (p *byClass) split(text []byte, word func([]byte)) {
	start, last := 0, removed // text[start:i] is a word of class last
	for i := 0; i < len(text); {
		var c class
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
	bertSplit = newByClass(func(r rune) class {
		switch {
		case unicode.Is(spaceTable, r):
			return removed
		case unicode.Is(punctuationTable, r):
			return alone
		}
		return inWord
	})
	// whitespaceSplit is WhitespaceSplit.
	whitespaceSplit = newByClass(func(r rune) class {
		if unicode.Is(spaceTable, r) {
			return removed
		}
		return inWord
	})
	// wordSplit is Whitespace: \w+|[^\w\s]+.
	wordSplit = newByClass(func(r rune) class {
		switch {
		case unicode.Is(spaceTable, r):
			return removed
		case unicode.Is(wordTable, r):
			return inWord
		}
		return other
	})
	// punctuationSplit is Punctuation with the behavior Isolated.
	punctuationSplit = newByClass(func(r rune) class {
		if unicode.Is(punctuationTable, r) {
			return alone
		}
		return inWord
	})
)

// steps cut what the step before has left.
type steps []preTokenizer

func (p steps) split(text []byte, word func([]byte)) {
	if len(p) == 0 {
		if len(text) > 0 {
			word(text)
		}
		return
	}
	p[0].split(text, func(piece []byte) { p[1:].split(piece, word) })
}
