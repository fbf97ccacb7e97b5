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

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/pulumicli"
)

// Microsoft asks azapi's validator about the requests. It builds the validator
// first, in a temporary folder (seconds; Go's build cache keeps the parts).
func Microsoft(ctx context.Context, requests []azure.Request) ([]Finding, error) {
	repository, err := pulumicli.Repository()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "armcheck-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	binary := filepath.Join(folder, "validator")
	build := exec.CommandContext(ctx, "go", "build", "-ldflags", "-s -w", "-o", binary, ".")
	build.Dir = filepath.Join(repository, "tests", "armcheck", "validator")
	build.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-buildvcs=false")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("armcheck: build %s: %w\n%s", build.Dir, err, out)
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
	validator := exec.CommandContext(ctx, binary)
	validator.Stdin = &in
	out, err := validator.Output()
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
