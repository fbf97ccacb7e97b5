package server_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/server"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/browser"
)

// TestCrossOriginInABrowser opens a page of another origin in a real browser,
// whose script scores a text with a key, and reads the request's id.
func TestCrossOriginInABrowser(t *testing.T) {
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, `<!doctype html><p id="said"></p>`)
	}))
	t.Cleanup(page.Close)
	allowing := func(origins ...string) *started {
		return start(t, &fake{}, func(o *server.Options) { o.AllowedOrigins = origins })
	}
	p := browser.Open(t, page.URL)
	for i, c := range []struct {
		s    *started
		want string
	}{
		{allowing(page.URL), "POSITIVE with id mine, then 400 invalid_request"},
		{allowing("*"), "POSITIVE with id mine, then 400 invalid_request"},
		{allowing("https://example.com"), "TypeError"},
		{allowing(), "TypeError"},
	} {
		p.Eval(`window.said = ""; (async () => {
			const ask = (body) => fetch("` + c.s.url + `/score", {method: "POST", body,
				headers: {"content-type": "application/json", "authorization": "Bearer key", "x-ms-request-id": "mine"}});
			const good = await ask('{"text": "a"}');
			const bad = await ask("{");
			return (await good.json())[0].label + " with id " + good.headers.get("x-ms-request-id") + ", then " + bad.status + " " + (await bad.json()).error.code;
		})().then((said) => window.said = said, (e) => window.said = e.name); 0`)
		p.Wait(`window.said != ""`)
		if got := p.Eval(`window.said`); !strings.Contains(got, c.want) {
			t.Errorf("case %s: the page says %s, want %s", strconv.Itoa(i), got, c.want)
		}
	}
}

func TestCrossOrigin(t *testing.T) {
	const page = "https://example.com"
	allowing := func(origins ...string) *started {
		return start(t, &fake{}, func(o *server.Options) { o.AllowedOrigins = origins })
	}
	for _, c := range []struct {
		s               *started
		origin, allowed string
	}{
		{start(t, &fake{}), page, ""},
		{allowing(page), page, page},
		{allowing("https://other.com", page), page, page},
		{allowing(page), "https://example.com.evil.org", ""},
		{allowing(page), "http://example.com", ""},
		{allowing(page), "null", ""},
		{allowing(page), "", ""},
		{allowing("*"), page, "*"},
	} {
		header := []string{}
		if c.origin != "" {
			header = []string{"Origin", c.origin}
		}
		preflight := append([]string{"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization, content-type"}, header...)
		for _, got := range []answer{
			c.s.do(t, "POST", "/score", `{"text": "a"}`, header...), c.s.do(t, "POST", "/score", `{`, header...),
			c.s.do(t, "GET", "/nothing", "", header...), c.s.do(t, "OPTIONS", "/v1/chat/completions", "", preflight...),
		} {
			h := got.Header
			if h.Get("Access-Control-Allow-Origin") != c.allowed || h.Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("%s from %q: %v, want %q", got.Request.URL.Path, c.origin, h, c.allowed)
			}
			if (h.Get("Access-Control-Expose-Headers") != "") != (c.allowed != "") {
				t.Errorf("%s from %q: %v", got.Request.URL.Path, c.origin, h)
			}
			if got.Request.Method == "OPTIONS" {
				if got.StatusCode != 204 || (h.Get("Access-Control-Allow-Headers") == "authorization, content-type") != (c.allowed != "") {
					t.Errorf("preflight from %q: status %d, %v", c.origin, got.StatusCode, h)
				}
			}
		}
		if got := c.s.do(t, "GET", "/", "", header...); slices.Contains(got.Header.Values("Vary"), "Origin") != (len(c.s.AllowedOrigins) > 0) {
			t.Errorf("Vary is %v", got.Header.Values("Vary"))
		}
	}
}
