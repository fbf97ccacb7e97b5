package architecture

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// A fork takes its own path by the documented script: nothing that the Go tool
// reads names the old one afterwards.
func TestModulePath(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "fork")
	run := func(in, name string, args ...string) string {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Dir = in
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	// What is committed and what isn't yet: git's index and the working tree.
	files := strings.Fields(run(scorerproc.Root(), "git", "ls-files", "--", "*.go", "*go.mod", "*go.sum", "scripts/module-path.sh"))
	for _, name := range files {
		data, err := os.ReadFile(filepath.Join(scorerproc.Root(), name))
		if os.IsNotExist(err) {
			continue // removed, and not committed yet
		} else if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, data, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	run(dir, "git", "init", "-q")
	run(dir, "git", "add", "--all")

	const fork = "github.com/example/nlp"
	run(dir, "scripts/module-path.sh", fork)
	if deps := run(dir, "go", "list", "-e", "-deps", "-test", "-f", "{{.ImportPath}}", "./..."); strings.Contains(deps, module) || !strings.Contains(deps, fork+"/infra") {
		t.Errorf("after the change, packages are still imported as %s", module)
	}
	if left := run(dir, "git", "ls-files", "-m"); !strings.Contains(left, "go.mod") {
		t.Error("go.mod did not change")
	}
	if out, err := exec.Command(filepath.Join(dir, "scripts/module-path.sh"), "nlp").CombinedOutput(); err == nil {
		t.Errorf("a path that can't be fetched was taken: %s", out)
	}
}
