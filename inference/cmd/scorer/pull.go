package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

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
	Precision string `env:"SCORER_PRECISION" enum:"auto,fp32,int8,int4" default:"auto" help:"Of the prepared model: ${enum}. auto is int8 for a chat model of which the hub has weights alone, and fp32 for others."`
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

// prepare optimises the model unless that was done, and builds its graph before, if it has
// none. An export that isn't recognised stays as it is.
func (c *pullCmd) prepare(ctx context.Context, s streams, dir string) error {
	graphFile, err := c.build(ctx, s, dir)
	if err != nil {
		return fmt.Errorf("the model is fetched, but its graph can't be built: %w", err)
	}
	folder, err := modelstore.Find(dir, modelstore.Options{GraphFile: graphFile})
	if err != nil {
		return fmt.Errorf("the model is fetched, but can't be prepared: %w", err)
	}
	generates, precision := folder.Config.Task == modelstore.TextGeneration, c.Precision
	switch {
	case generates && graphFile != c.ModelFile, precision == precisionAuto:
		precision = "fp32" // of what is computed beside the products
	case precision == "int4":
		return usageError{fmt.Errorf("--precision int4 is for chat models that the hub has weights of alone: %s is %s (%s), scorer quantize makes int4 of a chat model's graph", dir, folder.Config.Task, filepath.Base(folder.Graph))}
	}
	if folder.Record != nil && (generates || folder.Record.Precision == precision) {
		_, err := fmt.Fprintf(s.out, "is prepared already (%s)\n", folder.Record.Precision)
		return err
	}
	prepare := optimizeCmd{
		ModelDir: dir, ModelFile: graphFile, Precision: precision,
		MaxScoreDifference: optimize.MaxScoreDifference, Embedding: string(optimize.EmbeddingAuto), ExecutionProvider: "cpu",
		IfRecognised: true, runtimeOptions: c.runtimeOptions,
	}
	return prepare.Run(ctx, s)
}

// precisionAuto lets the model decide.
const precisionAuto = "auto"

// build makes the graph of a chat model that has weights alone, beside them, unless that was
// done, and returns its name; for another model the file that was asked for.
func (c *pullCmd) build(ctx context.Context, s streams, dir string) (name string, err error) {
	config, err := modelstore.ReadConfig(filepath.Join(dir, modelstore.ConfigFile))
	if err != nil || config.Task != modelstore.TextGeneration || modelstore.WeightsIn(dir) == "" {
		return c.ModelFile, err
	}
	precision := c.Precision
	if precision == precisionAuto {
		precision = "int8" // Gemma 3 270M has the perplexity of fp32 in it, and two and a half times as much in int4
	}
	blocks := blockOptions{BlockSize: 32}.blocks(precision)
	name = optimize.GraphName(blocks)
	there, err := filepath.Glob(filepath.Join(dir, "*.onnx"))
	if err != nil {
		return "", err
	}
	for _, path := range there {
		if filepath.Base(path) != name {
			return "", fmt.Errorf("%s was made of its weights in another precision: remove it and %s to have it in %s, or name another folder with --to", path, filepath.Base(path)+".data", precision)
		}
	}
	if len(there) > 0 {
		return name, nil
	}
	size, err := optimize.BuiltSize(dir, blocks)
	if err != nil {
		return "", err
	}
	if _, err := fmt.Fprintf(s.out, "it is a chat model's weights: builds the graph in %s (%d MB, and as much again when it is prepared)\n", precision, (size+1e6-1)/1e6); err != nil {
		return "", err
	}
	start := time.Now()
	if _, err := optimize.ImportBeside(ctx, dir, blocks); err != nil {
		return "", err
	}
	_, err = fmt.Fprintf(s.out, "built the graph of %s (%d layers, %s) in %v: %s\n", config.Architecture, config.Layers, precision, time.Since(start).Round(time.Millisecond), filepath.Join(dir, name))
	return name, err
}
