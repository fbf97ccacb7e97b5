package generation_test

import (
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/generation"
)

// TestThreadsDontDependOnTheLoad opens the engine while every processor is busy.
func TestThreadsDontDependOnTheLoad(t *testing.T) {
	processors := runtime.GOMAXPROCS(0)
	var stop atomic.Bool
	t.Cleanup(func() { stop.Store(true) })
	for range 2 * processors {
		go func() {
			for !stop.Load() {
			}
		}()
	}
	if got := load(t, func(*generation.Options) {}).Threads(); got != processors {
		t.Errorf("%d threads on %d processors", got, processors)
	}
	if got := load(t, func(o *generation.Options) { o.Threads = 1 }).Threads(); got != 1 {
		t.Errorf("%d threads, 1 was asked for", got)
	}
}
