package turns

import (
	"fmt"
	"time"
)

// FullError refuses a request because a queue is full, or because what waits would
// take longer than the request has time for.
type FullError struct {
	// RetryAfter is when it may be worth to try again; 0 if that isn't known.
	RetryAfter time.Duration
	// Waiting is how many wait, as many as may; 0 if that isn't known.
	Waiting int
	// Takes is how long the answer would take, more than there is time for; 0 if as
	// many requests wait or run as may.
	Takes time.Duration
}

func (e *FullError) Error() string {
	if e.Takes > 0 {
		return fmt.Sprintf("the answer would take %s, more than there is time for; room is expected in %s", e.Takes, e.RetryAfter)
	}
	return fmt.Sprintf("the queue is full, retry after %s", e.RetryAfter)
}
