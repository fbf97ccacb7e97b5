package server

import (
	"embed"
	"net/http"

	"azure-nlp-endpoint/inference/api"
)

// page is the page at /docs: it reads /openapi.json in the browser. Nothing is
// fetched from anywhere else.
//
//go:embed page
var page embed.FS

// pagePolicy lets the page load nothing but its own two files, and talk to
// this server alone.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func (s *Server) docsRoutes() []route {
	file := func(name, contentType string) http.HandlerFunc {
		content, err := page.ReadFile("page/" + name)
		if err != nil { // the file was not embedded, which a test would show
			panic(err)
		}
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Security-Policy", pagePolicy)
			w.Header().Set("Referrer-Policy", "no-referrer")
			writeDocument(w, contentType, content)
		}
	}
	return []route{
		{"GET " + api.OpenAPIPath, func(w http.ResponseWriter, _ *http.Request) { writeDocument(w, "application/json", api.OpenAPI) }, false},
		{"GET " + api.DocsPath, file("docs.html", "text/html; charset=utf-8"), false},
		{"GET " + api.DocsPath + "/docs.js", file("docs.js", "text/javascript; charset=utf-8"), false},
		{"GET " + api.DocsPath + "/docs.css", file("docs.css", "text/css; charset=utf-8"), false},
	}
}
