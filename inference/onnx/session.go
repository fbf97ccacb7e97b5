package onnx

import (
	"context"
	"fmt"
	"runtime"

	ort "github.com/yalue/onnxruntime_go"

	"azure-nlp-endpoint/inference/graph"
)

// Options say how a Session computes. The zero value is a sensible default.
type Options struct {
	// Threads that one Run may use; 0 means all processors of the process.
	Threads int
	// Spinning lets idle threads busy-wait for work. It gains a little on an
	// idle machine and costs much where cores are shared.
	Spinning bool
	// Optimization that the runtime does on loading.
	Optimization Optimization
	// OptimizedPath, if set, is where the runtime writes the graph as it
	// optimised it.
	OptimizedPath string
}

// Optimization is how far ONNX Runtime rewrites a graph when it loads it.
type Optimization int

// Levels of Optimization. OptimizeNone is for graphs that were prepared ahead.
const (
	OptimizeAll Optimization = iota
	OptimizeExtended
	OptimizeBasic
	OptimizeNone
)

func (o Optimization) level() ort.GraphOptimizationLevel {
	switch o {
	case OptimizeNone:
		return ort.GraphOptimizationLevelDisableAll
	case OptimizeBasic:
		return ort.GraphOptimizationLevelEnableBasic
	case OptimizeExtended:
		return ort.GraphOptimizationLevelEnableExtended
	}
	return ort.GraphOptimizationLevelEnableAll
}

// Session is a loaded graph. Run may be called by several goroutines at once.
type Session struct {
	path      string
	signature *graph.Signature
	session   *ort.DynamicAdvancedSession
}

// Open loads the graph at path. Init must have been called.
func Open(path string, o Options) (*Session, error) {
	signature, err := graph.Inspect(path)
	if err != nil {
		return nil, err
	}
	so, err := sessionOptions(o)
	if err != nil {
		return nil, err
	}
	defer func() { _ = so.Destroy() }()
	session, err := ort.NewDynamicAdvancedSession(path, names(signature.Inputs), names(signature.Outputs), so)
	if err != nil {
		return nil, fmt.Errorf("ONNX Runtime can't load %s: %s", path, oneLine(err))
	}
	return &Session{path: path, signature: signature, session: session}, nil
}

func sessionOptions(o Options) (*ort.SessionOptions, error) {
	so, err := ort.NewSessionOptions()
	if err != nil {
		return nil, err
	}
	threads := o.Threads
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	spinning := "0"
	if o.Spinning {
		spinning = "1"
	}
	steps := []func() error{
		func() error { return so.SetIntraOpNumThreads(threads) },
		func() error { return so.SetInterOpNumThreads(1) },
		func() error { return so.SetGraphOptimizationLevel(o.Optimization.level()) },
		// The runtime remembers a memory pattern for each combination of input
		// shapes, for ever. Lengths come from clients, so that is a leak.
		func() error { return so.SetMemPattern(false) },
		func() error { return so.AddSessionConfigEntry("session.intra_op.allow_spinning", spinning) },
		// Weights are allocated once, outside of the arena, which would round
		// them up to powers of two.
		func() error { return so.AddSessionConfigEntry("session.use_device_allocator_for_initializers", "1") },
	}
	if o.OptimizedPath != "" {
		steps = append(steps, func() error { return so.SetOptimizedModelFilePath(o.OptimizedPath) })
	}
	for _, step := range steps {
		if err := step(); err != nil {
			_ = so.Destroy()
			return nil, fmt.Errorf("set up ONNX Runtime: %w", err)
		}
	}
	return so, nil
}

func names(values []graph.Value) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = v.Name
	}
	return out
}

// Path is the graph's file.
func (s *Session) Path() string { return s.path }

// Signature is what the graph declares: inputs, outputs, metadata.
func (s *Session) Signature() *graph.Signature { return s.signature }

// Close frees the session. No Run may be under way or follow.
func (s *Session) Close() error { return s.session.Destroy() }

// RunBatch is Run with the inputs that the graph has of b, as int32 where the
// graph takes them so.
func (s *Session) RunBatch(ctx context.Context, b graph.Batch) ([]Tensor, error) {
	tensors := make([]Tensor, len(s.signature.Inputs))
	for i, in := range s.signature.Inputs {
		t := Tensor{Name: in.Name}
		t.Int64s, t.Shape = b.Input(in.Name)
		if in.ElemType == graph.ElemInt32 {
			t.Int64s, t.Int32s = nil, narrow(t.Int64s)
		}
		tensors[i] = t
	}
	return s.Run(ctx, tensors)
}

func narrow(v []int64) []int32 {
	out := make([]int32, len(v))
	for i := range v {
		out[i] = int32(v[i])
	}
	return out
}

// Run computes the outputs from the inputs, which may come in any order but
// must be the graph's, all of them. The result has the graph's outputs in the
// order of Signature().Outputs. Inputs are read in place and may be reused
// afterwards. When ctx ends midway the run is terminated and ctx's error
// returned.
func (s *Session) Run(ctx context.Context, inputs []Tensor) ([]Tensor, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	in := make([]ort.Value, len(s.signature.Inputs))
	defer func() { destroy(in) }()
	for i, want := range s.signature.Inputs {
		t, err := tensor(inputs, want.Name)
		if err != nil {
			return nil, err
		}
		if in[i], err = t.value(); err != nil {
			return nil, fmt.Errorf("input %s: %w", want.Name, err)
		}
	}
	out := make([]ort.Value, len(s.signature.Outputs))
	defer func() { destroy(out) }()
	if err := s.run(ctx, in, out); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("run %s: %s", s.path, oneLine(err))
	}
	tensors := make([]Tensor, len(out))
	for i, v := range out {
		t, err := fromValue(s.signature.Outputs[i].Name, v)
		if err != nil {
			return nil, err
		}
		tensors[i] = t
	}
	return tensors, nil
}

func (s *Session) run(ctx context.Context, in, out []ort.Value) error {
	if ctx.Done() == nil {
		return s.session.Run(in, out)
	}
	ro, err := ort.NewRunOptions()
	if err != nil {
		return err
	}
	defer func() { _ = ro.Destroy() }()
	terminated := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		_ = ro.Terminate()
		close(terminated)
	})
	err = s.session.RunWithOptions(in, out, ro)
	if !stop() {
		<-terminated // ro must outlive the call of Terminate
	}
	return err
}

func destroy(values []ort.Value) {
	for _, v := range values {
		if v != nil {
			_ = v.Destroy()
		}
	}
}
