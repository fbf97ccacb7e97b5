package server

import (
	"embed"
	"net/http"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// page holds the pages at / and /docs. The latter reads /openapi.json in the
// browser. Nothing is fetched from anywhere else.
//
//go:embed page
var page embed.FS

// pagePolicy lets a page load nothing but its own two files, and talk to
// this server alone.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func (s *Server) pageRoutes() []route {
	file := func(name, contentType string) http.HandlerFunc {
		content := pageFile(name)
		return func(w http.ResponseWriter, _ *http.Request) { writePage(w, contentType, content) }
	}
	return []route{
		{"GET " + api.OpenAPIPath, func(w http.ResponseWriter, _ *http.Request) { writeDocument(w, "application/json", api.OpenAPI) }, false},
		{"GET " + api.DocsPath, file("docs.html", "text/html; charset=utf-8"), false},
		{"GET " + api.DocsPath + "/docs.js", file("docs.js", "text/javascript; charset=utf-8"), false},
		{"GET " + api.DocsPath + "/docs.css", file("docs.css", "text/css; charset=utf-8"), false},
		{"GET /playground.js", file("playground.js", "text/javascript; charset=utf-8"), false},
		{"GET /playground.css", file("playground.css", "text/css; charset=utf-8"), false},
	}
}

// pageFile is an embedded file.
func pageFile(name string) []byte {
	content, err := page.ReadFile("page/" + name)
	if err != nil { // the file was not embedded, which a test would show
		panic(err)
	}
	return content
}

func writePage(w http.ResponseWriter, contentType string, content []byte) {
	w.Header().Set("Content-Security-Policy", pagePolicy)
	w.Header().Set("Referrer-Policy", "no-referrer")
	writeDocument(w, contentType, content)
}

// acceptsHTML reports whether a browser asks. Probes accept anything, or
// nothing in particular.
func acceptsHTML(r *http.Request) bool {
	return strings.Contains(strings.ToLower(strings.Join(r.Header.Values("Accept"), ",")), "text/html")
}
