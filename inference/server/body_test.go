package server_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"
	"strings"
	"testing"
)

// packed compresses a body.
func packed(t testing.TB, encoding, body string) string {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser = gzip.NewWriter(&b)
	if encoding == "deflate" {
		w = zlib.NewWriter(&b)
	}
	if _, err := io.WriteString(w, body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestCompressedBodies(t *testing.T) {
	s := start(t, &fake{})
	const body = `{"text": "a"}`
	bomb := `{"text": "` + strings.Repeat("a", 1<<20) + `"}`
	whole := packed(t, "gzip", body)
	for _, c := range []struct {
		encoding, body string
		status         int
		message        string
	}{
		{"", body, 200, ""},
		{"identity", body, 200, ""},
		{"gzip", whole, 200, ""},
		{"x-gzip", whole, 200, ""},
		{"GZIP", whole, 200, ""},
		{"gzip", packed(t, "gzip", `{"text": `) + packed(t, "gzip", `"a"}`), 200, ""}, // members follow one another
		{"deflate", packed(t, "deflate", body), 200, ""},
		{"gzip", packed(t, "gzip", bomb), 413, "the body is over 4096 bytes"},
		{"deflate", packed(t, "deflate", bomb), 413, "the body is over 4096 bytes"},
		{"gzip", packed(t, "gzip", ""), 400, "it ends early"},
		{"gzip", "", 400, "the body is not gzip"},
		{"gzip", body, 400, "the body is not gzip"},
		{"deflate", whole, 400, "the body is not deflate"},
		{"gzip", whole[:len(whole)-6], 400, "it ended early"},
		{"gzip", whole[:len(whole)-1] + "x", 400, "the body is not gzip"},
		{"gzip", whole + "more than a header is long", 400, "the body is not gzip"},
		{"deflate", packed(t, "deflate", body) + "more", 400, "more after its deflate data"},
		{"gzip", packed(t, "gzip", "{\"text\": \"\xff\"}"), 400, "not UTF-8"},
		{"br", body, 415, "it can be gzip, deflate, or absent"},
		{"gzip, gzip", whole, 415, "it can be gzip, deflate, or absent"},
	} {
		got := s.do(t, "POST", "/score", c.body, "Content-Encoding", c.encoding)
		if got.StatusCode != c.status || !strings.Contains(got.body, c.message) {
			t.Errorf("%s, %d bytes: status %d, %.200s; want %d, %s", c.encoding, len(c.body), got.StatusCode, got.body, c.status, c.message)
		}
		if accepted := got.Header.Get("Accept-Encoding"); (accepted == "gzip, deflate") != (c.status == 415) {
			t.Errorf("%s: status %d, Accept-Encoding %q", c.encoding, got.StatusCode, accepted)
		}
	}
}
