// Package delivery tests nlp deliver as a process of its own, against
// Azurite and a stand-in for the hub.
package delivery

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

var build struct {
	once sync.Once
	path string
	err  error
}

// Build compiles the command once for the process and returns its path.
func Build() (string, error) {
	build.once.Do(func() {
		dir, err := os.MkdirTemp("", "nlp-bin-")
		if err != nil {
			build.err = err
			return
		}
		build.path = filepath.Join(dir, "nlp")
		cmd := exec.Command("go", "build", "-o", build.path, "./cmd/nlp")
		cmd.Dir = scorerproc.Root()
		if out, err := cmd.CombinedOutput(); err != nil {
			build.err = fmt.Errorf("build nlp: %w\n%s", err, out)
		}
	})
	return build.path, build.err
}
