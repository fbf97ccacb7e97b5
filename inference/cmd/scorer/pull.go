package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore/hub"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/optimize"
)

type pullCmd struct {
	Repo      string `arg:"" help:"OWNER/NAME on the hub, or OWNER/NAME@REVISION."`
	To        string `env:"SCORER_TO" placeholder:"DIR" help:"Folder for the model; its default is models/NAME."`
	ModelFile string `env:"SCORER_MODEL_FILE" placeholder:"FILE" help:"ONNX file or model.safetensors to fetch; its default is the most precise one."`
	Endpoint  string `env:"HF_ENDPOINT" default:"https://huggingface.co" help:"Address of the hub. (A token for gated repositories is taken only from HF_TOKEN, so that no process list shows it.)"`
	Optimize  bool   `env:"SCORER_OPTIMIZE" default:"true" negatable:"" help:"Prepare the model for serving when it is there."`
	Precision string `env:"SCORER_PRECISION" enum:"fp32,int8" default:"fp32" help:"Of the prepared model: ${enum}."`
	runtimeOptions
}

// Run fetches the model and prepares it.
func (c *pullCmd) Run(ctx context.Context, s streams) error {
	repo, revision, _ := strings.Cut(c.Repo, "@")
	bar := progress(s.err, "fetching", 1)
	o := hub.Options{
		Repo: repo, Revision: revision, Dir: c.To, ModelFile: c.ModelFile, Endpoint: c.Endpoint, Token: os.Getenv("HF_TOKEN"),
		Progress: func(done, total int64) {
			bar.ChangeMax64(total)
			_ = bar.Set64(done)
		},
		Note: func(note string) { _, _ = fmt.Fprintln(s.err, "scorer:", note) },
	}
	if o.Dir == "" {
		o.Dir = filepath.Join("models", filepath.Base(repo))
	}
	record, already, err := hub.Pull(ctx, o)
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("interrupted; the same command goes on where it was")
	}
	if err != nil {
		return err
	}
	_ = bar.Finish()
	state := "fetched"
	if already {
		state = "is there already:"
	}
	if _, err := fmt.Fprintf(s.out, "%s %s at %.12s in %s\n", state, record.Repo, record.Commit, o.Dir); err != nil {
		return err
	}
	if !c.Optimize {
		return nil
	}
	return c.prepare(ctx, s, o.Dir)
}

// prepare optimises the model unless that was done. An export that isn't
// recognised, and a model of another kind, stay as they are.
func (c *pullCmd) prepare(ctx context.Context, s streams, dir string) error {
	folder, err := modelstore.Find(dir, modelstore.Options{GraphFile: c.ModelFile})
	if err != nil {
		return fmt.Errorf("the model is fetched, but can't be prepared: %w", err)
	}
	generates := folder.Config.Task == modelstore.TextGeneration
	if folder.Record != nil && (generates || folder.Record.Precision == c.Precision) {
		_, err := fmt.Fprintf(s.out, "is prepared already (%s)\n", folder.Record.Precision)
		return err
	}
	prepare := optimizeCmd{
		ModelDir: dir, ModelFile: c.ModelFile, Precision: c.Precision,
		MaxScoreDifference: optimize.MaxScoreDifference, Embedding: string(optimize.EmbeddingAuto), ExecutionProvider: "cpu",
		IfRecognised: true, runtimeOptions: c.runtimeOptions,
	}
	return prepare.Run(ctx, s)
}
