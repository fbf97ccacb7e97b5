package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/optimize"
)

type quantizeCmd struct {
	ModelDir  string `env:"SCORER_MODEL_DIR,AZUREML_MODEL_DIR" placeholder:"DIR" required:"" help:"Folder of the exported chat model, in fp32 or fp16."`
	ModelFile string `env:"SCORER_MODEL_FILE" placeholder:"FILE" help:"ONNX file in it; its default is the most precise one."`
	Precision string `env:"SCORER_PRECISION" enum:"int4,int8" default:"int4" help:"Of the weights: ${enum}."`
	blockOptions
	Output string `env:"SCORER_OUTPUT" placeholder:"DIR" help:"Folder for the model; its default is the model's folder with -PRECISION behind its name."`
}

type blockOptions struct {
	BlockSize int `env:"SCORER_BLOCK_SIZE" enum:"32,64,128" default:"32" help:"How many weights share a scale: ${enum}. Products of 32 are the fastest after scorer optimize."`
}

// blocks are those of a precision; nil for fp32.
func (o blockOptions) blocks(precision string) *graph.Blocks {
	switch precision {
	case "int4":
		return &graph.Blocks{Bits: 4, Size: o.BlockSize}
	case "int8":
		return &graph.Blocks{Bits: 8, Size: o.BlockSize}
	}
	return nil
}

// outputOf is where a model goes unless that is said.
func outputOf(named, dir, precision string) string {
	if named != "" {
		return named
	}
	return filepath.Clean(dir) + "-" + precision
}

// Run quantizes the products of a graph.
func (c *quantizeCmd) Run(ctx context.Context, s streams) error {
	folder, err := modelstore.Find(c.ModelDir, modelstore.Options{GraphFile: c.ModelFile, Plain: true})
	if err != nil {
		return err
	}
	start, output := time.Now(), outputOf(c.Output, folder.Dir, c.Precision)
	products, err := optimize.Quantize(ctx, folder, *c.blocks(c.Precision), output)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "quantized %d products of %s (%s, blocks of %d) in %v: %s\n", products, folder.Name, c.Precision, c.BlockSize, time.Since(start).Round(time.Millisecond), output)
	return err
}

type importCmd struct {
	ModelDir  string `env:"SCORER_MODEL_DIR,AZUREML_MODEL_DIR" placeholder:"DIR" required:"" help:"Folder of a chat model as the hub has it: config.json, model.safetensors, the tokenizer's files."`
	Precision string `env:"SCORER_PRECISION" enum:"fp32,int4,int8" default:"fp32" help:"Of the weights: ${enum}."`
	blockOptions
	Output string `env:"SCORER_OUTPUT" placeholder:"DIR" help:"Folder for the model; its default is the model's folder with -PRECISION behind its name."`
}

// Run builds the graph of a chat model.
func (c *importCmd) Run(ctx context.Context, s streams) error {
	start, output := time.Now(), outputOf(c.Output, c.ModelDir, c.Precision)
	config, err := optimize.Import(ctx, c.ModelDir, c.blocks(c.Precision), output)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "built the graph of %s (%d layers, %s) in %v: %s\n", config.Architecture, config.Layers, c.Precision, time.Since(start).Round(time.Millisecond), output)
	return err
}
