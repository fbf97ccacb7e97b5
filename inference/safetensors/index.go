package safetensors

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelfile"
)

// Names of the files, as save_pretrained gives them.
const (
	File      = "model.safetensors"
	IndexFile = "model.safetensors.index.json"
)

// maxFiles bounds how many files an index has.
const maxFiles = 256

// openIndex reads the headers of the files that an index names. Each tensor lies in the
// file that the index says; those that it doesn't name don't count, as in transformers.
func openIndex(path string) (*Weights, error) {
	files, of, err := readIndex(path)
	if err != nil {
		return nil, err
	}
	w := &Weights{Dir: filepath.Dir(path), Files: append([]string{filepath.Base(path)}, files...), Tensors: map[string]Tensor{}}
	for _, file := range files {
		tensors, err := read(filepath.Join(w.Dir, file))
		if err != nil {
			return nil, err
		}
		for name, in := range of {
			if in != file {
				continue
			}
			t, ok := tensors[name]
			if !ok {
				return nil, fmt.Errorf("%s says that %s has the tensor %.200q, but it hasn't: %s", path, file, name, again)
			}
			w.Tensors[name] = t
		}
	}
	return w, nil
}

// Shards are the names of the files that the index at path names.
func Shards(path string) ([]string, error) {
	files, _, err := readIndex(path)
	return files, err
}

func readIndex(path string) (files []string, of map[string]string, err error) {
	data, err := modelfile.Read(path, modelfile.MaxSettings)
	if err != nil {
		return nil, nil, err
	}
	files, of, err = ParseIndex(data)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w: %s", path, err, again)
	}
	return files, of, nil
}

// ParseIndex reads an index: the names of the files, in order, and which of them each
// tensor lies in.
func ParseIndex(data []byte) (files []string, of map[string]string, err error) {
	var index struct {
		WeightMap map[string]string `json:"weight_map"`
	}
	if err := json.Unmarshal(data, &index); err != nil {
		return nil, nil, fmt.Errorf("it is no index of safetensors files: %w", err)
	}
	if len(index.WeightMap) == 0 || len(index.WeightMap) > maxTensors {
		return nil, nil, fmt.Errorf("its weight_map has %d tensors, 1 to %d are needed", len(index.WeightMap), maxTensors)
	}
	for _, file := range index.WeightMap {
		if slices.Contains(files, file) {
			continue
		}
		if filepath.Base(file) != file || filepath.Ext(file) != ".safetensors" {
			return nil, nil, fmt.Errorf("its weight_map names the file %.200q, where a safetensors file beside it is needed", file)
		}
		if files = append(files, file); len(files) > maxFiles {
			return nil, nil, fmt.Errorf("its weight_map names more than %d files", maxFiles)
		}
	}
	slices.Sort(files)
	return files, index.WeightMap, nil
}
