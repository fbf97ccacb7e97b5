package optimize

import (
	"math"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/generation"
)

// TestEmbeddingIsJudgedWithAMargin checks on made forecasts that the same rise is
// taken when it is certain, and refused when it may be chance.
func TestEmbeddingIsJudgedWithAMargin(t *testing.T) {
	forecasts := func(n int, rise, noise float64, changed int) (own, tied []generation.Forecast) {
		for i := range n {
			f := generation.Forecast{Logprob: -2, Best: 7}
			own = append(own, f)
			f.Logprob -= rise + noise*float64(i%2*2-1)
			if i < changed {
				f.Best = 8
			}
			tied = append(tied, f)
		}
		return own, tied
	}
	for name, c := range map[string]struct {
		n           int
		rise, noise float64
		changed     int
		want        bool
	}{
		"hardly any change":           {1000, 0.01, 0.1, 20, true},
		"too large a rise":            {1000, 0.06, 0.1, 20, false},
		"the same rise, by few texts": {20, 0.01, 0.3, 0, false},
		"too many other tokens":       {1000, 0, 0.1, 90, false}, // 9 %, and the margin
		"not a number":                {1000, math.NaN(), 0, 0, false},
	} {
		own, tied := forecasts(c.n, c.rise, c.noise, c.changed)
		seen := compareForecasts(own, tied)
		if acceptable(seen, MaxPerplexityIncrease, MinSameToken) != c.want {
			t.Errorf("%s: %+v, want %v", name, seen, c.want)
		}
	}
}
