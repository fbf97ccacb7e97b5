package generation

import (
	"slices"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/turns"
)

// A stream that a caller without any running one displaced keeps its keys and
// values in a copy, and goes on where it was when its turn comes.

// workDelay is how much later than it came a stream is taken to have come, for
// each token that it may need: the shorter one goes first, but none for ever.
const workDelay = 10 * time.Millisecond

// due orders the streams of callers who have as many running ones.
func (s *Stream) due() time.Time {
	return s.arrived.Add(workDelay * time.Duration(len(s.request.Tokens)+s.request.MaxTokens))
}

// runningOf counts a caller's streams that have a slot.
func (e *Engine) runningOf(caller string) int {
	n := 0
	for _, s := range e.decoding {
		if s.request.Caller == caller {
			n++
		}
	}
	if e.reading != nil && e.reading.request.Caller == caller {
		n++
	}
	return n
}

// turn is the place in the queue of the stream whose turn it is: of a caller
// who has the fewest running ones, the one that is due first. The queue isn't
// empty, and e.mu is held.
func (e *Engine) turn() int {
	return turns.Next(e.queue, func(s *Stream) int { return e.runningOf(s.request.Caller) },
		func(a, b *Stream) bool { return a.due().Before(b.due()) })
}

// waitingOf counts a caller's streams in the queue. e.mu is held.
func (e *Engine) waitingOf(caller string) int {
	n := 0
	for _, s := range e.queue {
		if s.request.Caller == caller {
			n++
		}
	}
	return n
}

// giveWay frees a slot for a caller who has none, if another has several: the
// last admitted one of the caller who has most is displaced. Its keys and values
// are copied, so that no token is computed twice.
func (e *Engine) giveWay() {
	if e.reading != nil || len(e.decoding) < e.options.MaxSequences {
		return
	}
	e.mu.Lock()
	waits := len(e.queue) > 0 && e.runningOf(e.queue[e.turn()].request.Caller) == 0
	e.mu.Unlock()
	if !waits {
		return
	}
	var greedy *Stream
	most := 1
	for _, s := range e.decoding {
		n := e.runningOf(s.request.Caller)
		if n > most || n == most && greedy != nil && s.admitted.After(greedy.admitted) {
			greedy, most = s, n
		}
	}
	// Copies leave room for a stream of a whole window, so that whichever is next
	// can always be admitted once nothing runs.
	if greedy == nil || e.aside+e.copyBytes(greedy) > e.kvTotal-e.bytes(e.options.ContextWindow) {
		return
	}
	slot := slices.Index(e.decoding, greedy)
	copied, err := e.runner.save(slot, greedy.past)
	if err != nil {
		return // it keeps its slot
	}
	greedy.displaced = copied
	e.aside += e.copyBytes(greedy)
	e.compact(slot)
	e.reserved -= greedy.reserved
	e.mu.Lock()
	e.queue = append(e.queue, greedy)
	e.mu.Unlock()
}

// copyBytes is what a copy of a stream's keys and values takes.
func (e *Engine) copyBytes(s *Stream) int64 { return int64(e.runner.snapshotBytes(s.past)) }

// resume puts a displaced stream back into a slot.
func (e *Engine) resume(slot int, s *Stream) {
	err := e.runner.restore(slot, s.past, s.displaced)
	e.release(s)
	if err != nil {
		e.reserved -= s.reserved
		e.finish(s, "", err)
		return
	}
	e.decoding = append(e.decoding, s)
}

// release frees a displaced stream's copy.
func (e *Engine) release(s *Stream) {
	if s.displaced != nil {
		e.aside -= e.copyBytes(s)
		s.displaced.buffer.Close()
		s.displaced = nil
	}
}
