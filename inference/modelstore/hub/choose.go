package hub

import (
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/safetensors"
)

// onlyThere are files that some repositories have in onnx/ alone.
var onlyThere = []string{modelstore.TokenizerFile, "vocab.txt", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"}

// hasTokenizer tells if files have one, or what transformers makes one of.
func hasTokenizer(files []File) bool {
	return slices.ContainsFunc(files, func(f File) bool { return modelstore.IsTokenizer(path.Base(f.Path)) })
}

// maxFiles are the most that a repository, and maxChosen that a model in it, may have.
const (
	maxFiles  = 100_000
	maxChosen = 1000
)

// plainName reports whether a path in a repository names a file below it in one way
// only, and none that a download has meanwhile.
func plainName(name string) bool {
	return path.Clean(name) == name && filepath.IsLocal(filepath.FromSlash(name)) && !strings.HasSuffix(name, ".partial") &&
		!strings.ContainsFunc(name, func(r rune) bool { return r == '\\' || !unicode.IsPrint(r) })
}

// shardPattern is how save_pretrained names the files of an index.
var shardPattern = regexp.MustCompile(`^model-[0-9]+-of-[0-9]+\.safetensors$`)

// maxSize is what all files of a model may have, in bytes: more than any that a
// container serves.
const maxSize = 256 << 30

// choose picks the files that serving needs.
func choose(o Options, all []File) ([]File, error) {
	byPath := map[string]File{}
	names := make([]string, 0, len(all))
	for _, f := range all {
		byPath[f.Path] = f
		names = append(names, f.Path)
	}
	graph := o.ModelFile
	if graph == "" {
		var note string
		var err error
		if graph, note, err = modelstore.Choose(names, "--model-file"); err != nil {
			return nil, fmt.Errorf("%s: %w", o.Repo, err)
		}
		if note != "" {
			o.Note(note)
		}
	}
	if _, ok := byPath[graph]; !ok {
		graphs := slices.DeleteFunc(names, func(f string) bool { return !modelstore.IsGraph(f) })
		if len(graphs) == 0 {
			return nil, fmt.Errorf("%s has no %s, and no other graph: check the name", o.Repo, graph)
		}
		return nil, fmt.Errorf("%s has no %s: name one of %s with --model-file", o.Repo, graph, strings.Join(graphs, ", "))
	}
	if _, ok := byPath["config.json"]; !ok {
		return nil, fmt.Errorf("%s has no config.json: it is not a transformers model", o.Repo)
	}
	var out []File
	for _, name := range modelstore.CompanionNames {
		f, ok := byPath[name]
		if !ok && slices.Contains(onlyThere, name) {
			f, ok = byPath["onnx/"+name]
		}
		if ok {
			out = append(out, f)
		}
	}
	for _, f := range all {
		// Weights that don't fit into the graph's file: model.onnx_data, model.onnx.data.
		data := strings.HasPrefix(f.Path, graph) && (strings.HasPrefix(f.Path[len(graph):], "_data") || strings.HasPrefix(f.Path[len(graph):], ".data"))
		shard := graph == safetensors.IndexFile && shardPattern.MatchString(f.Path)
		if f.Path == graph || data || shard {
			out = append(out, f)
		}
	}
	if !hasTokenizer(out) {
		return nil, fmt.Errorf("%s has no tokenizer.json, nor a vocab.txt, vocab.json or SentencePiece model: take a repository whose tokenizer was saved by transformers' fast tokenizers", o.Repo)
	}
	var total int64
	if len(out) > maxChosen {
		return nil, fmt.Errorf("%s has %d files for %s: at most %d are fetched", o.Repo, len(out), graph, maxChosen)
	}
	for _, f := range out {
		if !plainName(f.Path) {
			return nil, fmt.Errorf("the hub lists a file as %.100q, which is no name below a model's folder: nothing is fetched", f.Path)
		}
		if f.SHA256 == "" && f.Blob == "" {
			return nil, fmt.Errorf("the hub states no hash of %s: it can't be checked, so it isn't fetched", f.Path)
		}
		if f.Size < 0 || f.Size > maxSize || total+f.Size > maxSize {
			return nil, fmt.Errorf("the hub states %d bytes for %s: files of a model that can be served have at most %d together", f.Size, f.Path, int64(maxSize))
		}
		total += f.Size
	}
	return out, nil
}
