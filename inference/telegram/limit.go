package telegram

import (
	"sync"
	"time"
)

// limiter gives each user so many messages a minute: a bucket that fills
// steadily, and holds a minute's worth.
type limiter struct {
	perMinute float64 // 0: no limit
	now       func() time.Time

	mu    sync.Mutex
	users map[int64]*bucket
}

type bucket struct {
	left float64
	at   time.Time // when left was so
	told bool      // that it is empty
}

func newLimiter(perMinute int, now func() time.Time) *limiter {
	return &limiter{perMinute: float64(perMinute), now: now, users: map[int64]*bucket{}}
}

// maxBuckets is how many users there may be before the full buckets, which say
// nothing, are thrown away.
const maxBuckets = 10000

// take reports whether a user may send a message now. If not, tell is true once
// until they may again.
func (l *limiter) take(user int64) (ok, tell bool) {
	if l.perMinute == 0 {
		return true, false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	u := l.users[user]
	if u == nil {
		if len(l.users) >= maxBuckets {
			l.forget(now)
		}
		u = &bucket{left: l.perMinute, at: now}
		l.users[user] = u
	}
	u.left, u.at = l.filled(u, now), now
	if u.left < 1 {
		tell, u.told = !u.told, true
		return false, tell
	}
	u.left--
	u.told = false
	return true, false
}

func (l *limiter) filled(u *bucket, now time.Time) float64 {
	return min(l.perMinute, u.left+now.Sub(u.at).Minutes()*l.perMinute)
}

func (l *limiter) forget(now time.Time) {
	for id, u := range l.users {
		if l.filled(u, now) >= l.perMinute {
			delete(l.users, id)
		}
	}
}
