package gateway

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Probe is a deployment's livenessProbe or readinessProbe.
type Probe struct {
	InitialDelay, Period, Timeout time.Duration
	Success, Failure              int // so many in a row change the verdict
}

// DefaultProbe is what Azure takes for one that isn't set.
var DefaultProbe = Probe{InitialDelay: 10 * time.Second, Period: 10 * time.Second, Timeout: 2 * time.Second, Success: 1, Failure: 30}

// Result is one asking.
type Result struct {
	At     time.Time
	Took   time.Duration
	Status int   // 0 without an answer
	Err    error // as a time-out
}

// OK tells whether Azure takes the result for a success.
func (r Result) OK() bool { return r.Err == nil && r.Status >= 200 && r.Status < 400 }

// health is what a probe thinks of an instance.
type health struct {
	mu      sync.Mutex
	verdict bool
	run     int // results in a row that contradict it
	results []Result
}

func (h *health) ok() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.verdict
}

func (h *health) add(p Probe, r Result) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.results = append(h.results, r)
	if r.OK() == h.verdict {
		h.run = 0
		return
	}
	h.run++
	if needed := map[bool]int{true: p.Failure, false: p.Success}[h.verdict]; h.run >= needed {
		h.verdict, h.run = !h.verdict, 0
	}
}

// probe asks as the platform does: on a connection of its own each time, with
// the next asking a period after the last began.
func (i *Instance) probe(ctx context.Context, p Probe, path string, h *health) {
	client := &http.Client{Timeout: p.Timeout, Transport: &http.Transport{DisableKeepAlives: true}}
	select {
	case <-ctx.Done():
		return
	case <-time.After(p.InitialDelay):
	}
	for tick := time.NewTicker(p.Period); ; {
		r := Result{At: time.Now()}
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, i.URL+path, nil)
		if err != nil {
			panic(err) // the URL was parsed before
		}
		resp, err := client.Do(req)
		r.Took, r.Err = time.Since(r.At), err
		if err == nil {
			r.Status = resp.StatusCode
			_ = resp.Body.Close()
		}
		if ctx.Err() != nil {
			tick.Stop()
			return
		}
		h.add(p, r)
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
		}
	}
}

// Probes are the results so far of an instance's liveness and readiness.
func (g *Gateway) Probes(instance int) (live, ready []Result) {
	i := g.instances[instance]
	return i.live.copy(), i.ready.copy()
}

func (h *health) copy() []Result {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.results)
}

// AwaitReady waits until so many instances are ready.
func (g *Gateway) AwaitReady(ctx context.Context, instances int) error {
	for {
		n := 0
		for _, i := range g.instances {
			if i.ready.ok() {
				n++
			}
		}
		if n >= instances {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// Connections counts those that the gateway opened to an instance for requests.
func (g *Gateway) Connections(instance int) int64 { return g.instances[instance].Connections.Load() }
