// Package peers runs the engines that ours is compared with; the scripts beside it
// are their side of the protocol.
package peers

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// The scripts that run the engines.
const (
	GenAI = "genai.py"
	Llama = "llama.mjs"
)

// Peers are the engines that `scripts/fetch-peer.sh generation` installs.
type Peers struct{ Python, dir string }

// Find returns nil without a folder.
func Find(dir string) (*Peers, error) {
	if dir == "" {
		return nil, nil
	}
	python := filepath.Join(dir, "venv", "bin", "python")
	if _, err := os.Stat(python); err != nil {
		return nil, fmt.Errorf("no engines to compare with: %w; name the folder that scripts/fetch-peer.sh generation prints", err)
	}
	return &Peers{python, dir}, nil
}

// Script is the path of one of the scripts.
func (p *Peers) Script(name string) string {
	return filepath.Join(scorerproc.Root(), "tests", "bench", "peers", "generation", name)
}

// Peer is one of them, running.
type Peer struct {
	Name  string // with its version
	Ready Answer // what it said when it was ready
	cmd   *exec.Cmd
	in    io.WriteCloser
	out   *bufio.Scanner
}

// Answer is what a peer says; protocol.py has the fields.
type Answer struct {
	Peer            string
	Version         string
	LoadSeconds     float64 `json:"load_seconds"`
	TokensPerSecond float64 `json:"tokens_per_second"`
	Prefill         float64 `json:"prefill_tokens_per_second"`
	CPUSeconds      float64 `json:"cpu_seconds"` // of the generated tokens
	PeakBytes       float64 `json:"peak_bytes"`
	Error           string
}

// Start runs a script with its model.
func (p *Peers) Start(script, model string, threads int) (*Peer, error) {
	interpreter := p.Python
	if filepath.Ext(script) == ".mjs" {
		interpreter = "node"
	}
	cmd := exec.Command(interpreter, p.Script(script), model, "--threads", fmt.Sprint(threads))
	cmd.Dir, cmd.Stderr = p.dir, os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	started := &Peer{cmd: cmd, in: in, out: bufio.NewScanner(out)}
	ready, err := started.read()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", script, err), started.Close())
	}
	started.Ready, started.Name = *ready, ready.Peer+" "+ready.Version
	return started, nil
}

func (p *Peer) read() (*Answer, error) {
	if !p.out.Scan() {
		return nil, errors.Join(errors.New("it said nothing"), p.out.Err())
	}
	var a Answer
	if err := json.Unmarshal(p.out.Bytes(), &a); err != nil {
		return nil, fmt.Errorf("%q: %w", p.out.Text(), err)
	}
	if a.Error != "" {
		return nil, errors.New(a.Error)
	}
	return &a, nil
}

// Decode generates n tokens after a prompt of context tokens.
func (p *Peer) Decode(context, n int) (*Answer, error) {
	if _, err := fmt.Fprintf(p.in, "context %d tokens %d\n", context, n); err != nil {
		return nil, err
	}
	a, err := p.read()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.Name, err)
	}
	return a, nil
}

// Close ends it.
func (p *Peer) Close() error {
	_ = p.in.Close()
	return p.cmd.Wait()
}
