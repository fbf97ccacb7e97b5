package server

import (
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

// Streaming bounds how answers are generated and streamed. The zero value
// means the defaults.
type Streaming struct {
	Timeout      time.Duration // the longest that an answer may take; 10 minutes
	KeepAlive    time.Duration // without a token for so long, a comment is sent; 10 s
	WriteTimeout time.Duration // a client that takes nothing for so long is left; 30 s
}

const (
	defaultKeepAlive    = 10 * time.Second
	defaultStreamWrites = 30 * time.Second
)

var keepAliveLine = []byte(": keep-alive\n\n")

// events writes server-sent events, each at once. Until it is stopped, it
// sends a comment when nothing was sent for a while, so that gateways don't
// take a long prefill for a dead connection.
type events struct {
	w            http.ResponseWriter
	control      *http.ResponseController
	every, limit time.Duration

	mu    sync.Mutex // the timer writes too
	timer *time.Timer
	err   error // of the first write that failed
}

func (s *Server) startEvents(w http.ResponseWriter, control *http.ResponseController) *events {
	e := &events{w: w, control: control, every: s.Streaming.KeepAlive, limit: s.Streaming.WriteTimeout}
	if e.every <= 0 {
		e.every = defaultKeepAlive
	}
	if e.limit <= 0 {
		e.limit = defaultStreamWrites
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-cache")
	h.Set("X-Accel-Buffering", "no") // nginx and what follows it
	w.WriteHeader(http.StatusOK)
	e.mu.Lock()
	e.timer = time.AfterFunc(e.every, func() { _ = e.write(keepAliveLine) })
	e.mu.Unlock()
	return e
}

// write sends b. Once it has failed it sends nothing more.
func (e *events) write(b []byte) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.err != nil {
		return e.err
	}
	now := time.Now()
	if err := e.control.SetWriteDeadline(now.Add(e.limit)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		e.err = err
		return err
	}
	if _, e.err = e.w.Write(b); e.err == nil {
		e.err = e.control.Flush()
	}
	if e.err == nil {
		e.timer.Reset(e.every)
	}
	return e.err
}

// stop ends the comments. No write begins after it.
func (e *events) stop() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.timer.Stop()
	if e.err == nil {
		e.err = errStopped
	}
}

var errStopped = errors.New("the stream of events was stopped")

// stream answers with the text as it is generated. It returns when the text
// ends or the client left, reports whether the text got to its end, and counts
// its tokens.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, control *http.ResponseController, stream TextStream, f form, tokens *int) bool {
	e := s.startEvents(w, control)
	defer e.stop()
	buf := make([]byte, 0, 1024)
	buf = f.first(buf)
	if e.write(buf) != nil {
		s.clientLeft(r)
		return false
	}
	var d pipeline.Delta
	for {
		err := stream.Next(&d)
		ended := errors.Is(err, io.EOF)
		switch {
		case ended:
			buf = f.last(buf[:0], stream.Completion())
		case err != nil:
			s.breakOff(r, e, f, err)
			return false
		default:
			*tokens = d.Generated
			if len(d.Text) == 0 && len(d.Tokens) == 0 && len(d.Reasoning) == 0 && len(d.Calls) == 0 {
				continue // held back
			}
			buf = f.piece(buf[:0], &d)
		}
		if e.write(buf) != nil {
			s.clientLeft(r)
			return ended
		}
		if ended {
			return true
		}
	}
}

// breakOff ends a stream with the event of an error.
func (s *Server) breakOff(r *http.Request, e *events, f form, err error) {
	failed := s.toHTTP(r, err)
	note := noteOf(r)
	note.status, note.code, note.cause = failed.status, failed.body.Code, failed.cause
	if failed.status != statusClientGone {
		_ = e.write(f.broken(nil, failed))
	}
}

// clientLeft notes that a stream could not be written to its end.
func (s *Server) clientLeft(r *http.Request) {
	note := noteOf(r)
	note.status, note.code = statusClientGone, "client_gone"
}
