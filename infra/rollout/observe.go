package rollout

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/judge"
)

const (
	// probesAtATime bounds the requests under way: a deployment that hangs
	// isn't buried under them.
	probesAtATime = 32
	// probeKinds are the new deployment, the old one, and whichever the
	// traffic chooses.
	probeKinds = 3
	// metricsEvery is how often Azure Monitor is asked, which has a value a
	// minute.
	metricsEvery = time.Minute
	lookEvery    = time.Second
)

// watch is one step's observation.
type watch struct {
	scorer   *scorer
	client   host
	to, from string // the new and the old deployment, in Azure
	rate     float64
	limits   judge.Limits
	least    time.Duration // how long it is watched at least
	most     time.Duration
	say      func(format string, arguments ...any)

	mu      sync.Mutex
	samples [probeKinds]judge.Sample // in the order of kinds
	last    error                    // the last failure of a probe of the new deployment
}

// The kinds of probes, in turn.
const (
	probeNew = iota
	probeOld
	probeAny
)

// observe returns nil once the deployment is proven good, and an error once it
// is proven bad, or when the time is up.
func (w *watch) observe(ctx context.Context) error {
	start := time.Now()
	probing, stop := context.WithCancel(ctx)
	var probes sync.WaitGroup
	probes.Go(func() { w.probe(probing) })
	defer probes.Wait()
	defer stop()

	look := time.NewTicker(min(lookEvery, max(w.least/10, 10*time.Millisecond)))
	defer look.Stop()
	measured, said := start, start
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-look.C:
		}
		verdict := w.verdict()
		elapsed := time.Since(start)
		due := verdict.Decision == judge.Pass && elapsed >= w.least
		if due || time.Since(measured) >= metricsEvery {
			measured = time.Now()
			if err := w.metrics(ctx, start, due); err != nil {
				return err
			}
		}
		switch {
		case verdict.Decision == judge.Fail:
			return w.failure(verdict)
		case due:
			w.say("good: %s", verdict.Why)
			return nil
		case elapsed > w.most:
			return fmt.Errorf("not proven good within %s: %w", w.most, w.failure(verdict))
		case time.Since(said) >= metricsEvery:
			said = time.Now()
			w.say("so far: %s", verdict.Why)
		}
	}
}

func (w *watch) failure(verdict judge.Verdict) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.last != nil {
		return fmt.Errorf("%s; the last failure: %w", verdict.Why, w.last)
	}
	return fmt.Errorf("%s", verdict.Why)
}

// verdict judges the new deployment's probes, and what callers see as far as
// it fails.
func (w *watch) verdict() judge.Verdict {
	w.mu.Lock()
	defer w.mu.Unlock()
	fresh, old, callers := w.samples[probeNew], w.samples[probeOld], w.samples[probeAny]
	verdict := w.limits.Judge(fresh, old)
	if verdict.Decision != judge.Fail {
		if seen := w.limits.JudgeRate(callers.Failed, callers.Requests); seen.Decision == judge.Fail {
			return judge.Verdict{Decision: judge.Fail, Why: "of what callers ask, " + seen.Why}
		}
	}
	return verdict
}

// probe sends requests at the rate, to each kind in turn, until the context
// ends.
func (w *watch) probe(ctx context.Context) {
	var running sync.WaitGroup
	defer running.Wait()
	slots := make(chan struct{}, probesAtATime)
	tick := time.NewTicker(time.Duration(float64(time.Second) / w.rate))
	defer tick.Stop()
	for turn := 0; ; turn++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		kind := turn % probeKinds
		deployment := [probeKinds]string{w.to, w.from, ""}[kind]
		select {
		case slots <- struct{}{}:
		default:
			continue // all are waiting for an answer
		}
		running.Go(func() {
			defer func() { <-slots }()
			start := time.Now()
			err := w.scorer.request(ctx, deployment)
			if ctx.Err() != nil {
				return // the end of the step cut it off
			}
			w.count(kind, time.Since(start), err)
		})
	}
}

func (w *watch) count(kind int, latency time.Duration, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := &w.samples[kind]
	s.Requests++
	if err == nil {
		s.Latencies = append(s.Latencies, latency)
		return
	}
	s.Failed++
	if kind != probeOld {
		w.last = err
	}
}

// metrics judges what Azure Monitor counted of real requests since the step
// began. That there are none yet, or that it can't be asked, stops nothing: its
// counts come late, and the probes decide.
func (w *watch) metrics(ctx context.Context, since time.Time, say bool) error {
	m, err := w.client.Metrics(ctx, w.to, since, time.Now())
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if say {
			w.say("Azure Monitor has no figures, so only the probes decide: %v", err)
		}
		return nil
	}
	if verdict := w.limits.JudgeRate(m.Failed, m.Requests); verdict.Decision == judge.Fail {
		return fmt.Errorf("by Azure Monitor, %s", verdict.Why)
	}
	limit := w.limits.MaxP95
	if m.P95 > limit && m.Requests >= w.limits.MinRequests && w.limits.P95Ratio > 0 {
		// A slow old deployment excuses a new one that isn't slower.
		if old, err := w.client.Metrics(ctx, w.from, since, time.Now()); err == nil {
			limit = max(limit, time.Duration(w.limits.P95Ratio*float64(old.P95)))
		}
	}
	if m.P95 > limit && m.Requests >= w.limits.MinRequests {
		return fmt.Errorf("by Azure Monitor, p95 is %s after %d requests, limit %s", m.P95.Round(time.Millisecond), m.Requests, limit)
	}
	if say {
		w.say("Azure Monitor counted %d requests, %d failed, p95 %s", m.Requests, m.Failed, m.P95.Round(time.Millisecond))
	}
	return nil
}
