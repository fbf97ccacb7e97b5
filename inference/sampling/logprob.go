package sampling

import (
	"math"
	"slices"
)

// Logprob is a token and the natural logarithm of its probability.
type Logprob struct {
	ID      int32
	Logprob float32
}

// Logprobs holds the probabilities of one position, before bias, penalties and
// temperature, as OpenAI's API reports them.
type Logprobs struct {
	logits []float32 // a copy, because the draw changes them
	sum    float64   // logarithm of the sum of exponentials
}

// Set takes the logits of a position. They are copied.
func (p *Logprobs) Set(logits []float32) {
	p.logits = append(p.logits[:0], logits...)
	greatest := never
	for _, l := range logits {
		greatest = max(greatest, l)
	}
	var sum float64
	for _, l := range logits {
		sum += math.Exp(float64(l - greatest))
	}
	p.sum = float64(greatest) + math.Log(sum)
}

// Of returns a token's.
func (p *Logprobs) Of(id int32) Logprob {
	return Logprob{id, float32(float64(p.logits[id]) - p.sum)}
}

// Top appends those of the n most probable tokens, best first.
func (p *Logprobs) Top(dst []Logprob, n int) []Logprob {
	if n <= 0 {
		return dst
	}
	s := Sampler{heap: make([]candidate, 0, min(n, len(p.logits)))}
	s.topK(p.logits)
	slices.SortFunc(s.heap, best)
	for _, c := range s.heap {
		dst = append(dst, p.Of(c.id))
	}
	return dst
}
