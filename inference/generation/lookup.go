package generation

import (
	"time"
)

// lookup is prompt-lookup speculation: the tokens that followed the last few
// ones earlier in the text are proposed, and one run checks them all. It is
// for a stream that is alone, and only as long as it pays, which what came of
// that stream's proposals so far decides.
type lookup struct {
	took [maxKeep + 1]time.Duration // of a run over so many tokens, moving averages
}

// hits is how well a stream's text is proposed.
type hits struct {
	share float64 // of the proposed tokens, how many came, a moving average
	pause int     // tokens until the next try
}

const (
	lookupGram  = 3    // tokens that must have come before in the same order
	lookupPause = 64   // tokens without a try when it doesn't pay
	lookupGain  = 1.05 // what a try must promise
	firstHits   = 0.6
)

// costs are first guesses at what a run over so many tokens takes, as a
// multiple of a run over one: measured on two AVX-512 cores.
var costs = map[int]float64{2: 1.15, 4: 1.5, maxKeep: 2.3}

func (l *lookup) observe(n int, took time.Duration) {
	if l.took[n] == 0 {
		l.took[n] = took
	}
	l.took[n] += (took - l.took[n]) / 8
}

func (l *lookup) cost(n int) float64 {
	if l.took[1] == 0 || l.took[n] == 0 {
		return costs[n]
	}
	return float64(l.took[n]) / float64(l.took[1])
}

// length is how many tokens a run should have now; 1 means not to speculate.
func (l *lookup) length(h *hits, most int) int {
	if h.pause > 0 {
		h.pause--
		if h.pause == 0 {
			h.share = firstHits
		}
		return 1
	}
	best, gain := 1, lookupGain
	for _, n := range []int{2, 4, maxKeep} {
		if n > most {
			break
		}
		expected, p := 1.0, 1.0
		for range n - 1 {
			p *= h.share
			expected += p
		}
		if g := expected / l.cost(n); g > gain {
			best, gain = n, g
		}
	}
	if best == 1 {
		h.pause = lookupPause
	}
	return best
}

// came takes how many of so many proposed tokens came.
func (h *hits) came(came, proposed int) {
	h.share += (float64(came)/float64(proposed) - h.share) / 8
}

// proposal is what followed the last lookupGram tokens when they came last.
func proposal(tokens []int32) []int32 {
	n := len(tokens)
	if n <= lookupGram {
		return nil
	}
	last := tokens[n-lookupGram:]
	for i := n - lookupGram - 1; i >= 0; i-- {
		if tokens[i] == last[0] && tokens[i+1] == last[1] && tokens[i+2] == last[2] {
			return tokens[i+lookupGram:]
		}
	}
	return nil
}

// speculate does a step of a lone stream with more tokens than one, if that
// promises to pay. It reports whether it did.
func (e *Engine) speculate(s *Stream) bool {
	r := s.request
	most := min(e.runner.most(), maxKeep)
	if e.options.NoLookup || r.Reproducible || most < 2 || e.reading != nil || s.past+1 != len(s.tokens) {
		return false
	}
	found := proposal(s.tokens)
	if len(found) == 0 {
		return false
	}
	left := r.MaxTokens - s.generated
	n := min(e.lookup.length(&s.hits, most), len(found)+1, left)
	// The tokens that don't come are taken back, which a windowed cache can
	// only do while it has dropped nothing.
	for n > 1 && !e.runner.rewindable(s.past+n, s.past+1) {
		n--
	}
	if n < 2 {
		return false
	}
	e.tokens = append(append(e.tokens[:0], s.tokens[s.past]), found[:n-1]...)
	start := time.Now()
	var logits []float32
	err := e.alone(s, func() (err error) {
		e.options.Budget.Lock()
		defer e.options.Budget.Unlock()
		logits, err = e.runner.extend(0, e.tokens, s.past, n)
		return err
	})
	if err != nil {
		e.drop(s, "", err)
		return true
	}
	took := time.Since(start)
	if n == 2 || n == 4 || n == maxKeep {
		e.lookup.observe(n, took)
	}
	v := e.geometry.vocab
	proposed := e.tokens
	e.touch(0, s.past+n)
	came := 0
	for i := range n {
		s.past++
		s.last = time.Now()
		at := len(s.tokens)
		if !e.draw(s, logits[i*v:(i+1)*v]) {
			break
		}
		if i == n-1 || s.tokens[at] != proposed[i+1] {
			break
		}
		came++
	}
	for range came + 1 {
		e.options.Observer.Step(1, took/time.Duration(came+1))
	}
	s.hits.came(came, n-1)
	return true
}
