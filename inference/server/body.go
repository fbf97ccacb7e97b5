package server

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// readBody reads a body that must be JSON, in UTF-8, within the limit.
func (s *Server) readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if err := checkType(r, "application/json"); err != nil {
		return nil, err
	}
	body, err := s.readBytes(w, r)
	if err != nil {
		return nil, err
	}
	return body, checkUnicode(body)
}

// checkType refuses a body that says it is of another type than those allowed.
func checkType(r *http.Request, allowed ...string) error {
	t := r.Header.Get("Content-Type")
	if t == "" {
		return nil
	}
	media, params, err := mime.ParseMediaType(t)
	if err != nil || !slices.Contains(allowed, media) || !strings.EqualFold(orElse(params["charset"], "utf-8"), "utf-8") {
		return failure(http.StatusUnsupportedMediaType, api.UnsupportedMediaType,
			"Content-Type is %.100q: send %s in UTF-8", t, strings.Join(allowed, " or "))
	}
	return nil
}

// checkUnicode refuses JSON that isn't whole characters. Half a surrogate pair
// has none: transformers' tokenizers refuse it, encoding/json would replace it.
func checkUnicode(body []byte) error {
	if !utf8.Valid(body) {
		return invalid("the body is not UTF-8: encode the texts in UTF-8")
	}
	for i := 0; ; {
		next := bytes.IndexByte(body[i:], '\\')
		if next < 0 {
			return nil
		}
		i += next
		first, ok := escapedUnit(body[i:])
		if !ok {
			i = min(i+2, len(body)) // past what is escaped, which may be a backslash
			continue
		}
		if utf16.IsSurrogate(first) {
			second, _ := escapedUnit(body[i+6:])
			if utf16.DecodeRune(first, second) == utf8.RuneError {
				return invalid("the body has half a surrogate pair, %s at byte %d: send whole characters", body[i:i+6], i)
			}
			i += 6
		}
		i += 6
	}
}

// escapedUnit reads the unit of UTF-16 that b begins with, as \u0041.
func escapedUnit(b []byte) (unit rune, ok bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(b[2:6]), 16, 16)
	return rune(n), err == nil
}

// readBytes reads a body, which may be compressed; the limit is for what is
// sent and for what comes out of it.
func (s *Server) readBytes(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	limit := s.Limits.MaxBodyBytes
	tooLarge := &http.MaxBytesError{Limit: limit}
	if r.ContentLength > limit { // before the first Read, which tells a client that waits to send it
		return nil, tooLarge
	}
	control := http.NewResponseController(w)
	paced := &pacedBody{Reader: http.MaxBytesReader(w, r.Body, limit), control: control, began: time.Now()}
	sent := bufio.NewReader(paced)
	size := r.ContentLength
	var content io.Reader = sent
	var err error
	encoding := strings.ToLower(strings.Join(r.Header.Values("Content-Encoding"), ", "))
	switch encoding {
	case "", "identity":
	case "gzip", "x-gzip":
		size = -1
		content, err = gzip.NewReader(sent)
	case "deflate": // which is zlib's format, see RFC 9110
		size = -1
		content, err = zlib.NewReader(sent)
	default:
		w.Header().Set("Accept-Encoding", "gzip, deflate")
		return nil, failure(http.StatusUnsupportedMediaType, api.UnsupportedMediaType,
			"Content-Encoding is %.100q: it can be gzip, deflate, or absent", encoding)
	}
	var body []byte
	if err == nil {
		body, err = noteOf(r).share.readAll(content, size, limit)
	}
	if err == nil && int64(len(body)) > limit {
		return nil, tooLarge
	}
	if err == nil {
		if _, err = sent.ReadByte(); err == nil {
			return nil, invalid("the body has more after its %s data", encoding)
		}
	}
	var refused *httpError
	switch {
	case errors.Is(err, io.EOF) && body != nil:
		_ = control.SetReadDeadline(time.Time{}) // it would end the request as it is answered
		return body, s.place(r, body)
	case errors.As(err, &refused):
		return nil, refused
	case errors.Is(err, os.ErrDeadlineExceeded):
		w.Header().Set("Connection", "close")
		return nil, failure(http.StatusRequestTimeout, api.RequestTimeout, "the body came too slowly, with %d bytes in %v: send it within %v, or %d bytes a second",
			paced.received, time.Since(paced.began).Round(time.Second), bodyPause, bodyRate)
	case errors.As(err, &tooLarge):
		return nil, tooLarge
	case content != sent && !errors.Is(err, io.ErrUnexpectedEOF):
		return nil, invalid("the body is not %s, as its Content-Encoding says: %v", encoding, err)
	}
	w.Header().Set("Connection", "close") // nothing can come behind it
	return nil, invalid("the body could not be read: it ended early")
}

func orElse(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}
