package server

import (
	"io"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/turns"
)

// A request for a model is taken in three steps: its body is read, for which it
// holds nothing but the bytes that came; it gets a place among those that wait or
// run; and it is answered. Whoever sends slowly, or nothing, takes no place.

const (
	bodyPause = 5 * time.Second // the longest in which nothing of a body comes
	bodyRate  = 4 << 10         // bytes a second that come at the least after that
)

// pacedBody reads a body and gives up on a client that keeps it waiting.
type pacedBody struct {
	io.Reader
	control  *http.ResponseController
	began    time.Time
	received int64
}

func (b *pacedBody) Read(p []byte) (int, error) {
	patience := min(bodyPause+time.Duration(b.received)*time.Second/bodyRate, readTimeout)
	end := b.began.Add(patience)
	if pause := time.Now().Add(bodyPause); pause.Before(end) {
		end = pause
	}
	_ = b.control.SetReadDeadline(end)
	n, err := b.Reader.Read(p)
	b.received += int64(n)
	return n, err
}

// What a body costs, for as long as it is worked on: itself, what it is decoded to,
// and what that is normalized and cut into. tests/hostile measures it.
const (
	workPerByte = 8
	// smallWork is that of a body of 64 KiB. For such there is a reserve, so that
	// few large bodies don't keep many small ones out.
	smallWork = workPerByte * 64 << 10
	reserve   = 64 << 20
)

// memory is what bodies may take together, in bytes.
type memory struct {
	limit int64

	mu        sync.Mutex
	used      int64
	most      int64 // since memory was given back
	returning bool
}

// newMemory has room for one body of the largest size, whatever is asked for.
func newMemory(limit, largest int64) *memory {
	return &memory{limit: max(limit, workPerByte*largest+reserve)}
}

// share is what one request takes of a memory, and its place among those that work.
type share struct {
	of     *memory
	bytes  int64
	placed bool
}

// take makes a share as large as bytes. It reports whether there was room.
func (s *share) take(bytes int64) bool {
	m := s.of
	m.mu.Lock()
	defer m.mu.Unlock()
	limit := m.limit
	if bytes > smallWork {
		limit -= reserve
	}
	more := bytes - s.bytes
	if more > 0 && m.used+more > limit {
		return false
	}
	m.used += more
	m.most = max(m.most, m.used)
	s.bytes = bytes
	if m.most > returnAbove && m.used < returnAbove/2 && !m.returning {
		m.returning = true
		time.AfterFunc(returnAfter, m.giveBack)
	}
	return true
}

// After large bodies their memory is given back to the system: Go by itself would
// collect it when as much again was used, or after minutes.
const (
	returnAbove = 64 << 20
	returnAfter = 5 * time.Second
)

func (m *memory) giveBack() {
	m.mu.Lock()
	m.most, m.returning = m.used, false
	m.mu.Unlock()
	debug.FreeOSMemory()
}

// errMemory is for a body for which there is no room now.
func errMemory() error {
	e := failure(http.StatusTooManyRequests, api.Overloaded, "the bodies of other requests take up all the memory for them: try again later, or send less at once")
	e.retryAfter = 1
	return e
}

// readAll reads what there is in a body, and takes room for it as it comes. size is what it is
// said to be, -1 if it isn't.
func (s *share) readAll(from io.Reader, size, limit int64) ([]byte, error) {
	var body []byte
	from = io.LimitReader(from, limit+1)
	for {
		if len(body) == cap(body) {
			room := max(512, 2*int64(cap(body)))
			if size >= 0 && size < room {
				room = max(size+1, int64(cap(body))+512) // one more, for the end
			}
			if !s.take(int64(cap(body)) + room) { // both are held while one is copied
				return nil, errMemory()
			}
			larger := make([]byte, len(body), room)
			copy(larger, body)
			body = larger
		}
		n, err := from.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		if err == io.EOF {
			return body, nil
		}
		if err != nil {
			return body, err
		}
	}
}

// admit answers a request for a model if there is room for it. If the places of
// those that wait or run are taken, it is refused before its body is read.
func (s *Server) admit(next http.HandlerFunc) http.HandlerFunc {
	return s.holdOne(func(w http.ResponseWriter, r *http.Request) {
		if s.scoring.Load() >= s.places() {
			s.fail(w, r, &turns.FullError{})
			return
		}
		share := &share{of: s.memory}
		noteOf(r).share = share
		defer func() {
			share.take(0)
			if share.placed {
				s.scoring.Add(-1)
			}
		}()
		next(w, r)
	})
}

// places is how many requests work at once, or wait to: twice as many as may wait,
// for the batcher refuses only what was tokenized.
func (s *Server) places() int64 { return 2 * int64(s.Limits.MaxConcurrentRequests) }

// place gives a request whose body was read its place.
func (s *Server) place(r *http.Request, body []byte) error {
	share := noteOf(r).share
	if !share.take(workPerByte * int64(len(body))) {
		return errMemory()
	}
	share.placed = true
	if s.scoring.Add(1) > s.places() {
		return &turns.FullError{}
	}
	return nil
}
