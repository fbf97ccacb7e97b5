package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"azure-nlp-endpoint/tests/scorerproc"
)

// peers are the engines that ours is compared with; tests/bench/peers has their
// side of the protocol.
type peers struct{ python string }

// findPeers returns nil if there is no such virtual environment.
func findPeers(dir string) *peers {
	python := filepath.Join(dir, "bin", "python")
	if !exists(python) {
		return nil
	}
	return &peers{python}
}

func (p *peers) script(name string) string {
	return filepath.Join(scorerproc.Root(), "tests", "bench", "peers", name)
}

// peer is one of them, running.
type peer struct {
	name string
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Scanner
}

// answer is what a peer says; protocol.py has the fields.
type answer struct {
	Peer            string
	Version         string
	LoadSeconds     float64 `json:"load_seconds"`
	TokensPerSecond float64 `json:"tokens_per_second"`
	Prefill         float64 `json:"prefill_tokens_per_second"`
	PeakBytes       float64 `json:"peak_bytes"`
	Error           string
}

func (p *peers) start(script, model string, threads int) (*peer, error) {
	cmd := exec.Command(p.python, p.script(script), model, "--threads", fmt.Sprint(threads))
	cmd.Stderr = os.Stderr
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
	started := &peer{cmd: cmd, in: in, out: bufio.NewScanner(out)}
	ready, err := started.read()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", script, err), started.close())
	}
	started.name = ready.Peer + " " + ready.Version
	return started, nil
}

func (p *peer) read() (*answer, error) {
	if !p.out.Scan() {
		return nil, errors.Join(errors.New("it said nothing"), p.out.Err())
	}
	var a answer
	if err := json.Unmarshal(p.out.Bytes(), &a); err != nil {
		return nil, fmt.Errorf("%q: %w", p.out.Text(), err)
	}
	if a.Error != "" {
		return nil, errors.New(a.Error)
	}
	return &a, nil
}

// decode returns tokens a second of n tokens after a prompt.
func (p *peer) decode(context, n int) (float64, error) {
	if _, err := fmt.Fprintf(p.in, "context %d tokens %d\n", context, n); err != nil {
		return 0, err
	}
	a, err := p.read()
	if err != nil {
		return 0, fmt.Errorf("%s: %w", p.name, err)
	}
	return a.TokensPerSecond, nil
}

func (p *peer) close() error {
	_ = p.in.Close()
	return p.cmd.Wait()
}
