package server

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"
)

// TestShares fills a memory with large bodies: small ones still find room, and what
// was taken comes back.
func TestShares(t *testing.T) {
	const largest = 5 << 20
	m := newMemory(384<<20, largest)
	var held []*share
	for {
		s := &share{of: m}
		if !s.take(workPerByte * largest) {
			break
		}
		held = append(held, s)
	}
	if len(held) != 8 { // of 40 MiB, in 384 less 64
		t.Errorf("%d large bodies at once", len(held))
	}
	small := &share{of: m}
	if !small.take(smallWork) {
		t.Error("no room for a small body beside large ones")
	}
	if small.take(smallWork + reserve) {
		t.Error("a body takes the reserve for small ones by growing")
	}
	if held[0].take(0); !small.take(smallWork + 1) {
		t.Error("no room after a large body was let go")
	}
	for _, s := range append(held, small) {
		s.take(0)
	}
	if m.used != 0 {
		t.Errorf("%d bytes are held by nobody", m.used)
	}
	if m := newMemory(1, largest); !(&share{of: m}).take(workPerByte * largest) {
		t.Error("a memory without room for one body")
	}
}

// TestReadAll reads bodies that come byte by byte or at once, that say their size
// or don't, or lie.
func TestReadAll(t *testing.T) {
	for _, n := range []int{0, 1, 511, 512, 513, 4000, 4096, 4097} {
		want := bytes.Repeat([]byte("x"), n)
		for _, size := range []int64{-1, int64(n), 7, 5000} {
			for _, from := range []io.Reader{bytes.NewReader(want), iotest.OneByteReader(bytes.NewReader(want)), iotest.DataErrReader(bytes.NewReader(want))} {
				s := &share{of: newMemory(0, 4096)}
				got, err := s.readAll(from, size, 4096)
				if err != nil || !bytes.Equal(got, want) {
					t.Errorf("%d bytes, said to be %d: %d, %v", n, size, len(got), err)
				}
				if s.bytes > max(512, 4*int64(n)) {
					t.Errorf("%d bytes, said to be %d, hold %d", n, size, s.bytes)
				}
			}
		}
	}
	full := newMemory(0, 4096)
	full.used = full.limit
	var e *httpError
	if _, err := (&share{of: full}).readAll(bytes.NewReader([]byte("a")), 1, 4096); !errors.As(err, &e) || e.status != 429 || e.retryAfter < 1 {
		t.Errorf("without room: %v", err)
	}
}
