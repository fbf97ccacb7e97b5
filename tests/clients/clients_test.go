// Package clients_test runs other people's clients against the real scorer with
// the bundled models: Go's (in golang, a module of its own), JavaScript's (in
// node) and Python's (in python).
package clients_test

import (
	"bytes"
	"context"
	"errors"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/gateway"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

var here = filepath.Join(scorerproc.Root(), "tests", "clients")

func TestClients(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	scorer, err := scorerproc.Start(ctx, scorerproc.BundledModel(), "--chat-model-dir", goldens.ModelDir("gemma-tiny-chat"))
	if err != nil {
		t.Fatal(err)
	}
	defer scorer.Kill()
	gatewayURL := behindGateway(ctx, t)
	urls := []string{"SCORER_URL=" + scorer.URL, "GATEWAY_URL=" + gatewayURL, "GATEWAY_KEY=" + gatewayKey}
	for variable, model := range map[string]string{"EMBEDDER_URL": "bert-embed", "NLI_URL": "bert-nli", "TAGGER_URL": "bert-tag"} {
		s, err := scorerproc.Start(ctx, goldens.ArchitectureDir(model))
		if err != nil {
			t.Fatal(err)
		}
		defer s.Kill()
		urls = append(urls, variable+"="+s.URL)
	}
	run := func(t *testing.T, folder string, env []string, name string, args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(ctx, name, args...)
		cmd.Dir = folder
		cmd.Env = slices.Concat(os.Environ(), urls, env)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return string(out)
	}
	// All must have run what they are to run: a runner that finds no tests
	// succeeds too.
	t.Run("golang", func(t *testing.T) {
		out := run(t, filepath.Join(here, "golang"), []string{"GOWORK=off", "GOFLAGS=-buildvcs=false"}, "go", "test", "-count=1", "-v", "./...")
		if n := strings.Count(out, "--- PASS: Test"); n < 12 {
			t.Errorf("only %d tests ran:\n%s", n, out)
		}
	})
	t.Run("node", func(t *testing.T) {
		modules, message := fetch(ctx, "fetch-npm.sh", filepath.Join(here, "node"))
		if modules == "" {
			t.Fatal(message)
		}
		// Packages are looked for beside the tests.
		folder := t.TempDir()
		if err := errors.Join(os.CopyFS(folder, os.DirFS(filepath.Join(here, "node"))), os.Symlink(modules, filepath.Join(folder, "node_modules"))); err != nil {
			t.Fatal(err)
		}
		out := run(t, folder, nil, "node", "--test", "--test-concurrency=1", "--test-reporter=tap")
		if ran, written := nodePassed.FindStringSubmatch(out), written(t, "node/*.test.mjs", "\ntest("); ran == nil || ran[1] != strconv.Itoa(written) {
			t.Errorf("%d tests are written, of which not all ran:\n%s", written, out)
		}
	})
	t.Run("python", func(t *testing.T) {
		python, message := fetch(ctx, "fetch-python-clients.sh")
		switch {
		case python == "" && os.Getenv("CI") != "":
			t.Fatal(message)
		case python == "":
			t.Skip(message)
		}
		folder := filepath.Join(here, "python")
		files, err := filepath.Glob(filepath.Join(folder, "test_*.py"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%v: there are no tests", err)
		}
		for _, file := range files {
			name := strings.TrimSuffix(filepath.Base(file), ".py")
			t.Run(name, func(t *testing.T) {
				out := run(t, folder, pythonEnv, python, "-W", "ignore", "-m", "unittest", "-v", name)
				if ran, written := pythonPassed.FindStringSubmatch(out), written(t, "python/"+name+".py", "    def test_", "    async def test_"); ran == nil || ran[1] != strconv.Itoa(written) {
					t.Errorf("%d tests are written, of which not all ran:\n%s", written, out)
				}
			})
		}
	})
}

// gatewayKey is the key of the endpoint that behindGateway makes.
const gatewayKey = "the-key-of-the-endpoint"

// behindGateway starts a scorer of its own behind a gateway that does as Azure's, and
// returns the endpoint's address. A caller may have two requests open.
func behindGateway(ctx context.Context, t *testing.T) string {
	t.Helper()
	scorer, err := scorerproc.Start(ctx, scorerproc.BundledModel(), "--chat-model-dir", goldens.ModelDir("gemma-tiny-chat"),
		"--hide", "metrics", "--caller", "header:x-caller", "--max-per-caller", "2")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(scorer.Kill)
	o := gateway.Default
	o.Key, o.MaxConcurrent, o.RequestTimeout = gatewayKey, 64, 180*time.Second
	o.Readiness.InitialDelay, o.Readiness.Period = 10*time.Millisecond, 100*time.Millisecond
	probing, stop := context.WithCancel(ctx)
	t.Cleanup(stop)
	g, err := gateway.New(probing, o, scorer.URL)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.AwaitReady(ctx, 1); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	return server.URL
}

// pythonEnv keeps clients from asking for more than the scorer.
var pythonEnv = []string{
	"LITELLM_LOCAL_MODEL_COST_MAP=True", "LANGSMITH_TRACING=false", "HF_HUB_DISABLE_TELEMETRY=1",
	"PYTHONDONTWRITEBYTECODE=1", "OPENAI_API_KEY=none",
}

// What runners say last if all tests passed, and how many.
var (
	pythonPassed = regexp.MustCompile(`\nRan (\d+) tests? in .*\n\nOK\n`)
	nodePassed   = regexp.MustCompile(`\n# pass (\d+)\n# fail 0\n`)
)

// written counts the tests that files have, by how one begins.
func written(t *testing.T, pattern string, begins ...string) (n int) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(here, pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("%v: no file is %s", err, pattern)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, begin := range begins {
			n += bytes.Count(source, []byte(begin))
		}
	}
	return n
}

// fetch runs a script that fetches clients once. It returns what it prints, or
// why it failed.
func fetch(ctx context.Context, script string, args ...string) (printed, message string) {
	cmd := exec.CommandContext(ctx, filepath.Join(scorerproc.Root(), "scripts", script), args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", err.Error() + ": " + stderr.String()
	}
	return strings.TrimSpace(string(out)), ""
}
