package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/delivery"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/supply"
)

// stackOutputs asks the Pulumi CLI for a stack's outputs, once, where they are
// needed.
type stackOutputs struct {
	stack  string
	values map[string]any
}

// get is an output; flag is what to give instead.
func (o *stackOutputs) get(ctx context.Context, name, flag string) (string, error) {
	if o.values == nil {
		command := exec.CommandContext(ctx, "pulumi", "stack", "output", "--json", "--stack", o.stack, "--non-interactive")
		login, err := signIn()
		if err != nil {
			return "", err
		}
		var errs bytes.Buffer
		env, end, err := login.Children(ctx, func(error) {})
		if err != nil {
			return "", err
		}
		defer end()
		command.Env = os.Environ()
		for name, value := range env {
			command.Env = append(command.Env, name+"="+value)
		}
		command.Stderr = &errs
		out, err := command.Output()
		if errors.Is(err, exec.ErrNotFound) {
			return "", fmt.Errorf("the Pulumi CLI isn't installed: name the stack's %s with %s", name, flag)
		}
		if err != nil {
			return "", fmt.Errorf("pulumi stack output -s %s: %w: %s; or name %s with %s", o.stack, err,
				strings.Join(strings.Fields(errs.String()), " "), name, flag)
		}
		if err := json.Unmarshal(out, &o.values); err != nil {
			return "", fmt.Errorf("pulumi stack output -s %s: %w", o.stack, err)
		}
	}
	value, _ := o.values[name].(string)
	if value == "" {
		return "", fmt.Errorf("the stack %s has no output %s: run pulumi up first (with awake false is enough), or name it with %s", o.stack, name, flag)
	}
	return value, nil
}

// pull lets the scorer fetch the model and prepare it, and returns its folder.
func (d *deliver) pull(ctx context.Context, outputs *stackOutputs) (dir string, err error) {
	scorer, err := d.findScorer()
	if err != nil {
		return "", err
	}
	token, err := d.token(ctx, outputs)
	if err != nil {
		return "", err
	}
	repo, _, _ := strings.Cut(d.Repo, "@")
	if dir = d.To; dir == "" {
		dir = filepath.Join("models", filepath.Base(repo))
	}
	arguments := []string{"pull", d.Repo, "--to", dir, "--precision", d.Precision}
	if d.ModelFile != "" {
		arguments = append(arguments, "--model-file", d.ModelFile)
	}
	if d.AsIs {
		arguments = append(arguments, "--no-optimize")
	}
	command := supply.Command(ctx, scorer, token, arguments...)
	command.Stdout, command.Stderr = d.out, d.err
	if err := command.Run(); err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", fmt.Errorf("scorer pull %s: %w; its messages are above", d.Repo, err)
	}
	return dir, nil
}

// token is the hub's, "" where none is given.
func (d *deliver) token(ctx context.Context, outputs *stackOutputs) (token string, err error) {
	if d.TokenSecret == "" {
		return os.Getenv("HF_TOKEN"), nil
	}
	vault := d.Vault
	if vault == "" {
		if vault, err = outputs.get(ctx, "keyVaultUri", "--vault"); err != nil {
			return "", err
		}
	}
	return delivery.Secret(ctx, vault, d.TokenSecret, d.login())
}

func (d *deliver) findScorer() (string, error) {
	if d.Scorer != "" {
		return d.Scorer, nil
	}
	if own, err := os.Executable(); err == nil {
		beside := filepath.Join(filepath.Dir(own), "scorer")
		if info, err := os.Stat(beside); err == nil && info.Mode().IsRegular() {
			return beside, nil
		}
	}
	found, err := exec.LookPath("scorer")
	if err != nil {
		return "", errors.New("there is no scorer next to this program or in PATH: make build builds both, or name it with --scorer")
	}
	return found, nil
}
