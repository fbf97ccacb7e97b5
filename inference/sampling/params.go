// Package sampling draws the next token from a model's logits, as the
// samplers of transformers and vLLM do: bias and penalties, then temperature,
// then top-k, top-p and min-p, then a draw.
package sampling

// Params say how to draw. Zero values of TopK, MinP, FrequencyPenalty and
// PresencePenalty, and 1 of TopP and RepetitionPenalty, do nothing.
type Params struct {
	Temperature       float32 // 0 takes the most probable token
	TopK              int     // only the k most probable tokens; 0 means all
	TopP              float32 // the fewest tokens whose probabilities reach p
	MinP              float32 // only tokens at least p times as probable as the first
	RepetitionPenalty float32 // divides positive logits of tokens seen, multiplies negative ones
	FrequencyPenalty  float32 // taken from a generated token's logit, times its count
	PresencePenalty   float32 // taken from a generated token's logit once
	Seed              uint64
	Bias              map[int32]float32 // added to the logits
}

// Greedy returns the Params that take the most probable token.
func Greedy() Params { return Params{TopP: 1, RepetitionPenalty: 1} }

func (p *Params) penalises() bool {
	return p.RepetitionPenalty != 1 && p.RepetitionPenalty != 0 || p.FrequencyPenalty != 0 || p.PresencePenalty != 0
}
