package modelstore

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/safetensors"
)

// weights are the names of files of weights that a graph is built for, as transformers
// looks for them.
var weights = []string{safetensors.File, safetensors.IndexFile}

// precisions are the names of a model's graphs, by convention on the Hugging Face hub, from
// the most precise one on. Weights are computed with as they are.
var precisions = slices.Concat([]string{"model.onnx", "model_fp32.onnx"}, weights, []string{
	"model_fp16.onnx", "model_int8.onnx", "model_uint8.onnx", "model_quantized.onnx", "model_q8.onnx", "model_q4.onnx", "model_q4f16.onnx", "model_bnb4.onnx"})

// WeightsIn is the path of the weights in a model's folder, or of their index, as
// transformers looks for them; "" if there are none.
func WeightsIn(dir string) string {
	for _, name := range weights {
		if path := filepath.Join(dir, name); exists(path) {
			return path
		}
	}
	return ""
}

// IsWeights tells if a name is that of weights that a graph is built of, or of their index.
func IsWeights(name string) bool { return slices.Contains(weights, name) }

// pickled are the names of files of weights that aren't read, and their index.
var pickled = []string{"pytorch_model.bin", "pytorch_model.bin.index.json"}

// otherFrameworks are files of weights that transformers has ceased to read.
var otherFrameworks = []string{"tf_model.h5", "flax_model.msgpack"}

// Choose takes the most precise of a model's graphs and weights. files are the paths in its
// folder, with /; those that are neither don't count. The note says which one of several it
// took, and option how to name another.
func Choose(files []string, option string) (file, note string, err error) {
	var all []string
	for _, f := range files {
		if IsGraph(f) {
			all = append(all, f)
		}
	}
	slices.Sort(all)
	offer := "choose one of " + strings.Join(all, ", ") + " with " + option
	if len(all) == 1 {
		return all[0], "", nil
	}
	for _, name := range precisions {
		found := slices.DeleteFunc(slices.Clone(all), func(f string) bool { return path.Base(f) != name })
		switch len(found) {
		case 0:
			continue
		case 1:
			return found[0], fmt.Sprintf("of %s the most precise is served, %s; %s names another", strings.Join(all, ", "), found[0], option), nil
		}
		return "", "", fmt.Errorf("it has two candidate models, %s: name the one to serve with %s", strings.Join(found, " and "), option)
	}
	if len(all) > 0 {
		return "", "", fmt.Errorf("it has neither model.onnx, onnx/model.onnx nor %s: %s", safetensors.File, offer)
	}
	for _, name := range pickled {
		if slices.Contains(files, name) {
			return "", "", &PickledError{name}
		}
	}
	for _, name := range otherFrameworks {
		if slices.Contains(files, name) {
			return "", "", fmt.Errorf("it has weights in %s alone, which PyTorch doesn't read: take a revision that has %s", name, safetensors.File)
		}
	}
	return "", "", fmt.Errorf("it has no model.onnx, onnx/model.onnx or %s: take a repository that has one, or export the model with optimum", safetensors.File)
}

// PickledError is of a model that has weights in a file alone that isn't read.
type PickledError struct{ File string }

func (e *PickledError) Error() string {
	return fmt.Sprintf("it has weights in %s alone, and reading a pickle can run any program, so that isn't done: "+
		"take a revision that has %s, or load the model with transformers and write it with save_pretrained", e.File, safetensors.File)
}

// IsGraph tells if a path in a model's folder is that of an ONNX file, or of the weights
// that a graph is built for.
func IsGraph(file string) bool {
	dir, name := path.Split(file)
	return (dir == "" || dir == "onnx/") && path.Ext(name) == ".onnx" || IsWeights(file)
}

// findGraph takes the file that is named, or the most precise one. Which one of
// several it took is in the notes.
func (f *Folder) findGraph(o Options) error {
	option := o.GraphOption
	if option == "" {
		option = "--model-file"
	}
	if named := o.GraphFile; named != "" {
		if !filepath.IsLocal(named) {
			return fmt.Errorf("%s is %q, which is outside of %s: name a file in the model's folder", option, named, f.Dir)
		}
		if f.Config.Task == TextGeneration && IsWeights(named) {
			return f.weightsAlone(filepath.Join(f.Dir, named))
		}
		f.Graph = filepath.Join(f.Dir, named)
		remedy := option + " names it"
		if all := f.graphs(); len(all) > 0 {
			remedy += "; choose one of " + strings.Join(all, ", ") + " with " + option
		}
		return present(f.Graph, remedy)
	}
	name, note, err := Choose(f.files(), option)
	if err != nil && f.Config.Task == TextGeneration && WeightsIn(f.Dir) != "" {
		return f.weightsAlone(f.Dir)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", f.Dir, err)
	}
	if note != "" {
		f.Notes = append(f.Notes, note)
	}
	f.Graph = filepath.Join(f.Dir, name)
	return present(f.Graph, exportAgain)
}

// weightsAlone is the error of what needs a graph first.
func (f *Folder) weightsAlone(path string) error {
	return fmt.Errorf("%s has a chat model's weights alone: make its graph with scorer import --model-dir %s --precision int4, and serve the folder that it names", path, f.Dir)
}

// graphs are the paths of what could be served, in the model's folder.
func (f *Folder) graphs() []string {
	return slices.DeleteFunc(f.files(), func(name string) bool { return !IsGraph(name) })
}

// files are the paths that Choose chooses from. Weights count where a graph can be built for
// them.
func (f *Folder) files() (names []string) {
	for _, pattern := range []string{"*", "onnx/*.onnx"} {
		matches, _ := filepath.Glob(filepath.Join(f.Dir, pattern))
		for _, m := range matches {
			rel, err := filepath.Rel(f.Dir, m)
			if err != nil {
				continue
			}
			rel = filepath.ToSlash(rel)
			if stem, partial := strings.CutSuffix(rel, ".partial"); partial && IsWeights(stem) {
				rel = stem // an interrupted download, which is said when it is opened
			}
			if _, known := graph.Known(f.Config.Architecture); known || !IsWeights(rel) {
				names = append(names, rel)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
