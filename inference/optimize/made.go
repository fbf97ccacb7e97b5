package optimize

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/safetensors"
)

// Quantize writes a model folder whose graph has the weights of f's products in blocks of
// integers, and returns how many products that are. output must not be there yet.
func Quantize(ctx context.Context, f *modelstore.Folder, blocks graph.Blocks, output string) (products int, err error) {
	switch {
	case f.Config.Task != modelstore.TextGeneration:
		return 0, fmt.Errorf("%s is a %s, and chat models alone are quantized so: scorer optimize --precision int8 prepares it", f.Name, f.Config.Architecture)
	case f.Record != nil:
		return 0, fmt.Errorf("%s is optimised already: name the folder that it was made from", f.Dir)
	}
	return products, makeFolder(output, f, func(target string) error {
		products, err = graph.QuantizeProducts(ctx, f.Graph, target, blocks)
		return err
	})
}

// Import writes a model folder with a graph that is built of the weights in dir, the folder
// of a chat model as the Hugging Face hub has it. blocks quantize the weights; nil leaves
// them in fp32. output must not be there yet.
func Import(ctx context.Context, dir string, blocks *graph.Blocks, output string) (modelstore.Config, error) {
	path := filepath.Join(dir, modelstore.ConfigFile)
	config, err := modelstore.ReadConfig(path)
	if err != nil {
		return config, err
	}
	if config.Task != modelstore.TextGeneration {
		return config, fmt.Errorf("%s: architectures[0] is %q, whose graph is built when it is served: name the folder with scorer serve --model-dir", path, config.Architecture)
	}
	source := filepath.Join(dir, safetensors.File)
	if _, err := os.Stat(source); errors.Is(err, os.ErrNotExist) {
		if _, err := os.Stat(filepath.Join(dir, safetensors.IndexFile)); err == nil {
			source = filepath.Join(dir, safetensors.IndexFile)
		}
	}
	weights, err := safetensors.Open(source)
	if err != nil {
		return config, fmt.Errorf("the weights: %w", err)
	}
	f := &modelstore.Folder{Dir: dir, Tokenizer: filepath.Join(dir, modelstore.TokenizerFile)}
	return config, makeFolder(output, f, func(target string) error {
		if err := graph.BuildDecoder(ctx, config.Decoder, weights, blocks, target); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		return nil
	})
}

// makeFolder makes a model folder of the files beside source's graph and of a graph that
// write writes. It appears complete or not at all.
func makeFolder(output string, source *modelstore.Folder, write func(target string) error) error {
	if entries, err := os.ReadDir(output); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s is there already: remove it, or name another folder with --output", output)
	}
	staging, unlock, err := stage(output)
	if err != nil {
		return modelstore.WriteError(err, "--output")
	}
	defer unlock()
	err = func() error {
		for name, from := range source.Companions() {
			if err := copyFile(from, filepath.Join(staging, name)); err != nil {
				return err
			}
		}
		if err := write(filepath.Join(staging, "model.onnx")); err != nil {
			return err
		}
		if _, err := modelstore.Find(staging, modelstore.Options{Plain: true}); err != nil {
			return err
		}
		return publish(staging, output)
	}()
	if err != nil {
		_ = os.RemoveAll(staging)
	}
	return modelstore.WriteError(err, "--output")
}
