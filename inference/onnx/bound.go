package onnx

/*
#cgo LDFLAGS: -ldl
#include <stdlib.h>
#include "bound.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unsafe"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
)

// Provider is what computes: an execution provider of ONNX Runtime.
type Provider string

// Providers that BoundOptions knows.
const (
	CPU  Provider = "CPU"
	CUDA Provider = "CUDA"
)

// BoundOptions say how a BoundSession computes. The zero value computes on all
// processors.
type BoundOptions struct {
	Options
	Provider Provider // "" means CPU
	// DeviceMemory limits what the CUDA provider takes, in bytes; 0 is no limit.
	DeviceMemory int64
}

// BoundSession is a loaded graph whose inputs and outputs stay bound to memory
// of the caller. A run allocates nothing in Go, reads and writes past and
// present keys and values where they lie, and can be stopped midway, none of
// which the bindings of github.com/yalue/onnxruntime_go allow (docs/internals/chat.md).
// It isn't for use by several goroutines at once, but for Stopper.Stop.
type BoundSession struct {
	path      string
	signature *graph.Signature
	session   *C.OrtSession
	ops       *C.own_ops // nil where the provider isn't the CPU
	provider  Provider
	host      *Memory
	device    *Memory
	before    []mapping // of the process when the session was opened
	weights   *weights
}

// initTable finds the runtime's functions in the library that Init has loaded.
func initTable() error {
	library := Library()
	if library == "" {
		return errors.New("onnx.Init has not been called")
	}
	name := C.CString(library)
	defer C.free(unsafe.Pointer(name))
	initOnce.Lock()
	defer initOnce.Unlock()
	if err := failure(C.bound_init(name)); err != nil {
		return fmt.Errorf("ONNX Runtime library %s: %w", library, err)
	}
	return nil
}

// OpenBound loads the graph at path. Init must have been called.
func OpenBound(path string, o BoundOptions) (*BoundSession, error) {
	if err := initTable(); err != nil {
		return nil, err
	}
	signature, err := graph.Inspect(path)
	if err != nil {
		return nil, err
	}
	if o.Provider == "" {
		o.Provider = CPU
	}
	if o.Provider == CUDA {
		if err := forCUDA(path, signature, Library()); err != nil {
			return nil, err
		}
	}
	if signature.Metadata[graph.AheadKey] == Version() {
		o.Optimization = OptimizeNone
	}
	s := &BoundSession{path: path, signature: signature, provider: o.Provider}
	s.before = anonymousMappings()
	if s.weights, err = watchWeights(path, signature); err != nil {
		return nil, err
	}
	if err := s.open(o); err != nil {
		if o.Provider == CUDA && !invalid(err) {
			err = cudaFailure(err, "/proc/driver/nvidia/version", Version())
		}
		return nil, errors.Join(err, s.weights.close())
	}
	if s.host, err = s.memory("Cpu"); err == nil && o.Provider == CUDA {
		s.device, err = s.memory("Cuda")
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("memory for %s: %w", path, err), s.Close())
	}
	return s, nil
}

// cudaProvider is the file that ONNX Runtime loads for CUDA, from beside itself.
const cudaProvider = "libonnxruntime_providers_cuda.so"

// forCUDA says why CUDA can't compute a graph.
func forCUDA(path string, s *graph.Signature, library string) error {
	if err := hasCUDA(library); err != nil {
		return err
	}
	if s.Own {
		return fmt.Errorf("%s was prepared for the CPU, with operators that CUDA doesn't have: prepare the model with scorer optimize --execution-provider cuda, or serve its export", path)
	}
	return nil
}

// hasCUDA spares the runtime the search, because its own error is long.
func hasCUDA(library string) error {
	if resolved, err := filepath.EvalSymlinks(library); err == nil {
		library = resolved
	}
	path := filepath.Join(filepath.Dir(library), cudaProvider)
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("ONNX Runtime has no CUDA provider, for there is no %s: take a GPU build of ONNX Runtime, as the image scorer-cuda does", path)
	}
	return nil
}

func (s *BoundSession) open(o BoundOptions) error {
	var strs cStrings
	defer strs.free()
	config := []string{
		// Weights are allocated once, outside of the arena, which would round
		// them up to powers of two.
		"session.use_device_allocator_for_initializers", "1",
	}
	for _, e := range o.spin() {
		config = append(config, e[:]...)
	}
	if o.OptimizedPath != "" {
		config = append(config, "session.optimized_model_external_initializers_file_name", filepath.Base(o.OptimizedPath)+".data",
			"session.optimized_model_external_initializers_min_size_in_bytes", "1024")
	}
	var co C.bound_options
	co.path = strs.one(s.path)
	if o.OptimizedPath != "" {
		co.optimized_path = strs.one(o.OptimizedPath)
	}
	co.threads = C.int(o.threads())
	co.optimization = C.int(map[Optimization]int{OptimizeNone: 0, OptimizeBasic: 1, OptimizeExtended: 2, OptimizeAll: 99}[o.Optimization])
	co.config, co.config_len = strs.list(config), C.size_t(len(config))
	if o.Provider == CUDA {
		cuda := []string{"arena_extend_strategy", "kSameAsRequested"}
		if o.DeviceMemory > 0 {
			cuda = append(cuda, "gpu_mem_limit", strconv.FormatInt(o.DeviceMemory, 10))
		}
		co.use_cuda = 1
		co.cuda, co.cuda_len = strs.list(cuda), C.size_t(len(cuda))
	}
	if o.Provider == CPU {
		co.domain = strs.one(graph.Domain)
	}
	if err := failure(C.bound_open(&co, &s.session, &s.ops)); err != nil {
		C.bound_close(nil, s.ops)
		return notLoaded(fmt.Sprintf("%s for %s", s.path, o.Provider), err)
	}
	return nil
}

// Path is the graph's file.
func (s *BoundSession) Path() string { return s.path }

// Signature is what the graph declares.
func (s *BoundSession) Signature() *graph.Signature { return s.signature }

// Provider is what computes.
func (s *BoundSession) Provider() Provider { return s.provider }

// Close frees the session. Values, bindings and memory made of it must have
// been closed before.
func (s *BoundSession) Close() error {
	for _, m := range []*Memory{s.host, s.device} {
		if m != nil {
			C.bound_free_memory(m.info, m.allocator)
		}
	}
	C.bound_close(s.session, s.ops)
	s.session, s.ops = nil, nil
	return s.weights.close()
}

// Binding is a set of values that a session's inputs and outputs are bound to.
type Binding struct {
	binding *C.OrtIoBinding
}

// NewBinding makes a Binding without values. It must be closed.
func (s *BoundSession) NewBinding() (*Binding, error) {
	b := &Binding{}
	if err := failure(C.bound_binding(s.session, &b.binding)); err != nil {
		return nil, err
	}
	return b, nil
}

// Input binds an input; a later call replaces an earlier one's value.
func (b *Binding) Input(name *Name, v *BoundValue) error {
	return failure(C.bound_input(b.binding, name.c, v.value))
}

// Output binds an output likewise.
func (b *Binding) Output(name *Name, v *BoundValue) error {
	return failure(C.bound_output(b.binding, name.c, v.value))
}

// Close frees the binding, not the values.
func (b *Binding) Close() { C.bound_release_binding(b.binding) }

// Name is an input's or output's name as C has it.
type Name struct{ c *C.char }

// NewName makes a Name. It must be closed.
func NewName(name string) *Name { return &Name{C.CString(name)} }

// Close frees the name.
func (n *Name) Close() { C.free(unsafe.Pointer(n.c)) }

// Stopper ends runs midway.
type Stopper struct{ options *C.OrtRunOptions }

// NewStopper makes a Stopper. It must be closed, when no Stop can come any more.
func NewStopper() (*Stopper, error) {
	s := &Stopper{}
	if err := failure(C.bound_run_options(&s.options)); err != nil {
		return nil, err
	}
	return s, nil
}

// Stop ends the run that is under way, and every later one, until Reset. It
// may be called by any goroutine.
func (s *Stopper) Stop() error { return failure(C.bound_terminate(s.options, 1)) }

// Reset allows runs again.
func (s *Stopper) Reset() error { return failure(C.bound_terminate(s.options, 0)) }

// Close frees the stopper.
func (s *Stopper) Close() { C.bound_release_run_options(s.options) }

// Run computes b's outputs of its inputs. A run that the stopper ended returns
// an error; what its outputs hold then is undefined.
func (s *BoundSession) Run(b *Binding, stop *Stopper) error {
	if msg := C.bound_run(s.session, stop.options, b.binding); msg != nil {
		return fmt.Errorf("run %s: %s", s.path, oneLine(failure(msg)))
	}
	return s.weights.check()
}

// failure turns a message of the C side into an error, and frees it.
func failure(msg *C.char) error {
	if msg == nil {
		return nil
	}
	defer C.free(unsafe.Pointer(msg))
	return errors.New(strings.TrimSpace(C.GoString(msg)))
}

// cStrings frees the C strings and lists that a call was given.
type cStrings []unsafe.Pointer

func (c *cStrings) one(s string) *C.char {
	p := C.CString(s)
	*c = append(*c, unsafe.Pointer(p))
	return p
}

func (c *cStrings) list(ss []string) **C.char {
	p := C.malloc(C.size_t(len(ss)+1) * C.size_t(unsafe.Sizeof(uintptr(0))))
	*c = append(*c, p)
	list := unsafe.Slice((**C.char)(p), len(ss))
	for i, s := range ss {
		list[i] = c.one(s)
	}
	return (**C.char)(p)
}

func (c cStrings) free() {
	for _, p := range c {
		C.free(p)
	}
}
