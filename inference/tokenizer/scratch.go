package tokenizer

// scratch is what encoding a text works with; it is reused.
type scratch struct {
	ids     []int32
	room    int          // how many ids to keep
	last    bool         // the last ones, not the first
	more    bool         // there are more than there is room for
	counts  bool         // it counts only whether there is room
	control []span       // where special tokens are looked for
	word    func([]byte) // encodes a word of the pre-tokenizer
	a, b    []byte
	spare   []byte // for a pre-tokenizer that writes words
	chars   []byte // a word as ByteLevel writes it
	symbols []symbol
	ranks   []uint32
	queue   mergeQueue
	// measures says that each token's place in its word is asked for.
	measures bool
	places   []span   // by token of a word
	spans    []placed // by id
	best     []unigramNode
	ends     []int32 // of a word's pieces, the last first
}

func (t *Tokenizer) newScratch() any {
	s := &scratch{}
	s.word = func(word []byte) {
		if (s.more || len(s.ids) > s.room) && s.done() { // spares most words the call
			return
		}
		if n := t.wordPerToken; s.counts && n > 0 && len(word)/n > s.room-len(s.ids) {
			s.more = true // it is known without encoding it
			return
		}
		t.model.encode(word, s)
	}
	return s
}

// measure notes a token's place in its word.
func (s *scratch) measure(start, end int) { s.places = append(s.places, span{start, end}) }

// done is asked between words. It reports whether what follows doesn't count, and
// lets go of ids that don't have to be kept.
func (s *scratch) done() bool {
	if len(s.ids) <= s.room {
		return s.more
	}
	if s.last && len(s.ids) > 2*s.room+1024 {
		s.cut()
	}
	return !s.last
}

// cut cuts the ids to those that are kept.
func (s *scratch) cut() {
	if len(s.ids) <= s.room {
		return
	}
	s.more = true
	if s.last {
		s.ids = s.ids[:copy(s.ids, s.ids[len(s.ids)-s.room:])]
	}
	s.ids = s.ids[:s.room]
}

// keptScratch is how many bytes of a text's buffers are kept for the next text.
const keptScratch = 1 << 20

// shrink lets go of what a long text needed.
func (s *scratch) shrink() {
	if cap(s.a)+cap(s.b)+cap(s.chars)+cap(s.spare) > keptScratch {
		s.a, s.b, s.chars, s.spare = nil, nil, nil, nil
	}
	if cap(s.symbols) > keptScratch/16 {
		s.symbols, s.queue = nil, nil
	}
	if cap(s.best) > keptScratch/16 {
		s.best, s.ends = nil, nil
	}
	if cap(s.ids) > keptScratch {
		s.ids = nil
	}
}

// lend gives an empty buffer, which giveBack takes back.
func (s *scratch) lend() []byte {
	b := s.spare[:0]
	s.spare = nil
	return b
}

func (s *scratch) giveBack(b []byte) { s.spare = b }

// placed is where a token is in the text as it came, and how it is written there if it
// is an added one.
type placed struct {
	span
	added string
}

// span is a stretch of a text, in bytes.
type span struct{ start, end int }

func (s *scratch) addControl(start, end int, control bool) {
	if !control || start == end {
		return
	}
	if n := len(s.control); n > 0 && s.control[n-1].end == start {
		s.control[n-1].end = end
		return
	}
	s.control = append(s.control, span{start, end})
}
