package server

import (
	"strings"
	"testing"
)

// TestFraming follows messages whole, and split at every byte.
func TestFraming(t *testing.T) {
	const chunks = "5;a=b\r\nhello\r\n0\r\nTrailer: x\r\n\r\n"
	for _, c := range []struct {
		sent string
		both bool
	}{
		{"GET / HTTP/1.1\r\nHost: a\r\n\r\n", false},
		{"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", false},
		{"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks, false},
		{"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks, true},
		{"POST / HTTP/1.1\ntransfer-encoding:chunked\ncontent-length:0\n\n" + chunks, true},
		{"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nX: " + strings.Repeat("a", 500) + "\r\nContent-Length:\r\n 5\r\n\r\n" + chunks, true},
		// What looks like it in a body isn't it; behind one it is.
		{"POST / HTTP/1.1\r\nContent-Length: 45\r\n\r\nTransfer-Encoding: chunked\nContent-Length: 5\n\n", false},
		{"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello" +
			"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", true},
		{"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", false},
	} {
		for _, size := range []int{1, 2, 7, 64, len(c.sent)} {
			var f framing
			for rest := c.sent; rest != ""; {
				n := min(size, len(rest))
				f.follow([]byte(rest[:n]))
				rest = rest[n:]
			}
			if f.both.Load() != c.both {
				t.Errorf("%q in pieces of %d: %v, want %v", c.sent, size, f.both.Load(), c.both)
			}
		}
	}
}
