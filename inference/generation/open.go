package generation

import (
	"cmp"
	"errors"
	"runtime"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
)

// open loads the graph. Without a
// number of threads it takes one for each processor that the process may use.
// Timing a few numbers of them at the start gave another one whenever the machine
// was busy, and the bits of a sum can depend on it.
func open(path string, heads Heads, o Options) (*Engine, error) {
	threads := cmp.Or(o.Threads, runtime.GOMAXPROCS(0))
	session, err := onnx.OpenBound(path, onnx.BoundOptions{
		Options:  onnx.Options{Threads: threads, Spinning: o.Spinning},
		Provider: o.Provider, DeviceMemory: o.DeviceMemory,
	})
	if err != nil {
		return nil, err
	}
	e := &Engine{
		options: o, session: session, threads: threads,
		wake: make(chan struct{}, 1), ended: make(chan struct{}),
		touched: make([]int, o.MaxSequences), prefixes: newPrefixes(o.PrefixCache),
		tokens: make([]int32, 0, max(o.MaxSequences, maxKeep)), past: make([]int, 0, o.MaxSequences),
		decoding: make([]*Stream, 0, o.MaxSequences), rows: rows{alike: make([]verdict, o.MaxSequences+1)},
	}
	err = func() (err error) {
		if e.geometry, err = newGeometry(path, session.Signature(), heads); err != nil {
			return err
		}
		if err := e.geometry.checkWindows(path, o); err != nil {
			return err
		}
		if e.stopper, err = onnx.NewStopper(); err != nil {
			return err
		}
		if e.geometry.shared {
			e.runner, err = newSharedRunner(e.geometry, session, e.stopper, o.MaxSequences, o.PrefillChunk, o.ContextWindow)
			return err
		}
		if e.runner, err = newGrowingRunner(e.geometry, session, e.stopper, o.MaxSequences, o.PrefillChunk, o.ContextWindow); err != nil {
			return err
		}
		return e.checkWindow(path)
	}()
	if err != nil {
		return nil, errors.Join(err, e.free())
	}
	return e, nil
}
