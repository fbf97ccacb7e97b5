// Package modelstore finds model folders, checks that they are whole, and knows
// what lies in them.
package modelstore

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelfile"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/safetensors"
)

// Names of files in a model folder, as on the Hugging Face hub.
const (
	ConfigFile    = "config.json"
	TokenizerFile = "tokenizer.json"
	// OptimizedDir is where `scorer optimize` puts the prepared model, below
	// the folder that it was made from.
	OptimizedDir = "optimized"
)

// Options of Find.
type Options struct {
	// GraphFile, relative to the model folder, is the ONNX file to serve;
	// "" means the most precise one.
	GraphFile string
	// GraphOption is how errors call it; "" means --model-file.
	GraphOption string
	// Plain keeps Find from preferring the optimised model.
	Plain bool
}

// Folder is a model folder that is whole.
type Folder struct {
	Dir       string // where the files lie
	Name      string // the model's name: that of the source folder
	Graph     string // path of the ONNX file, or of model.safetensors or its index
	Tokenizer string // path of tokenizer.json, or of a classifier's vocab.txt
	Config    Config
	Signature *graph.Signature
	// Weights are those that Built was built for; nil where Graph is an ONNX file.
	Weights *safetensors.Weights
	// Built is a graph in the form of an ONNX file, where Graph has the weights alone.
	Built []byte
	// Sentences is how texts are embedded.
	Sentences Sentences
	// Record says how the graph was prepared; nil for a plain export.
	Record *Record
	// Remark says why an optimised model that is there isn't taken; "" if
	// there is nothing to say.
	Remark string
	// Notes are what else is to be known about how the folder was read.
	Notes []string
}

// Outputs are the names of the graph's output that answers come from, of which the first
// that it has counts.
func (f *Folder) Outputs() []string {
	switch {
	case f.Config.Task != FeatureExtraction:
		return []string{graph.Logits}
	case f.Record != nil && f.Sentences.Pooling == CLS:
		return []string{graph.FirstState, graph.HiddenState} // earlier versions had all tokens
	}
	return []string{graph.HiddenState, "token_embeddings"}
}

// Note adds to the notes what isn't among them.
func (f *Folder) Note(note string) {
	if !slices.Contains(f.Notes, note) {
		f.Notes = append(f.Notes, note)
	}
}

const (
	maxDepth   = 8
	maxFolders = 10_000
)

// Find looks for the one model folder at or below root, as Azure mounts models
// at some depth below AZUREML_MODEL_DIR. A folder is one if it has a
// config.json. Each error is one line that names the file and the remedy.
func Find(root string, o Options) (*Folder, error) {
	info, err := os.Stat(root)
	if err != nil {
		return nil, fmt.Errorf("model folder: %w: name the model's folder with --model-dir or AZUREML_MODEL_DIR", modelfile.WithRemedy(err))
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s is a file, not a model folder: name the folder that it lies in", root)
	}
	dirs, err := candidates(root)
	if err != nil {
		return nil, err
	}
	switch len(dirs) {
	case 0:
		return nil, fmt.Errorf("there is no %s in or below %s: put a Hugging Face model with an ONNX export there, or fetch one with scorer pull", ConfigFile, root)
	case 1:
	default:
		return nil, fmt.Errorf("there are %d model folders in %s (%s): name the one to serve with --model-dir", len(dirs), root, strings.Join(dirs, ", "))
	}
	return open(dirs[0], o)
}

// candidates are the folders with a config.json at or below root. What
// `scorer optimize` and `scorer pull` keep inside of one doesn't count.
func candidates(root string) ([]string, error) {
	var found []string
	seen := map[string]bool{} // by real path, so that links can't lead in circles
	var walk func(dir string, depth int) error
	walk = func(dir string, depth int) error {
		resolved, err := filepath.EvalSymlinks(dir)
		if err != nil {
			return modelfile.WithRemedy(err)
		}
		if seen[resolved] || depth > maxDepth {
			return nil
		}
		if seen[resolved] = true; len(seen) > maxFolders {
			return fmt.Errorf("%s has more than %d folders: name the model's own folder with --model-dir", root, maxFolders)
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			return modelfile.WithRemedy(err)
		}
		if slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == ConfigFile }) {
			found = append(found, dir)
			return nil
		}
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), ".") {
				continue
			}
			path := filepath.Join(dir, e.Name())
			info, err := os.Stat(path) // follows links
			if err != nil || !info.IsDir() {
				continue
			}
			if err := walk(path, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	err := walk(root, 0)
	whole := slices.DeleteFunc(slices.Clone(found), func(dir string) bool { return strings.HasSuffix(dir, ".partial") })
	if len(whole) > 0 { // beside downloads that were interrupted
		found = whole
	}
	return found, err
}

func open(dir string, o Options) (*Folder, error) {
	plain, err := openPlain(dir, o)
	if err != nil || plain.Record != nil || o.Plain {
		return plain, err
	}
	optimized := filepath.Join(dir, OptimizedDir)
	if _, err := os.Stat(filepath.Join(optimized, RecordFile)); err != nil {
		return plain, nil
	}
	prepared, err := openPlain(optimized, Options{})
	if err != nil {
		plain.Remark = "the optimised model is not whole: " + err.Error()
		return plain, nil
	}
	if prepared.Record == nil {
		plain.Remark = fmt.Sprintf("%s has no record of how it was made", optimized)
		return plain, nil
	}
	err = prepared.Record.MadeFrom(plain)
	if err == nil {
		err = prepared.sameCompanions(plain)
	}
	if err != nil {
		plain.Remark = "the optimised model is out of date: " + err.Error()
		return plain, nil
	}
	prepared.Name, prepared.Notes = plain.Name, plain.Notes
	return prepared, nil
}

// openPlain opens the folder itself, whatever lies below it.
func openPlain(dir string, o Options) (*Folder, error) {
	f := &Folder{Dir: dir, Name: nameOf(dir)}
	var err error
	if f.Config, err = ReadConfig(filepath.Join(dir, ConfigFile)); err != nil {
		return nil, err
	}
	f.Notes = f.Config.Remarks
	if err := f.findGraph(o); err != nil {
		return nil, err
	}
	if err := f.findTokenizer(); err != nil {
		return nil, err
	}
	if err := f.inspect(); err != nil {
		return nil, modelfile.WithRemedy(err)
	}
	if err := f.checkExternal(); err != nil {
		return nil, err
	}
	if err := f.checkLabels(); err != nil {
		return nil, err
	}
	if err := f.checkRotary(); err != nil {
		return nil, err
	}
	if f.Config.Task == FeatureExtraction {
		if err := f.readSentences(); err != nil {
			return nil, err
		}
	}
	if f.Record, err = readRecord(filepath.Join(dir, RecordFile)); err != nil || f.Record == nil {
		return f, err
	}
	return f, f.Record.whole(f)
}

// versions are folders that stand for a version: counted ones, and those that
// deliver names by a hash.
var versions = regexp.MustCompile(`^([0-9]+|[0-9a-f]{16}|[0-9a-f]{64})$`)

// nameOf is the folder's name; for Azure's <name>/<version>, or a folder below
// that is a version too, the model's; NAME for the models--OWNER--NAME/snapshots/…
// of the hub's cache.
func nameOf(dir string) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		abs = dir
	}
	for at := abs; ; at = filepath.Dir(at) {
		switch name := filepath.Base(at); {
		case name == string(filepath.Separator):
			return filepath.Base(abs)
		case filepath.Base(filepath.Dir(at)) == "snapshots" && strings.HasPrefix(filepath.Base(filepath.Dir(filepath.Dir(at))), "models--"):
			at = filepath.Dir(at)
		case strings.HasPrefix(name, "models--"):
			return name[strings.LastIndex(name, "--")+2:]
		case !versions.MatchString(name):
			return name
		}
	}
}

// pointerPrefix begins a file that stands for a large one in a git repository.
var pointerPrefix = []byte("version https://git-lfs.github.com/spec/")

// present checks that path is a file with something in it.
func present(path, remedy string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		if _, partial := os.Stat(path + ".partial"); partial == nil {
			return fmt.Errorf("%s is an interrupted download: run scorer pull again", path+".partial")
		}
		return fmt.Errorf("%s is missing: %s", path, remedy)
	}
	if err != nil {
		return modelfile.WithRemedy(err)
	}
	if info.IsDir() {
		return fmt.Errorf("%s is a folder, a file is needed: %s", path, remedy)
	}
	if !info.Mode().IsRegular() { // opening a pipe waits, a device has no end
		return fmt.Errorf("%s is no regular file: %s", path, exportAgain)
	}
	if info.Size() == 0 {
		return fmt.Errorf("%s is empty: %s", path, exportAgain)
	}
	f, err := os.Open(path)
	if err != nil {
		return modelfile.WithRemedy(err)
	}
	defer func() { _ = f.Close() }()
	head := make([]byte, len(pointerPrefix))
	n, _ := f.Read(head)
	return notAPointer(path, head[:n])
}

func notAPointer(path string, content []byte) error {
	if bytes.HasPrefix(content, pointerPrefix) {
		return fmt.Errorf("%s is a Git LFS pointer, not the file itself: run git lfs pull in the model's repository", path)
	}
	return nil
}
