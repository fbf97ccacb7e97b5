package server

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

// scoreRequest is the body of /score, decoded.
type scoreRequest struct {
	texts     []string
	pairs     []*string // texts that are read behind them; nil if there are none
	single    bool      // one string, not a list
	topKGiven bool
	topK      int // 0: all labels
	function  pipeline.Function
	truncate  bool
	zeroShot
	mostLabels int // that candidate_labels may have
}

// decodeScore reads {"text": …, "text_pair": …} and {"inputs": …, "parameters": {…}}.
func decodeScore(body []byte, limits api.Limits) (*scoreRequest, error) {
	q := &scoreRequest{truncate: limits.Truncation, mostLabels: limits.MaxClientBatchSize}
	from := ""
	var seconds json.RawMessage
	texts := func(q *scoreRequest, at string, raw json.RawMessage) (err error) {
		if from != "" {
			return invalid("both %q and %q are given: send one of them", from, at)
		}
		from = at
		return q.decodeTexts(at, raw, limits)
	}
	err := readFields(q, "", body, func(at string) error {
		return invalid("%.100q is not known: the body takes \"text\" or \"inputs\", \"text_pair\" and \"parameters\"", at)
	}, fields[scoreRequest]{"text": texts, "inputs": texts, "parameters": decodeParameters, "text_pair": func(_ *scoreRequest, _ string, raw json.RawMessage) error {
		seconds = raw
		return nil
	}})
	if err != nil {
		return nil, err
	}
	if from == "" {
		return nil, invalid("\"text\" is missing: send {\"text\": \"…\"} or {\"text\": [\"…\", \"…\"]}")
	}
	if seconds != nil {
		if err := q.withPairs("text_pair", seconds, limits); err != nil {
			return nil, err
		}
	}
	return q, q.checkZeroShot()
}

// decodeTexts reads a string, a list of strings, or one of {"text": …, "text_pair": …}.
func (q *scoreRequest) decodeTexts(at string, raw json.RawMessage, limits api.Limits) (err error) {
	if kindOf(raw) == "a list" {
		items, err := listUpTo(limits.MaxClientBatchSize, at, raw, "texts")
		if err != nil {
			return err
		}
		if len(items) > 0 && kindOf(items[0]) == "an object" {
			return q.decodePairs(at, items, limits)
		}
	}
	q.texts, q.single, err = decodeTexts(at, raw, limits)
	return err
}

func (q *scoreRequest) decodePairs(at string, items []json.RawMessage, limits api.Limits) error {
	if len(items) > limits.MaxClientBatchSize {
		return tooManyTexts(at, limits)
	}
	for i, item := range items {
		first, second, err := decodePair(fmt.Sprintf("%s[%d]", at, i), item)
		if err != nil {
			return err
		}
		q.texts, q.pairs = append(q.texts, first), append(q.pairs, second)
	}
	return nil
}

// decodeTexts reads a string or a list of strings, no more than allowed.
func decodeTexts(at string, raw json.RawMessage, limits api.Limits) (texts []string, single bool, err error) {
	switch kindOf(raw) {
	case "a string":
		s, err := text(at, raw)
		return []string{s}, true, err
	case "a list":
	default:
		return nil, false, badField(at, "is %s, a string or a list of strings is needed", kindOf(raw))
	}
	err = eachItem(at, raw, "strings", func(i int, item json.RawMessage) error {
		s, err := text(fmt.Sprintf("%s[%d]", at, i), item)
		if err == nil && i == limits.MaxClientBatchSize {
			err = tooManyTexts(at, limits)
		}
		texts = append(texts, s)
		return err
	})
	if err != nil {
		return nil, false, err
	}
	if len(texts) == 0 {
		return nil, false, badField(at, "is an empty list: send at least one text")
	}
	return texts, false, nil
}

func tooManyTexts(at string, limits api.Limits) *httpError {
	return failure(http.StatusRequestEntityTooLarge, api.PayloadTooLarge,
		"%s has more than %d texts, the limit: send them in several requests", at, limits.MaxClientBatchSize)
}

// decodeParameters reads those of a classification. A null top_k is the one null
// that isn't as good as absent: it asks for all labels, as in transformers.
func decodeParameters(q *scoreRequest, at string, raw json.RawMessage) error {
	return eachMember(at, raw, func(name string, value json.RawMessage) (err error) {
		full := at + "." + name
		switch {
		case name == "top_k":
			q.topKGiven = true
			if isNull(value) {
				return nil
			}
			k, ok := wholeNumber(value)
			if !ok || k < 1 {
				return badField(full, "is %.100s: a whole number from 1 on is needed, or null for all labels", value)
			}
			q.topK = int(min(k, math.MaxInt32))
		case isNull(value):
		case name == "function_to_apply":
			q.function, err = decodeFunction(full, value)
		case name == "truncation":
			q.truncate, err = boolean(full, value)
		default:
			var ok bool
			if ok, err = q.zeroShotParameter(name, full, value); !ok {
				err = invalid("%.100s is not known: there are top_k, function_to_apply, truncation, candidate_labels, multi_label and hypothesis_template", full)
			}
		}
		return err
	})
}

func decodeFunction(at string, raw json.RawMessage) (pipeline.Function, error) {
	name, err := text(at, raw)
	if err != nil {
		return "", err
	}
	switch f := pipeline.Function(strings.ToLower(name)); f {
	case pipeline.Softmax, pipeline.Sigmoid, pipeline.None:
		return f, nil
	}
	return "", badField(at, "is %.100q: it can be softmax, sigmoid or none", name)
}
