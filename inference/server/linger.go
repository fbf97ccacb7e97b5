package server

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
)

// Bounds of what is read of a body after it was answered. The pause is the
// longest in which nothing comes. Over HTTP/2 it is short: an answer's stream ends
// with the reading, and clients that stopped sending wait for that.
const (
	lingerBytes      = 64 << 20
	lingerTime       = 10 * time.Second
	lingerPause      = time.Second
	lingerPauseHTTP2 = 200 * time.Millisecond
)

// linger reads on, for a while, when a request was answered before its body
// was read: many clients look for an answer only when they have sent
// everything. net/http would close the connection with bytes unread, and the
// reset that this causes can destroy the answer on its way; HTTP/2's reset of a
// stream has clients fail as they send.
func linger(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body == nil || r.Body == http.NoBody {
			next.ServeHTTP(w, r)
			return
		}
		control := http.NewResponseController(w)
		_ = control.EnableFullDuplex() // else net/http reads before it answers
		body := &watchedBody{ReadCloser: r.Body}
		watched := *r // net/http looks at its own body afterwards
		watched.Body = body
		next.ServeHTTP(w, &watched)
		if body.ended || r.Context().Err() != nil || !body.begun && expectsContinue(r) {
			return
		}
		_ = control.Flush()
		pause := lingerPause
		if r.ProtoMajor == 2 {
			pause = lingerPauseHTTP2
		}
		buf := make([]byte, 32<<10)
		for read, end := 0, time.Now().Add(lingerTime); read < lingerBytes && time.Now().Before(end); {
			_ = control.SetReadDeadline(time.Now().Add(pause))
			n, err := r.Body.Read(buf)
			if err == nil {
				read += n
				continue
			}
			if r.ProtoMajor == 1 && !errors.Is(err, io.EOF) {
				panic(http.ErrAbortHandler) // net/http would look for another request there
			}
			return
		}
	})
}

// expectsContinue reports whether a client waits with its body until it is
// told to send it, which the first Read does.
func expectsContinue(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Expect"), "100-continue")
}

// watchedBody knows whether it was read, and read to its end.
type watchedBody struct {
	io.ReadCloser
	begun, ended bool
}

func (b *watchedBody) Read(p []byte) (int, error) {
	b.begun = true
	n, err := b.ReadCloser.Read(p)
	b.ended = b.ended || err != nil
	return n, err
}
