package server

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

// One route takes every form of a request, for whoever has no more than the
// endpoint's scoring URI. The body says which form it has.

// scoreForm is a form of /score's body.
type scoreForm int

const (
	classification      scoreForm = iota // {"text": …}, {"inputs": …}
	chatMessages                         // {"messages": […]}, as OpenAI's chat completions
	azureClassification                  // {"input_data": […]} and so on, as Azure's text classifiers
	azureInput                           // {"input_data": {"input_string": […]}}, as Azure's chat models
	textGeneration                       // {"inputs": "…", "parameters": {…}}, as text-generation-inference
)

// members are what a body has by their names, without those that are null.
type members map[string]json.RawMessage

func membersOf(body []byte) (members, error) {
	given := members{}
	err := eachMember("", body, func(name string, value json.RawMessage) error {
		if !isNull(value) {
			given[name] = value
		}
		return nil
	})
	return given, err
}

func (m members) has(name string) bool { return m[name] != nil }

// formOf says which form a body with these members has.
func (s *Server) formOf(given members) scoreForm {
	switch {
	case s.Classifier != nil && kindOf(given["inputs"]) == "an object",
		s.Classifier != nil && given.has("input_data") && (s.Generator == nil || isForClassifiers(given["input_data"])):
		return azureClassification
	case s.Generator == nil:
		return classification
	case given.has("messages"):
		return chatMessages
	case given.has("input_data"):
		return azureInput
	case !given.has("inputs"):
		return classification
	case s.Classifier == nil || given.has("stream") || generates(given["parameters"]):
		return textGeneration
	}
	return classification
}

// isForClassifiers reports whether input_data has a form that no chat model has.
func isForClassifiers(inputData json.RawMessage) (yes bool) {
	_ = eachMember("input_data", inputData, func(name string, value json.RawMessage) error { // its decoder says what is wrong
		yes = yes || !isNull(value) && (name == "columns" || name == "data")
		return nil
	})
	return yes || kindOf(inputData) == "a list"
}

// generates reports whether parameters has one that no classification has.
func generates(parameters json.RawMessage) (yes bool) {
	_ = eachMember("parameters", parameters, func(name string, value json.RawMessage) error { // its decoder says what is wrong
		_, known := allTGIParameters[name]
		yes = yes || known && name != "top_k" && !isNull(value) // top_k is both forms'
		return nil
	})
	return yes
}

// score answers by the form of the body.
func (s *Server) score(w http.ResponseWriter, r *http.Request) {
	body, err := s.readBody(w, r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	switch {
	case s.Generator == nil && s.Embedder != nil:
		s.embedBody(w, r, body)
		return
	case s.Generator == nil && s.Tagger != nil:
		s.tag(w, r, body, pipeline.NoAggregation)
		return
	}
	given, err := membersOf(body)
	if err != nil {
		if s.Classifier == nil {
			noteOf(r).errors = openAIErrors
		}
		s.fail(w, r, err)
		return
	}
	s.scoreAs(w, r, body, s.formOf(given))
}

// scoreAs answers a body of a form.
func (s *Server) scoreAs(w http.ResponseWriter, r *http.Request, body []byte, form scoreForm) {
	switch {
	case form == azureClassification:
		s.classifyAzure(w, r, body)
		return
	case form == classification && s.Classifier != nil:
		s.scoreTexts(w, r, body)
		return
	}
	noteOf(r).errors = openAIErrors
	var q *generation
	var err error
	switch form {
	case classification:
		err = fieldFailure(api.InvalidRequest, "messages", "messages is missing: the chat model %q is loaded, send {\"messages\": [{\"role\": \"user\", \"content\": \"…\"}]}", s.Generator.Info().Name)
	case chatMessages:
		q, err = s.decodeChat(body, extraFields(r))
	case azureInput:
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
