package server

import (
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
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

// checkOrigin refuses a POST of a page of another origin without a type that browsers
// ask for permission for: they would send it at once, and anybody's page could have
// its visitors' browsers use a server that only they reach.
func (s *Server) checkOrigin(r *http.Request) error {
	origin := r.Header.Get("Origin")
	if origin == "" || r.Method != http.MethodPost || s.allowedOrigin(origin) != "" {
		return nil
	}
	if u, err := url.Parse(origin); err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host) {
		return nil
	}
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err == nil && (media == "application/json" || media == "application/octet-stream") {
		return nil
	}
	return failure(http.StatusUnsupportedMediaType, api.UnsupportedMediaType,
		"a page of %.100q sends this, which isn't allowed without Content-Type: application/json; --cors-allow-origin allows pages of an origin", origin)
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
