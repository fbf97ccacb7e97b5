package armcheck

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/pulumicli"
)

// validator builds azapi's validator in the user's cache: seconds, once a process, which
// leave Go's build cache to say what is new.
var validator = sync.OnceValues(func() (string, error) {
	repository, err := pulumicli.Repository()
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("armcheck: no cache folder: %w; set XDG_CACHE_HOME", err)
	}
	binary := filepath.Join(cache, "azure-nlp-endpoint", "armcheck", "validator")
	if err := os.MkdirAll(filepath.Dir(binary), 0o755); err != nil {
		return "", fmt.Errorf("armcheck: %w", err)
	}
	// Others may run the one that is there.
	made := fmt.Sprintf("%s.%d", binary, os.Getpid())
	defer os.Remove(made)
	build := exec.Command("go", "build", "-ldflags", "-s -w", "-o", made, ".")
	build.Dir = filepath.Join(repository, "tests", "armcheck", "validator")
	build.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-buildvcs=false")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("armcheck: build %s: %w\n%s", build.Dir, err, out)
	}
	return binary, os.Rename(made, binary)
})

// Microsoft asks azapi's validator about the requests.
func Microsoft(ctx context.Context, requests []azure.Request) ([]Finding, error) {
	binary, err := validator()
	if err != nil {
		return nil, err
	}
	var in bytes.Buffer
	encoder := json.NewEncoder(&in)
	for _, r := range requests {
		body, err := taken(r)
		if err != nil {
			return nil, err
		}
		line := map[string]any{"type": r.Type, "apiVersion": r.APIVersion, "name": r.ID[strings.LastIndex(r.ID, "/")+1:], "body": body}
		if err := encoder.Encode(line); err != nil {
			return nil, err
		}
	}
	command := exec.CommandContext(ctx, binary)
	command.Stdin = &in
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("armcheck: run the validator: %w", err)
	}
	var findings []Finding
	answers := json.NewDecoder(bytes.NewReader(out))
	for _, r := range requests {
		var answer struct{ Errors []string }
		if err := answers.Decode(&answer); err != nil {
			return nil, fmt.Errorf("armcheck: the validator's answer about %s: %w", r.ID, err)
		}
		for _, problem := range answer.Errors {
			findings = append(findings, Finding{Request: r, Judge: "azapi", Problem: problem})
		}
	}
	return findings, nil
}
