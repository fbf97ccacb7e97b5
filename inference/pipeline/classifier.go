package pipeline

import "context"

// Classifier is transformers' text-classification pipeline over one model.
type Classifier struct{ *encoder }

// Classify scores the texts of a request. It returns a TooLongError for a text
// over the limit that may not be cut, a turns.FullError, ErrDraining, ctx's
// error, or what went wrong in the runtime.
func (c *Classifier) Classify(ctx context.Context, r ClassifyRequest) (ClassifyResult, error) {
	logits, work, err := c.compute(ctx, texts{texts: r.Texts, pairs: r.Pairs, truncate: r.Truncate, caller: r.Caller})
	if err != nil {
		return ClassifyResult{}, err
	}
	function := r.Function
	if function == FunctionDefault {
		function = c.info.Function
	}
	result := ClassifyResult{Logits: logits, Scores: make([][]LabelScore, len(logits)), Work: work}
	for i, row := range logits {
		result.Scores[i] = best(apply(function, row), c.info.Labels, r.TopK)
	}
	return result, nil
}
