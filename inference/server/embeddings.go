package server

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math"
	"net/http"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

// embeddings answers as OpenAI's /v1/embeddings, and as Azure's model inference API. The
// vectors have the length 1, as OpenAI's have.
func (s *Server) embeddings(w http.ResponseWriter, r *http.Request) {
	body, err := s.readBody(w, r)
	var q *embedRequest
	if err == nil {
		q, err = decodeEmbeddings(body, s.Limits)
	}
	var result pipeline.EmbedResult
	if err == nil {
		result, err = s.vectors(w, r, q)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	answer := api.Embeddings{
		Object: "list", Data: make([]api.Embedding, len(result.Vectors)), Model: s.Embedder.Info().Name,
		Usage: api.EmbeddingsUsage{PromptTokens: result.Tokens, TotalTokens: result.Tokens},
	}
	for i, v := range result.Vectors {
		answer.Data[i] = api.Embedding{Object: "embedding", Index: i, Embedding: v}
		if q.base64 {
			answer.Data[i].Embedding = inBase64(v)
		}
	}
	writeJSON(w, http.StatusOK, answer)
}

// inBase64 are the little-endian bytes of float32, as OpenAI's clients ask for them.
func inBase64(v []float32) string {
	raw := make([]byte, 0, 4*len(v))
	for _, f := range v {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(f))
	}
	return base64.StdEncoding.EncodeToString(raw)
}

func decodeEmbeddings(body []byte, limits api.Limits) (*embedRequest, error) {
	q := &embedRequest{}
	q.Truncate, q.Normalize = limits.Truncation, true
	err := readFields(q, "", body, func(at string) error {
		return fieldFailure(api.UnknownParameter, at, "%.100q is not known: the body takes input, model, encoding_format, dimensions, input_type and user", at)
	}, fields[embedRequest]{
		"input":      textsField(limits),
		"model":      textField(func(q *embedRequest) *string { return &q.model }),
		"dimensions": dimensionsField,
		"user":       nil,
		"encoding_format": func(q *embedRequest, at string, raw json.RawMessage) error {
			q.base64 = isOneOf(raw, "base64")
			if !q.base64 && !isOneOf(raw, "float") {
				return badField(at, "is %.100s: it can be \"float\" or \"base64\"", raw)
			}
			return nil
		},
		"input_type": func(q *embedRequest, at string, raw json.RawMessage) error { // Azure's
			name, err := text(at, raw)
			if name != "text" {
				q.Prompt = name
			}
			return err
		},
	})
	if err == nil && q.found == "" {
		err = missing("input", `{"input": "…"} or {"input": ["…", "…"]}`)
	}
	return q, err
}
