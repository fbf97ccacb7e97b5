package generation

import (
	"errors"
	"runtime"
	"time"

	"azure-nlp-endpoint/inference/onnx"
)

// open loads the graph with the number of threads that is asked for, or that
// measures best, and gives it the memory that is read fastest.
func open(path string, heads Heads, o Options) (*Engine, error) {
	e, err := openTuned(path, heads, o)
	if err != nil {
		return nil, err
	}
	e.session.UseHugePages()
	return e, nil
}

func openTuned(path string, heads Heads, o Options) (*Engine, error) {
	if o.Threads > 0 {
		return openWith(path, heads, o, o.Threads)
	}
	most := runtime.GOMAXPROCS(0)
	best, err := openWith(path, heads, o, most)
	if err != nil || most < 2 || o.Provider == onnx.CUDA {
		return best, err
	}
	// Processors are often threads of half as many cores, which one thread
	// each may use better.
	took, err := best.measure()
	if err = errors.Join(err, best.free()); err != nil {
		return nil, err
	}
	// One at a time, for two might not fit the memory.
	other, err := openWith(path, heads, o, (most+1)/2)
	if err != nil {
		return nil, err
	}
	otherTook, err := other.measure()
	if err == nil && otherTook < took-took/fewerGain {
		return other, nil
	}
	if err = errors.Join(err, other.free()); err != nil {
		return nil, err
	}
	return openWith(path, heads, o, most)
}

// fewerGain is which part of a step fewer threads must save to be taken, for
// measuring is never exact, and several streams use more threads better.
const fewerGain = 20

// measureSteps is how many steps are timed; the quickest counts.
const measureSteps = 6

// measure times a step of one stream.
func (e *Engine) measure() (time.Duration, error) {
	best := time.Hour
	for i := range measureSteps {
		start := time.Now()
		if _, err := e.runner.decode([]int32{0}, []int{min(i, e.options.Window-1)}); err != nil {
			return 0, err
		}
		best = min(best, time.Since(start))
	}
	return best, nil
}

func openWith(path string, heads Heads, o Options, threads int) (*Engine, error) {
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
		touched: make([]int, o.Slots), prefixes: newPrefixes(o.PrefixMemory),
		tokens: make([]int32, 0, max(o.Slots, maxKeep)), past: make([]int, 0, o.Slots),
		decoding: make([]*Stream, 0, o.Slots), rows: rows{alike: make([]verdict, o.Slots+1)}, lookup: lookup{hits: firstHits},
	}
	err = func() (err error) {
		if e.geometry, err = newGeometry(path, session.Signature(), heads); err != nil {
			return err
		}
		if e.stopper, err = onnx.NewStopper(); err != nil {
			return err
		}
		if e.geometry.shared {
			e.runner, err = newSharedRunner(e.geometry, session, e.stopper, o.Slots, o.Chunk, o.Window)
			return err
		}
		if e.runner, err = newGrowingRunner(e.geometry, session, e.stopper, o.Slots, o.Chunk, o.Window); err != nil {
			return err
		}
		return e.checkWindow(path)
	}()
	if err != nil {
		return nil, errors.Join(err, e.free())
	}
	return e, nil
}
