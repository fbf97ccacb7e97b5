package server

import (
	"net/http"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

// rootPost answers POST /, which is two things. It is Azure's scoring route, so it
// takes what /score takes. And Hugging Face's inference API and
// text-generation-inference (compat_generate in its router/src/server.rs) answer
// there, where huggingface_hub's InferenceClient posts if it is given a base URL:
// with {"inputs": "…" or ["…"], "parameters": {…}}. /score takes such bodies too,
// so that only one of the two answers can be given: here it is the hub's, whose
// clients can't ask elsewhere, in a list for each text.
func (s *Server) rootPost(w http.ResponseWriter, r *http.Request) {
	body, err := s.readBody(w, r)
	switch {
	case err == nil && s.Generator == nil && s.Embedder != nil:
		s.embedBody(w, r, body)
		return
	case err == nil && s.Generator == nil && s.Tagger != nil:
		s.tag(w, r, body, pipeline.Simple)
		return
	}
	var given members
	if err == nil {
		given, err = membersOf(body)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	hubs := given.has("inputs") && !given.has("text") && kindOf(given["inputs"]) != "an object"
	switch form := s.formOf(given); {
	case !hubs || form != classification && form != textGeneration:
		noteOf(r).errors = ownErrors
		s.scoreAs(w, r, body, form)
	case form == classification && s.Classifier != nil:
		s.predictBody(w, r, body, true)
	default:
		s.continueText(w, r, body)
	}
}

// continueText answers as compat_generate does, in a list.
func (s *Server) continueText(w http.ResponseWriter, r *http.Request, body []byte) {
	q, err := s.decodeTextGeneration(body)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	q.form = func(string, int64, pipeline.GeneratorInfo) form { return &tgiForm{q: q, listed: true} }
	s.generate(w, r, q)
}
