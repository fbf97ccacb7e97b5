package onnx

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
)

// weights watches the files that hold a graph's weights. The runtime maps them, so what
// is written to them later is what a session computes with. Whoever replaces them by
// renaming writes to others.
type weights struct {
	files []*os.File
	was   []syscall.Stat_t
}

// open are the weights of all sessions.
var open = struct {
	sync.Mutex
	all map[*weights]bool
}{all: map[*weights]bool{}}

// watchWeights must be called before the runtime reads them.
func watchWeights(path string, s *graph.Signature) (*weights, error) {
	w := &weights{}
	seen := map[string]bool{}
	for _, e := range s.External {
		if seen[e.Location] {
			continue
		}
		seen[e.Location] = true
		f, err := os.Open(filepath.Join(filepath.Dir(path), e.Location))
		if err != nil {
			return nil, errors.Join(err, w.close())
		}
		w.files = append(w.files, f)
		var was syscall.Stat_t
		if err := syscall.Fstat(int(f.Fd()), &was); err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", f.Name(), err), w.close())
		}
		w.was = append(w.was, was)
	}
	open.Lock()
	defer open.Unlock()
	open.all[w] = true
	return w, nil
}

// check is called behind a run: the time of a file's change is set before its content is.
func (w *weights) check() error {
	for i, f := range w.files {
		var now syscall.Stat_t // os.File's own allocates at every token
		if err := syscall.Fstat(int(f.Fd()), &now); err != nil {
			return fmt.Errorf("%s: %w", f.Name(), err)
		}
		if was := &w.was[i]; now.Size != was.Size || now.Mtim != was.Mtim {
			return fmt.Errorf("%s was written to while it was in use, so answers could be wrong: start again, and replace a model by renaming, not in place", f.Name())
		}
	}
	return nil
}

func (w *weights) close() error {
	open.Lock()
	delete(open.all, w)
	open.Unlock()
	var errs []error
	for _, f := range w.files {
		errs = append(errs, f.Close())
	}
	return errors.Join(errs...)
}

// WeightsChanged tells if a file that a session computes with was written to since. Its
// runs fail from then on.
func WeightsChanged() error {
	open.Lock()
	defer open.Unlock()
	for w := range open.all {
		if err := w.check(); err != nil {
			return err
		}
	}
	return nil
}
