package modelstore

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelfile"
)

// External data may be several tensors' own: an embedding's that is the head's too,
// by several shapes. More sharing than maxShared times, and maxFree bytes of it, is
// meant to take memory.
const (
	maxShared = 8
	maxFree   = 64 << 20
)

// checkExternal checks that the files that hold the graph's weights are there
// and long enough.
func (f *Folder) checkExternal() error {
	sizes := map[string]int64{}
	var needed, there float64 // which can't overflow
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
			inside, err := graph.Inside(filepath.Dir(f.Graph), e.Location)
			if err != nil {
				return fmt.Errorf("%s: initializer %s: %w", f.Graph, e.Initializer, err)
			}
			info, err := os.Stat(inside)
			if err != nil {
				return modelfile.WithRemedy(err)
			}
			size = info.Size()
			sizes[path] = size
			there += float64(size)
		}
		if length := max(e.Length, 0); e.Offset < 0 || e.Offset > size || length > size-e.Offset {
			return fmt.Errorf("%s has %d bytes, but %s needs %d from byte %d on: %s", path, size, filepath.Base(f.Graph), length, e.Offset, exportAgain)
		}
		if needed += float64(max(e.Length, 0)); needed > maxShared*there+maxFree {
			return fmt.Errorf("%s reads the %.0f bytes of its external data more than %d times: %s", f.Graph, there, maxShared, exportAgain)
		}
	}
	return nil
}

// checkLabels checks the number of labels against the graph, where it says one.
func (f *Folder) checkLabels() error {
	if len(f.Config.Labels) == 0 {
		return nil
	}
	at := f.Signature.LogitsOutput()
	if at < 0 || len(f.Signature.Outputs[at].Shape) < 2 {
		return nil // whoever runs the graph says what is wrong with its outputs
	}
	shape := f.Signature.Outputs[at].Shape
	if n := shape[len(shape)-1]; n >= 0 && n != int64(len(f.Config.Labels)) {
		return fmt.Errorf("%s has %d labels in id2label, but %s gives %d logits: correct config.json or export the model again",
			filepath.Join(f.Dir, ConfigFile), len(f.Config.Labels), f.Graph, n)
	}
	return nil
}

// Vocabulary returns how many token ids the model knows, from 0 on, and which
// file says so: the rows of the graph's embedding, of a decoder the width of its
// logits if that is less, config.json's vocab_size if that is less or the graph
// doesn't say.
func (f *Folder) Vocabulary() (n int, file string) {
	n, file = f.Config.Vocabulary, filepath.Join(f.Dir, ConfigFile)
	at := f.Signature.LogitsOutput()
	if f.Config.Task == TextGeneration && at >= 0 && len(f.Signature.Outputs[at].Shape) == 3 {
		if width := int(f.Signature.Outputs[at].Shape[2]); width > 0 {
			n, file = width, f.Graph // what config.json says isn't used
		}
	}
	if rows := f.Signature.EmbeddingRows; rows > 0 && rows < n {
		n, file = rows, f.Graph
	}
	return n, file
}

// CheckVocabulary checks that the model knows the ids from 0 to size-1, which are
// those that the tokenizer can give to whoever asks: to a decoder, whose prompts
// are checked, those of text that spells no added token.
func (f *Folder) CheckVocabulary(size int) error {
	n, file := f.Vocabulary()
	if size > n {
		return fmt.Errorf("%s has ids up to %d, but by %s the model knows %d: take both files from the same model", f.Tokenizer, size-1, file, n)
	}
	at := f.Signature.LogitsOutput()
	if f.Config.Task == TextGeneration && at >= 0 && len(f.Signature.Outputs[at].Shape) == 3 && int64(n) < f.Signature.Outputs[at].Shape[2] {
		return fmt.Errorf("%s gives %d logits, but its embedding has %d rows, so it couldn't read all that it writes: %s",
			f.Graph, f.Signature.Outputs[at].Shape[2], n, exportAgain)
	}
	return nil
}
