package rollout_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig/stackconfigtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/engine"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/pulumicli"
)

// command is the built program in a folder with a stack, signed in by a
// stand-in for the Azure CLI.
type command struct {
	t           *testing.T
	program     string
	folder      string
	environment []string
}

// run returns the exit status and what was printed.
func (c command) run(arguments ...string) (int, string) {
	c.t.Helper()
	var out bytes.Buffer
	program := exec.CommandContext(c.t.Context(), c.program, arguments...)
	program.Dir, program.Env, program.Stdout, program.Stderr = c.folder, c.environment, &out, &out
	err := program.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		c.t.Fatalf("%v: %v\n%s", arguments, err, &out)
	}
	return program.ProcessState.ExitCode(), out.String()
}

// TestCommand runs the program as a person does: in a folder of its own with
// the stack's file, where Pulumi builds the program of this repository.
func TestCommand(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in for the Azure CLI is a shell script")
	}
	t.Parallel()
	project, err := pulumicli.Repository()
	if err != nil {
		t.Fatal(err)
	}
	cloud := azure.New()
	cloud.Token = "token-of-the-command"
	cloud.Scoring = gateway.ScoringAddress(gatewayServer.URL, cloud)
	gateway.Add(cloud)
	folder := t.TempDir()
	plain, err := engine.OpenPlain(t.Context(), cloud, project, "dev", folder, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(plain.Close)
	if err := plain.Configure(func(c map[string]any) {
		blue := c[key("deployments")].(map[string]any)["blue"].(map[string]any)
		stackconfigtest.Ready(blue, strings.Repeat("a", 64))
	}); err != nil {
		t.Fatal(err)
	}
	if err := plain.Run(t.Context(), "up", "--yes", "--skip-preview"); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(folder, "Pulumi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "Pulumi.yaml"), append(text, "main: "+project+"\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	c := command{t, filepath.Join(folder, "nlp"), folder, append(plain.Environment(), "AZURE_TOKEN_CREDENTIALS=AzureCLICredential")}
	for i, variable := range c.environment {
		if path, ok := strings.CutPrefix(variable, "PATH="); ok {
			c.environment[i] = "PATH=" + folder + string(os.PathListSeparator) + path
		}
	}
	az := fmt.Sprintf("#!/bin/sh\necho '{\"accessToken\": %q, \"expires_on\": 4102444800, \"tokenType\": \"Bearer\"}'\n", cloud.Token)
	if err := os.WriteFile(filepath.Join(folder, "az"), []byte(az), 0o700); err != nil {
		t.Fatal(err)
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-o", c.program, "./cmd/nlp")
	build.Dir = project
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}

	if status, out := c.run("rollout", "-s", "dev", "--steps", "10,5", "--image", "scorer:latest", "--mirror", "70"); status != 2 ||
		!strings.Contains(out, "--steps") || !strings.Contains(out, "a tag isn't enough") || !strings.Contains(out, "--mirror") {
		t.Errorf("three mistakes: status %d\n%s", status, out)
	}
	if status, out := c.run("teardown", "-s", "dev"); status != 2 || !strings.Contains(out, "nothing was deleted") {
		t.Errorf("a teardown that nobody confirmed: status %d\n%s", status, out)
	}
	status, out := c.run("rollout", "-s", "dev", "--image", digest("b"), "--mirror", "0", "--steps", "100", "--observe", "100ms", "--observe-most", "30s",
		"--probe-rate", "300", "--min-requests", "30", "--max-error-percent", "10", "--max-p95", "5s", "--p95-ratio", "0", "--allow-changes")
	if status != 0 || !strings.Contains(out, "done: green-f4sv2 answers all requests") {
		t.Fatalf("status %d\n%s", status, out)
	}
	if strings.Contains(out, cloud.Token) {
		t.Error("the token was printed")
	}
	c.environment = append(c.environment, "ROLLOUT_STACK=dev")
	if status, out := c.run("explain"); status != 0 || !strings.Contains(out, "1 deployments, all succeeded") {
		t.Errorf("explain: status %d\n%s", status, out)
	}
}
