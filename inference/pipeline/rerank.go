package pipeline

import (
	"context"
	"fmt"
	"slices"
)

// RerankRequest asks how well texts answer a query.
type RerankRequest struct {
	Query    string
	Texts    []string
	Raw      bool   // logits instead of scores
	Truncate bool   // false: a text over the limit is ErrTooLong
	Caller   string // who asks, "" if callers aren't told apart
}

// Ranked is one of the texts.
type Ranked struct {
	Index int // in RerankRequest.Texts
	Score float32
}

// RerankResult holds all texts, best first; equal ones keep their order.
type RerankResult struct {
	Ranked []Ranked
	Work
}

// Rerank reads each text behind the query with a cross-encoder: a model with one label. Its
// errors are those of [Classifier.Classify], and an InvalidError where the model has more.
func (c *Classifier) Rerank(ctx context.Context, r RerankRequest) (RerankResult, error) {
	if n := len(c.info.Labels); n != 1 {
		return RerankResult{}, &InvalidError{Field: "query", Problem: fmt.Sprintf("the model has %d labels, a cross-encoder with one is needed to rank texts", n)}
	}
	q := texts{truncate: r.Truncate, caller: r.Caller}
	for i := range r.Texts {
		q.texts, q.pairs = append(q.texts, r.Query), append(q.pairs, &r.Texts[i])
	}
	logits, work, err := c.compute(ctx, q)
	if err != nil {
		return RerankResult{}, err
	}
	result := RerankResult{Work: work}
	for i, row := range logits {
		if !r.Raw {
			row = apply(Sigmoid, row)
		}
		result.Ranked = append(result.Ranked, Ranked{i, row[0]})
	}
	slices.SortStableFunc(result.Ranked, func(a, b Ranked) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return 0
	})
	return result, nil
}
