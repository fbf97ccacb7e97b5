package generation

import (
	"slices"
	"time"
)

// admit gives the stream whose turn it is a slot, if there is one and memory for
// all that it may come to need.
func (e *Engine) admit() {
	e.giveWay()
	if e.reading != nil || len(e.decoding) == e.options.MaxSequences {
		return
	}
	e.mu.Lock()
	if len(e.queue) == 0 {
		e.mu.Unlock()
		return
	}
	at := e.turn()
	s := e.queue[at]
	need := e.bytes(len(s.request.Tokens) + s.request.MaxTokens)
	aside := e.aside
	if s.displaced != nil {
		aside -= e.copyBytes(s)
	}
	if e.reserved+aside+need > e.kvTotal {
		e.mu.Unlock()
		return
	}
	e.queue = slices.Delete(e.queue, at, at+1)
	e.mu.Unlock()

	s.reserved = need
	e.reserved += need
	slot := len(e.decoding)
	e.makeRoom(slot)
	e.touch(slot, s.past)
	if s.displaced != nil {
		e.resume(slot, s)
		return
	}
	s.admitted = time.Now()
	e.reading = s
	if err := e.prefixes.restore(e.runner, slot, s, e.options.PrefillChunk); err != nil {
		s.past, s.cached, s.aligned = 0, 0, 0 // it is read from its start
	}
	e.touch(slot, s.past)
	e.options.Observer.Admitted(s.admitted.Sub(s.arrived), len(s.request.Tokens), s.cached)
}

// touch notes that a slot holds n tokens.
func (e *Engine) touch(slot, n int) { e.touched[slot] = max(e.touched[slot], n) }

// makeRoom gives the memory of free slots back if the arena could outgrow its
// limit otherwise.
func (e *Engine) makeRoom(used int) {
	held := e.reserved + e.aside
	for slot := used; slot < e.options.MaxSequences; slot++ {
		if n := e.touched[slot]; n > 0 {
			held += e.bytes(n)
		}
	}
	if held <= e.kvTotal {
		return
	}
	for slot := used; slot < e.options.MaxSequences; slot++ {
		if e.touched[slot] > 0 {
			e.runner.discard(slot)
			e.touched[slot] = 0
		}
	}
}

// drop ends a stream that has a slot. The slots stay filled from 0 on.
func (e *Engine) drop(s *Stream, why Finish, err error) {
	e.finish(s, why, err) // first, for somebody waits for it
	if s == e.reading {
		e.reading = nil
	} else {
		slot := slices.Index(e.decoding, s)
		if err == nil {
			e.prefixes.save(e.runner, slot, s, false)
		}
		e.compact(slot)
	}
	e.reserved -= s.reserved
}

// compact frees a slot of decoding: the last stream moves into it, and the one
// whose prompt is being read after the last.
func (e *Engine) compact(slot int) {
	last := len(e.decoding) - 1

	if slot != last {
		mover := e.decoding[last]
		if err := e.runner.move(slot, last, mover.past); err != nil {
			e.failed(mover, err)
		}
		e.touch(slot, mover.past)
		e.decoding[slot] = mover
	}
	e.decoding = e.decoding[:last]
	if e.reading != nil {
		if err := e.runner.move(last, last+1, e.reading.past); err != nil {
			e.failed(e.reading, err)
		}
		e.touch(last, e.reading.past)
	}
}

// failed marks a stream whose keys and values are lost; it leaves with the
// next round.
func (e *Engine) failed(s *Stream, err error) {
	s.lost = err
	s.cancelled.Store(true)
}
