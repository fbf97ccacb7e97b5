package optimize

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/safetensors"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/tokenizer"
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
	h, err := openHubFolder(dir)
	if err != nil {
		return h.config, err
	}
	f := &modelstore.Folder{Dir: dir, Tokenizer: filepath.Join(dir, modelstore.TokenizerFile)}
	return h.config, makeFolder(output, f, func(target string) error { return h.build(ctx, blocks, target) })
}

// ImportBeside is Import with the graph in dir itself, beside the weights, under the name
// that the hub has for its precision. It returns the name.
func ImportBeside(ctx context.Context, dir string, blocks *graph.Blocks) (name string, err error) {
	h, err := openHubFolder(dir)
	if err != nil {
		return "", err
	}
	name = GraphName(blocks)
	staging := filepath.Join(dir, ".import")
	if err := os.RemoveAll(staging); err != nil { // of a run that was killed
		return "", err
	}
	defer func() { _ = os.RemoveAll(staging) }()
	err = os.Mkdir(staging, 0o755)
	if err == nil {
		err = h.build(ctx, blocks, filepath.Join(staging, name))
	}
	for _, suffix := range []string{".data", ""} { // the graph last: it says that it is whole
		if err == nil {
			err = os.Rename(filepath.Join(staging, name+suffix), filepath.Join(dir, name+suffix))
		}
	}
	return name, modelstore.WriteError(err, "--to")
}

// BuiltSize is about how many bytes the graph has that is built of the weights in dir, and an
// error where there is no room for it and for a prepared one.
func BuiltSize(dir string, blocks *graph.Blocks) (int64, error) {
	h, err := openHubFolder(dir)
	if err != nil {
		return 0, err
	}
	size := graph.BuiltSize(h.config.Decoder, blocks)
	return size, modelstore.CheckSpace(dir, 2*size, "--to")
}

// GraphName is what a graph is called on the hub whose products are in these blocks.
func GraphName(blocks *graph.Blocks) string {
	switch {
	case blocks == nil:
		return "model.onnx"
	case blocks.Bits == 8:
		return "model_int8.onnx"
	}
	return "model_q4.onnx"
}

// hubFolder is the folder of a chat model as the hub has it.
type hubFolder struct {
	path    string // of config.json
	config  modelstore.Config
	weights *safetensors.Weights
}

func openHubFolder(dir string) (h hubFolder, err error) {
	h.path = filepath.Join(dir, modelstore.ConfigFile)
	if h.config, err = modelstore.ReadConfig(h.path); err != nil {
		return h, err
	}
	if h.config.Task != modelstore.TextGeneration {
		return h, fmt.Errorf("%s: architectures[0] is %q, whose graph is built when it is served: name the folder with scorer serve --model-dir", h.path, h.config.Architecture)
	}
	source := modelstore.WeightsIn(dir)
	if source == "" {
		source = filepath.Join(dir, safetensors.File)
	}
	if h.weights, err = safetensors.Open(source); err != nil {
		return h, fmt.Errorf("the weights: %w", err)
	}
	return h, h.checkTokenizer(dir)
}

// checkTokenizer refuses one that the model doesn't go with, which would only be found once
// the graph is there.
func (h hubFolder) checkTokenizer(dir string) error {
	path := filepath.Join(dir, modelstore.TokenizerFile)
	t, err := tokenizer.LoadPretrained(dir, path)
	if err != nil {
		return err
	}
	if err := t.Generates(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if n := h.config.Decoder.Vocabulary; t.TextSize() > n {
		return fmt.Errorf("%s has ids up to %d, but by %s the model knows %d: take both files from the same model", path, t.TextSize()-1, h.path, n)
	}
	return nil
}

func (h hubFolder) build(ctx context.Context, blocks *graph.Blocks, target string) error {
	if err := graph.BuildDecoder(ctx, h.config.Decoder, h.weights, blocks, target); err != nil {
		return fmt.Errorf("%s: %w", h.path, err)
	}
	return nil
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
