// Package server is the scorer's HTTP side: routes, the shapes of requests and
// answers, errors and their status, request ids, and stopping without losing a
// request.
package server

import (
	"cmp"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telemetry"
)

// Options of a Server. Log, Metrics and a model are required: one of Classifier, Embedder and Tagger,
// a Generator, or both.
type Options struct {
	Classifier Classifier
	Embedder   Embedder
	Tagger     Tagger
	Generator  Generator
	Streaming  Streaming
	Limits     api.Limits
	Versions   api.Versions
	Log        *slog.Logger
	Metrics    *telemetry.Metrics
	// AllowedOrigins are the origins (https://example.com) whose pages may call
	// the server from browsers; "*" is any. None is allowed by default.
	AllowedOrigins []string
	// BodyMemory is how many bytes the bodies of requests, and what is made of them,
	// may take together; 0 means DefaultBodyMemory. There is always room for one body.
	BodyMemory int64
	// Callers says by what those who ask for texts are told apart.
	Callers Callers
	// MaxPerCaller is how many connections an address may hold, or how many requests
	// the caller that a header names; 0 is no limit.
	MaxPerCaller int
	// MaxConnections is how many connections there may be, but for a few for probes; 0 is
	// no limit.
	MaxConnections int
	// HideCachedTokens leaves out of answers, logs and traces how many tokens of a prompt
	// the prefix cache had, and out of answers the times that tell it.
	HideCachedTokens bool
	// Hide are the Parts of the API that answer 404.
	Hide []string
	// Export traces requests; nil traces nothing.
	Export *telemetry.Export
}

// DefaultBodyMemory is that of Options if they name none.
const DefaultBodyMemory = 384 << 20

// Server answers the scorer's routes. It takes requests from SetReady until
// the process ends; after Drain it still answers them, but tells probes that
// it isn't ready, and clients to close their connections.
type Server struct {
	Options
	handler http.Handler
	state   atomic.Int32
	ending  chan struct{} // closed when texts that still run must end
	end     func()        // closes it
	scoring atomic.Int64  // requests for the models whose bodies were read
	memory  *memory
	open    *held // requests for the models, by caller
}

const (
	starting int32 = iota
	ready
	draining
)

// New makes a Server that isn't ready yet.
func New(o Options) *Server {
	s := &Server{Options: o, open: newHeld(o.MaxPerCaller), memory: newMemory(cmp.Or(o.BodyMemory, DefaultBodyMemory), o.Limits.MaxBodyBytes)}
	s.ending = make(chan struct{})
	s.end = sync.OnceFunc(func() { close(s.ending) })
	mux := http.NewServeMux()
	for _, r := range s.routes() {
		mux.Handle(r.pattern, s.observe(r.pattern, r.quiet, s.withID(s.unlessSpare(r))))
	}
	mux.Handle("/", s.observe("/*", false, s.withID(s.unknown(mux))))
	s.handler = s.crossOrigin(linger(mux))
	if i := s.encoder(); i != nil {
		o.Metrics.SetModel(i.task, i.Name, i.Architecture, i.Precision, i.Layout, o.Versions.Scorer)
	}
	if o.Generator != nil {
		i := o.Generator.Info()
		o.Metrics.SetModel(telemetry.Generator, i.Name, i.Architecture, i.Precision, "", o.Versions.Scorer)
	}
	o.Metrics.SetReady(false)
	return s
}

// route is one pattern of http.ServeMux and what answers it.
type route struct {
	pattern string
	handler http.HandlerFunc
	// quiet routes are called by machines every few seconds, so they are
	// logged at level debug.
	quiet bool
}

func (s *Server) routes() []route {
	all := []route{
		{"POST " + api.ScorePath, s.admit(s.score), false},
		{"POST " + api.PredictPath, s.needs(s.Classifier != nil, s.admit(s.predict)), false},
		{"POST " + api.RerankPath, s.needs(s.Classifier != nil, s.admit(s.rerank)), false},
		{"POST " + api.EmbedPath, s.needs(s.Embedder != nil, s.admit(s.embed)), false},
		{"POST /{$}", s.admit(s.rootPost), false},
		{"GET /{$}", s.root, true},
		{"GET " + api.SwaggerPath, s.swagger, false},
		{"GET " + api.LivePath, s.live, true},
		{"GET " + api.ReadyPath, s.readiness, true},
		{"GET " + api.HealthPath, s.readiness, true},
		{"GET " + api.MetricsPath, s.Metrics.Handler().ServeHTTP, true},
		{"GET " + api.InfoPath, s.info, false},
	}
	return s.shown(slices.Concat(all, s.kserveRoutes(), s.openAIRoutes(), s.pageRoutes()))
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.state.Load() == draining || onSpare(r) {
		w.Header().Set("Connection", "close")
	}
	s.handler.ServeHTTP(w, withoutSlashes(r))
}

// withoutSlashes takes slashes off the end of a path, and makes one of several: base
// URLs are written with and without one, and the redirect that http.ServeMux answers
// is no answer that Azure's gateway passes on.
func withoutSlashes(r *http.Request) *http.Request {
	trim := func(path string) string {
		if path == "" || path == "*" { // of CONNECT, and of OPTIONS for the server
			return path
		}
		return "/" + strings.Trim(path, "/")
	}
	path, raw := trim(r.URL.Path), trim(r.URL.RawPath)
	for raw == "" && strings.Contains(path, "//") { // an escaped slash is a part of a name
		path = strings.ReplaceAll(path, "//", "/")
	}
	if path == r.URL.Path {
		return r
	}
	trimmed, u := *r, *r.URL
	trimmed.URL, u.Path, u.RawPath = &u, path, raw
	return &trimmed
}

// SetReady begins to take requests.
func (s *Server) SetReady() {
	if s.state.CompareAndSwap(starting, ready) {
		s.Metrics.SetReady(true)
	}
}

// Drain tells probes that the server is about to end.
func (s *Server) Drain() {
	s.state.Store(draining)
	s.Metrics.SetReady(false)
}

func (s *Server) live(w http.ResponseWriter, _ *http.Request) {
	writeText(w, http.StatusOK, "live")
}

func (s *Server) readiness(w http.ResponseWriter, r *http.Request) {
	switch s.state.Load() {
	case starting:
		s.fail(w, r, failure(http.StatusServiceUnavailable, api.NotReady, "the model is warming up"))
	case draining:
		s.fail(w, r, failure(http.StatusServiceUnavailable, api.Draining, "the server is stopping"))
	default:
		writeText(w, http.StatusOK, "ready")
	}
}

// timeout is the longest that a request for scores may take.
func (s *Server) timeout() time.Duration {
	return time.Duration(s.Limits.RequestTimeoutSeconds * float64(time.Second))
}

// timeoutOf is the longest that this request may take.
func (s *Server) timeoutOf(r *http.Request) time.Duration {
	n := noteOf(r)
	switch {
	case n.generates:
		return s.generationTimeout()
	case n.timeout > 0:
		return min(n.timeout, s.timeout())
	}
	return s.timeout()
}
