package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/optimize"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telemetry"
)

type checkCmd struct{ serveOptions }

// Run loads the model and runs it once, as serve would. It takes the options
// of serve, so that those of a deployment can be checked as they are.
func (c *checkCmd) Run(ctx context.Context, s streams) error {
	if err := c.check(); err != nil {
		return err
	}
	p := newPhases()
	m, err := c.loadModels(telemetry.NewMetrics(), slog.New(slog.DiscardHandler), p)
	if err != nil {
		return err
	}
	if err := errors.Join(m.warm(ctx, p), m.close(ctx)); err != nil {
		return err
	}
	_, err = fmt.Fprint(s.out, m.report()+"ok\n")
	return err
}

type optimizeCmd struct {
	ModelDir           string  `env:"SCORER_MODEL_DIR,AZUREML_MODEL_DIR" placeholder:"DIR" required:"" help:"Folder of the exported model."`
	ModelFile          string  `env:"SCORER_MODEL_FILE" placeholder:"FILE" help:"ONNX file or model.safetensors in it; its default is the most precise one."`
	Output             string  `env:"SCORER_OUTPUT" placeholder:"DIR" help:"Where the prepared model goes; its default is optimized/ in the model's folder."`
	Precision          string  `env:"SCORER_PRECISION" enum:"fp32,int8" default:"fp32" help:"Of the matrix products: ${enum}."`
	MaxScoreDifference float64 `env:"SCORER_MAX_SCORE_DIFFERENCE" default:"0.05" help:"How far an int8 score may be from the export's."`
	Embedding          string  `env:"SCORER_EMBEDDING" enum:"auto,tied,own" default:"auto" help:"Whether a chat model's embedding is read from its 4-bit head: ${enum}. auto if the model's answers hardly change."`
	IfRecognised       bool    `env:"SCORER_IF_RECOGNISED" help:"Leave an export that isn't recognised as it is, and call that no error."`
	ExecutionProvider  string  `env:"SCORER_EXECUTION_PROVIDER" enum:"cpu,cuda" default:"cpu" help:"What compares the graphs of a chat model: ${enum}."`
	runtimeOptions
}

// Run prepares the folder. An export that isn't recognised isn't an error for
// whoever serves it, but it is for who asked to optimise it.
func (c *optimizeCmd) Run(ctx context.Context, s streams) error {
	if c.MaxScoreDifference <= 0 || c.MaxScoreDifference > 1 {
		return outOfRange("max-score-difference", c.MaxScoreDifference, "over 0 and up to 1")
	}
	folder, err := modelstore.Find(c.ModelDir, modelstore.Options{GraphFile: c.ModelFile, Plain: true})
	if err != nil {
		return err
	}
	if err := c.init(); err != nil {
		return err
	}
	start := time.Now()
	record, err := optimize.Run(ctx, optimize.Options{
		Folder: folder, Output: c.Output, Precision: graph.Precision(c.Precision), Tool: programVersion(),
		Threads: c.Threads, MaxScoreDifference: c.MaxScoreDifference, Embedding: optimize.Embedding(c.Embedding),
		Provider: map[string]onnx.Provider{"cpu": onnx.CPU, "cuda": onnx.CUDA}[c.ExecutionProvider],
	})
	var unknown *graph.NotRecognisedError
	if errors.As(err, &unknown) && c.IfRecognised {
		_, err = fmt.Fprintf(s.out, "is served as it is: %v\n", unknown)
		return err
	}
	if errors.As(err, &unknown) {
		return fmt.Errorf("%s: %w; it can be served as it is", folder.Graph, err)
	}
	if err != nil {
		return err
	}
	if folder.Config.Task == modelstore.FeatureExtraction {
		_, err = fmt.Fprintf(s.out, "optimised %s (%s) in %v; on %d tokens vectors differ by up to %.2g, cosines from 1 by up to %.2g\n",
			folder.Name, record.Precision, time.Since(start).Round(time.Millisecond), record.Check.Texts, record.Check.MaxLogitDifference, record.Check.MaxScoreDifference)
		return err
	}
	answers := "labels"
	if folder.Config.Task == modelstore.TextGeneration {
		answers = "next tokens"
	}
	_, err = fmt.Fprintf(s.out, "optimised %s (%s) in %v; on %d texts logits differ by up to %.2g, scores by %.2g, and %.1f %% of the %s are the same\n",
		folder.Name, record.Precision, time.Since(start).Round(time.Millisecond), record.Check.Texts,
		record.Check.MaxLogitDifference, record.Check.MaxScoreDifference, 100*record.Check.SameLabel, answers)
	return err
}
