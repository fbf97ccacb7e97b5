package sampling

import (
	"cmp"
	"math"
	"slices"
)

// topK leaves the k greatest logits in the heap, ties to the smaller id.
func (s *Sampler) topK(logits []float32) {
	h := s.heap[:0]
	k := cap(s.heap)
	least := never
	for i, l := range logits {
		if l <= least {
			continue
		}
		c := candidate{int32(i), l}
		if len(h) < k {
			h = append(h, c)
			up(h)
			if len(h) == k {
				least = h[0].logit
			}
			continue
		}
		h[0] = c
		down(h)
		least = h[0].logit
	}
	s.heap = h
}

// below orders the heap: the worst candidate is its root.
func below(a, b candidate) bool {
	return a.logit < b.logit || a.logit == b.logit && a.id > b.id
}

func up(h []candidate) {
	for i := len(h) - 1; i > 0; {
		parent := (i - 1) / 2
		if !below(h[i], h[parent]) {
			return
		}
		h[i], h[parent] = h[parent], h[i]
		i = parent
	}
}

func down(h []candidate) {
	for i := 0; ; {
		child := 2*i + 1
		if child >= len(h) {
			return
		}
		if child+1 < len(h) && below(h[child+1], h[child]) {
			child++
		}
		if !below(h[child], h[i]) {
			return
		}
		h[i], h[child] = h[child], h[i]
		i = child
	}
}

// best is the order in which candidates are kept: greatest logit first.
func best(a, b candidate) int {
	return cmp.Or(cmp.Compare(b.logit, a.logit), cmp.Compare(a.id, b.id))
}

// draw sorts the candidates, cuts them by top-p and min-p, and draws one.
func (s *Sampler) draw(c []candidate) (int32, bool) {
	if len(c) == 0 {
		return 0, false
	}
	slices.SortFunc(c, best)
	var total float64
	for i := range c {
		total += s.weight(c[i], c[0])
	}
	return s.drawSorted(c, total), true
}

// weight is c's probability as a multiple of first's.
func (s *Sampler) weight(c, first candidate) float64 {
	return math.Exp(float64(c.logit-first.logit) / float64(s.params.Temperature))
}

// drawSorted draws from candidates in the order of best. total is the weight
// of all that top-p counts, of which c may be the first part.
func (s *Sampler) drawSorted(c []candidate, total float64) int32 {
	kept := len(c)
	if p := float64(s.params.TopP); p > 0 && p < 1 {
		var sum float64
		for i := range c {
			sum += s.weight(c[i], c[0])
			if sum >= p*total {
				kept = i + 1
				break
			}
		}
	}
	if p := float64(s.params.MinP); p > 0 {
		for kept > 1 && s.weight(c[kept-1], c[0]) < p {
			kept--
		}
	}
	var sum float64
	for i := range c[:kept] {
		sum += s.weight(c[i], c[0])
	}
	u := s.uniform() * sum
	for i := range c[:kept] {
		if u -= s.weight(c[i], c[0]); u < 0 {
			return c[i].id
		}
	}
	return c[kept-1].id
}

// drawFromAll draws without top-k, or with one too large for the heap. Only
// the candidates that top-p and min-p can keep are sorted.
func (s *Sampler) drawFromAll(logits []float32) (int32, bool) {
	at, ok := argmax(logits)
	if !ok {
		return 0, false
	}
	first := candidate{at, logits[at]}
	t := float64(s.params.Temperature)
	topK := s.params.TopK > 0 && s.params.TopK < len(logits)
	limited := s.params.TopP > 0 && s.params.TopP < 1 || s.params.MinP > 0 || topK
	if !limited {
		return s.drawUnlimited(logits, first), true
	}
	if topK {
		s.collect(logits, never)
		c := s.all[:min(len(s.all), s.params.TopK)]
		var total float64
		for i := range c {
			total += s.weight(c[i], first)
		}
		return s.drawSorted(c, total), true
	}
	var total float64
	for _, l := range logits {
		total += math.Exp(float64(l-first.logit) / t)
	}
	// Take ever more of the greatest until they hold what top-p asks for.
	for reach := 8 * t; ; reach *= 2 {
		s.collect(logits, first.logit-float32(reach))
		var sum float64
		for i := range s.all {
			sum += s.weight(s.all[i], first)
		}
		p := float64(s.params.TopP)
		enough := p > 0 && p < 1 && sum >= p*total
		if m := float64(s.params.MinP); m > 0 && math.Exp(-reach/t) < m {
			enough = true
		}
		if enough || sum >= total*(1-1e-12) || reach > 1e6 {
			return s.drawSorted(s.all, total), true
		}
	}
}

// collect puts the candidates over the limit into s.all, sorted.
func (s *Sampler) collect(logits []float32, over float32) {
	s.all = s.all[:0]
	for i, l := range logits {
		if l > over {
			s.all = append(s.all, candidate{int32(i), l})
		}
	}
	slices.SortFunc(s.all, best)
}

func (s *Sampler) drawUnlimited(logits []float32, first candidate) int32 {
	t := float64(s.params.Temperature)
	var total float64
	for _, l := range logits {
		total += math.Exp(float64(l-first.logit) / t)
	}
	u := s.uniform() * total
	for i, l := range logits {
		if u -= math.Exp(float64(l-first.logit) / t); u < 0 {
			return int32(i)
		}
	}
	return first.id
}
