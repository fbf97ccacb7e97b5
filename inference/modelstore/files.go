package modelstore

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelfile"
)

// vocabularies are files that transformers makes a tokenizer of where there is no
// tokenizer.json, by the kinds of models that have them: BERT's, RoBERTa's with a merges.txt
// beside it, XLM-R's, DeBERTa's, ALBERT's.
var vocabularies = []string{"vocab.txt", "vocab.json", "sentencepiece.bpe.model", "spm.model", "spiece.model"}

// IsTokenizer tells if a tokenizer can be read from a file of that name.
func IsTokenizer(name string) bool {
	return name == TokenizerFile || slices.Contains(vocabularies, name)
}

// CompanionNames are the files of a model folder that say how its graph is used.
var CompanionNames = append([]string{
	ConfigFile, TokenizerFile, "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "merges.txt",
	GenerationFile, genaiFile, "chat_template.jinja", "chat_template.json", modulesFile, poolingFile, promptsFile,
}, slices.Concat(vocabularies, transformerFiles)...)

// Companions are the paths of the files that say how the graph is used, by their
// names, as far as they are there. Those of the tokenizer may lie beside it.
func (f *Folder) Companions() map[string]string {
	found := map[string]string{}
	for _, dir := range []string{filepath.Dir(f.Tokenizer), f.Dir} {
		for _, name := range CompanionNames {
			path := filepath.Join(dir, name)
			if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
				found[name] = path
			}
		}
	}
	return found
}

// largest is how many bytes of a companion are read.
func largest(name string) int64 {
	if name == TokenizerFile || name == "merges.txt" || slices.Contains(vocabularies, name) {
		return modelfile.MaxTokenizer
	}
	return modelfile.MaxSettings
}

// sameCompanions checks that the files beside an optimised graph are still those
// of the folder that it was made from.
func (f *Folder) sameCompanions(source *Folder) error {
	own := f.Companions()
	for name, path := range source.Companions() {
		want, err := modelfile.Read(path, largest(name))
		if err != nil {
			return err
		}
		got, err := modelfile.Read(own[name], largest(name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if !bytes.Equal(got, want) {
			return fmt.Errorf("%s has changed since: prepare the model again with scorer optimize", path)
		}
		delete(own, name)
	}
	for name := range own {
		return fmt.Errorf("%s has been removed since: prepare the model again with scorer optimize", filepath.Join(source.Dir, name))
	}
	return nil
}

// WriteError adds what can be done to an error of writing a model folder; option names
// another place.
func WriteError(err error, option string) error {
	var at *fs.PathError
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return fmt.Errorf("%w: make room and run the same command again, or name a folder elsewhere with %s", err, option)
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission) && errors.As(err, &at) && at.Op == "mkdir":
		return fmt.Errorf("%w: name a folder that can be written to with %s", err, option)
	}
	return err
}

// spare is what must stay free on a disk.
const spare = 64 << 20

// CheckSpace checks that the disk of a folder has room for so many bytes more; option names
// another place.
func CheckSpace(dir string, need int64, option string) error {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return err
	}
	if free := int64(fs.Bavail) * int64(fs.Bsize); need+spare > free {
		return fmt.Errorf("%d MB are needed, but the disk of %s has %d MB free: make room, or name a folder elsewhere with %s",
			(need+spare)>>20, dir, free>>20, option)
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// findTokenizer looks beside config.json, and then in onnx/, where some
// repositories on the hub have it alone.
func (f *Folder) findTokenizer() error {
	names := []string{TokenizerFile}
	if f.Config.Task != TextGeneration {
		names = append(names, vocabularies...)
	}
	for _, dir := range []string{f.Dir, filepath.Join(f.Dir, "onnx")} {
		for _, name := range names {
			f.Tokenizer = filepath.Join(dir, name)
			if exists(f.Tokenizer) || exists(f.Tokenizer+".partial") {
				return present(f.Tokenizer, exportAgain)
			}
		}
	}
	f.Tokenizer = filepath.Join(f.Dir, TokenizerFile)
	return present(f.Tokenizer, "export the model with its fast tokenizer (save_pretrained writes it)")
}
