package server

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

// zeroShot are the parameters of transformers' zero-shot-classification pipeline.
type zeroShot struct {
	labels   []string // nil: the request isn't of it
	multi    bool
	template string
	given    string // the first of the others that was given
}

// zeroShotParameter reads one of them; ok is false for others.
func (q *scoreRequest) zeroShotParameter(name, at string, raw json.RawMessage) (ok bool, err error) {
	z := &q.zeroShot
	switch name {
	case "candidate_labels":
		z.labels, err = q.candidates(at, raw)
		return true, err
	case "multi_label":
		z.multi, err = boolean(at, raw)
	case "hypothesis_template":
		z.template, err = text(at, raw)
		if err == nil && z.template == "" {
			err = badField(at, "is empty: it must have {} where the label is put")
		}
	default:
		return false, nil
	}
	z.given = orElse(z.given, at)
	return true, err
}

// candidates reads a list of labels, or a string of labels between commas, as transformers
// does.
func (q *scoreRequest) candidates(at string, raw json.RawMessage) (labels []string, err error) {
	if kindOf(raw) == "a string" {
		all, err := text(at, raw)
		if err != nil {
			return nil, err
		}
		for _, l := range strings.Split(all, ",") {
			if l = strings.TrimSpace(l); l != "" {
				labels = append(labels, l)
			}
		}
	} else {
		err = eachItem(at, raw, "labels", func(i int, item json.RawMessage) error {
			l, err := text(fmt.Sprintf("%s[%d]", at, i), item)
			labels = append(labels, l)
			if err == nil && i == q.mostLabels {
				err = errEnough
			}
			return err
		})
	}
	switch {
	case len(labels) > q.mostLabels:
		return nil, failure(http.StatusRequestEntityTooLarge, api.PayloadTooLarge, "%s has more than %d labels, the limit: send them in several requests", at, q.mostLabels)
	case err == nil && len(labels) == 0:
		err = badField(at, "has no label: send at least one")
	}
	return labels, err
}

// checkZeroShot refuses parameters that go with candidate_labels without them, and those
// that don't go with them.
func (q *scoreRequest) checkZeroShot() error {
	z := q.zeroShot
	switch {
	case z.labels == nil && z.given != "":
		return badField(z.given, "is for zero-shot classification: send candidate_labels too")
	case z.labels != nil && q.function != "":
		return invalid("function_to_apply can't be combined with candidate_labels: leave it out")
	case z.labels != nil && q.pairs != nil:
		return invalid("candidate_labels can't be combined with pairs of texts: leave text_pair out")
	}
	return nil
}

// sequence is the pipeline's answer for a text.
type sequence struct {
	Sequence string    `json:"sequence"`
	Labels   []string  `json:"labels"`
	Scores   []float32 `json:"scores"`
}

// scoreLabels answers as the pipeline does, a list if a list was sent. The hub's inference API
// has labels and scores in lists of their own.
func (s *Server) scoreLabels(w http.ResponseWriter, r *http.Request, q *scoreRequest, hub bool) {
	var result pipeline.ZeroShotResult
	err := s.encode(w, r, len(q.texts), func(ctx context.Context, caller string) (pipeline.Work, error) {
		var err error
		result, err = s.Classifier.ZeroShot(ctx, pipeline.ZeroShotRequest{
			Texts: q.texts, Labels: q.zeroShot.labels, Template: q.zeroShot.template, MultiLabel: q.zeroShot.multi, Truncate: q.truncate, Caller: caller,
		})
		return result.Work, err
	})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	answers := make([]any, len(q.texts))
	for i, scores := range result.Scores {
		if q.topK > 0 && q.topK < len(scores) {
			scores = scores[:q.topK]
		}
		if answers[i] = scores; hub {
			continue
		}
		one := sequence{Sequence: q.texts[i]}
		for _, score := range scores {
			one.Labels, one.Scores = append(one.Labels, score.Label), append(one.Scores, score.Score)
		}
		answers[i] = one
	}
	if q.single {
		writeJSON(w, http.StatusOK, answers[0])
		return
	}
	writeJSON(w, http.StatusOK, answers)
}
