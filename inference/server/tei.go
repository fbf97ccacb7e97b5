package server

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
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
	q.truncate, q.mostLabels = s.Limits.Truncation, s.Limits.MaxClientBatchSize
	err := q.decode(body, s.Limits)
	if err == nil {
		err = checkName("model", q.model, s.Classifier.Info().Name)
	}
	if err == nil && q.zeroShot.labels != nil {
		s.scoreLabels(w, r, &q.scoreRequest, true)
		return
	}
	var result pipeline.ClassifyResult
	if err == nil {
		result, err = s.classify(w, r, pipeline.ClassifyRequest{Texts: q.texts, Pairs: q.pairs, TopK: q.topK, Function: q.function, Truncate: q.truncate})
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
		"truncation_direction": func(q *teiRequest, at string, raw json.RawMessage) error {
			own = at
			return truncationDirection(q, at, raw)
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
		if err := q.decodeTexts("inputs", inputs, limits); err != nil {
			return err
		}
		return q.checkZeroShot()
	}
	return q.decodeInputs(inputs, limits)
}

// decodeInputs reads "…", ["…"] or [["…"], …], as PredictInput does in
// router/src/http/types.rs of text-embeddings-inference. A list of two strings is a
// pair of texts there.
func (q *teiRequest) decodeInputs(raw json.RawMessage, limits api.Limits) error {
	if kindOf(raw) == "a string" {
		s, err := text("inputs", raw)
		q.texts, q.single = []string{s}, true
		return err
	}
	items, err := listUpTo(limits.MaxClientBatchSize, "inputs", raw, "texts, or a string,")
	switch {
	case err != nil:
		return err
	case len(items) == 0:
		return badField("inputs", "is an empty list: send at least one text")
	case kindOf(items[0]) == "a string":
		q.single = true
		return q.addTexts("inputs", raw)
	case len(items) > limits.MaxClientBatchSize:
		return tooManyTexts("inputs", limits)
	}
	for i, item := range items {
		if err := q.addTexts(fmt.Sprintf("inputs[%d]", i), item); err != nil {
			return err
		}
	}
	return nil
}

// addTexts reads a list of one string, or of a pair.
func (q *teiRequest) addTexts(at string, raw json.RawMessage) error {
	items, err := listUpTo(2, at, raw, "one string or two")
	switch {
	case err != nil:
		return err
	case len(items) == 0:
		return badField(at, "is an empty list: send one string in it, or two that are a pair")
	case len(items) > 2:
		return badField(at, "has more than two texts, which are no pair: send each as [\"…\"]")
	}
	var texts [2]string
	for i, item := range items {
		if texts[i], err = text(fmt.Sprintf("%s[%d]", at, i), item); err != nil {
			return err
		}
	}
	q.texts, q.pairs = append(q.texts, texts[0]), append(q.pairs, nil)
	if len(items) == 2 {
		q.pairs[len(q.pairs)-1] = &texts[1]
	}
	return nil
}
