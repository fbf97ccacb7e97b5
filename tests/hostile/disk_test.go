package hostile

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// disk is a file system of that many MiB; it needs root, as tests/container does.
func disk(t *testing.T, mib int) string {
	t.Helper()
	if os.Getuid() != 0 && os.Getenv("CI") == "" {
		t.Skip("only root can mount a file system")
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%dm", mib)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// writable says whether a mounted file system may be written to.
func writable(t *testing.T, dir string, yes bool) {
	t.Helper()
	flags := uintptr(syscall.MS_REMOUNT)
	if !yes {
		flags |= syscall.MS_RDONLY
	}
	if err := syscall.Mount("", dir, "", flags, ""); err != nil {
		t.Fatal(err)
	}
}

// fill takes what is free of a disk, but for that many KiB, and returns what gives it back.
func fill(t *testing.T, dir string, leave int64) (empty func()) {
	t.Helper()
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "ballast")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if size := int64(s.Bavail)*s.Bsize - leave<<10; size > 0 {
		if err := syscall.Fallocate(int(f.Fd()), 0, 0, size); err != nil {
			t.Fatal(err)
		}
	}
	return func() {
		if err := os.Remove(path); err != nil {
			t.Error(err)
		}
	}
}

// fails runs a command that must fail in one line, which has what is wanted.
func fails(t *testing.T, args []string, want ...string) {
	t.Helper()
	out, err := command(t, nil, args...)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	line := lines[len(lines)-1]
	t.Log(line)
	for _, part := range append(want, "scorer: ") {
		if err == nil || !strings.Contains(line, part) {
			t.Errorf("%v, want %q:\n%s", err, part, out)
		}
	}
}

// TestDiskForOptimize runs `optimize` where there is too little room, at many places, and
// where nothing can be written.
func TestDiskForOptimize(t *testing.T) {
	for model, needed := range map[string]int{"distilbert-tiny-sentiment": 4300, "gemma-tiny-chat": 3400} { // KiB
		top := disk(t, 40)
		dir := filepath.Join(top, model)
		if err := os.CopyFS(dir, os.DirFS(filepath.Join(scorerproc.Root(), "inference", "models", model))); err != nil {
			t.Fatal(err)
		}
		was := below(t, dir)
		args := []string{"optimize", "--model-dir", dir}
		rooms := scaled(3, 24)
		for i := range rooms {
			empty := fill(t, top, int64(i*needed/rooms))
			fails(t, args, dir, "make room and run the same command again")
			if is := below(t, dir); len(is) != len(was) {
				t.Errorf("it left %v", is)
			}
			empty()
		}
		writable(t, top, false)
		fails(t, args, dir, "read-only file system", "--output")
		if out := mustRun(t, "check", "--model-dir", dir); strings.Contains(out, "note ") {
			t.Errorf("on a read-only disk: %s", out)
		}
		writable(t, top, true)
		mustRun(t, args...)
		if out := mustRun(t, "check", "--model-dir", dir); !strings.Contains(out, filepath.Join("optimized", "model.onnx")) || strings.Contains(out, "note ") {
			t.Errorf("after room was made: %s", out)
		}
	}
}

// TestDiskForPull fills the disk while `pull` fetches, and goes on when there is room.
func TestDiskForPull(t *testing.T) {
	top := disk(t, 100)
	h := hub(t)
	dir := filepath.Join(top, "model")
	args := []string{"pull", h.Repo, "--to", dir, "--endpoint", h.URL, "--no-optimize"}
	empty := fill(t, top, 8<<10)
	fails(t, args, " MB are needed", dir, "make room", "--to")
	empty()

	// Room enough at first, and not when the weights come.
	filled := make(chan func(), 1)
	var once sync.Once
	h.Answer(func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == graphPath {
			once.Do(func() { filled <- fill(t, top, 2000) })
		}
		return false
	})
	fails(t, args, filepath.Join(dir+".partial", "onnx", "model.onnx.partial"), "no space left on device", "make room and run the same command again")
	if _, err := os.Stat(dir); err == nil {
		t.Error("the folder is there")
	}
	(<-filled)()
	out := mustRun(t, args...)
	if !strings.Contains(out, "resuming at ") {
		t.Errorf("it began anew: %s", out)
	}
	mustRun(t, "check", "--model-dir", dir)

	writable(t, top, false)
	fails(t, []string{"pull", h.Repo, "--to", filepath.Join(top, "other"), "--endpoint", h.URL}, filepath.Join(top, "other"), "read-only file system", "--to")
	if out := mustRun(t, args...); !strings.Contains(out, "is there already") {
		t.Errorf("what is there, on a read-only disk: %s", out)
	}
	fails(t, args[:len(args)-1], dir, "read-only file system") // it can't be prepared
}

// TestNoTemporaryFolder runs all commands where there is none, and where it can't be
// written to.
func TestNoTemporaryFolder(t *testing.T) {
	readOnly := disk(t, 1)
	writable(t, readOnly, false)
	h := hub(t)
	for _, tmp := range []string{filepath.Join(readOnly, "absent"), readOnly} {
		variables := []string{"TMPDIR=" + tmp, "HOME=" + tmp}
		dir := filepath.Join(t.TempDir(), "model")
		for _, args := range [][]string{{"pull", h.Repo, "--to", dir, "--endpoint", h.URL}, {"optimize", "--model-dir", dir, "--precision", "int8"}, {"check", "--model-dir", dir}} {
			if out, err := command(t, variables, args...); err != nil || strings.Contains(out, "note ") {
				t.Errorf("%s with TMPDIR=%s: %v: %s", args[0], tmp, err, out)
			}
		}
		t.Setenv("TMPDIR", tmp)
		p, err := scorerproc.Start(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		scores(t, p)
		p.Kill()
		t.Setenv("TMPDIR", "")
	}
}
