package pipeline

import (
	"math"
	"slices"
)

// apply turns a row of logits into scores. The input is left as it is. The
// arithmetic is float32 with the row's maximum subtracted, as transformers'.
func apply(f Function, logits []float32) []float32 {
	scores := make([]float32, len(logits))
	switch f {
	case Softmax:
		top := slices.Max(logits)
		var sum float32
		for i, v := range logits {
			scores[i] = float32(math.Exp(float64(v - top)))
			sum += scores[i]
		}
		for i := range scores {
			scores[i] /= sum
		}
	case Sigmoid:
		for i, v := range logits {
			scores[i] = float32(1 / (1 + math.Exp(-float64(v))))
		}
	default:
		copy(scores, logits)
	}
	return scores
}

// best lists the labels with the k highest scores, best first; equal scores
// keep the order of their labels. k of 0, or more than there are, means all.
func best(scores []float32, labels []string, k int) []LabelScore {
	all := make([]LabelScore, len(scores))
	for i, s := range scores {
		all[i] = LabelScore{Label: labels[i], Score: s, Class: i}
	}
	slices.SortStableFunc(all, func(a, b LabelScore) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return 0
	})
	if k > 0 && k < len(all) {
		all = all[:k]
	}
	return all
}
