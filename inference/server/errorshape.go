package server

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// errorShape is the form of an error's body: each protocol's clients read
// their own.
type errorShape int

const (
	ownErrors    errorShape = iota // {"error": {"code": "…", "message": "…"}}
	openAIErrors                   // the same, with type and param
	kserveErrors                   // {"error": "…"}
	teiErrors                      // {"error": "…", "error_type": "Validation"}
	tgiErrors                      // {"error": "…", "error_type": "validation"}
)

// shapeOf says which errors the routes of a path have, those that don't exist
// included. /score's have the form of the body that came.
func shapeOf(path string) errorShape {
	family, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch "/" + family {
	case "/v1", "/chat", unversioned(api.CompletionsPath), unversioned(api.ResponsesPath), unversioned(api.ModelsPath), unversioned(api.EmbeddingsPath), api.TokenizePath:
		return openAIErrors
	case "/v2":
		return kserveErrors
	case api.PredictPath, api.RerankPath, api.EmbedPath:
		return teiErrors
	case "/":
		return tgiErrors
	}
	return ownErrors
}

// shaped is the error's body in a shape.
func (e *httpError) shaped(shape errorShape) []byte {
	var v any = api.ErrorBody{Error: e.body}
	switch shape {
	case openAIErrors:
		return e.openAI()
	case kserveErrors:
		v = map[string]string{"error": e.body.Message}
	case teiErrors:
		v = map[string]string{"error": e.body.Message, "error_type": teiErrorType(e.status)}
	case tgiErrors:
		v = map[string]string{"error": e.body.Message, "error_type": tgiErrorType(e.status)}
	}
	b, err := json.Marshal(v)
	if err != nil { // strings always have a form
		panic(err)
	}
	return b
}

// teiErrorType is one of text-embeddings-inference's, as its router/src/lib.rs
// lists them.
func teiErrorType(status int) string {
	switch {
	case status == http.StatusTooManyRequests:
		return "Overloaded"
	case status == http.StatusServiceUnavailable:
		return "Unhealthy"
	case status >= 500:
		return "Backend"
	}
	return "Validation"
}

// tgiErrorType is one of text-generation-inference's, by which
// huggingface_hub's inference/_common.py picks an exception.
func tgiErrorType(status int) string {
	switch {
	case status == http.StatusTooManyRequests:
		return "overloaded"
	case status >= 500:
		return "generation"
	}
	return "validation"
}
