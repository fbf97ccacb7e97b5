package gateway

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// TestProbesHoldUnderFullLoad keeps every processor busy and the queue full, and
// probes twenty times as often as Azure does. Each probe must be answered within
// Azure's 2 seconds: thirty that aren't, and Azure kills the container.
func TestProbesHoldUnderFullLoad(t *testing.T) {
	o := options()
	e := deploy(t, o, 1, scorerproc.BundledModel())
	body := long(4)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	var mu sync.Mutex
	statuses := map[int]int{}
	for range 64 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				r, err := e.post(body)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				statuses[r.status]++
				mu.Unlock()
			}
		})
	}
	time.Sleep(5 * time.Second)
	close(stop)
	wg.Wait()
	t.Logf("answers by status: %v", statuses)
	if statuses[http.StatusOK] == 0 {
		t.Error("nothing was answered under load")
	}
	for status := range statuses { // late ones are given up on; nothing breaks
		if status != http.StatusOK && status != http.StatusRequestTimeout && status != http.StatusTooManyRequests {
			t.Errorf("status %d under load", status)
		}
	}
	live, ready := e.Probes(0)
	for name, results := range map[string][]Result{"liveness": live, "readiness": ready} {
		var slowest time.Duration
		for _, r := range results {
			slowest = max(slowest, r.Took)
			if !r.OK() {
				t.Errorf("%s: status %d, %v after %v", name, r.Status, r.Err, r.Took)
			}
		}
		t.Logf("%s: %d probes, the slowest took %v", name, len(results), slowest)
		if len(results) < 30 {
			t.Errorf("%s: only %d probes", name, len(results))
		}
	}
}

// TestVerdict checks the gateway's own counting, by what Azure documents.
func TestVerdict(t *testing.T) {
	good, bad := Result{Status: 200}, Result{Status: 503}
	p := Probe{Success: 2, Failure: 3}
	h := &health{}
	for i, step := range []struct {
		r    Result
		want bool
	}{{good, false}, {bad, false}, {good, false}, {good, true}, {bad, true}, {bad, true}, {good, true}, {bad, true}, {bad, true}, {bad, false}, {good, false}} {
		if h.add(p, step.r); h.ok() != step.want {
			t.Errorf("after %d results it is %v, want %v", i+1, h.ok(), step.want)
		}
	}
}
