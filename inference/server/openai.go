package server

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// The routes of OpenAI's API. Their errors have OpenAI's bodies.

func (s *Server) openAIRoutes() []route {
	all := []route{
		{"POST " + api.TokenizePath, s.openAI(s.admit(s.tokenize)), false},
	}
	named := s.Generator != nil || s.Embedder != nil // those that a body can name
	for _, at := range []func(path string) string{versioned, unversioned} {
		all = append(all,
			route{"POST " + at(api.ChatPath), s.openAI(s.admit(s.chatCompletions)), false},
			route{"POST " + at(api.CompletionsPath), s.openAI(s.admit(s.completions)), false},
			route{"POST " + at(api.ResponsesPath), s.openAI(s.admit(s.responses)), false},
			route{"POST " + at(api.EmbeddingsPath), s.needs(s.Embedder != nil, s.admit(s.embeddings)), false},
			route{"GET " + at(api.ModelsPath), s.needs(named, s.models), false},
			route{"GET " + at(api.ModelsPath) + "/{model...}", s.needs(named, s.modelNamed), false})
	}
	return all
}

func versioned(path string) string { return path }

// unversioned is a path of OpenAI's without its /v1: Azure's model inference API
// has it so, and whoever takes the server's own address for OpenAI's base URL.
func unversioned(path string) string { return strings.TrimPrefix(path, "/v1") }

// openAI is for the routes that need a chat model.
func (s *Server) openAI(next http.HandlerFunc) http.HandlerFunc {
	return s.needs(s.Generator != nil, next)
}

func (s *Server) chatCompletions(w http.ResponseWriter, r *http.Request) {
	body, err := s.readBody(w, r)
	var q *generation
	if err == nil {
		q, err = s.decodeChat(body, extraFields(r))
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.generate(w, r, q)
}

// checkGenerator refuses a model that isn't loaded. A name may have what comes
// before the last slash, as hubs write it.
func (s *Server) checkGenerator(field, name string) error {
	return checkName(field, name, s.Generator.Info().Name)
}

// checkName refuses a model's name that isn't the served one's. huggingface_hub
// says "dummy" to a server that it knows by its URL.
func checkName(field, name, served string) error {
	if name == "" || name == "dummy" || name == served || name[strings.LastIndexByte(name, '/')+1:] == served {
		return nil
	}
	e := fieldFailure(api.ModelNotFound, field, "the model %.100q is not here: %q is, or leave model out", name, served)
	e.status = http.StatusNotFound
	return e
}

// owner is who provides the models, as far as clients ask.
const owner = "azure-nlp-endpoint"

type modelObject struct {
	ID            string `json:"id"`
	Object        string `json:"object"`
	Created       int64  `json:"created"`
	OwnedBy       string `json:"owned_by"`
	ContextWindow int    `json:"context_length"`
}

// modelObjects are the models that a body can name.
func (s *Server) modelObjects() (all []modelObject) {
	if s.Generator != nil {
		i := s.Generator.Info()
		all = append(all, modelObject{i.Name, "model", i.Created.Unix(), owner, i.ContextWindow})
	}
	if s.Embedder != nil {
		i := s.Embedder.Info()
		all = append(all, modelObject{i.Name, "model", i.Created.Unix(), owner, i.MaxTokens})
	}
	return all
}

func (s *Server) models(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{"object": "list", "data": s.modelObjects()})
}

func (s *Server) modelNamed(w http.ResponseWriter, r *http.Request) {
	if r.PathValue("model") == "" { // /v1/models/
		s.models(w, r)
		return
	}
	var err error
	for _, m := range s.modelObjects() {
		if err = checkName("model", r.PathValue("model"), m.ID); err == nil {
			writeJSON(w, http.StatusOK, m)
			return
		}
	}
	s.fail(w, r, err)
}

// openAI is the error's body in OpenAI's form.
func (e *httpError) openAI() []byte {
	body := api.OpenAIError{Message: e.body.Message, Type: "invalid_request_error", Code: e.body.Code}
	switch {
	case e.status == http.StatusTooManyRequests:
		body.Type, body.Code = "rate_limit_error", api.RateLimitExceeded
	case e.status >= 500:
		body.Type = "server_error"
	}
	if e.param != "" {
		body.Param = &e.param
	}
	b, err := json.Marshal(api.OpenAIErrorBody{Error: body})
	if err != nil { // strings always have a form
		panic(err)
	}
	return b
}
