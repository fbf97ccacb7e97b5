package server

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

// embed answers as text-embeddings-inference's /embed: a list of vectors, of one text too.
func (s *Server) embed(w http.ResponseWriter, r *http.Request) {
	body, err := s.readBody(w, r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.embedBody(w, r, body)
}

func (s *Server) embedBody(w http.ResponseWriter, r *http.Request, body []byte) {
	q, err := decodeEmbed(body, s.Limits)
	var result pipeline.EmbedResult
	if err == nil {
		result, err = s.vectors(w, r, q)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, result.Vectors)
}

// embedRequest asks for vectors, whatever form it came in.
type embedRequest struct {
	pipeline.EmbedRequest
	found  string // the field that the texts are in
	model  string
	base64 bool
}

// vectors runs a request.
func (s *Server) vectors(w http.ResponseWriter, r *http.Request, q *embedRequest) (result pipeline.EmbedResult, err error) {
	if err := checkName("model", q.model, s.Embedder.Info().Name); err != nil {
		return result, err
	}
	err = s.encode(w, r, len(q.Texts), func(ctx context.Context, caller string) (pipeline.Work, error) {
		q.Caller = caller
		var err error
		result, err = s.Embedder.Embed(ctx, q.EmbedRequest)
		return result.Work, err
	})
	return result, err
}

// textsField reads a string or a list of strings. Token ids, which the protocols have too,
// are those of another tokenizer as often as not.
func textsField(limits api.Limits) func(*embedRequest, string, json.RawMessage) error {
	return func(q *embedRequest, at string, raw json.RawMessage) (err error) {
		if q.found != "" {
			return invalid("both %q and %q are given: send one of them", q.found, at)
		}
		q.found = at
		items, _ := listUpTo(1, at, raw, "strings") // what is no list, decodeTexts says
		if len(items) > 0 && (kindOf(items[0]) == "a number" || kindOf(items[0]) == "a list") {
			return badField(at, "has token ids, texts are needed: the model has a tokenizer of its own (with LangChain's OpenAIEmbeddings set check_embedding_ctx_length=False)")
		}
		q.Texts, _, err = decodeTexts(at, raw, limits)
		return err
	}
}

func dimensionsField(q *embedRequest, at string, raw json.RawMessage) (err error) {
	q.Dimensions, err = integer(at, raw, 1, 1<<20)
	return err
}

// decodeEmbed reads EmbedRequest of router/src/http/types.rs of text-embeddings-inference.
func decodeEmbed(body []byte, limits api.Limits) (*embedRequest, error) {
	q := &embedRequest{}
	q.Truncate, q.Normalize = limits.Truncation, true
	err := readFields(q, "", body, func(at string) error {
		return invalid("%.100q is not known: the body takes inputs, normalize, prompt_name, dimensions, truncate, truncation_direction and model", at)
	}, fields[embedRequest]{
		"inputs":     textsField(limits),
		"dimensions": dimensionsField,
		"model":      textField(func(q *embedRequest) *string { return &q.model }),
		"normalize": func(q *embedRequest, at string, raw json.RawMessage) (err error) {
			q.Normalize, err = boolean(at, raw)
			return err
		},
		"prompt_name": textField(func(q *embedRequest) *string { return &q.Prompt }),
		"truncate": func(q *embedRequest, at string, raw json.RawMessage) (err error) {
			q.Truncate, err = boolean(at, raw)
			return err
		},
		"truncation_direction": truncationDirection[embedRequest],
	})
	if err == nil && q.found == "" {
		err = missing("inputs", `{"inputs": "…"} or {"inputs": ["…", "…"]}`)
	}
	return q, err
}

// truncationDirection takes the one that there is.
func truncationDirection[T any](_ *T, at string, raw json.RawMessage) error {
	if isOneOf(raw, "Right", "right") {
		return nil
	}
	return badField(at, "is %.100s: texts are cut at their end, \"Right\"", raw)
}
