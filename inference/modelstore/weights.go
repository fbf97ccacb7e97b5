package modelstore

import (
	"fmt"
	"path/filepath"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/safetensors"
)

// inspect reads the signature of the graph, which it builds first where there are weights
// alone.
func (f *Folder) inspect() (err error) {
	if !isWeights(f.Graph) {
		f.Signature, err = graph.Inspect(f.Graph)
		return err
	}
	if _, known := graph.Known(f.Config.Architecture); !known {
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
