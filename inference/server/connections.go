package server

import (
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

const (
	// mostConnections costs some 160 MiB.
	mostConnections = 8192
	// spareConnections are those beyond the limit: they are for probes.
	spareConnections = 32
	spareTime        = 5 * time.Second // for which each of these lasts
	// unusedTime is how long nothing was asked on a connection that makes room for another.
	unusedTime = time.Second
	fullLogged = time.Minute // between two lines of the log
)

// DefaultMaxConnections is how many connections the process's limit of open files has
// room for, when its own files and connections for probes have theirs.
func DefaultMaxConnections() int {
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		return mostConnections
	}
	return connectionsOf(files.Cur)
}

// connectionsOf leaves an eighth of the files to others, 256 at the most.
func connectionsOf(files uint64) int {
	own := min(256, files/8) + spareConnections
	if files <= own {
		return 1
	}
	return int(min(mostConnections, files-own))
}

// connectionLimit bounds how many connections there are. If there are as many as may
// be, one on which nothing is asked makes room for the next; if there is none, the next
// one is answered probes alone.
type connectionLimit struct {
	most int // 0 is no limit
	log  *slog.Logger

	mu     sync.Mutex
	open   int
	unused map[*followed]time.Time // since when
	spare  []*followed             // the oldest first
	logged time.Time
}

// admit gives a connection its place.
func (l *connectionLimit) admit(c *followed) {
	if l.most == 0 {
		return
	}
	l.mu.Lock()
	now := time.Now()
	var gone *followed
	if l.open >= l.most {
		gone = l.longestUnused(now)
		c.spare = gone == nil
		if now.Sub(l.logged) > fullLogged {
			l.logged = now
			l.log.Warn("connections", "problem", "all connections that may be open are open, so unused ones are closed: raise --max-connections and the limit of open files, or bound them before the scorer", "max_connections", l.most)
		}
	}
	if c.spare {
		if l.spare = append(l.spare, c); len(l.spare) > spareConnections {
			gone = l.spare[0]
		}
		c.end = time.AfterFunc(spareTime, func() { _ = c.Close() })
	} else {
		l.open++
		l.unused[c] = now
	}
	l.mu.Unlock()
	if gone != nil {
		_ = gone.Close()
	}
}

// longestUnused takes the connection that has been unused for longest, nil if none has
// been for a while.
func (l *connectionLimit) longestUnused(now time.Time) *followed {
	var longest *followed
	before := now.Add(-unusedTime)
	for c, since := range l.unused {
		if since.Before(before) {
			longest, before = c, since
		}
	}
	delete(l.unused, longest)
	return longest
}

// set is called by net/http when a connection changes its state.
func (l *connectionLimit) set(conn net.Conn, state http.ConnState) {
	c, ok := conn.(*followed)
	if !ok || l.most == 0 || state == http.StateNew {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.unused, c)
	if state == http.StateIdle && !c.spare {
		l.unused[c] = time.Now()
	}
}

// remove is for a connection that is closed.
func (l *connectionLimit) remove(c *followed) {
	if l.most == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if c.spare {
		c.end.Stop()
		l.spare = slices.DeleteFunc(l.spare, func(other *followed) bool { return other == c })
		return
	}
	l.open--
	delete(l.unused, c)
}

// onSpare reports whether a request came on a connection beyond the limit.
func onSpare(r *http.Request) bool {
	c, ok := r.Context().Value(followedKey{}).(*followed)
	return ok && c.spare
}

// unlessSpare refuses a request on a connection beyond the limit, unless its route is
// one of probes.
func (s *Server) unlessSpare(r route) http.HandlerFunc {
	if r.quiet {
		return r.handler
	}
	return func(w http.ResponseWriter, q *http.Request) {
		if onSpare(q) {
			e := failure(http.StatusTooManyRequests, api.Overloaded, "%d connections are open, the limit: try again later, or use one again", s.MaxConnections)
			e.retryAfter = 1
			s.fail(w, q, e)
			return
		}
		r.handler(w, q)
	}
}
