package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"

	"azure-nlp-endpoint/inference/api"
	"azure-nlp-endpoint/inference/pipeline"
)

// predict answers as text-embeddings-inference's /predict: all labels of one
// text, best first, or of each of [["…"], ["…"]]. A body with "parameters" is one
// of Hugging Face's inference API, and answered as there.
func (s *Server) predict(w http.ResponseWriter, r *http.Request) {
	body, err := s.readBody(w, r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.predictBody(w, r, body, false)
}

// predictBody answers a body of /predict, or if it is the hub's, one of POST /.
func (s *Server) predictBody(w http.ResponseWriter, r *http.Request, body []byte, hub bool) {
	q := &teiRequest{hub: hub}
	q.truncate = s.Limits.Truncation
	err := q.decode(body, s.Limits)
	if err == nil {
		err = checkName("model", q.model, s.Classifier.Info().Name)
	}
	var result pipeline.Result
	if err == nil {
		result, err = s.classify(w, r, pipeline.Request{Texts: q.texts, TopK: q.topK, Function: q.function, Truncate: q.truncate})
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if q.single && !q.hub {
		writeJSON(w, http.StatusOK, result.Scores[0])
		return
	}
	writeJSON(w, http.StatusOK, result.Scores)
}

// teiRequest is a classification in the form of text-embeddings-inference, or of
// Hugging Face's inference API. There huggingface_hub's text_classification takes
// the first item of the answer for its labels, so that one text has a list in a
// list.
type teiRequest struct {
	scoreRequest
	hub   bool
	model string
}

func (q *teiRequest) decode(body []byte, limits api.Limits) error {
	var inputs, parameters json.RawMessage
	own := "" // a field that only text-embeddings-inference has
	err := readFields(q, "", body, func(at string) error {
		return invalid("%.100q is not known: the body takes inputs, parameters, model, raw_scores, truncate and truncation_direction", at)
	}, fields[teiRequest]{
		"inputs": func(_ *teiRequest, _ string, raw json.RawMessage) error {
			inputs = raw
			return nil
		},
		"parameters": func(q *teiRequest, at string, raw json.RawMessage) error {
			q.hub, parameters = true, raw
			return decodeParameters(&q.scoreRequest, at, raw)
		},
		"model": textField(func(q *teiRequest) *string { return &q.model }),
		"raw_scores": func(q *teiRequest, at string, raw json.RawMessage) error {
			own = at
			raws, err := boolean(at, raw)
			if raws {
				q.function = pipeline.None
			}
			return err
		},
		"truncate": func(q *teiRequest, at string, raw json.RawMessage) (err error) {
			own = at
			q.truncate, err = boolean(at, raw)
			return err
		},
		"truncation_direction": func(_ *teiRequest, at string, raw json.RawMessage) error {
			own = at
			if isOneOf(raw, "Right", "right") {
				return nil
			}
			return badField(at, "is %.100s: texts are cut at their end, \"Right\"", raw)
		},
	})
	switch {
	case err != nil:
		return err
	case inputs == nil:
		return invalid("inputs is missing: send {\"inputs\": \"…\"} or {\"inputs\": [[\"…\"], [\"…\"]]}")
	case parameters != nil && own != "":
		return invalid("both parameters and %s are given, of two protocols: send what you mean in parameters", own)
	}
	if q.hub {
		q.texts, q.single, err = decodeTexts("inputs", inputs, limits)
		return err
	}
	return q.decodeInputs(inputs, limits)
}

// decodeInputs reads "…", ["…"] or [["…"], …]. A list of two strings is a pair
// of texts in this protocol, which the model isn't asked about here.
func (q *teiRequest) decodeInputs(raw []byte, limits api.Limits) error {
	if bytes.HasPrefix(raw, []byte(`"`)) {
		var text string
		if err := json.Unmarshal(raw, &text); err != nil {
			return syntax("inputs", err)
		}
		q.texts, q.single = []string{text}, true
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	if token, err := d.Token(); err != nil || token != json.Delim('[') {
		return invalid("inputs is %s, a string or a list is needed", kindOf(raw))
	}
	for d.More() {
		var item json.RawMessage
		if err := d.Decode(&item); err != nil {
			return syntax("inputs", err)
		}
		if len(q.texts) == 0 && kindOf(item) == "a string" {
			text, err := oneText("inputs", raw)
			q.texts, q.single = []string{text}, true
			return err
		}
		if len(q.texts) == limits.MaxClientBatchSize {
			return tooManyTexts("inputs", limits)
		}
		text, err := oneText(fmt.Sprintf("inputs[%d]", len(q.texts)), item)
		if err != nil {
			return err
		}
		q.texts = append(q.texts, text)
	}
	if len(q.texts) == 0 {
		return invalid("inputs is an empty list: send at least one text")
	}
	return nil
}

// oneText reads a list of one string, or a string.
func oneText(at string, raw []byte) (string, error) {
	var text string
	if json.Unmarshal(raw, &text) == nil && kindOf(raw) == "a string" {
		return text, nil
	}
	var texts []json.RawMessage
	if kindOf(raw) != "a list" || json.Unmarshal(raw, &texts) != nil {
		return "", invalid("%s is %s, a list of one string is needed", at, kindOf(raw))
	}
	if len(texts) != 1 {
		return "", invalid("%s has %d texts; pairs of texts are not supported: send each as [\"…\"]", at, len(texts))
	}
	if kindOf(texts[0]) != "a string" || json.Unmarshal(texts[0], &text) != nil {
		return "", invalid("%s[0] is %s, a string is needed", at, kindOf(texts[0]))
	}
	return text, nil
}
