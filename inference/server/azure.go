package server

import (
	_ "embed"
	"net/http"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// What Azure's own inference server answers at / and /swagger.json, where
// Azure ML's tools look.

//go:embed swagger2.json
var swagger2 []byte

//go:embed swagger2chat.json
var swagger2Chat []byte // where no classifier is loaded

// root answers as Azure's inference server does, but gives browsers the
// playground.
func (s *Server) root(w http.ResponseWriter, r *http.Request) {
	w.Header().Add("Vary", "Accept")
	if acceptsHTML(r) && !s.hides("page") {
		writePage(w, fileTypes[".html"], pageFile("playground/playground.html"))
		return
	}
	writeText(w, http.StatusOK, "Healthy")
}

// swagger answers with a description of /score: in Swagger 2, or
// with ?version=3 in OpenAPI 3.
func (s *Server) swagger(w http.ResponseWriter, r *http.Request) {
	switch v := r.URL.Query().Get("version"); v {
	case "", "2", "2.0":
		if s.Classifier == nil {
			writeDocument(w, "application/json", swagger2Chat)
			return
		}
		writeDocument(w, "application/json", swagger2)
	case "3", "3.0", "3.1":
		writeDocument(w, "application/json", api.OpenAPI)
	default:
		s.fail(w, r, failure(http.StatusNotFound, api.NotFound, "there is no description in version %.20q: ask for version=2 or version=3", v))
	}
}

func writeDocument(w http.ResponseWriter, contentType string, body []byte) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(body)
}
