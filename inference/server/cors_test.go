package server_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"azure-nlp-endpoint/inference/server"
	"azure-nlp-endpoint/tests/browser"
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
