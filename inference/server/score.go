package server

import (
	"context"
	"net/http"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

// scoreTexts answers as transformers' text-classification pipeline: a string gives
// a list of labels, a list one label a text, or a list of labels a text if
// top_k was asked for.
func (s *Server) scoreTexts(w http.ResponseWriter, r *http.Request, body []byte) {
	q, err := decodeScore(body, s.Limits)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if q.zeroShot.labels != nil {
		s.scoreLabels(w, r, q, false)
		return
	}
	result, err := s.classify(w, r, pipeline.ClassifyRequest{
		Texts: q.texts, Pairs: q.pairs, TopK: q.labels(), Function: q.function, Truncate: q.truncate,
	})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, q.shape(result.Scores))
}

// classify runs a request, and notes what it took. Every route that scores texts goes
// through it.
func (s *Server) classify(w http.ResponseWriter, r *http.Request, q pipeline.ClassifyRequest) (result pipeline.ClassifyResult, err error) {
	err = s.encode(w, r, len(q.Texts), func(ctx context.Context, caller string) (pipeline.Work, error) {
		q.Caller = caller
		var err error
		result, err = s.Classifier.Classify(ctx, q)
		return result.Work, err
	})
	return result, err
}

// labels is how many labels a text is to get; 0 means all.
func (q *scoreRequest) labels() int {
	if !q.topKGiven {
		return 1
	}
	return q.topK
}

// shape puts the labels in the form that transformers' pipeline gives them.
func (q *scoreRequest) shape(scores [][]pipeline.LabelScore) any {
	switch {
	case q.single:
		return scores[0]
	case q.topKGiven:
		return scores
	}
	flat := make([]pipeline.LabelScore, len(scores))
	for i, s := range scores {
		flat[i] = s[0]
	}
	return flat
}
