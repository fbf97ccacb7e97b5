package modelstore

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// checkExternal checks that the files that hold the graph's weights are there
// and long enough.
func (f *Folder) checkExternal() error {
	sizes := map[string]int64{}
	for _, e := range f.Signature.External {
		if !filepath.IsLocal(e.Location) {
			return fmt.Errorf("%s refers to weights outside of its folder, at %q: %s", f.Graph, e.Location, exportAgain)
		}
		path := filepath.Join(filepath.Dir(f.Graph), e.Location)
		size, ok := sizes[path]
		if !ok {
			if err := present(path, "it holds weights of "+filepath.Base(f.Graph)+"; "+exportAgain); err != nil {
				return err
			}
			info, err := os.Stat(path)
			if err != nil {
				return fileError(err)
			}
			size = info.Size()
			sizes[path] = size
		}
		if end := e.Offset + max(e.Length, 0); end > size || e.Offset < 0 {
			return fmt.Errorf("%s has %d bytes, but %s needs %d: %s", path, size, filepath.Base(f.Graph), end, exportAgain)
		}
	}
	return nil
}

// checkLabels checks the number of labels against the graph, where it says one.
func (f *Folder) checkLabels() error {
	if f.Config.Task != TextClassification {
		return nil
	}
	at := f.Signature.LogitsOutput()
	if at < 0 || len(f.Signature.Outputs[at].Shape) != 2 {
		return nil // whoever runs the graph says what is wrong with its outputs
	}
	if n := f.Signature.Outputs[at].Shape[1]; n >= 0 && n != int64(len(f.Config.Labels)) {
		return fmt.Errorf("%s has %d labels in id2label, but %s gives %d logits: mend config.json or export the model again",
			filepath.Join(f.Dir, ConfigFile), len(f.Config.Labels), f.Graph, n)
	}
	return nil
}

// CheckVocabulary checks that the model has an embedding for each id that the
// tokenizer can give. size is the tokenizer's largest id plus one.
func (f *Folder) CheckVocabulary(size int) error {
	if size > f.Config.Vocabulary {
		return fmt.Errorf("%s has ids up to %d, but vocab_size in %s is %d: take both files from the same model",
			f.Tokenizer, size-1, filepath.Join(f.Dir, ConfigFile), f.Config.Vocabulary)
	}
	// config.json can be wrong as well: the largest float matrix with this many
	// columns is the embedding.
	for name, dims := range f.Signature.Initializers {
		if len(dims) == 2 && dims[1] == int64(f.Config.Hidden) && isWordEmbedding(name) && int64(size) > dims[0] {
			return fmt.Errorf("%s has ids up to %d, but the vocabulary of %s has %d: take both files from the same model",
				f.Tokenizer, size-1, f.Graph, dims[0])
		}
	}
	return nil
}

func isWordEmbedding(name string) bool {
	return name == "words" || filepath.Ext(name) == ".weight" && strings.Contains(name, "word_embeddings")
}
