package generation

import (
	"time"
)

// prefixes keeps copies of slots by the tokens that they hold, so that a prompt
// with the same beginning doesn't have to be read from its start. A nil *prefixes keeps
// none.
type prefixes struct {
	limit   int64
	used    int64
	entries []*prefix
}

type prefix struct {
	tokens   []int32
	aligned  int // how many of them were read in whole chunks, see Stream.aligned
	caller   string
	shared   bool // by all callers
	snapshot *snapshot
	bytes    int64
	pinned   bool
	used     time.Time
}

// shortest is the least number of tokens that is worth a copy.
const shortest = 8

func newPrefixes(limit int64) *prefixes {
	if limit <= 0 {
		return nil
	}
	return &prefixes{limit: limit}
}

// bytes is what the copies take.
func (p *prefixes) bytes() int64 {
	if p == nil {
		return 0
	}
	return p.used
}

// common is how many tokens a and b begin with alike.
func common(a, b []int32) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// restore fills a slot with as much as is known of a stream's prompt, but for
// its last token. What a reproducible stream gets was read in whole chunks of
// that many tokens.
func (p *prefixes) restore(r runner, slot int, s *Stream, chunk int) error {
	if p == nil {
		return nil
	}
	var found *prefix
	most := 0
	for _, e := range p.entries {
		if !e.visible(s) {
			continue
		}
		n := min(common(e.tokens, s.tokens), len(s.tokens)-1)
		if s.request.Reproducible {
			n = wholeChunks(min(n, e.aligned), chunk)
		}
		if n > most && (n == len(e.tokens) || r.rewindable(len(e.tokens), n)) {
			found, most = e, n
		}
	}
	if most < shortest {
		return nil
	}
	found.used = time.Now()
	if err := r.restore(slot, most, found.snapshot); err != nil {
		return err
	}
	s.past, s.cached, s.aligned = most, most, wholeChunks(min(most, found.aligned), chunk)
	return nil
}

// visible reports whether the stream's caller may come to know of the copy, by
// the time that it spares.
func (e *prefix) visible(s *Stream) bool { return e.shared || e.caller == s.request.Caller }

// sharedTokens is how many tokens the prompt has in common with what all callers
// may share.
func sharedTokens(prompt []int32, shared [][]int32) int {
	n := 0
	for _, tokens := range shared {
		n = max(n, common(tokens, prompt))
	}
	return n
}

// wholeChunks is the largest multiple of chunk up to n.
func wholeChunks(n, chunk int) int { return n - n%chunk }

// save copies the slot of a stream, unless the like is there. The least recently
// used copies make room, pinned ones last.
func (p *prefixes) save(r runner, slot int, s *Stream, pin bool) {
	tokens := s.tokens[:s.past]
	if p == nil || len(tokens) < shortest {
		return
	}
	shared := len(tokens) <= s.shared
	for i := 0; i < len(p.entries); i++ {
		e := p.entries[i]
		if !e.visible(s) || shared && !e.shared {
			continue
		}
		n := common(e.tokens, tokens)
		if n == len(tokens) && e.aligned >= s.aligned && (n == len(e.tokens) || r.rewindable(len(e.tokens), n)) {
			e.used = time.Now()
			e.pinned = e.pinned || pin
			return
		}
		// What continues a copy replaces it, where it can serve as it.
		if n == len(e.tokens) && !e.pinned && !e.shared && s.aligned >= e.aligned && r.rewindable(len(tokens), n) {
			p.remove(i)
			i--
		}
	}
	bytes := int64(r.snapshotBytes(len(tokens)))
	if !p.makeRoom(bytes, pin) {
		return
	}
	copied, err := r.save(slot, len(tokens))
	if err != nil {
		return // the prompt is read again next time
	}
	p.used += bytes
	p.entries = append(p.entries, &prefix{
		tokens: append([]int32(nil), tokens...), aligned: s.aligned, caller: s.request.Caller, shared: shared, snapshot: copied, bytes: bytes, pinned: pin, used: time.Now(),
	})
}

// makeRoom removes copies until there is room for so many bytes. Pinned copies
// only make room for pinned ones.
func (p *prefixes) makeRoom(bytes int64, pin bool) bool {
	if bytes > p.limit {
		return false
	}
	for p.used+bytes > p.limit {
		oldest := -1
		for i, e := range p.entries {
			if e.pinned && !pin {
				continue
			}
			if oldest < 0 || before(e, p.entries[oldest]) {
				oldest = i
			}
		}
		if oldest < 0 {
			return false
		}
		p.remove(oldest)
	}
	return true
}

// before orders copies by which goes first.
func before(a, b *prefix) bool {
	if a.pinned != b.pinned {
		return b.pinned
	}
	return a.used.Before(b.used)
}

func (p *prefixes) remove(i int) {
	e := p.entries[i]
	e.snapshot.buffer.Close()
	p.used -= e.bytes
	p.entries = append(p.entries[:i], p.entries[i+1:]...)
}

func (p *prefixes) clear() {
	for len(p.entries) > 0 {
		p.remove(len(p.entries) - 1)
	}
}
