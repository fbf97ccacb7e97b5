package judge

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// TestRates compares the bounds with those of R's binom.test(k, n,
// alternative=...)$conf.int, which are Clopper's and Pearson's.
func TestRates(t *testing.T) {
	for _, c := range []struct {
		k, n        int
		confidence  float64
		lower, high float64
	}{
		{0, 149, 0.95, 0, 0.019905},
		{1, 10, 0.95, 0.005116, 0.394163},
		{5, 10, 0.95, 0.222441, 0.777559},
		{10, 10, 0.95, 0.741134, 1},
		{3, 1000, 0.99, 0.000437, 0.010001},
	} {
		if got := lowerRate(c.k, c.n, c.confidence); math.Abs(got-c.lower) > 2e-5 {
			t.Errorf("lower bound of %d of %d is %.6f, want %.6f", c.k, c.n, got, c.lower)
		}
		if got := upperRate(c.k, c.n, c.confidence); math.Abs(got-c.high) > 6e-5 {
			t.Errorf("upper bound of %d of %d is %.6f, want %.6f", c.k, c.n, got, c.high)
		}
	}
	if got := upperRate(0, 0, 0.95); got != 1 {
		t.Errorf("upper bound without requests is %v, want 1", got)
	}
}

func requests(n, failed int, latency time.Duration) Sample {
	s := Sample{Requests: n, Failed: failed}
	for i := range n - failed {
		s.Latencies = append(s.Latencies, latency+time.Duration(i%10)*time.Millisecond)
	}
	return s
}

func TestJudge(t *testing.T) {
	limits := Limits{MinRequests: 50, MaxErrorRate: 0.02, MaxP95: time.Second, P95Ratio: 1.5}
	for name, c := range map[string]struct {
		fresh, old Sample
		want       Decision
		words      string
	}{
		"nothing yet":                    {Sample{}, Sample{}, Wait, "0 of the 149"},
		"good but few":                   {requests(20, 0, 100*time.Millisecond), requests(20, 0, 100*time.Millisecond), Wait, "20 of"},
		"good":                           {requests(200, 0, 100*time.Millisecond), requests(200, 0, 100*time.Millisecond), Pass, "0 of 200"},
		"one failure, not proven":        {requests(200, 1, 100*time.Millisecond), requests(200, 0, 100*time.Millisecond), Wait, "1 of 200"},
		"one failure among many":         {requests(300, 1, 100*time.Millisecond), requests(300, 0, 100*time.Millisecond), Pass, "1 of 300"},
		"half fail":                      {requests(10, 5, 100*time.Millisecond), requests(10, 0, 100*time.Millisecond), Fail, "5 of 10"},
		"all fail":                       {requests(3, 3, 0), Sample{}, Fail, "3 of 3"},
		"both fail":                      {requests(20, 10, 0), requests(20, 10, 0), Fail, "of the old deployment 10 of 20"},
		"the first fails":                {requests(1, 1, 0), Sample{}, Wait, "1 of the"},
		"the first two fail":             {requests(2, 2, 0), Sample{}, Fail, "2 of 2"},
		"twice as slow":                  {requests(200, 0, 200*time.Millisecond), requests(200, 0, 100*time.Millisecond), Fail, "1.5 times"},
		"twice as slow below the floor":  {requests(200, 0, 20*time.Millisecond), requests(200, 0, 5*time.Millisecond), Pass, "limit 75ms"},
		"too slow for anyone":            {requests(200, 0, 2*time.Second), Sample{}, Fail, "the limit"},
		"slow, old one unknown":          {requests(200, 0, 900*time.Millisecond), requests(3, 0, 5*time.Millisecond), Pass, "limit 1s"},
		"few slow ones":                  {requests(15, 0, 2*time.Second), Sample{}, Wait, "15 of"},
		"slower than allowed, just":      {slowTail(200, 12), requests(200, 0, 100*time.Millisecond), Wait, "p95"},
		"slow old deployment is no help": {requests(200, 0, 2*time.Second), requests(200, 0, 2*time.Second), Fail, "the limit"},
	} {
		got := limits.Judge(c.fresh, c.old)
		if got.Decision != c.want || !strings.Contains(got.Why, c.words) {
			t.Errorf("%s: %v (%s), want %v with %q", name, got.Decision, got.Why, c.want, c.words)
		}
	}
}

// slowTail are n requests, of which some are slow.
func slowTail(n, slow int) Sample {
	s := requests(n, 0, 100*time.Millisecond)
	for i := range slow {
		s.Latencies[i] = 400 * time.Millisecond
	}
	return s
}

// TestErrorsOfDecisions lets many deployments answer and counts how often they
// are misjudged, over all the times that a rollout looks.
func TestErrorsOfDecisions(t *testing.T) {
	limits := Limits{MinRequests: 100, MaxErrorRate: 0.02, MaxP95: time.Second}
	random := rand.New(rand.NewPCG(1, 2))
	decide := func(rate float64) Decision {
		s := Sample{}
		for range 600 {
			s.Requests++
			if random.Float64() < rate {
				s.Failed++
			} else {
				s.Latencies = append(s.Latencies, 100*time.Millisecond)
			}
			if s.Requests%20 != 0 {
				continue
			}
			if v := limits.Judge(s, Sample{}); v.Decision == Fail || v.Decision == Pass && s.Requests >= 200 {
				return v.Decision
			}
		}
		return Wait
	}
	count := func(rate float64, want Decision) float64 {
		const rollouts = 100
		n := 0
		for range rollouts {
			if decide(rate) == want {
				n++
			}
		}
		return float64(n) / rollouts
	}
	for _, c := range []struct {
		rate        float64
		decision    Decision
		least, most float64
	}{
		{0, Pass, 1, 1}, {0.002, Fail, 0, 0.01}, {0.002, Pass, 0.75, 1}, {0.1, Fail, 0.97, 1}, {0.1, Pass, 0, 0}, {0.04, Pass, 0, 0.1},
	} {
		if got := count(c.rate, c.decision); got < c.least || got > c.most {
			t.Errorf("of deployments that fail %.1f %% of the requests, %.3f %v, want %.3f to %.3f", 100*c.rate, got, c.decision, c.least, c.most)
		}
	}
}
