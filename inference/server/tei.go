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
// text, best first, or of each of [["…"], ["…"]].
func (s *Server) predict(w http.ResponseWriter, r *http.Request) {
	body, err := s.readBody(w, r)
	q := &teiRequest{truncate: s.Limits.Truncation}
	if err == nil {
		err = q.decode(body, s.Limits)
	}
	var result pipeline.Result
	if err == nil {
		result, err = s.classify(w, r, pipeline.Request{Texts: q.texts, Function: q.function, Truncate: q.truncate})
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if q.single {
		writeJSON(w, http.StatusOK, result.Scores[0])
		return
	}
	writeJSON(w, http.StatusOK, result.Scores)
}

type teiRequest struct {
	texts    []string
	single   bool
	function pipeline.Function
	truncate bool
}

func (q *teiRequest) decode(body []byte, limits api.Limits) error {
	err := readFields(q, "", body, func(at string) error {
		return invalid("%.100q is not known: the body takes inputs, raw_scores, truncate and truncation_direction", at)
	}, fields[teiRequest]{
		"inputs": func(q *teiRequest, _ string, raw json.RawMessage) error { return q.decodeInputs(raw, limits) },
		"raw_scores": func(q *teiRequest, at string, raw json.RawMessage) error {
			raws, err := boolean(at, raw)
			if raws {
				q.function = pipeline.None
			}
			return err
		},
		"truncate": func(q *teiRequest, at string, raw json.RawMessage) (err error) {
			q.truncate, err = boolean(at, raw)
			return err
		},
		"truncation_direction": func(_ *teiRequest, at string, raw json.RawMessage) error {
			if isOneOf(raw, "Right", "right") {
				return nil
			}
			return badField(at, "is %.100s: texts are cut at their end, \"Right\"", raw)
		},
	})
	if err == nil && q.texts == nil {
		err = invalid("inputs is missing: send {\"inputs\": \"…\"} or {\"inputs\": [[\"…\"], [\"…\"]]}")
	}
	return err
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
			return failure(http.StatusRequestEntityTooLarge, api.PayloadTooLarge,
				"inputs has more than %d texts, the limit: send them in several requests", limits.MaxClientBatchSize)
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
