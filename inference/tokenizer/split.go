package tokenizer

import "bytes"

// splitter is the Split pre-tokenizer: it cuts by what matches.
type splitter struct {
	text     []byte        // a plain string, or
	pattern  *splitPattern // a pattern
	behavior string
	invert   bool
}

// behaviors of Split: what becomes of a match.
const (
	isolated           = "Isolated"           // it is a word
	dropped            = "Removed"            // it isn't one
	mergedWithPrevious = "MergedWithPrevious" // it goes with what is before it
	mergedWithNext     = "MergedWithNext"     // it goes with what is behind it
	contiguous         = "Contiguous"         // with other matches beside it, it is a word
)

func (p *splitter) split(text []byte, _ *scratch, word func([]byte)) {
	s := splitRun{text: text, word: word, behavior: p.behavior}
	m := patternMatcher{splitPattern: p.pattern, text: text}
	done := 0
	for done < len(text) {
		start, end := done+bytes.Index(text[done:], p.text), 0
		if end = start + len(p.text); p.pattern != nil {
			start, end = m.next(done)
		}
		if start < done {
			break
		}
		if done < start {
			s.add(done, start, p.invert)
		}
		s.add(start, end, !p.invert)
		done = end
	}
	if done < len(text) {
		s.add(done, len(text), p.invert)
	}
	s.flush()
}

// splitRun puts matches and what lies between them together to words.
type splitRun struct {
	text       []byte
	word       func([]byte)
	behavior   string
	start, end int  // the word that isn't given yet
	matched    bool // whether the last stretch was a match
}

func (s *splitRun) add(start, end int, match bool) {
	join := false
	switch s.behavior {
	case dropped:
		if match {
			return
		}
	case mergedWithPrevious:
		join = match && !s.matched
	case mergedWithNext:
		join = !match && s.matched
	case contiguous:
		join = match == s.matched
	}
	if !join || s.start == s.end {
		s.flush()
		s.start = start
	}
	s.end, s.matched = end, match
}

func (s *splitRun) flush() {
	if s.start < s.end {
		s.word(s.text[s.start:s.end])
	}
	s.start = s.end
}

// bytePrefix is the part of ByteLevel that puts a space before each text.
type bytePrefix struct{}

func (bytePrefix) split(text []byte, s *scratch, word func([]byte)) {
	if text[0] == ' ' {
		word(text)
		return
	}
	own := s.lend()
	own = append(append(own, ' '), text...)
	word(own)
	s.giveBack(own)
}

// gpt2Pattern is what ByteLevel cuts by if it is told to use its own.
const gpt2Pattern = `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
