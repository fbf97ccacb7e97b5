// Package judge decides from counted requests whether a deployment may take
// more traffic. It tells too few requests from good and from bad ones: a few
// fast answers prove nothing, and one failure among ten isn't a rate.
package judge

import (
	"fmt"
	"slices"
	"time"
)

// Sample are requests that one deployment answered.
type Sample struct {
	Requests int
	Failed   int
	// Latencies are those of the requests that succeeded, in any order.
	Latencies []time.Duration
}

// Limits are what a deployment must keep to.
type Limits struct {
	// MinRequests is the least number of requests for a decision.
	MinRequests int
	// MaxErrorRate is the share of requests that may fail, above 0, below 1.
	MaxErrorRate float64
	// MaxP95 is what 95 % of the requests must be faster than.
	MaxP95 time.Duration
	// P95Ratio is how much slower than the old deployment the new one may be.
	P95Ratio float64
}

// Floor is the latency below which the old deployment's is taken to be Floor:
// a ratio of two latencies that the network makes says nothing.
const Floor = 50 * time.Millisecond

// warm is how many requests are answered before slowness fails: the first ones
// open connections and fill caches.
const warm = 20

// Confidences, one-sided. Failing is judged again and again while requests come
// in, each time with a chance to be wrong, so it needs the greater one.
const (
	passConfidence = 0.95
	failConfidence = 0.99
)

// Decision says what to do.
type Decision int

// The decisions.
const (
	Wait Decision = iota // requests are too few to tell
	Pass
	Fail
)

func (d Decision) String() string { return [...]string{"undecided", "passed", "failed"}[d] }

// Verdict is a decision and what it rests on.
type Verdict struct {
	Decision Decision
	Why      string
}

// Needed is how many requests without a failure prove an error rate of at most
// MaxErrorRate.
func (l Limits) Needed() int {
	n := 1
	for ; n < 1<<20 && upperRate(0, n, passConfidence) > l.MaxErrorRate; n++ {
	}
	return max(n, l.MinRequests)
}

// Judge compares a deployment with the limits and with the old deployment,
// which may have no requests.
//
// It fails where failing is certain: the lower confidence bound of the error
// rate or of the latency's 95th percentile is above its limit. It passes where
// the upper bound of the error rate (Clopper and Pearson) is below its limit
// and the latency's percentile, as measured, too. Anything between needs more
// requests.
func (l Limits) Judge(fresh, old Sample) Verdict {
	if v := l.JudgeRate(fresh.Failed, fresh.Requests); v.Decision == Fail {
		if old.Requests > 0 {
			v.Why += "; of the old deployment " + rate(old.Failed, old.Requests)
		}
		return v
	}
	limit, because := l.MaxP95, "the limit"
	if len(old.Latencies) >= l.MinRequests && l.P95Ratio > 0 {
		before := percentile95(old.Latencies)
		if relative := time.Duration(l.P95Ratio * float64(max(before, Floor))); relative < limit {
			limit, because = relative, fmt.Sprintf("%.1f times the old deployment's %s", l.P95Ratio, round(max(before, Floor)))
		}
	}
	if low := lowerP95(fresh.Latencies, failConfidence); low > limit && len(fresh.Latencies) >= min(warm, l.MinRequests) {
		return Verdict{Fail, fmt.Sprintf("p95 is at least %s, above %s (%s), after %d requests",
			round(low), round(limit), because, len(fresh.Latencies))}
	}
	if fresh.Requests < l.MinRequests || len(fresh.Latencies) == 0 {
		return Verdict{Wait, fmt.Sprintf("%d of the %d requests that it takes", fresh.Requests, l.Needed())}
	}
	high, p95 := upperRate(fresh.Failed, fresh.Requests, passConfidence), percentile95(fresh.Latencies)
	measured := fmt.Sprintf("%s (at most %.1f %%, limit %.1f %%), p95 %s (limit %s)",
		rate(fresh.Failed, fresh.Requests), 100*high, 100*l.MaxErrorRate, round(p95), round(limit))
	if high > l.MaxErrorRate || p95 > limit {
		return Verdict{Wait, measured}
	}
	return Verdict{Pass, measured}
}

// JudgeRate fails what fails too many requests for certain, and waits else.
func (l Limits) JudgeRate(failed, requests int) Verdict {
	low := lowerRate(failed, requests, failConfidence)
	why := fmt.Sprintf("%s: at least %.1f %% do, %.1f %% may", rate(failed, requests), 100*low, 100*l.MaxErrorRate)
	if low > l.MaxErrorRate {
		return Verdict{Fail, why}
	}
	return Verdict{Wait, why}
}

func rate(failed, requests int) string {
	return fmt.Sprintf("%d of %d requests failed", failed, requests)
}

// percentile95 is the 95th percentile as measured.
func percentile95(latencies []time.Duration) time.Duration {
	if len(latencies) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(latencies))
	return sorted[(95*len(sorted)+99)/100-1]
}

func round(d time.Duration) time.Duration { return d.Round(time.Millisecond) }
