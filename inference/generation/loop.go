package generation

import (
	"cmp"
	"slices"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/sampling"
)

// loop serves streams until the engine closes and none is left.
func (e *Engine) loop() {
	defer close(e.ended)
	for {
		e.leave()
		e.admit()
		e.observe()
		if e.reading == nil && len(e.decoding) == 0 {
			if e.drained() {
				return
			}
			<-e.wake
			continue
		}
		if e.reading != nil {
			e.readChunk()
		}
		if len(e.decoding) > 0 {
			e.step()
		}
	}
}

// drained reports whether the engine closes and nothing waits.
func (e *Engine) drained() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.closing && len(e.queue) == 0
}

// leave ends the streams that were cancelled.
func (e *Engine) leave() {
	e.mu.Lock()
	var gone []*Stream
	e.queue = slices.DeleteFunc(e.queue, func(s *Stream) bool {
		if e.left(s) {
			gone = append(gone, s)
			return true
		}
		return false
	})
	e.mu.Unlock()
	for _, s := range gone {
		e.release(s)
		e.finish(s, "", ErrCancelled)
	}
	if s := e.reading; s != nil && e.left(s) {
		e.drop(s, "", cmp.Or(s.lost, ErrCancelled))
	}
	for i := len(e.decoding) - 1; i >= 0; i-- {
		if s := e.decoding[i]; e.left(s) {
			e.drop(s, "", cmp.Or(s.lost, ErrCancelled))
		}
	}
}

func (e *Engine) left(s *Stream) bool { return s.cancelled.Load() || e.cancelActive.Load() }

// alone runs fn, which computes for one stream, so that cancelling the stream
// ends the run.
func (e *Engine) alone(s *Stream, fn func() error) error {
	e.mu.Lock()
	e.running = s
	cancelled := e.left(s)
	e.mu.Unlock()
	var err error
	if cancelled {
		err = ErrCancelled
	} else {
		err = fn()
	}
	e.mu.Lock()
	e.running = nil
	_ = e.stopper.Reset()
	e.mu.Unlock()
	if err != nil && e.left(s) {
		return ErrCancelled
	}
	return err
}

// readChunk reads the next chunk of a prompt; after the last, it draws the
// first token. Chunks end at multiples of their size, whatever the prefix cache
// had and wherever the system prompt ends, because the last bits of keys and values
// depend on the chunk that a token was read in.
func (e *Engine) readChunk() {
	s, slot, chunk := e.reading, len(e.decoding), e.options.PrefillChunk
	end := min(wholeChunks(s.past, chunk)+chunk, len(s.tokens))
	var logits []float32
	err := e.alone(s, func() (err error) {
		e.options.Budget.Lock()
		defer e.options.Budget.Unlock()
		logits, err = e.runner.extend(slot, s.tokens[s.past:end], s.past, 1)
		return err
	})
	if err != nil {
		e.drop(s, "", err)
		return
	}
	if s.past == s.aligned && end%chunk == 0 {
		s.aligned = end
	}
	s.past = end
	e.touch(slot, end)
	if end < len(s.tokens) {
		// Copied where others with the same system prompt, or the same prompt,
		// go on: at the last ends of chunks.
		pin := end == wholeChunks(s.request.Pin, chunk) || end == wholeChunks(s.shared, chunk)
		if pin || end == wholeChunks(len(s.tokens)-1, chunk) {
			e.prefixes.save(e.runner, slot, s, pin)
		}
		return
	}
	s.first = time.Now()
	s.last = s.first
	e.reading = nil
	e.decoding = append(e.decoding, s)
	e.options.Observer.FirstToken(s.first.Sub(s.arrived))
	e.draw(s, logits)
}

// step adds a token to every stream whose prompt was read.
func (e *Engine) step() {
	start := time.Now()
	if len(e.decoding) == 1 && e.speculate(e.decoding[0]) {
		return
	}
	rows := len(e.decoding)
	e.tokens, e.past = e.tokens[:rows], e.past[:rows]
	for i, s := range e.decoding {
		e.tokens[i], e.past[i] = s.tokens[s.past], s.past
	}
	logits, err := e.decode()
	if err != nil {
		for i := rows - 1; i >= 0; i-- {
			e.drop(e.decoding[i], "", err)
		}
		return
	}
	took := time.Since(start)
	if rows == 1 {
		e.lookup.observe(1, took)
	}
	now := time.Now()
	v := e.geometry.vocab
	// From the last row on, because a stream that ends makes room for the last.
	for i := rows - 1; i >= 0; i-- {
		s := e.decoding[i]
		s.past++
		s.last = now
		e.touch(i, s.past)
	}
	for i := rows - 1; i >= 0; i-- {
		e.draw(e.decoding[i], logits[i*v:(i+1)*v])
	}
	e.options.Observer.Step(rows, took)
}

// draw draws the stream's next token, and reports whether the stream goes on.
func (e *Engine) draw(s *Stream, logits []float32) bool {
	r := s.request
	if s.logprobs != nil {
		s.logprobs.Set(logits)
	}
	var mask []uint64
	if r.Constraint != nil {
		mask = r.Constraint.Mask()
	}
	id, err := s.sampler.Next(logits, mask)
	if err != nil {
		e.drop(s, "", err)
		return false
	}
	s.tokens = append(s.tokens, id)
	s.generated++
	if slices.Contains(r.End, id) {
		e.drop(s, Stop, nil)
		return false
	}
	if r.Constraint != nil && !r.Constraint.Accept(id) {
		e.drop(s, "", sampling.ErrNoToken)
		return false
	}
	top := e.top[:0]
	if s.logprobs != nil {
		top = append(top, s.logprobs.Of(id))
		top = s.logprobs.Top(top, r.TopLogprobs)
		e.top = top
	}
	if !r.Sink.Token(id, top) {
		e.drop(s, Stop, nil)
		return false
	}
	if s.generated == r.MaxTokens {
		e.drop(s, Length, nil)
		return false
	}
	return true
}

// finish tells a stream's sink that it has ended.
func (e *Engine) finish(s *Stream, why Finish, err error) {
	now := time.Now()
	r := Result{Finish: why, Err: err, Generated: s.generated, Cached: s.cached}
	r.Queue = s.admitted.Sub(s.arrived)
	if s.admitted.IsZero() {
		r.Queue = now.Sub(s.arrived)
	}
	if !s.first.IsZero() {
		r.Prefill, r.Decode = s.first.Sub(s.admitted), s.last.Sub(s.first)
	}
	var perToken time.Duration
	if s.generated > 1 {
		perToken = r.Decode / time.Duration(s.generated-1)
	}
	reason := string(why)
	switch err {
	case nil:
		e.mu.Lock()
		e.service += (now.Sub(s.admitted) - e.service) / 8
		e.mu.Unlock()
	case ErrCancelled:
		reason = "cancelled"
	default:
		reason = "error"
	}
	e.options.Observer.Finished(reason, s.generated, perToken)
	s.request.Sink.Done(r)
	if !s.request.WarmUp && !e.settled {
		e.settle()
	}
}

// settle does what makes later answers faster, and would have made the first one wait.
func (e *Engine) settle() {
	e.settled = true
	e.settling.Go(e.session.UseHugePages)
}

func (e *Engine) observe() {
	e.mu.Lock()
	queued := len(e.queue)
	e.mu.Unlock()
	running := len(e.decoding)
	used := e.prefixes.bytes() + e.aside
	for _, s := range e.decoding {
		used += e.bytes(s.past)
	}
	if e.reading != nil {
		running++
		used += e.bytes(e.reading.past)
	}
	e.options.Observer.State(queued, running, used, e.kvTotal+e.options.PrefixCache)
}
