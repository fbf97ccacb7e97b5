package server

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telemetry"
)

// note is what handlers tell the log of a request.
type note struct {
	id, clientID string
	traceID      string
	status       int
	code         api.Code
	cause        error
	scored       *telemetry.Scored
	generated    *telemetry.Generated
	errors       errorShape
	generates    bool          // a text, for which it may take longer
	timeout      time.Duration // that the request asked for; 0 if it didn't
	share        *share        // of the memory for bodies, of a request for a model
}

type noteKey struct{}

func noteOf(r *http.Request) *note {
	if n, ok := r.Context().Value(noteKey{}).(*note); ok {
		return n
	}
	return &note{}
}

// recorder remembers the status that was sent.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += n
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// observe logs and counts the requests of a route, and turns a panic into a
// 500.
func (s *Server) observe(pattern string, quiet bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		n := &note{errors: shapeOf(r.URL.Path)}
		rec := &recorder{ResponseWriter: w}
		ctx, end := r.Context(), telemetry.EndRequest(func(int, *telemetry.Scored, *telemetry.Generated) {})
		if !quiet {
			ctx, n.traceID, end = s.Export.StartRequest(r, pattern)
		}
		r = r.WithContext(context.WithValue(ctx, noteKey{}, n))
		s.Metrics.RequestStarted()
		defer func() {
			if p := recover(); p != nil {
				n.cause = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
				if rec.status == 0 {
					s.fail(rec, r, n.cause)
				}
			}
			if n.status == 0 {
				n.status = max(rec.status, http.StatusOK)
			}
			s.Metrics.RequestDone(pattern, n.status, time.Since(start))
			end(n.status, n.scored, n.generated)
			s.log(r, n, rec, pattern, quiet, time.Since(start))
			if n.status == statusClientGone {
				// Who only stopped sending still reads, and would take what there is,
				// be it nothing, for a whole answer. This is net/http's way to cut it off.
				panic(http.ErrAbortHandler)
			}
		}()
		next.ServeHTTP(rec, r)
	})
}

func (s *Server) log(r *http.Request, n *note, rec *recorder, pattern string, quiet bool, d time.Duration) {
	level := slog.LevelInfo
	switch {
	case n.status >= 500:
		level = slog.LevelError
	case quiet && n.status < 400:
		level = slog.LevelDebug
	}
	if quiet && n.status == http.StatusServiceUnavailable {
		level = slog.LevelInfo // a probe that asks too early isn't an error
	}
	attrs := []slog.Attr{
		slog.String("request_id", n.id),
		slog.String("route", pattern),
		slog.Int("status", n.status),
		slog.Float64("duration_ms", ms(d)),
		slog.Int("bytes_out", rec.bytes),
	}
	if n.clientID != "" {
		attrs = append(attrs, slog.String("client_request_id", n.clientID))
	}
	if n.traceID != "" {
		attrs = append(attrs, slog.String("trace_id", n.traceID))
	}
	if n.scored != nil {
		attrs = append(attrs,
			slog.Int("texts", n.scored.Texts), slog.Int("tokens", n.scored.Tokens), slog.Int("truncated", n.scored.Truncated),
			slog.Float64("tokenize_ms", ms(n.scored.Tokenize)), slog.Float64("queue_ms", ms(n.scored.Queue)),
			slog.Float64("inference_ms", ms(n.scored.Inference)))
	}
	if g := n.generated; g != nil {
		attrs = append(attrs,
			slog.Int("prompt_tokens", g.PromptTokens), slog.Int("output_tokens", g.OutputTokens),
			slog.Float64("queue_ms", ms(g.Queue)), slog.Float64("prefill_ms", ms(g.Prefill)), slog.Float64("decode_ms", ms(g.Decode)),
			slog.String("finish", g.Finish))
		if g.CachedTokens != nil {
			attrs = append(attrs, slog.Int("cached_tokens", *g.CachedTokens))
		}
	}
	if n.code != "" {
		attrs = append(attrs, slog.String("error_code", string(n.code)))
	}
	if n.cause != nil {
		attrs = append(attrs, slog.String("error", n.cause.Error()))
	}
	s.Log.LogAttrs(r.Context(), level, "request", attrs...)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// withID gives the request its id and echoes it, and the caller's own.
func (s *Server) withID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := noteOf(r)
		n.clientID = cleanID(r.Header.Get(api.ClientRequestIDHeader))
		for _, header := range []string{"x-request-id", api.RequestIDHeader} { // the gateway's, else the caller's
			if n.id == "" {
				n.id = cleanID(r.Header.Get(header))
			}
		}
		if n.id == "" {
			n.id = newID()
		}
		w.Header().Set(api.RequestIDHeader, n.id)
		if n.clientID != "" {
			w.Header().Set(api.ClientRequestIDHeader, n.clientID)
		}
		w.Header().Set("X-Content-Type-Options", "nosniff")
		err := checkFraming(w, r)
		if err == nil {
			err = s.checkOrigin(r)
		}
		if err != nil {
			s.fail(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// maxID is the longest id that Azure passes on.
const maxID = 40

// cleanID keeps an id only if it is fit to be logged and echoed.
func cleanID(id string) string {
	if len(id) > maxID {
		return ""
	}
	for _, c := range []byte(id) {
		if c <= ' ' || c >= 0x7F {
			return ""
		}
	}
	return id
}

func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
