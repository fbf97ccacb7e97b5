package batcher

import (
	"slices"
	"time"
)

// A request with more than a turn's tokens may fill this much of the time until its
// deadline; the rest is for shorter ones that come later and go first.
const longShare = 0.75

// forecast refuses a request that would not be answered before its deadline, or would
// have another one of its caller miss its own. Where nothing waits or runs, or the
// speed isn't known, all are taken.
func (b *Batcher) forecast(r *request, now time.Time) error {
	deadline, ok := r.ctx.Deadline()
	if !ok || len(b.queue.waiting) == 0 && b.running == 0 {
		return nil
	}
	b.queue.add(r)
	defer b.queue.remove(r)
	for at, ahead := range b.queue.ahead(r.caller) {
		takes := b.speed.takes(b.running+ahead, now)
		if at == r {
			left := deadline.Sub(now)
			if r.tokens > b.queue.turn {
				left = time.Duration(longShare * float64(left))
			}
			if takes > left {
				return &FullError{RetryAfter: takes - left, Takes: takes}
			}
			continue
		}
		other, ok := at.ctx.Deadline()
		late := takes - other.Sub(now)
		// One that is late anyway is no reason to refuse.
		if ok && late > 0 && late < b.speed.takes(b.queue.delays(r, at), now) {
			return &FullError{RetryAfter: late, Takes: takes}
		}
	}
	return nil
}

// review refuses, when the speed has come to be known, those that were taken before it was
// and won't be answered in time.
func (b *Batcher) review(now time.Time) {
	all := b.queue.all()
	slices.SortStableFunc(all, compareDue)
	for _, r := range all {
		b.queue.remove(r)
	}
	for _, r := range all {
		err := b.forecast(r, now)
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

// speed is how long a token takes in batches that are at least half full, as they are
// when many wait. It is known when a few were measured, and for a while after the last.
type speed struct {
	perToken time.Duration // smoothed
	batches  int           // that were measured
	last     time.Time
}

const (
	leastBatches = 4
	speedKept    = 10 * time.Second
	speedShare   = 0.2 // of a batch in the mean
)

// measure reports whether the speed has come to be known.
func (s *speed) measure(tokens int, d time.Duration, now time.Time) bool {
	if now.Sub(s.last) > speedKept {
		s.batches = 0
	}
	share := speedShare
	if s.batches < leastBatches { // the first one, which is slow, counts for nothing
		share = 1 / float64(max(1, s.batches))
	}
	s.perToken += time.Duration(share * float64(d/time.Duration(tokens)-s.perToken))
	s.batches++
	s.last = now
	return s.batches == leastBatches
}

// takes is how long tokens take; 0 if that isn't known.
func (s *speed) takes(tokens int, now time.Time) time.Duration {
	if s.batches < leastBatches || now.Sub(s.last) > speedKept {
		return 0
	}
	return time.Duration(tokens) * s.perToken
}
