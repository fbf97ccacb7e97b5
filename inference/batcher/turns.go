package batcher

import (
	"cmp"
	"maps"
	"slices"
)

// queue holds the requests that have texts not yet taken. The next text is that of
// the caller who has had the fewest tokens since others began to wait. Of that caller's
// requests, each gets a batch's worth of tokens before any gets more, so that one with
// many texts can't hold up one with few; what comes after that is done request by
// request, because many that advanced together would all be late. Either way the one
// that is due first is next: a request counts as having come as much later as its
// tokens take.
type queue struct {
	turn    int // tokens that a request gets in turn with others
	callers map[string]*caller
	waiting []*caller // who have a request in the queue, the next one first
	passed  int       // tokens that were taken of the last caller before its turn
}

// caller is who sends requests.
type caller struct {
	name   string
	taken  int        // tokens, or as many as of the others when it came
	order  []*request // that wait, the next one first
	byDue  []*request // the same, by when they are due
	tokens int        // of them, not yet taken
}

// keptCallers is how many callers may be known that have nothing in the queue.
const keptCallers = 1024

func newQueue(turn int) queue {
	return queue{turn: turn, callers: map[string]*caller{}}
}

// callerOf returns the caller of a name, as it will be in the queue.
func (q *queue) callerOf(name string) *caller {
	if c, ok := q.callers[name]; ok {
		return c
	}
	if len(q.callers) > keptCallers+len(q.waiting) {
		maps.DeleteFunc(q.callers, func(_ string, c *caller) bool { return len(c.order) == 0 })
	}
	c := &caller{name: name}
	q.callers[name] = c
	return c
}

// next is the request whose text is next, nil if there is none.
func (q *queue) next() *request {
	if len(q.waiting) == 0 {
		return nil
	}
	return q.waiting[0].order[0]
}

// add puts a request into the queue.
func (q *queue) add(r *request) {
	c := r.caller
	if len(c.order) == 0 {
		c.taken = max(c.taken, q.passed) // what it left to others is no credit
		q.waiting = insert(q.waiting, c, compareCallers)
	}
	c.order = insert(c.order, r, q.compare)
	c.byDue = insert(c.byDue, r, compareDue)
	c.tokens += r.left()
}

// remove takes a request out of the queue. Its tokens taken must be those that it had
// when it was added.
func (q *queue) remove(r *request) {
	c := r.caller
	c.order = without(c.order, r)
	c.byDue = without(c.byDue, r)
	c.tokens -= r.left()
	if len(c.order) == 0 {
		q.waiting = without(q.waiting, c)
	}
}

// charge counts tokens that were taken of a caller.
func (q *queue) charge(c *caller, tokens int) {
	q.passed = max(q.passed, c.taken)
	waits := len(c.order) > 0
	if waits {
		q.waiting = without(q.waiting, c)
	}
	c.taken += tokens
	if waits {
		q.waiting = insert(q.waiting, c, compareCallers)
	}
}

// all are the requests in the queue.
func (q *queue) all() []*request {
	var all []*request
	for _, c := range q.waiting {
		all = append(all, c.order...)
	}
	return all
}

// tokens is how many wait.
func (q *queue) tokens() int {
	sum := 0
	for _, c := range q.waiting {
		sum += c.tokens
	}
	return sum
}

// left is how many tokens of a request weren't taken yet.
func (r *request) left() int { return r.tokens - r.taken }

func compareCallers(a, b *caller) int { return cmp.Compare(a.taken, b.taken) }

func compareDue(a, b *request) int { return a.due.Compare(b.due) }

func (q *queue) compare(a, b *request) int {
	return cmp.Or(cmp.Compare(min(a.taken, q.turn), min(b.taken, q.turn)), compareDue(a, b))
}

// insert puts v into a sorted list, behind its equals.
func insert[T any](list []T, v T, compare func(a, b T) int) []T {
	i, _ := slices.BinarySearchFunc(list, v, func(other, v T) int {
		if compare(other, v) <= 0 {
			return -1
		}
		return 1
	})
	return slices.Insert(list, i, v)
}

func without[T comparable](list []T, v T) []T {
	i := slices.Index(list, v)
	return slices.Delete(list, i, i+1)
}
