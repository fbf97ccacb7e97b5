package server

import (
	"net/http"
	"slices"
	"strings"

	"azure-nlp-endpoint/inference/api"
)

// preflightAge is how long browsers may remember a preflight, in seconds.
const preflightAge = "600"

// exposedHeaders are those of answers that pages may read besides the few that
// they always may.
var exposedHeaders = strings.Join([]string{
	api.RequestIDHeader, api.ClientRequestIDHeader, api.TruncatedHeader, "Retry-After", kserveLengthHeader,
}, ", ")

// crossOrigin lets pages of the allowed origins call the server from browsers.
// It never allows credentials: the scorer sets no cookies, and an
// Authorization header that a page sets itself is a header like others.
func (s *Server) crossOrigin(next http.Handler) http.Handler {
	if len(s.AllowedOrigins) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Add("Vary", "Origin")
		if allowed := s.allowedOrigin(r.Header.Get("Origin")); allowed != "" {
			h.Set("Access-Control-Allow-Origin", allowed)
			h.Set("Access-Control-Expose-Headers", exposedHeaders)
			if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
				h.Set("Access-Control-Allow-Methods", "GET, HEAD, POST")
				h.Set("Access-Control-Max-Age", preflightAge)
				h.Add("Vary", "Access-Control-Request-Headers")
				// The names are echoed: clients send their own, such as
				// x-stainless-lang, and "*" wouldn't include Authorization.
				if asked := r.Header.Get("Access-Control-Request-Headers"); asked != "" {
					h.Set("Access-Control-Allow-Headers", asked)
				}
			}
		}
		next.ServeHTTP(w, r)
	})
}

// allowedOrigin is what Access-Control-Allow-Origin says to a page; "" if it
// isn't allowed.
func (s *Server) allowedOrigin(origin string) string {
	switch {
	case origin == "":
		return ""
	case slices.Contains(s.AllowedOrigins, "*"):
		return "*"
	case slices.Contains(s.AllowedOrigins, origin):
		return origin
	}
	return ""
}
