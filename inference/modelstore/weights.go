package modelstore

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/safetensors"
)

// weightFiles are the files of weights that a graph is built for, as transformers looks for
// them.
var weightFiles = []string{safetensors.File, safetensors.IndexFile}

// otherWeights are files of weights that aren't read.
var otherWeights = []string{"pytorch_model.bin", "pytorch_model.bin.index.json", "tf_model.h5", "flax_model.msgpack"}

// NoSafetensors says why a model with weights in other files alone isn't served, and what
// can be done.
const NoSafetensors = "it has weights in %s alone, and a pickle can run any program when it is read, so it isn't: " +
	"take a revision that has model.safetensors, or load the model with transformers and write it with save_pretrained"

// findWeights takes the weights of a folder without an ONNX file.
func (f *Folder) findWeights() error {
	for _, name := range weightFiles {
		path := filepath.Join(f.Dir, name)
		if exists(path) || exists(path+".partial") {
			f.Graph = path
			return present(path, exportAgain)
		}
	}
	for _, name := range otherWeights {
		if exists(filepath.Join(f.Dir, name)) {
			return fmt.Errorf("%s: "+NoSafetensors, f.Dir, name)
		}
	}
	return fmt.Errorf("%s has no model.onnx, onnx/model.onnx or model.safetensors: fetch the model again, or export it with optimum", f.Dir)
}

// inspect reads the signature of the graph, which it builds first where there are weights
// alone.
func (f *Folder) inspect() (err error) {
	if !isWeights(f.Graph) {
		f.Signature, err = graph.Inspect(f.Graph)
		return err
	}
	if !slices.Contains(graph.Names(), f.Config.Architecture) {
		return fmt.Errorf("%s has weights alone, from which no graph is built of the architecture %s: take an ONNX export, or export the model with optimum",
			f.Graph, f.Config.Architecture)
	}
	if f.Weights, err = safetensors.Open(f.Graph); err != nil {
		return err
	}
	if f.Built, err = graph.Built(f.Weights, f.Config.Spec()); err != nil {
		return fmt.Errorf("%s: %w", f.Dir, err)
	}
	f.Signature, err = graph.InspectBuilt(f.Built, f.Graph)
	return err
}

// isWeights tells a file of weights, or an index of such files, from an ONNX file.
func isWeights(path string) bool {
	return filepath.Ext(path) == ".safetensors" || filepath.Ext(path) == ".json"
}

// IdentifyWeights reads the files of weights that the graph refers to, for their FileIDs.
func (f *Folder) IdentifyWeights() (ids []FileID, err error) {
	seen := map[string]bool{filepath.Base(f.Graph): true}
	for _, e := range f.Signature.External {
		if seen[e.Location] {
			continue
		}
		seen[e.Location] = true
		id, err := Identify(filepath.Join(filepath.Dir(f.Graph), e.Location), e.Location)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}
