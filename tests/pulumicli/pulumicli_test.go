package pulumicli_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/pulumicli"
)

// TestRoot asks for the CLI from several goroutines, as test packages do from
// several processes, and runs it.
func TestRoot(t *testing.T) {
	version, err := pulumicli.Version()
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	roots := make([]string, 4)
	for i := range roots {
		group.Go(func() {
			root, err := pulumicli.Root(t.Context())
			if err != nil {
				t.Error(err)
			}
			roots[i] = root
		})
	}
	group.Wait()
	for _, root := range roots {
		if root != roots[0] {
			t.Fatalf("roots differ: %v", roots)
		}
	}
	out, err := exec.Command(filepath.Join(roots[0], "bin", "pulumi"), "version").Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(string(out)); got != "v"+version {
		t.Errorf("the CLI is %s, tools/pulumi/go.mod pins v%s", got, version)
	}
	if _, err := exec.LookPath(filepath.Join(roots[0], "bin", "pulumi-language-go")); err != nil {
		t.Error(err)
	}
}
