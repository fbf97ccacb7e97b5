package hostile

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

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
