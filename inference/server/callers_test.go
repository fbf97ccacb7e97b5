package server_test

import (
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/server"
)

// TestCallers compares which requests count as of one caller.
func TestCallers(t *testing.T) {
	const body, anna, bob = `{` + hello + `}`, `{` + hello + `, "user": "anna"}`, `{` + hello + `, "safety_identifier": "bob"}`
	type request struct{ body, header string }
	for by, c := range map[string]struct {
		requests []request
		want     string // a letter for each request, the same for the same caller; - for none
	}{
		"none":            {[]request{{body, "x"}, {anna, "y"}, {bob, ""}}, "---"},
		"user":            {[]request{{anna, "x"}, {bob, "x"}, {anna, "y"}, {body, "x"}, {body, "y"}}, "abacc"},
		"address":         {[]request{{anna, "x"}, {bob, "y"}}, "aa"},
		"header:X-Tenant": {[]request{{anna, "x"}, {bob, "x"}, {anna, "y"}, {anna, ""}, {bob, ""}}, "aabcc"},
	} {
		t.Run(by, func(t *testing.T) {
			g := &scripted{pieces: []string{"a"}}
			s := chats(t, g, func(o *server.Options) {
				var err error
				if o.Callers, err = server.CallersBy(by); err != nil {
					t.Fatal(err)
				}
			})
			names, got := map[string]byte{"": '-'}, ""
			for i, r := range c.requests {
				var header []string
				if r.header != "" {
					header = []string{"x-tenant", r.header}
				}
				if a := s.do(t, "POST", "/v1/chat/completions", r.body, header...); a.StatusCode != 200 {
					t.Fatalf("%d: %s", a.StatusCode, a.body)
				}
				caller := g.requests[i].Caller
				if _, ok := names[caller]; !ok {
					names[caller] = byte('a' + len(names) - 1)
				}
				got += string(names[caller])
			}
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
	k := &keeping{}
	s := start(t, k, func(o *server.Options) { o.Callers, _ = server.CallersBy("header:X-Tenant") })
	seen := map[string]bool{}
	for _, tenant := range []string{"x", "y", "x"} {
		s.do(t, "POST", "/score", `{"text": "a"}`, "x-tenant", tenant)
		k.mu.Lock()
		seen[k.last.Caller] = true
		k.mu.Unlock()
	}
	if len(seen) != 2 || seen[""] {
		t.Errorf("two callers who have texts scored are %d", len(seen))
	}
	for _, by := range []string{"users", "header", "header:", "header:a b", "user:x", "header:X:Y"} {
		if _, err := server.CallersBy(by); err == nil {
			t.Errorf("%q is taken", by)
		}
	}
}
