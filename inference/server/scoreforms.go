package server

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"azure-nlp-endpoint/inference/api"
)

// Azure may let no route through but /score. So it takes every form of a
// request, and the body says which one it is.

// scoreForm is a form of /score's body.
type scoreForm int

const (
	classification scoreForm = iota // {"text": …}, {"inputs": …}
	chatMessages                    // {"messages": […]}, as OpenAI's chat completions
	azureInput                      // {"input_data": {"input_string": […]}}, as Azure's chat models
	textGeneration                  // {"inputs": "…", "parameters": {…}}, as text-generation-inference
)

// formOf looks at a body's names alone. What isn't JSON is a classification,
// whose decoder says what is wrong.
func (s *Server) formOf(body []byte) scoreForm {
	var names struct {
		Messages   json.RawMessage            `json:"messages"`
		InputData  json.RawMessage            `json:"input_data"`
		Inputs     json.RawMessage            `json:"inputs"`
		Stream     json.RawMessage            `json:"stream"`
		Parameters map[string]json.RawMessage `json:"parameters"`
	}
	var wrongType *json.UnmarshalTypeError
	if err := json.Unmarshal(body, &names); err != nil && !errors.As(err, &wrongType) {
		return classification
	}
	switch {
	case names.Messages != nil:
		return chatMessages
	case names.InputData != nil:
		return azureInput
	case names.Inputs == nil:
		return classification
	case s.Classifier == nil || names.Stream != nil:
		return textGeneration
	}
	for name := range names.Parameters {
		if name != "top_k" && s.textGenerationFields()[name] != nil {
			return textGeneration // top_k is both forms'
		}
	}
	return classification
}

// score answers by the form of the body.
func (s *Server) score(w http.ResponseWriter, r *http.Request) {
	body, err := s.readBody(w, r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	form := s.formOf(body)
	if form == classification && s.Classifier != nil {
		s.scoreTexts(w, r, body)
		return
	}
	if form != classification {
		noteOf(r).errors = openAIErrors
	}
	var q *generation
	switch {
	case form == classification:
		err = invalid("\"text\" is for a classifier, and the chat model %q is loaded: send {\"messages\": [{\"role\": \"user\", \"content\": \"…\"}]}", s.Generator.Info().Name)
		if !json.Valid(body) {
			_, err = decodeScore(body, s.Limits) // which says where the fault is
		}
	case s.Generator == nil:
		err = invalid("the body is for a chat model, and the classifier %q is loaded: send {\"text\": \"…\"}", s.Classifier.Info().Name)
	case form == chatMessages:
		q, err = s.decodeChat(body)
	case form == azureInput:
		q, err = s.decodeAzure(body)
	default:
		q, err = s.decodeTextGeneration(body)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if !q.streamGiven {
		q.stream = wantsEvents(r)
	}
	s.generate(w, r, q)
}

// wantsEvents reports whether a request accepts events and doesn't name JSON.
func wantsEvents(r *http.Request) bool {
	accepted := strings.Split(strings.Join(r.Header.Values("Accept"), ","), ",")
	names := func(media string) bool {
		return slices.ContainsFunc(accepted, func(a string) bool {
			a, _, _ = strings.Cut(a, ";")
			return strings.EqualFold(strings.TrimSpace(a), media)
		})
	}
	return names("text/event-stream") && !names("application/json")
}

// missing is the error of a body without its main field.
func missing(field, remedy string) *httpError {
	return fieldFailure(api.InvalidRequest, field, "%s is missing: send %s", field, remedy)
}
