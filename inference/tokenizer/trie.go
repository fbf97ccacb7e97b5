package tokenizer

import (
	"fmt"
	"strings"
)

// trie finds the longest of its texts that another text begins with. Gemma has some
// 6,000 added tokens, most beginning alike.
type trie struct {
	next   map[uint64]int32 // node<<8 | byte -> node
	ends   []int32          // by node: number of the text that ends there, -1 for none
	starts [256]bool        // first bytes
}

func (t *trie) empty() bool { return t.next == nil }

// add adds a text, which isn't empty, and returns its number: one that was there
// before keeps its own.
func (t *trie) add(text string, number int32) int32 {
	if t.next == nil {
		t.next, t.ends = map[uint64]int32{}, []int32{-1}
	}
	t.starts[text[0]] = true
	node := int32(0)
	for i := range len(text) {
		key := uint64(node)<<8 | uint64(text[i])
		child, ok := t.next[key]
		if !ok {
			child = int32(len(t.ends))
			t.ends = append(t.ends, -1)
			t.next[key] = child
		}
		node = child
	}
	if t.ends[node] < 0 {
		t.ends[node] = number
	}
	return t.ends[node]
}

// longest returns the number and the length of the longest text that text begins
// with and that is shorter than limit; a length of 0 if there is none.
func (t *trie) longest(text string, limit int) (number int32, length int) {
	node := int32(0)
	for i := 0; i < len(text) && i+1 < limit; i++ {
		child, ok := t.next[uint64(node)<<8|uint64(text[i])]
		if !ok {
			break
		}
		node = child
		if t.ends[node] >= 0 {
			number, length = t.ends[node], i+1
		}
	}
	return number, length
}

// blanks finds white space beside added tokens. What it has seen it remembers, so
// that a text is gone through once.
type blanks struct{ from, to int }

// after returns where the white space that begins at a place of the text ends.
func (b *blanks) after(text string, at int) int {
	if at < b.from || at > b.to {
		b.from, b.to = at, len(text)-len(strings.TrimLeftFunc(text[at:], isSpace))
	}
	return b.to
}

// before returns where the white space that ends at a place begins, at done at the
// earliest.
func before(text string, done, at int) int {
	if at <= done {
		return done
	}
	return done + len(strings.TrimRightFunc(text[done:at], isSpace))
}

// stripping looks for a token of white space alone that strips what is before it,
// where another token strips what is after: the first would begin behind its own end.
type stripping struct{ blank, strips string }

func (s *stripping) look(text string, token addedToken) {
	if token.RStrip {
		s.strips = token.Content
	}
	if token.LStrip && strings.TrimFunc(text, isSpace) == "" {
		s.blank = token.Content
	}
}

func (s *stripping) check() error {
	if s.blank == "" || s.strips == "" {
		return nil
	}
	return fmt.Errorf("the added token %q is white space and has lstrip, and %q has rstrip, which can't go together: remove a flag or a token", s.blank, s.strips)
}
