package hostile

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// copied is a copy of a bundled model that a test may spoil.
func copied(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(scorerproc.Root(), "inference", "models", name))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// command runs the scorer to its end, and returns what it wrote to both streams. The
// variables come before all others.
func command(t *testing.T, variables []string, args ...string) (string, error) {
	t.Helper()
	cmd, err := scorerproc.Command(context.Background(), args...)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Env = append(cmd.Env, variables...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// mustRun is a command that succeeds.
func mustRun(t *testing.T, args ...string) string {
	t.Helper()
	out, err := command(t, nil, args...)
	if err != nil {
		t.Fatalf("scorer %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// below lists all files at or below a folder, relative to it.
func below(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		names = append(names, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	return names
}

// TestLeavesNothing looks what a run leaves beside its output: ONNX Runtime has a
// database of what it would tell Microsoft, and files beside other temporary ones,
// unless it is told not to. It is told by a CI's variable too, so that one is taken away.
func TestLeavesNothing(t *testing.T) {
	home, temporary := t.TempDir(), t.TempDir()
	dir := copied(t, "distilbert-tiny-sentiment")
	variables := []string{"HOME=" + home, "TMPDIR=" + temporary, "XDG_CACHE_HOME=", "CI=", "ORT_DISABLE_TELEMETRY="}
	for _, args := range [][]string{{"check", "--model-dir", dir}, {"optimize", "--model-dir", dir}, {"check", "--model-dir", dir}} {
		if out, err := command(t, variables, args...); err != nil {
			t.Fatalf("%s: %v\n%s", args[0], err, out)
		}
	}
	if left := append(below(t, home), below(t, temporary)...); len(left) > 0 {
		t.Errorf("it left %v", left)
	}
}

// scores are the answer to a fixed text, which a wrong weight changes.
func scores(t *testing.T, p *scorerproc.Process) string {
	t.Helper()
	status, answer, err := send(http.DefaultClient, p.URL, politeRequests[0])
	if err != nil || status != http.StatusOK {
		t.Fatalf("status %d: %s, %v", status, answer, err)
	}
	return string(answer)
}

// spoilings are what can befall a file.
var spoilings = map[string]func(path string) error{
	"flipped": func(path string) error {
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			return err
		}
		info, err := f.Stat()
		if err != nil {
			return errors.Join(err, f.Close())
		}
		all := make([]byte, info.Size())
		if _, err := f.ReadAt(all, 0); err != nil {
			return errors.Join(err, f.Close())
		}
		for i := range all {
			all[i] ^= 0x3f
		}
		_, err = f.WriteAt(all, 0)
		return errors.Join(err, f.Close())
	},
	"cut":     func(path string) error { return os.Truncate(path, 1000) },
	"emptied": func(path string) error { return os.Truncate(path, 0) },
}

// TestSpoiledBeforeStart spoils each file of a prepared folder: the plain export is
// served instead, with a line in the log, or, where there is none, nothing.
func TestSpoiledBeforeStart(t *testing.T) {
	dir := copied(t, "distilbert-tiny-sentiment")
	mustRun(t, "optimize", "--model-dir", dir)
	prepared := filepath.Join(dir, "optimized")
	alone := filepath.Join(t.TempDir(), "alone")
	if err := os.CopyFS(alone, os.DirFS(prepared)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"model.onnx", "model.onnx.data", "tokenizer.json", "config.json"} {
		for how, spoil := range spoilings {
			for at, folder := range map[string]string{prepared: dir, alone: alone} {
				path := filepath.Join(at, name)
				whole, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if err := spoil(path); err != nil {
					t.Fatal(err)
				}
				out, err := command(t, nil, "check", "--model-dir", folder)
				if folder == dir && (err != nil || !strings.Contains(out, "not whole: "+path)) {
					t.Errorf("%s %s: %v: %s", name, how, err, out)
				}
				if folder == alone && (err == nil || !strings.Contains(out, path) || strings.Count(out, "\n") != 1) {
					t.Errorf("%s %s, with no export beside it: %v: %s", name, how, err, out)
				}
				if err := os.WriteFile(path, whole, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	mustRun(t, "optimize", "--model-dir", dir)
	if out := mustRun(t, "check", "--model-dir", dir); strings.Contains(out, "note ") {
		t.Errorf("prepared again: %s", out)
	}
}

// TestSpoiledWhileServing writes to the files that a model is served from, and exchanges
// them by renaming. No answer with 200 may be another than before; renaming is harmless.
func TestSpoiledWhileServing(t *testing.T) {
	for how, spoil := range spoilings {
		t.Run(how, func(t *testing.T) {
			dir := copied(t, "distilbert-tiny-sentiment")
			mustRun(t, "optimize", "--model-dir", dir)
			p, err := scorerproc.Start(t.Context(), dir, "--drain-delay", "100ms")
			if err != nil {
				t.Fatal(err)
			}
			defer p.Kill()
			want := scores(t, p)
			path := filepath.Join(dir, "optimized", "model.onnx.data")
			if err := os.Rename(filepath.Dir(path), filepath.Dir(path)+".away"); err != nil {
				t.Fatal(err)
			}
			mustRun(t, "optimize", "--model-dir", dir, "--precision", "int8")
			if got := scores(t, p); got != want {
				t.Errorf("exchanged by renaming: %s, want %s", got, want)
			}
			if err := spoil(filepath.Join(filepath.Dir(path)+".away", "model.onnx.data")); err != nil {
				t.Fatal(err)
			}
			ended := make(chan struct{})
			go func() {
				_ = p.Wait()
				close(ended)
			}()
			began, refused := time.Now(), 0
			for done := false; !done; {
				status, answer, err := send(http.DefaultClient, p.URL, politeRequests[0])
				if err == nil && status == http.StatusOK && string(answer) != want {
					t.Fatalf("a wrong answer with 200: %s, want %s", answer, want)
				}
				if status == http.StatusInternalServerError {
					refused++
				}
				select {
				case <-ended:
					done = true
				default:
					if time.Since(began) > 20*time.Second {
						t.Fatal("it goes on serving")
					}
				}
			}
			if err := p.Wait(); err == nil {
				t.Error("it ends as if all were well")
			}
			if how == "flipped" && (refused == 0 || !strings.Contains(p.Log(), "was written to while it was in use")) {
				t.Errorf("%d requests were refused; the log: %s", refused, p.Log())
			}
			t.Logf("%d requests were refused until it ended, after %v", refused, time.Since(began).Round(time.Millisecond))
		})
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
