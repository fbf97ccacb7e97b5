package server

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// A request with both Content-Length and Transfer-Encoding may be two requests to
// one of the servers on its way and one to the next. RFC 9112 (6.1) lets a server
// refuse it. net/http takes the latter and removes the former before anybody sees it,
// so that the bytes themselves must be looked at.

// framing follows the messages of a connection of HTTP/1.
type framing struct {
	part    framePart
	line    []byte // of a header, up to lineKept bytes of it
	skip    int64  // bytes of a body that come before the next line
	length  int64  // that the header says, -1 if it says none
	chunked bool
	both    atomic.Bool // a message had both
}

type framePart int

const (
	startLine framePart = iota
	headerLines
	chunkLine
	trailerLines
	unfollowed // HTTP/2, or what net/http refuses by itself
)

// lineKept is more than the names and values have that are looked at.
const lineKept = 64

func (f *framing) follow(b []byte) {
	for len(b) > 0 && f.part != unfollowed {
		if f.skip > 0 {
			n := min(f.skip, int64(len(b)))
			f.skip -= n
			b = b[n:]
			continue
		}
		end := bytes.IndexByte(b, '\n')
		piece := b
		if end >= 0 {
			piece = b[:end]
		}
		f.line = append(f.line, piece[:min(len(piece), lineKept-len(f.line))]...)
		if end < 0 {
			return
		}
		f.take(bytes.TrimSuffix(f.line, []byte("\r")))
		f.line = f.line[:0]
		b = b[end+1:]
	}
}

// take takes a line.
func (f *framing) take(line []byte) {
	switch f.part {
	case startLine:
		f.length, f.chunked = -1, false
		switch {
		case bytes.HasPrefix(line, []byte("PRI ")):
			f.part = unfollowed
		case len(line) > 0:
			f.part = headerLines
		}
	case headerLines:
		f.header(line)
	case chunkLine:
		size, _, _ := bytes.Cut(line, []byte(";"))
		n, err := strconv.ParseInt(string(bytes.TrimSpace(size)), 16, 64)
		switch {
		case err != nil || n < 0:
			f.part = unfollowed
		case n == 0:
			f.part = trailerLines
		default:
			f.skip = n + 2 // and the line's end
		}
	case trailerLines:
		if len(line) == 0 {
			f.part = startLine
		}
	}
}

// header takes a line of a header, or the empty one behind it.
func (f *framing) header(line []byte) {
	name, value, _ := bytes.Cut(line, []byte(":"))
	switch {
	case len(line) > 0 && bytes.EqualFold(name, []byte("Content-Length")):
		n, err := strconv.ParseInt(string(bytes.TrimSpace(value)), 10, 64)
		if err != nil || n < 0 { // on a line of its own, or nothing that net/http takes
			n, f.chunked = 0, true
		}
		f.length = n
	case len(line) > 0 && bytes.EqualFold(name, []byte("Transfer-Encoding")):
		f.chunked = true
	case len(line) > 0:
		return
	case f.chunked && f.length >= 0:
		f.both.Store(true)
		f.part = unfollowed
	case f.chunked:
		f.part = chunkLine
	default:
		f.part, f.skip = startLine, max(f.length, 0)
	}
}

// followed is a connection whose messages are followed.
type followed struct {
	net.Conn
	framing
	closed func()
	spare  bool        // it is beyond the limit of connections
	end    *time.Timer // of one that is
}

func (c *followed) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.follow(p[:n])
	return n, err
}

func (c *followed) Close() error {
	c.closed()
	return c.Conn.Close()
}

type followedKey struct{}

// checkFraming refuses a request whose length is said in two ways.
func checkFraming(w http.ResponseWriter, r *http.Request) error {
	c, ok := r.Context().Value(followedKey{}).(*followed)
	if !ok || !c.both.Load() {
		return nil
	}
	w.Header().Set("Connection", "close")
	return failure(http.StatusBadRequest, api.InvalidRequest, "the request has both Content-Length and Transfer-Encoding: send one of them")
}

func withConnection(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, followedKey{}, c)
}
