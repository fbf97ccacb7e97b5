package batcher

import (
	"math"
	"slices"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/turns"
)

// A request with more than a turn's tokens may fill this much of the time until its
// deadline; the rest is for shorter ones that come later and go first.
const longShare = 0.75

// forecast refuses a request that would not be answered before its deadline, or would
// have another one of its caller miss its own. Where nothing waits or runs, or the
// speed isn't known, all are taken.
func (b *Batcher) forecast(r *request, now time.Time) error {
	if r.deadline.IsZero() || len(b.queue.waiting) == 0 && b.running == 0 {
		return nil
	}
	b.queue.add(r)
	defer b.queue.remove(r)
	for at, ahead := range b.queue.ahead(r.caller) {
		takes := b.speed.takes(b.running+ahead, now)
		if at == r {
			left := r.deadline.Sub(now)
			if r.tokens > b.queue.turn {
				left = time.Duration(longShare * float64(left))
			}
			if takes > left {
				return &turns.FullError{RetryAfter: takes - left, Takes: takes}
			}
			continue
		}
		late := takes - at.deadline.Sub(now)
		// One that is late anyway is no reason to refuse.
		if !at.deadline.IsZero() && late > 0 && late < b.speed.takes(b.queue.delays(r, at), now) {
			return &turns.FullError{RetryAfter: late, Takes: takes}
		}
	}
	return nil
}

// hopeless refuses a request that would not be answered before its deadline even if it
// were the only one.
func (b *Batcher) hopeless(r *request, now time.Time) error {
	takes := b.speed.takes(b.running+r.left(), now)
	if late := takes - r.deadline.Sub(now); !r.deadline.IsZero() && late > 0 {
		return &turns.FullError{RetryAfter: late, Takes: takes}
	}
	return nil
}

// review refuses, when the speed has come to be known, those that were taken before it was
// and won't be answered in time. A single one is tried all the same.
func (b *Batcher) review(now time.Time) {
	all := b.queue.all()
	slices.SortStableFunc(all, compareDue)
	for _, r := range all {
		b.queue.remove(r)
	}
	for _, r := range all {
		err := b.forecast(r, now)
		if err == nil && len(all) > 1 {
			err = b.hopeless(r, now)
		}
		b.queue.add(r)
		if err != nil {
			b.withdraw(r)
			b.answer(r, err)
		}
	}
}

// ahead yields a caller's requests with how many tokens are taken until theirs are, at
// the most, if no others come.
func (q *queue) ahead(c *caller) func(yield func(*request, int) bool) {
	return func(yield func(*request, int) bool) {
		inTurn := 0 // that all get before any gets more
		for _, r := range c.byDue {
			inTurn += q.inTurn(r)
		}
		others := q.tokens() - c.tokens
		before := 0
		for _, r := range c.byDue {
			own := inTurn
			if beyond := r.left() - q.inTurn(r); beyond > 0 {
				before += beyond
				own += before
			}
			// Meanwhile each other caller gets no more than this one.
			if !yield(r, own+min(others, own*(len(q.waiting)-1))) {
				return
			}
		}
	}
}

// inTurn is how many tokens a request still gets in turn with others.
func (q *queue) inTurn(r *request) int { return min(r.left(), max(0, q.turn-r.taken)) }

// delays is how many tokens of a request are taken before the last ones of another.
func (q *queue) delays(r, other *request) int {
	if other.left() > q.inTurn(other) && r.due.Before(other.due) {
		return r.left()
	}
	return q.inTurn(r)
}

// speed is how long a token takes while many wait: in batches that are at least half
// full, with the smaller ones and whatever else comes between them. It is known when it
// was measured for a while, since the bodies of many requests that come at once take the
// processors first, and until a while after the last such batch.
type speed struct {
	perToken        time.Duration
	tokens, seconds float64 // measured, less of those that are longer ago
	first, last     time.Time
	known           bool

	end     time.Time     // of the last batch, if others waited then; else zero
	between time.Duration // what was taken since a batch was measured
	small   int           // tokens that were
}

const (
	leastTime = 3 * time.Second // that is measured
	speedKept = 10 * time.Second
	speedSpan = 0.5 // seconds after which a measurement counts a third
)

// measure takes a batch, of which others wait or not, and reports whether the speed has come to be known.
func (s *speed) measure(tokens int, full, waiting bool, start, end time.Time) bool {
	if s.end.IsZero() {
		s.between, s.small = 0, 0
		s.end = start
	}
	s.between += end.Sub(s.end)
	s.small += tokens
	if s.end = end; !waiting {
		s.end = time.Time{}
	}
	if !full {
		return false
	}
	if end.Sub(s.last) > speedKept {
		s.tokens, s.seconds, s.first, s.known = 0, 0, end, false
	}
	fade := math.Exp(-s.between.Seconds() / speedSpan)
	s.tokens = fade*s.tokens + float64(s.small)
	s.seconds = fade*s.seconds + s.between.Seconds()
	s.perToken = time.Duration(s.seconds / s.tokens * float64(time.Second))
	s.between, s.small, s.last = 0, 0, end
	before := s.known
	s.known = end.Sub(s.first) >= leastTime
	return s.known && !before
}

// takes is how long tokens take; 0 if that isn't known.
func (s *speed) takes(tokens int, now time.Time) time.Duration {
	if !s.known || now.Sub(s.last) > speedKept {
		return 0
	}
	return time.Duration(tokens) * s.perToken
}
