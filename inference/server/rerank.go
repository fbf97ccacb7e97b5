package server

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

// rerankRequest is RerankRequest of router/src/http/types.rs of text-embeddings-inference.
type rerankRequest struct {
	pipeline.RerankRequest
	model      string
	queryGiven bool
	returnText bool
}

// rerank answers as text-embeddings-inference's /rerank: the texts' places and scores, best
// first.
func (s *Server) rerank(w http.ResponseWriter, r *http.Request) {
	body, err := s.readBody(w, r)
	q := &rerankRequest{}
	q.Truncate = s.Limits.Truncation
	if err == nil {
		err = q.decode(body, s.Limits)
	}
	if err == nil {
		err = checkName("model", q.model, s.Classifier.Info().Name)
	}
	var result pipeline.RerankResult
	if err == nil {
		err = s.encode(w, r, len(q.Texts), func(ctx context.Context, caller string) (pipeline.Work, error) {
			q.Caller = caller
			var err error
			result, err = s.Classifier.Rerank(ctx, q.RerankRequest)
			return result.Work, err
		})
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	ranks := make([]api.Rank, len(result.Ranked))
	for i, one := range result.Ranked {
		ranks[i] = api.Rank{Index: one.Index, Score: one.Score}
		if q.returnText {
			ranks[i].Text = &q.Texts[one.Index]
		}
	}
	writeJSON(w, http.StatusOK, ranks)
}

func (q *rerankRequest) decode(body []byte, limits api.Limits) error {
	err := readFields(q, "", body, func(at string) error {
		return invalid("%.100q is not known: the body takes query, texts, raw_scores, return_text, truncate, truncation_direction and model", at)
	}, fields[rerankRequest]{
		"query": func(q *rerankRequest, at string, raw json.RawMessage) (err error) {
			q.queryGiven = true
			q.Query, err = text(at, raw)
			return err
		},
		"texts": func(q *rerankRequest, at string, raw json.RawMessage) (err error) {
			if kindOf(raw) != "a list" {
				return badField(at, "is %s, a list of strings is needed", kindOf(raw))
			}
			q.Texts, _, err = decodeTexts(at, raw, limits)
			return err
		},
		"raw_scores":           booleanField(func(q *rerankRequest) *bool { return &q.Raw }),
		"return_text":          booleanField(func(q *rerankRequest) *bool { return &q.returnText }),
		"truncate":             booleanField(func(q *rerankRequest) *bool { return &q.Truncate }),
		"truncation_direction": truncationDirection[rerankRequest],
		"model":                textField(func(q *rerankRequest) *string { return &q.model }),
	})
	const remedy = `{"query": "…", "texts": ["…", "…"]}`
	switch {
	case err != nil:
		return err
	case !q.queryGiven:
		return missing("query", remedy)
	case q.Texts == nil:
		return missing("texts", remedy)
	}
	return nil
}

func booleanField[T any](of func(*T) *bool) func(*T, string, json.RawMessage) error {
	return func(q *T, at string, raw json.RawMessage) (err error) {
		*of(q), err = boolean(at, raw)
		return err
	}
}

// decodePair reads {"text": …, "text_pair": …}. An empty second text is none, as for
// transformers.
func decodePair(at string, raw json.RawMessage) (first string, second *string, err error) {
	type pair struct{ first, second *string }
	q := &pair{}
	of := func(to func(*pair) **string) func(*pair, string, json.RawMessage) error {
		return func(q *pair, at string, raw json.RawMessage) error {
			s, err := text(at, raw)
			*to(q) = &s
			return err
		}
	}
	err = readFields(q, at, raw, func(at string) error {
		return invalid("%.100q is not known: there are text and text_pair", at)
	}, fields[pair]{
		"text":      of(func(q *pair) **string { return &q.first }),
		"text_pair": of(func(q *pair) **string { return &q.second }),
	})
	if err == nil && q.first == nil {
		err = badField(at, "has no text")
	}
	if err != nil {
		return "", nil, err
	}
	if q.second != nil && *q.second == "" {
		q.second = nil
	}
	return *q.first, q.second, nil
}

// withPairs puts the texts of text_pair behind those of text: a string or as many strings.
func (q *scoreRequest) withPairs(at string, raw json.RawMessage, limits api.Limits) error {
	seconds, single, err := decodeTexts(at, raw, limits)
	switch {
	case err != nil:
		return err
	case q.pairs != nil:
		return invalid("text_pair is given twice")
	case single != q.single || len(seconds) != len(q.texts):
		return badField(at, "has %s, text has %s: send one for each", counted(seconds, single), counted(q.texts, q.single))
	}
	q.pairs = make([]*string, len(seconds))
	for i := range seconds {
		if seconds[i] != "" { // else transformers takes it for none
			q.pairs[i] = &seconds[i]
		}
	}
	return nil
}

func counted(texts []string, single bool) string {
	if single {
		return "a string"
	}
	return fmt.Sprintf("a list of %d", len(texts))
}
