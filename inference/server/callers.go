package server

import (
	"crypto/sha256"
	"fmt"
	"net"
	"net/http"
	"net/textproto"
	"strings"
)

// Callers says by what those who ask for texts are told apart. The zero value
// doesn't tell them apart.
type Callers struct {
	by     string // "", "user", "address" or "header"
	header string
}

// CallersBy reads an option's value: "none", "user" (the body's
// safety_identifier or user), "address" (the client's IP address), or
// "header:NAME", of a header that only a trusted proxy can set.
func CallersBy(value string) (Callers, error) {
	by, header, named := strings.Cut(value, ":")
	switch {
	case value == "" || value == "none":
		return Callers{}, nil
	case value == "user" || value == "address":
		return Callers{by: value}, nil
	case by == "header" && named && header != "" && !strings.ContainsAny(header, " \t\r\n:,;\"/"):
		return Callers{by: by, header: textproto.CanonicalMIMEHeaderKey(header)}, nil
	}
	return Callers{}, fmt.Errorf("%q is none of none, user, address and header:NAME", value)
}

// of is who sends the request, as a hash, or "" where callers aren't told apart.
// Those who don't say who they are share one.
func (c Callers) of(r *http.Request, user string) string {
	var who string
	switch c.by {
	case "":
		return ""
	case "user":
		who = user
	case "address":
		who = hostOf(r.RemoteAddr)
	case "header":
		who = strings.Join(r.Header.Values(c.header), ",")
	}
	hash := sha256.Sum256([]byte(who))
	return string(hash[:])
}

// hostOf is an address without its port.
func hostOf(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		return host
	}
	return address
}

// Bounded reports whether a caller is known before its body is read, so that what it
// holds can be limited.
func (c Callers) Bounded() bool { return c.by == "address" || c.by == "header" }
