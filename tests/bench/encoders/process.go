package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/load"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/bench/report"
)

// process is a server with the processes that it started.
type process struct {
	service load.Service
	cmd     *exec.Cmd
	log     string
	done    chan struct{}
}

// startTimeout is far more than any of them takes.
const startTimeout = 2 * time.Minute

// start starts a contender and says how long its first right answer took.
func (c *contender) start(ctx context.Context, t *task, texts []string) (time.Duration, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	port := listener.Addr().(*net.TCPAddr).Port
	_ = listener.Close()
	cmd, err := c.command(ctx, port)
	if err != nil {
		return 0, err
	}
	log, err := os.CreateTemp("", "bench-"+c.key+"-*.log")
	if err != nil {
		return 0, err
	}
	defer func() { _ = log.Close() }()
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	p := &process{t.service(port, texts, c.answers), cmd, log.Name(), make(chan struct{})}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	go func() {
		_ = cmd.Wait()
		close(p.done)
		cancel()
	}()
	if err := p.service.First(ctx, texts); err != nil {
		err = fmt.Errorf("%s: %w; its log ends with:\n%s", c.key, err, tail(p.log))
		p.kill()
		return 0, err
	}
	c.process = p
	return time.Since(start), nil
}

// tail is the end of a file.
func tail(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	return string(data[max(0, len(data)-2000):])
}

// stop ends a contender; the most memory that it took is kept.
func (c *contender) stop() error {
	_, peak, err := c.process.used()
	c.peak = max(c.peak, peak)
	c.process.kill()
	c.process = nil
	return err
}

func (p *process) kill() {
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	<-p.done
	_ = os.Remove(p.log)
}

// used is what the server and all that it started have used: processor time in
// seconds, and the sum of the most that each has had resident, in bytes.
func (p *process) used() (cpu, peak float64, err error) {
	pids, err := tree(p.cmd.Process.Pid)
	if err != nil {
		return 0, 0, err
	}
	for _, pid := range pids {
		data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if errors.Is(err, os.ErrNotExist) {
			continue // it ended just now
		}
		s, err := report.ParseStat(string(data))
		if err != nil {
			return 0, 0, err
		}
		_, most, err := report.Memory(pid)
		if err != nil {
			return 0, 0, err
		}
		cpu, peak = cpu+s.CPU, peak+most
	}
	return cpu, peak, nil
}

// tree is a process and its descendants.
func tree(root int) ([]int, error) {
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	children := map[int][]int{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			continue // it ended
		}
		s, err := report.ParseStat(string(data))
		if err != nil {
			return nil, err
		}
		children[s.Parent] = append(children[s.Parent], s.PID)
	}
	pids := []int{root}
	for i := 0; i < len(pids); i++ {
		pids = append(pids, children[pids[i]]...)
	}
	return pids, nil
}
