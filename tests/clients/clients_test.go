// Package clients_test runs other people's clients against the real scorer with
// a small chat model: OpenAI's for Go and langchaingo (in golang, a module of
// its own), and OpenAI's for JavaScript (in node).
package clients_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"azure-nlp-endpoint/tests/goldens"
	"azure-nlp-endpoint/tests/scorerproc"
)

func TestClients(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	scorer, err := scorerproc.Start(ctx, goldens.ModelDir("gemma-tiny-chat"))
	if err != nil {
		t.Fatal(err)
	}
	defer scorer.Kill()
	here := filepath.Join(scorerproc.Root(), "tests", "clients")
	run := func(t *testing.T, folder string, env []string, name string, args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(ctx, name, args...)
		cmd.Dir = filepath.Join(here, folder)
		cmd.Env = append(append(os.Environ(), "SCORER_URL="+scorer.URL), env...)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return string(out)
	}
	// Both must have run what they are to run: a runner that finds no tests
	// succeeds too.
	t.Run("golang", func(t *testing.T) {
		out := run(t, "golang", []string{"GOWORK=off", "GOFLAGS=-buildvcs=false"}, "go", "test", "-count=1", "-v", "./...")
		if n := strings.Count(out, "--- PASS: Test"); n < 10 {
			t.Errorf("only %d tests ran:\n%s", n, out)
		}
	})
	t.Run("node", func(t *testing.T) {
		fetch := exec.CommandContext(ctx, filepath.Join(scorerproc.Root(), "scripts", "fetch-openai-js.sh"))
		var stderr bytes.Buffer
		fetch.Stderr = &stderr
		folder, err := fetch.Output()
		if err != nil {
			t.Fatalf("%v: %s", err, &stderr)
		}
		out := run(t, "node", []string{"OPENAI_JS=" + strings.TrimSpace(string(folder))}, "node", "--test", "--test-reporter=tap", "openai.test.mjs")
		if n := strings.Count(out, "\nok "); n < 7 {
			t.Errorf("only %d tests ran:\n%s", n, out)
		}
	})
}
