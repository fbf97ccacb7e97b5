package container

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Engine is a Docker engine of its own: its data, its socket and its containers
// are apart from those of the machine.
type Engine struct {
	dir     string
	host    string // unix://...
	daemon  *exec.Cmd
	ended   chan struct{}
	mounted bool
}

// StartEngine starts dockerd with its data on a file system of the given size in
// bytes, as an instance's disk has one. It needs root. The networks of Docker
// are off, since a sandbox lets nobody make bridges: containers use the host's.
func StartEngine(ctx context.Context, size int64) (*Engine, error) {
	dir, err := os.MkdirTemp("", "engine-") // short, as a socket's path may have 108 bytes
	if err != nil {
		return nil, err
	}
	e := &Engine{dir: dir, host: "unix://" + filepath.Join(dir, "docker.sock"), ended: make(chan struct{})}
	if err := e.start(ctx, size); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

func (e *Engine) start(ctx context.Context, size int64) error {
	data := filepath.Join(e.dir, "data")
	if err := os.Mkdir(data, 0o710); err != nil {
		return err
	}
	if err := syscall.Mount("tmpfs", data, "tmpfs", 0, fmt.Sprintf("size=%d", size)); err != nil {
		return fmt.Errorf("a file system of %d bytes for Docker: %w", size, err)
	}
	e.mounted = true
	log, err := os.Create(filepath.Join(e.dir, "log"))
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	cmd := exec.Command("dockerd", "--host", e.host, "--data-root", data, "--exec-root", filepath.Join(e.dir, "exec"),
		"--pidfile", filepath.Join(e.dir, "pid"), "--iptables=false", "--bridge=none")
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%w: install Docker's engine, docker.io on Debian", err)
	}
	e.daemon = cmd
	go func() {
		_ = cmd.Wait()
		close(e.ended)
	}()
	for deadline := time.Now().Add(time.Minute); ; {
		if _, err = e.Docker(ctx, "version"); err == nil {
			return nil
		}
		select {
		case <-e.ended:
		case <-time.After(100 * time.Millisecond):
			if time.Now().Before(deadline) {
				continue
			}
		}
		content, _ := os.ReadFile(log.Name())
		return fmt.Errorf("dockerd did not start: %w; its log:\n%s", err, content)
	}
}

// Docker runs the docker command against this engine and returns what it wrote
// to stdout, without the last line's end.
func (e *Engine) Docker(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "docker", args...)
	cmd.Env = e.Env()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("docker %s: %w: %s%s", strings.Join(args, " "), err, &out, &errs)
	}
	return strings.TrimSpace(out.String()), nil
}

// Env is the environment in which the docker command finds this engine.
func (e *Engine) Env() []string {
	return append(os.Environ(), "DOCKER_HOST="+e.host, "DOCKER_CONFIG="+filepath.Join(e.dir, "config"))
}

// DiskUsed is how many bytes images and containers take on the engine's disk.
func (e *Engine) DiskUsed() (int64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(filepath.Join(e.dir, "data"), &s); err != nil {
		return 0, err
	}
	return int64(s.Blocks-s.Bfree) * s.Bsize, nil
}

// Close ends the engine with all its containers and removes what it had.
func (e *Engine) Close() error {
	if e.daemon != nil {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if ids, err := e.Docker(ctx, "ps", "-aq"); err == nil && ids != "" {
			_, _ = e.Docker(ctx, append([]string{"rm", "-f"}, strings.Fields(ids)...)...)
		}
		_ = e.daemon.Process.Signal(syscall.SIGTERM)
		select {
		case <-e.ended:
		case <-ctx.Done():
			_ = e.daemon.Process.Kill()
			<-e.ended
		}
	}
	// Of the host's network, which the containers had; it is absent without any.
	_ = syscall.Unmount(filepath.Join(e.dir, "exec", "netns", "default"), syscall.MNT_DETACH)
	if e.mounted {
		if err := syscall.Unmount(filepath.Join(e.dir, "data"), syscall.MNT_DETACH); err != nil {
			return err
		}
	}
	return os.RemoveAll(e.dir)
}
