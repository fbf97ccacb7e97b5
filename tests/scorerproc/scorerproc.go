// Package scorerproc builds the real scorer binary and runs it as a process of
// its own, for tests and benchmarks that talk to it over HTTP.
package scorerproc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnxlib"
)

// Root is the repository's folder.
func Root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..")
}

// BundledModel is the folder of the model that comes with the repository.
func BundledModel() string {
	return filepath.Join(Root(), "inference", "models", "distilbert-tiny-sentiment")
}

var build struct {
	once sync.Once
	path string
	err  error
}

// Build compiles the scorer once for the process and returns the binary's path.
func Build() (string, error) {
	build.once.Do(func() {
		dir, err := os.MkdirTemp("", "scorer-bin-")
		if err != nil {
			build.err = err
			return
		}
		build.path = filepath.Join(dir, "scorer")
		cmd := exec.Command("go", "build", "-o", build.path, "./inference/cmd/scorer")
		cmd.Dir = Root()
		if out, err := cmd.CombinedOutput(); err != nil {
			build.err = fmt.Errorf("build the scorer: %w\n%s", err, out)
		}
	})
	return build.path, build.err
}

// Command prepares a run of the binary with the real ONNX Runtime named in its
// environment.
func Command(ctx context.Context, args ...string) (*exec.Cmd, error) {
	binary, err := Build()
	if err != nil {
		return nil, err
	}
	library, err := onnxlib.Locate("")
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env = append(os.Environ(), "SCORER_ONNXRUNTIME_LIBRARY="+library)
	return cmd, nil
}

// Prepare runs `scorer optimize` on an export and replaces what output has. Further
// options are arguments of it.
func Prepare(ctx context.Context, export, output string, args ...string) error {
	if err := os.RemoveAll(output); err != nil { // the scorer may have changed since
		return err
	}
	cmd, err := Command(ctx, append([]string{"optimize", "--model-dir", export, "--output", output}, args...)...)
	if err != nil {
		return err
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("optimize: %w\n%s", err, out)
	}
	return nil
}

// Process is a serving scorer.
type Process struct {
	URL   string // http://127.0.0.1:port
	Began time.Time
	// Ready is how long it took from the start until /readyz said yes.
	Ready time.Duration

	cmd  *exec.Cmd
	log  *Buffer
	done chan struct{}
	err  error
}

// Start serves the model folder on a free port of the loopback interface and
// returns once the scorer is ready. Further options are arguments of `serve`.
func Start(ctx context.Context, modelDir string, args ...string) (*Process, error) {
	return StartLogging(ctx, nil, modelDir, args...)
}

// StartLogging is Start of a scorer that writes its log to a file; nil is Process.Log.
func StartLogging(ctx context.Context, log *os.File, modelDir string, args ...string) (*Process, error) {
	p, err := Launch(ctx, log, modelDir, args...)
	if err != nil {
		return nil, err
	}
	if err := p.awaitReady(ctx); err != nil {
		p.Kill()
		return nil, fmt.Errorf("%w; its log:\n%s", err, p.log)
	}
	p.Ready = time.Since(p.Began)
	return p, nil
}

// Launch is StartLogging, but doesn't wait until the scorer is ready.
func Launch(ctx context.Context, log *os.File, modelDir string, args ...string) (*Process, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	all := append([]string{"serve", "--model-dir", modelDir, "--host", "127.0.0.1", "--port", strconv.Itoa(port)}, args...)
	cmd, err := Command(ctx, all...)
	if err != nil {
		return nil, err
	}
	p := &Process{URL: fmt.Sprintf("http://127.0.0.1:%d", port), cmd: cmd, log: &Buffer{}, done: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = p.log, p.log
	if log != nil {
		cmd.Stdout, cmd.Stderr = log, log
	}
	p.Began = time.Now()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		p.err = cmd.Wait()
		close(p.done)
	}()
	return p, nil
}

func (p *Process) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.URL+api.ReadyPath, nil)
		if err != nil {
			return err
		}
		if resp, err := http.DefaultClient.Do(req); err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-p.done:
			return fmt.Errorf("the scorer ended before it was ready: %v", p.err)
		case <-ctx.Done():
			return errors.New("the scorer did not become ready")
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// PID is the process's id.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Log is what the scorer has written so far, stdout and stderr together.
func (p *Process) Log() string { return p.log.String() }

// Terminate sends SIGTERM.
func (p *Process) Terminate() error { return p.cmd.Process.Signal(syscall.SIGTERM) }

// Wait waits for the process's end and returns nil for exit status 0.
func (p *Process) Wait() error {
	<-p.done
	return p.err
}

// Kill ends the process at once and waits for its end.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// Buffer is a bytes.Buffer that may be read while a process writes to it.
type Buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements io.Writer.
func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *Buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
