package server

import (
	"net"
	"net/http"
	"sync"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// listener follows what comes on its connections, bounds how many there are, and closes
// those that one address has too many of.
type listener struct {
	net.Listener
	held  *held // nil for no limit
	limit *connectionLimit
}

// Accept implements net.Listener.
func (l *listener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		f := &followed{Conn: c}
		if l.held == nil {
			f.closed = sync.OnceFunc(func() { l.limit.remove(f) })
			l.limit.admit(f)
			return f, nil
		}
		who := hostOf(c.RemoteAddr().String())
		if l.held.add(who) {
			f.closed = sync.OnceFunc(func() { l.held.remove(who); l.limit.remove(f) })
			l.limit.admit(f)
			return f, nil
		}
		_ = c.Close()
	}
}

// held counts what callers hold, each no more than the limit.
type held struct {
	limit int
	mu    sync.Mutex
	by    map[string]int
}

func newHeld(limit int) *held { return &held{limit: limit, by: map[string]int{}} }

func (h *held) add(who string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.by[who] >= h.limit {
		return false
	}
	h.by[who]++
	return true
}

func (h *held) remove(who string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.by[who]--; h.by[who] <= 0 {
		delete(h.by, who)
	}
}

// holdOne lets a caller that a header names have no more requests open than its
// limit.
func (s *Server) holdOne(next http.HandlerFunc) http.HandlerFunc {
	if s.MaxPerCaller == 0 || s.Callers.by != "header" {
		return next
	}
	return func(w http.ResponseWriter, r *http.Request) {
		who := s.Callers.of(r, "")
		if !s.open.add(who) {
			e := failure(http.StatusTooManyRequests, api.Overloaded, "%d requests of yours are open, the limit: wait for one to end", s.MaxPerCaller)
			e.retryAfter = 1
			s.fail(w, r, e)
			return
		}
		defer s.open.remove(who)
		next(w, r)
	}
}
