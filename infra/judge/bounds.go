package judge

import (
	"math"
	"slices"
	"time"
)

// atMost is the probability of at most k successes in n trials of probability p.
func atMost(k, n int, p float64) float64 {
	switch {
	case k < 0:
		return 0
	case k >= n || p <= 0:
		return 1
	case p >= 1:
		return 0
	}
	sum := 0.0
	for i := 0; i <= k; i++ {
		sum += exactly(i, n, p)
	}
	return min(sum, 1)
}

// exactly is the probability of k successes in n trials of probability p.
func exactly(k, n int, p float64) float64 {
	return math.Exp(logGamma(n+1) - logGamma(k+1) - logGamma(n-k+1) + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p))
}

func logGamma(n int) float64 {
	v, _ := math.Lgamma(float64(n))
	return v
}

// lowerRate is the one-sided lower bound of a rate of which k of n were seen,
// by Clopper and Pearson.
func lowerRate(k, n int, confidence float64) float64 {
	if k == 0 {
		return 0
	}
	return bisect(func(p float64) bool { return 1-atMost(k-1, n, p) < 1-confidence })
}

// upperRate is the upper bound.
func upperRate(k, n int, confidence float64) float64 {
	if n == 0 || k >= n {
		return 1
	}
	return bisect(func(p float64) bool { return atMost(k, n, p) > 1-confidence })
}

// bisect is the p at which below turns from true to false.
func bisect(below func(p float64) bool) float64 {
	low, high := 0.0, 1.0
	for range 40 {
		if middle := (low + high) / 2; below(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	return (low + high) / 2
}

// lowerP95 is the one-sided lower bound of the 95th percentile that the order
// of the latencies gives, whatever their distribution: 0 where they are too few
// for one.
func lowerP95(latencies []time.Duration, confidence float64) time.Duration {
	n := len(latencies)
	// The r-th smallest is at most the percentile if at least r are below it.
	r := 0
	for fewer := exactly(0, n, 0.95); r < n && 1-fewer >= confidence; fewer += exactly(r, n, 0.95) {
		r++
	}
	if r == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(latencies))[r-1]
}
