package server

import (
	"net/http"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

// hub answers POST / as Hugging Face's inference API does for a model, and as
// text-generation-inference does (compat_generate in its router/src/server.rs, whose
// answer is in a list): huggingface_hub's InferenceClient posts there if it is given
// a base URL.
func (s *Server) hub(w http.ResponseWriter, r *http.Request) {
	body, err := s.readBody(w, r)
	kind := classification
	if err == nil {
		kind, err = s.formOf(body)
	}
	if err == nil && kind != textGeneration && s.Classifier != nil {
		s.predictBody(w, r, body, true)
		return
	}
	var q *generation
	if err == nil {
		q, err = s.decodeTextGeneration(body)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	q.form = func(string, int64, pipeline.GeneratorInfo) form { return &tgiForm{q: q, listed: true} }
	s.generate(w, r, q)
}
