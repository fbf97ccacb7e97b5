package supply

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// Scorer is how the scorer is run.
type Scorer struct {
	// Path is the program; "" is the one of the project's folder, which is built
	// where it isn't there.
	Path string
	// Dir is the project's folder.
	Dir string
}

const libraryVariable = "SCORER_ONNXRUNTIME_LIBRARY"

// ready finds the program, or builds it, and the library that it needs.
func (s Scorer) ready(ctx context.Context, out io.Writer) (path string, environment []string, err error) {
	if s.Path != "" {
		return s.Path, nil, nil
	}
	path = filepath.Join(s.Dir, "build", "scorer")
	if _, err := os.Stat(path); err != nil {
		if failed := s.build(ctx, out); failed != nil {
			if found, notThere := exec.LookPath("scorer"); notThere == nil {
				return found, nil, nil
			}
			return "", nil, fmt.Errorf("the scorer, which prepares the model, is neither %s nor in PATH, and %w", path, failed)
		}
	}
	if os.Getenv(libraryVariable) != "" {
		return path, nil, nil
	}
	var library, said bytes.Buffer
	fetch := exec.CommandContext(ctx, "scripts/fetch-onnxruntime.sh")
	fetch.Dir, fetch.Stdout, fetch.Stderr = s.Dir, &library, io.MultiWriter(out, &said)
	if err := fetch.Run(); err != nil {
		return "", nil, fmt.Errorf("scripts/fetch-onnxruntime.sh: %w: %s", err, strings.Join(strings.Fields(said.String()), " "))
	}
	return path, []string{libraryVariable + "=" + strings.TrimSpace(library.String())}, nil
}

// build builds the program in the project's folder. A program that uses the
// component of infra runs in another one.
func (s Scorer) build(ctx context.Context, out io.Writer) error {
	if _, err := os.Stat(filepath.Join(s.Dir, "inference", "cmd", "scorer")); err != nil {
		return fmt.Errorf("%s isn't a clone of azure-nlp-endpoint: make build/scorer in one, and put the scorer into PATH or name it", s.Dir)
	}
	build := exec.CommandContext(ctx, "make", "-s", "build/scorer")
	build.Dir, build.Stdout, build.Stderr = s.Dir, out, out
	if err := build.Run(); err != nil {
		return fmt.Errorf("make build/scorer failed: %w; it needs Go, gcc and make", err)
	}
	return nil
}

// pull lets the scorer fetch a model into a folder and prepare it.
func (s Scorer) pull(ctx context.Context, m stackconfig.Model, dir, token string, out io.Writer) error {
	return s.run(ctx, m, token, out, "pull", m.Source, "--to", dir)
}

// optimize lets the scorer prepare the model in a folder into another one, which
// isn't made where the model can only be served as it is.
func (s Scorer) optimize(ctx context.Context, m stackconfig.Model, dir, made string, out io.Writer) error {
	return s.run(ctx, m, "", out, "optimize", "--if-recognised", "--model-dir", dir, "--output", made)
}

// run runs the scorer on a model.
func (s Scorer) run(ctx context.Context, m stackconfig.Model, token string, out io.Writer, arguments ...string) error {
	path, extra, err := s.ready(ctx, out)
	if err != nil {
		return err
	}
	arguments = append(arguments, "--precision", m.Precision)
	if m.File != "" {
		arguments = append(arguments, "--model-file", m.File)
	}
	var said tail
	command := Command(ctx, path, token, arguments...)
	command.Stdout, command.Stderr = out, io.MultiWriter(out, &said)
	command.Env = append(command.Env, extra...)
	err = command.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &exit):
		return fmt.Errorf("scorer %s %s: %s", arguments[0], m.Source, said.last())
	}
	return fmt.Errorf("scorer %s %s: %w", arguments[0], m.Source, err)
}

// Command prepares a run of the scorer, by its path, with the hub's token. It
// ends with the context by itself, and keeps what it has.
func Command(ctx context.Context, path, token string, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, path, arguments...)
	command.Env = environment(token)
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.WaitDelay = 30 * time.Second
	return command
}

// environment is the scorer's: ours without the secrets that it doesn't need,
// and with the hub's token.
func environment(token string) []string {
	var all []string
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		switch {
		case name == "HF_TOKEN", strings.HasPrefix(name, "AZURE_"), strings.HasPrefix(name, "ARM_"), strings.HasPrefix(name, "PULUMI_"):
		default:
			all = append(all, variable)
		}
	}
	if token != "" {
		all = append(all, "HF_TOKEN="+token)
	}
	return all
}

// tail keeps the end of what is written to it.
type tail struct{ text []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.text = append(t.text, p...)
	t.text = t.text[max(0, len(t.text)-4096):]
	return len(p), nil
}

// last is the last line that says something.
func (t *tail) last() string {
	all := strings.Split(strings.TrimSpace(string(t.text)), "\n")
	return strings.TrimSpace(all[len(all)-1])
}
