package server

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telemetry"
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
	result, err := s.classify(w, r, pipeline.ClassifyRequest{
		Texts: q.texts, TopK: q.labels(), Function: q.function, Truncate: q.truncate,
	})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, q.shape(result.Scores))
}

// classify runs a request within the time that it may take, and notes what it
// took. Every route that scores texts goes through it.
func (s *Server) classify(w http.ResponseWriter, r *http.Request, q pipeline.ClassifyRequest) (pipeline.ClassifyResult, error) {
	if s.state.Load() == starting {
		return pipeline.ClassifyResult{}, failure(http.StatusServiceUnavailable, api.NotReady, "the model is warming up: try again in a moment")
	}
	ctx, cancel := context.WithTimeout(r.Context(), s.timeoutOf(r))
	defer cancel()
	q.Caller = s.Callers.of(r, "")
	began := time.Now()
	result, err := s.Classifier.Classify(ctx, q)
	if err != nil {
		return pipeline.ClassifyResult{}, err
	}
	scored := telemetry.Scored{
		Began: began,
		Texts: len(q.Texts), Tokens: result.Tokens, Truncated: result.Truncated,
		Tokenize: result.Timing.Tokenize, Queue: result.Timing.Queue, Inference: result.Timing.Inference,
	}
	s.Metrics.ObserveScored(scored)
	noteOf(r).scored = &scored
	if result.Truncated > 0 {
		w.Header().Set(api.TruncatedHeader, strconv.Itoa(result.Truncated))
	}
	return result, nil
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
