package gateway

import (
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// TestTerminateDuringRequest sends SIGTERM while a request runs: the gateway
// passes its answer on, and sends the container no more.
func TestTerminateDuringRequest(t *testing.T) {
	o := options()
	o.RequestTimeout = time.Minute
	o.Readiness.Failure = 1
	e := deploy(t, o, 1, scorerproc.BundledModel())
	body := long(256)
	start := time.Now()
	e.mustPost(t, body)
	alone := time.Since(start)
	done := make(chan reply)
	go func() {
		r, err := e.post(body)
		if err != nil {
			t.Error(err)
		}
		done <- r
	}()
	time.Sleep(alone / 4)
	if err := e.scorers[0].Terminate(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-done:
		t.Fatalf("the request took under %v, too short to be stopped in", alone/4)
	default:
	}
	if r := <-done; r.status != http.StatusOK {
		t.Errorf("status %d: %s", r.status, r.body)
	}
	if err := e.scorers[0].Wait(); err != nil {
		t.Errorf("the scorer ended with %v, want exit status 0", err)
	}
	if r := e.mustPost(t, `{"text": "good"}`); r.status != http.StatusBadGateway {
		t.Errorf("with no instance left: status %d, want 502", r.status)
	}
}

// TestReplaceInstance takes one of two instances away under load, as an upgrade
// of the nodes does. If the scorer goes on taking requests for longer than the
// gateway takes to notice, no caller sees it.
func TestReplaceInstance(t *testing.T) {
	o := options()
	o.Readiness.Failure = 1
	e := deploy(t, o, 2, scorerproc.BundledModel(), "--drain-delay", "1s")
	stop := make(chan struct{})
	var wg sync.WaitGroup
	var answered atomic.Int64
	for range 16 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				r, err := e.post(`{"text": ["good", "bad"]}`)
				if err != nil || r.status != http.StatusOK {
					t.Errorf("status %d, %v: %s", r.status, err, r.body)
					return
				}
				answered.Add(1)
			}
		})
	}
	reach := func(n int64) {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); answered.Load() < n; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%d answers, want %d", answered.Load(), n)
			}
		}
	}
	reach(100)
	if err := e.scorers[0].Terminate(); err != nil {
		t.Fatal(err)
	}
	if err := e.scorers[0].Wait(); err != nil {
		t.Errorf("the scorer ended with %v, want exit status 0", err)
	}
	reach(answered.Load() + 100) // from the one that is left
	close(stop)
	wg.Wait()
	t.Logf("%d answers, none lost", answered.Load())
}
