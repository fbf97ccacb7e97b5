package onnx

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"runtime"

	ort "github.com/yalue/onnxruntime_go"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
)

// Options say how a Session computes. The zero value is a sensible default.
type Options struct {
	// Threads that one Run may use; 0 means all processors of the process.
	Threads int
	// Spinning lets idle threads busy-wait for work longer than the pauses within a
	// run. It gains little on an idle machine and costs much where cores are shared.
	Spinning bool
	// Optimization that the runtime does on loading.
	Optimization Optimization
	// OptimizedPath, if set, is where the runtime writes the graph as it
	// optimised it.
	OptimizedPath string
	// Labels is how many logits a text has, for graphs that don't say.
	Labels int
	// Outputs are names of the output, of which the first that the graph has counts; default:
	// logits.
	Outputs []string
	// Built is the graph, where the file has the weights alone. Their places in files are
	// below the file's folder.
	Built []byte
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

// Session is a loaded graph that gives logits, [texts, labels]. RunBatch may be
// called by several goroutines at once.
type Session struct {
	path      string
	signature *graph.Signature
	output    graph.Value
	session   *ort.DynamicAdvancedSession
	ops       *ops
	weights   *weights
}

// Open loads the graph at path. Init must have been called.
func Open(path string, o Options) (*Session, error) {
	signature, err := o.inspect(path)
	if err != nil {
		return nil, err
	}
	if len(o.Outputs) == 0 {
		o.Outputs = []string{graph.Logits}
	}
	at := signature.Output(o.Outputs...)
	if at < 0 {
		return nil, fmt.Errorf("%s has %d outputs, none of them named %s: export it for the model's task", path, len(signature.Outputs), o.Outputs[0])
	}
	s := &Session{path: path, signature: signature, output: signature.Outputs[at]}
	if shape := s.output.Shape; len(shape) == 2 && shape[1] < 0 {
		s.output.Shape = []int64{shape[0], int64(o.Labels)}
	}
	if isHalf(s.output.ElemType) && (len(s.output.Shape) != 2 || s.output.Shape[1] < 1) {
		return nil, fmt.Errorf("%s: output %s is of 16 bits and has the shape %v, where [texts, labels] is needed: export it for text-classification",
			path, s.output.Name, s.output.Shape)
	}
	so, err := sessionOptions(o)
	if err != nil {
		return nil, err
	}
	defer func() { _ = so.Destroy() }()
	if o.Built != nil {
		dir, err := filepath.Abs(filepath.Dir(path))
		if err == nil {
			err = so.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", dir)
		}
		if err != nil {
			return nil, err
		}
	}
	if s.ops, err = registerOps(so, o.threads()); err != nil {
		return nil, err
	}
	if s.weights, err = watchWeights(path, signature); err != nil {
		s.ops.close()
		return nil, err
	}
	if o.Built != nil {
		s.session, err = ort.NewDynamicAdvancedSessionWithONNXData(o.Built, names(signature.Inputs), []string{s.output.Name}, so)
	} else {
		s.session, err = ort.NewDynamicAdvancedSession(path, names(signature.Inputs), []string{s.output.Name}, so)
	}
	if err != nil {
		s.ops.close()
		return nil, errors.Join(notLoaded(path, err), s.weights.close())
	}
	return s, nil
}

func (o Options) inspect(path string) (*graph.Signature, error) {
	if o.Built != nil {
		return graph.InspectBuilt(o.Built, path)
	}
	return graph.Inspect(path)
}

func (o Options) threads() int {
	if o.Threads > 0 {
		return o.Threads
	}
	return runtime.GOMAXPROCS(0)
}

// briefSpin is how long a thread without work waits busily before it sleeps, in
// microseconds: longer than the pauses between the operators of a run, which
// waking up would double, and too short to be seen from outside.
const briefSpin = "20"

// spin is the runtime's configuration of idle threads, keys and values.
func (o Options) spin() [][2]string {
	all := [][2]string{{"session.intra_op.allow_spinning", "1"}} // as long as the runtime does
	if !o.Spinning {
		all = append(all, [2]string{"session.intra_op.spin_duration_us", briefSpin})
	}
	return all
}

func sessionOptions(o Options) (*ort.SessionOptions, error) {
	so, err := ort.NewSessionOptions()
	if err != nil {
		return nil, err
	}
	steps := []func() error{
		func() error { return so.SetIntraOpNumThreads(o.threads()) },
		func() error { return so.SetInterOpNumThreads(1) },
		func() error { return so.SetGraphOptimizationLevel(o.Optimization.level()) },
		// The runtime remembers a memory pattern for each combination of input
		// shapes, for ever. Lengths come from clients, so that is a leak.
		func() error { return so.SetMemPattern(false) },
		// Weights are allocated once, outside of the arena, which would round
		// them up to powers of two.
		func() error { return so.AddSessionConfigEntry("session.use_device_allocator_for_initializers", "1") },
	}
	for _, e := range o.spin() {
		steps = append(steps, func() error { return so.AddSessionConfigEntry(e[0], e[1]) })
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

// Close frees the session. No run may be under way or follow.
func (s *Session) Close() error {
	err := errors.Join(s.session.Destroy(), s.weights.close())
	s.ops.close()
	return err
}

// RunBatch computes the logits of a batch. The graph's inputs are read in place, as
// int32 where it takes them so. When ctx ends midway the run is terminated and
// ctx's error returned.
func (s *Session) RunBatch(ctx context.Context, b graph.Batch) (Tensor, error) {
	if err := ctx.Err(); err != nil {
		return Tensor{}, err
	}
	var values []ort.Value
	defer func() { destroy(values) }()
	for _, in := range s.signature.Inputs {
		v, err := input(in, b)
		if err != nil {
			return Tensor{}, fmt.Errorf("input %s: %w", in.Name, err)
		}
		values = append(values, v)
	}
	out := make([]ort.Value, 1)
	defer func() { destroy(out) }()
	if isHalf(s.output.ElemType) {
		v, err := newHalf(b.Size(), s.output)
		if err != nil {
			return Tensor{}, fmt.Errorf("output %s: %w", s.output.Name, err)
		}
		out[0] = v
	}
	if err := s.run(ctx, values, out); err != nil {
		if ctx.Err() != nil {
			return Tensor{}, ctx.Err()
		}
		return Tensor{}, fmt.Errorf("run %s: %s", s.path, oneLine(err))
	}
	if err := s.weights.check(); err != nil {
		return Tensor{}, err
	}
	return fromValue(s.output, out[0])
}

func narrow(v []int64) []int32 {
	out := make([]int32, len(v))
	for i := range v {
		out[i] = int32(v[i])
	}
	return out
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

// destroy frees values. A call of the bindings that fails may leave a nil pointer in
// place of a value.
func destroy(values []ort.Value) {
	for _, v := range values {
		if v != nil && !reflect.ValueOf(v).IsNil() {
			_ = v.Destroy()
		}
	}
}
