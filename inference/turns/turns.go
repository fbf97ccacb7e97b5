// Package turns says whose turn it is where callers wait for what not all of them can
// have at once.
package turns

import "cmp"

// Next is the place of the one whose turn it is: of the callers who have least, the
// one that comes before the others; -1 if nobody waits. has is what the caller of one
// who waits has.
func Next[W any, N cmp.Ordered](waiting []W, has func(W) N, before func(a, b W) bool) int {
	best := -1
	var least N
	for i, w := range waiting {
		if n := has(w); best < 0 || n < least || n == least && before(w, waiting[best]) {
			best, least = i, n
		}
	}
	return best
}

// Share is how many of the limit one caller may have waiting: where callers are told
// apart, some is left to the others.
func Share(limit int, caller string) int {
	if caller == "" {
		return limit
	}
	return max(1, limit-limit/4)
}
