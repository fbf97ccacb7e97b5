package server

import (
	"embed"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// page holds the pages at / and /docs. The latter reads /openapi.json in the
// browser. Nothing is fetched from anywhere else.
//
//go:embed page
var page embed.FS

// pagePolicy lets a page load nothing but its own files, and talk to
// this server alone.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// pagePath is where the files of the page at / are.
const pagePath = "/playground/"

func (s *Server) pageRoutes() []route {
	file := func(path, name string) route {
		content, contentType := pageFile(name), fileTypes[filepath.Ext(name)]
		return route{"GET " + path, func(w http.ResponseWriter, _ *http.Request) { writePage(w, contentType, content) }, false}
	}
	routes := []route{
		{"GET " + api.OpenAPIPath, func(w http.ResponseWriter, _ *http.Request) { writeDocument(w, "application/json", api.OpenAPI) }, false},
		file(api.DocsPath, "docs.html"),
		file(api.DocsPath+"/docs.js", "docs.js"),
		file(api.DocsPath+"/docs.css", "docs.css"),
		file(api.DocsPath+"/icon.svg", "playground/icon.svg"),
	}
	files, err := page.ReadDir("page/playground")
	if err != nil {
		panic(err) // as pageFile's
	}
	for _, f := range files {
		routes = append(routes, file(pagePath+f.Name(), "playground/"+f.Name()))
	}
	return routes
}

var fileTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
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
