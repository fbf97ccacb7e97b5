package server

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/turns"
)

// statusClientGone is logged and counted for a client that left before its
// answer; nothing is sent.
const statusClientGone = 499

// httpError is an answer that isn't a success.
type httpError struct {
	status     int
	body       api.Error
	param      string // the field that is wrong; "" if it isn't about one
	retryAfter int    // seconds; 0 for none
	cause      error  // for the log
}

func (e *httpError) Error() string { return e.body.Message }
func (e *httpError) Unwrap() error { return e.cause }

func failure(status int, code api.Code, format string, args ...any) *httpError {
	return &httpError{status: status, body: api.Error{Code: code, Message: fmt.Sprintf(format, args...)}}
}

func invalid(format string, args ...any) *httpError {
	return failure(http.StatusBadRequest, api.InvalidRequest, format, args...)
}

// toHTTP says which answer an error is. It is the only place where errors get
// their status.
func (s *Server) toHTTP(r *http.Request, err error) *httpError {
	var known *httpError
	var full *turns.FullError
	var long *pipeline.TooLongError
	var large *http.MaxBytesError
	var wrong *pipeline.InvalidError
	var window *pipeline.ContextLengthError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &large):
		return failure(http.StatusRequestEntityTooLarge, api.PayloadTooLarge,
			"the body is over %d bytes, the limit: send fewer or shorter texts", large.Limit)
	case errors.As(err, &long):
		return failure(http.StatusUnprocessableEntity, api.TooLong,
			"text %d has more than %d tokens, which the model takes: shorten it%s", long.Index, long.Limit, truncationRemedy(noteOf(r).errors))
	case errors.As(err, &wrong):
		return fieldFailure(api.InvalidValue, wrong.Field, "%s", wrong.Error())
	case errors.As(err, &window):
		return fieldFailure(api.ContextLengthExceeded, "messages", "%s", window.Error())
	case errors.Is(err, pipeline.ErrNotFinite):
		e := failure(http.StatusInternalServerError, api.Internal, "the model computed no finite numbers, so there is no answer: try again, or with another prompt")
		e.cause = err
		return e
	case errors.As(err, &full):
		if full.Takes > 0 {
			e := failure(http.StatusTooManyRequests, api.Overloaded, "the answer would take %v with the requests that are waiting, and %v is the limit: try again later, or send fewer or shorter texts",
				full.Takes.Round(100*time.Millisecond), s.timeoutOf(r))
			e.retryAfter = max(1, int(math.Ceil(full.RetryAfter.Seconds())))
			return e
		}
		e := failure(http.StatusTooManyRequests, api.Overloaded, "%d requests are waiting, the limit: try again later", cmp.Or(full.Waiting, s.Limits.MaxConcurrentRequests))
		e.retryAfter = max(1, int(math.Ceil(full.RetryAfter.Seconds())))
		return e
	case errors.Is(err, pipeline.ErrDraining), noteOf(r).generates && s.isEnding() && errors.Is(err, context.Canceled):
		return failure(http.StatusServiceUnavailable, api.Draining, "the server is stopping: send the request again")
	case r.Context().Err() != nil && errors.Is(err, context.Canceled):
		return failure(statusClientGone, "client_gone", "the client left")
	case errors.Is(err, context.DeadlineExceeded):
		return failure(http.StatusGatewayTimeout, api.DeadlineExceeded,
			"the answer took longer than %v: ask for less, or try again when the server is less busy", s.timeoutOf(r))
	}
	e := failure(http.StatusInternalServerError, api.Internal, "the request failed here; the log has it under this request's %s", api.RequestIDHeader)
	e.cause = err
	return e
}

// truncationRemedy says how a protocol asks for a text to be cut, if it can.
func truncationRemedy(shape errorShape) string {
	switch shape {
	case kserveErrors:
		return ""
	case teiErrors:
		return `, or send "truncate": true`
	}
	return `, or send "parameters": {"truncation": true}`
}

// fail answers with an error.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	e := s.toHTTP(r, err)
	note := noteOf(r)
	note.code = e.body.Code
	if e.cause != nil {
		note.cause = e.cause
	}
	if e.status == statusClientGone {
		note.status = e.status
		return
	}
	if e.status == http.StatusTooManyRequests || e.status == http.StatusServiceUnavailable {
		// OpenAI's clients try these again, but behind Azure they see 424 and need to
		// be told (_should_retry in the _base_client.py of openai-python).
		w.Header().Set("x-should-retry", "true")
	}
	if e.retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(e.retryAfter))
	}
	writeBody(w, e.status, e.shaped(note.errors))
}

func writeText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text))
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil { // only a value that JSON has no form for
		status, body = http.StatusInternalServerError, []byte(`{"error":{"code":"internal","message":"the answer has no JSON form"}}`)
	}
	writeBody(w, status, body)
}

func writeBody(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// unknown answers what no route takes: 405 if the path has one for another
// method, else 404.
func (s *Server) unknown(mux *http.ServeMux) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var allowed []string
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			probe := r.Clone(r.Context())
			probe.Method = method
			if _, pattern := mux.Handler(probe); strings.HasPrefix(pattern, method+" ") {
				allowed = append(allowed, method)
			}
		}
		if len(allowed) > 0 {
			w.Header().Set("Allow", strings.Join(allowed, ", "))
			if r.Method == http.MethodOptions {
				w.WriteHeader(http.StatusNoContent)
				return
			}
			s.fail(w, r, failure(http.StatusMethodNotAllowed, api.MethodNotAllowed, "%s takes %s", r.URL.Path, strings.Join(allowed, " and ")))
			return
		}
		list := "; " + api.OpenAPIPath + " lists those that there are"
		if s.hides("docs") {
			list = ""
		}
		s.fail(w, r, failure(http.StatusNotFound, api.NotFound, "there is no route of this name%s", list))
	}
}
