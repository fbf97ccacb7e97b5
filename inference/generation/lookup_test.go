package generation

import (
	"math/rand/v2"
	"testing"
)

// speed is how many times as fast texts of so many tokens are as without proposals, one after
// the other, if there is always one and each of its tokens comes with the text's probability.
// Runs cost what costs says.
func speed(texts, tokens int, come func(text int) float64) float64 {
	r := rand.New(rand.NewPCG(1, 2))
	l, all, cost := lookup{}, 0, 0.0
	for text := range texts {
		h := hits{share: firstHits}
		for done := 0; done < tokens; {
			n := l.length(&h, maxKeep)
			came := 0
			for came < n-1 && r.Float64() < come(text) {
				came++
			}
			if n > 1 {
				h.came(came, n-1)
				cost += costs[n]
			} else {
				cost++
			}
			done += came + 1
			all += came + 1
		}
	}
	return float64(all) / cost
}

// TestLookupPays has texts whose proposals come, or don't, and those beside others.
func TestLookupPays(t *testing.T) {
	for name, c := range map[string]struct {
		least float64
		come  func(text int) float64
	}{
		"none comes": {0.96, func(int) float64 { return 0 }},
		"few come":   {0.96, func(int) float64 { return 0.2 }},
		"half come":  {1.2, func(int) float64 { return 0.5 }},
		"most come":  {2.2, func(int) float64 { return 0.9 }},
		"all come":   {3, func(int) float64 { return 1 }},
		// Half of the texts repeat themselves: what came of others' proposals says nothing.
		"by turns": {1.4, func(text int) float64 { return float64(text%2) * 0.95 }},
	} {
		if got := speed(100, 100, c.come); got < c.least {
			t.Errorf("%s: %.3f times as fast, want %.2f at least", name, got, c.least)
		}
	}
}
