package server

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

// tagRequest asks for entities, in the form of transformers' token-classification pipeline and
// of Hugging Face's inference API.
type tagRequest struct {
	pipeline.TagRequest
	found  string // the field that the texts are in
	model  string
	single bool
}

// tag answers with a list of entities, or of such lists if a list of texts was sent.
// aggregation is the strategy of requests that name none: the pipeline and the inference API
// have their own.
func (s *Server) tag(w http.ResponseWriter, r *http.Request, body []byte, aggregation pipeline.Aggregation) {
	q := &tagRequest{}
	q.Truncate, q.Aggregation, q.MaxWindows = s.Limits.Truncation, aggregation, s.Limits.MaxClientBatchSize
	err := q.decode(body, s.Limits)
	if err == nil {
		err = checkName("model", q.model, s.Tagger.Info().Name)
	}
	var result pipeline.TagResult
	if err == nil {
		err = s.encode(w, r, len(q.Texts), func(ctx context.Context, caller string) (pipeline.Work, error) {
			q.Caller = caller
			var err error
			result, err = s.Tagger.Tag(ctx, q.TagRequest)
			return result.Work, err
		})
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	answers := make([][]api.Entity, len(result.Entities))
	for i, entities := range result.Entities {
		answers[i] = make([]api.Entity, len(entities))
		for j, e := range entities {
			answers[i][j] = api.Entity{Score: e.Score, Word: e.Word, Start: e.Start, End: e.End}
			if q.Aggregation == pipeline.NoAggregation {
				answers[i][j].Entity, answers[i][j].Index = e.Label, &entities[j].Index
			} else {
				answers[i][j].Group = e.Label
			}
		}
	}
	if q.single {
		writeJSON(w, http.StatusOK, answers[0])
		return
	}
	writeJSON(w, http.StatusOK, answers)
}

func (q *tagRequest) decode(body []byte, limits api.Limits) error {
	texts := func(q *tagRequest, at string, raw json.RawMessage) (err error) {
		if q.found != "" {
			return invalid("both %q and %q are given: send one of them", q.found, at)
		}
		q.found = at
		q.Texts, q.single, err = decodeTexts(at, raw, limits)
		return err
	}
	err := readFields(q, "", body, func(at string) error {
		return invalid("%.100q is not known: the body takes \"text\" or \"inputs\", \"parameters\" and \"model\"", at)
	}, fields[tagRequest]{
		"text": texts, "inputs": texts, "model": textField(func(q *tagRequest) *string { return &q.model }),
		"parameters": func(q *tagRequest, at string, raw json.RawMessage) error {
			return readFields(q, at, raw, func(at string) error {
				return invalid("%.100s is not known: there are aggregation_strategy, ignore_labels and truncation", at)
			}, tagParameters)
		},
	})
	if err == nil && q.found == "" {
		err = invalid("\"inputs\" is missing: send {\"inputs\": \"…\"} or {\"inputs\": [\"…\", \"…\"]}")
	}
	return err
}

// tagParameters are the pipeline's.
var tagParameters = fields[tagRequest]{
	"aggregation_strategy": func(q *tagRequest, at string, raw json.RawMessage) error {
		name, err := text(at, raw)
		q.Aggregation = pipeline.Aggregation(strings.ToLower(name))
		if err == nil && !slices.Contains(pipeline.Aggregations, q.Aggregation) {
			err = badField(at, "is %.100q: it can be none, simple, first, average or max", name)
		}
		return err
	},
	"ignore_labels": func(q *tagRequest, at string, raw json.RawMessage) error {
		q.Ignore = []string{}
		return eachItem(at, raw, "labels", func(i int, item json.RawMessage) error {
			label, err := text(fmt.Sprintf("%s[%d]", at, i), item)
			q.Ignore = append(q.Ignore, label)
			return err
		})
	},
	"truncation": booleanField(func(q *tagRequest) *bool { return &q.Truncate }),
	"stride": func(q *tagRequest, at string, raw json.RawMessage) error {
		n, err := integer(at, raw, 0, math.MaxInt32)
		q.Stride = &n
		return err
	},
}
