package modelstore

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelfile"
)

// Files of sentence-transformers.
const (
	modulesFile = "modules.json"
	poolingFile = "1_Pooling/config.json"
	promptsFile = "config_sentence_transformers.json"
)

// transformerFiles are the names that sentence-transformers looks for, in its order
// (models/Transformer.py).
var transformerFiles = []string{
	"sentence_bert_config.json", "sentence_roberta_config.json", "sentence_distilbert_config.json", "sentence_camembert_config.json",
	"sentence_albert_config.json", "sentence_xlm-roberta_config.json", "sentence_xlnet_config.json",
}

// Pooling is what makes one vector of those of a text's tokens.
type Pooling string

// The ways of pooling that are known.
const (
	Mean Pooling = "mean"
	CLS  Pooling = "cls" // the first token's
	Max  Pooling = "max"
)

// Sentences is how sentence-transformers makes a vector of a text.
type Sentences struct {
	Pooling   Pooling
	MaxTokens int  // max_seq_length, 0 if it isn't said
	Lower     bool // do_lower_case
	Width     int  // truncate_dim, 0 if it isn't said
	Prompts   map[string]string
	Default   string // the prompt that is put before a text where none is named
}

const poolAgain = "take a model that pools by mean, cls or max"

// readSentences reads the files that say so. Without them it is the mean, as
// sentence-transformers takes it for a model that isn't its own.
func (f *Folder) readSentences() error {
	s := &f.Sentences
	s.Pooling = Mean
	var modules []struct {
		Path string `json:"path"`
		Type string `json:"type"`
	}
	found, err := f.readJSON(modulesFile, &modules)
	if err != nil {
		return err
	}
	if !found {
		f.Note(fmt.Sprintf("%s has no %s, so the mean of a text's tokens is its embedding, as in sentence-transformers", f.Dir, modulesFile))
	}
	path := filepath.Join(f.Dir, modulesFile)
	for i, m := range modules {
		kind := m.Type[strings.LastIndexByte(m.Type, '.')+1:]
		switch {
		case i == 0 && kind == "Transformer" && m.Path == "":
		case i == 1 && kind == "Pooling":
			if s.Pooling, err = f.readPooling(m.Path); err != nil {
				return err
			}
		case i == 2 && kind == "Normalize":
		default:
			return fmt.Errorf("%s: module %d is %q in %q, where a Transformer, a Pooling and perhaps a Normalize are needed: take another model", path, i, m.Type, m.Path)
		}
	}
	if len(modules) == 1 {
		return fmt.Errorf("%s has no Pooling, so the model has no vector for a text: %s", path, poolAgain)
	}
	if err := f.readTransformer(); err != nil {
		return err
	}
	return f.readPrompts()
}

// readPooling reads the configuration of a Pooling. Of several modes sentence-transformers
// puts the vectors side by side.
func (f *Folder) readPooling(dir string) (Pooling, error) {
	name := filepath.ToSlash(filepath.Join(dir, ConfigFile))
	path := filepath.Join(f.Dir, name)
	if !filepath.IsLocal(name) {
		return "", fmt.Errorf("%s names %q, which is outside of its folder: fetch the model again", filepath.Join(f.Dir, modulesFile), dir)
	}
	var c map[string]any
	found, err := f.readJSON(name, &c)
	if err != nil {
		return "", err
	}
	if !found {
		return "", fmt.Errorf("%s is missing, which %s names: fetch the model again", path, modulesFile)
	}
	var modes []string
	for field, value := range c {
		mode, is := strings.CutPrefix(field, "pooling_mode_")
		if is && value == true {
			modes = append(modes, mode)
		}
	}
	if mode, ok := c["pooling_mode"]; ok { // which counts alone: a mode, or a list
		list, several := mode.([]any)
		if !several {
			list = []any{mode}
		}
		modes = nil
		for _, m := range list {
			modes = append(modes, fmt.Sprint(m))
		}
	}
	slices.Sort(modes)
	known := map[string]Pooling{"cls_token": CLS, "cls": CLS, "mean_tokens": Mean, "mean": Mean, "max_tokens": Max, "max": Max}
	if len(modes) != 1 || known[modes[0]] == "" {
		return "", fmt.Errorf("%s pools by %q: %s", path, strings.Join(modes, "+"), poolAgain)
	}
	if include, ok := c["include_prompt"]; ok && include != true {
		said, _ := json.Marshal(include)
		return "", fmt.Errorf("%s: include_prompt is %.50s, so a prompt's tokens would have to be left out, which isn't done: take another model", path, said)
	}
	return known[modes[0]], nil
}

// transformer is the configuration of a Transformer, as far as it changes a vector.
type transformer struct {
	MaxTokens *int   `json:"max_seq_length"`
	Lower     bool   `json:"do_lower_case"`
	Task      string `json:"transformer_task"`
	Output    string `json:"module_output_name"`
	Modality  map[string]struct {
		Output any `json:"method_output_name"`
	} `json:"modality_config"`
	Processing map[string]any `json:"processing_kwargs"`
	Processor  map[string]any `json:"processor_kwargs"`
	Tokenizer  map[string]any `json:"tokenizer_args"` // what processor_kwargs was before
	Config     map[string]any `json:"config_kwargs"`
	ConfigArgs map[string]any `json:"config_args"` // likewise
	Model      map[string]any `json:"model_kwargs"`
	ModelArgs  map[string]any `json:"model_args"` // likewise
	Elsewhere  string         `json:"tokenizer_name_or_path"`
}

// indifferent are arguments that change no vector, but for what rounding does.
var indifferent = []string{"trust_remote_code", "attn_implementation", "torch_dtype", "dtype", "add_pooling_layer"}

// unread names what changes a vector and isn't done, "" if there is nothing.
func (t *transformer) unread() string {
	output, ok := t.Modality["text"]
	switch {
	case t.Task != "" && t.Task != "feature-extraction":
		return "transformer_task"
	case t.Output != "" && t.Output != "token_embeddings":
		return "module_output_name"
	case ok && output.Output != "last_hidden_state":
		return "modality_config"
	case t.Elsewhere != "":
		return "tokenizer_name_or_path"
	}
	for name, given := range map[string]map[string]any{"processing_kwargs": t.Processing, "processor_kwargs": t.Processor, "tokenizer_args": t.Tokenizer,
		"config_kwargs": t.Config, "config_args": t.ConfigArgs, "model_kwargs": t.Model, "model_args": t.ModelArgs} {
		for _, argument := range indifferent {
			delete(given, argument)
		}
		if len(given) > 0 {
			return name
		}
	}
	return ""
}

func (f *Folder) readTransformer() error {
	for _, name := range transformerFiles {
		var c transformer
		found, err := f.readJSON(name, &c)
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		path := filepath.Join(f.Dir, name)
		if field := c.unread(); field != "" {
			return fmt.Errorf("%s: %s asks for what isn't done here: take another model", path, field)
		}
		if c.MaxTokens != nil {
			f.Sentences.MaxTokens = *c.MaxTokens
		}
		if f.Sentences.MaxTokens < 0 || f.Sentences.MaxTokens > maxPositions {
			return fmt.Errorf("%s: max_seq_length is %d, a number from 0 to %d is needed: fetch the model again", path, f.Sentences.MaxTokens, maxPositions)
		}
		f.Sentences.Lower = c.Lower
		return nil
	}
	return nil
}

// readPrompts reads what the folder says of the whole model. A query and a document have a
// prompt in sentence-transformers, which is nothing unless the file says it.
func (f *Folder) readPrompts() error {
	path := filepath.Join(f.Dir, promptsFile)
	var c struct {
		Kind    string            `json:"model_type"`
		Prompts map[string]string `json:"prompts"`
		Default *string           `json:"default_prompt_name"`
		Width   *int              `json:"truncate_dim"`
	}
	if _, err := f.readJSON(promptsFile, &c); err != nil {
		return err
	}
	if c.Kind != "" && c.Kind != "SentenceTransformer" { // which passes over another kind's modules
		return fmt.Errorf("%s: model_type is %.50q, and only SentenceTransformer is known: take another model", path, c.Kind)
	}
	f.Sentences.Prompts = map[string]string{"query": "", "document": ""}
	maps.Copy(f.Sentences.Prompts, c.Prompts)
	if c.Width != nil {
		if f.Sentences.Width = *c.Width; *c.Width < 1 {
			return fmt.Errorf("%s: truncate_dim is %d, a number from 1 on is needed: correct the file", path, *c.Width)
		}
	}
	if c.Default == nil {
		return nil
	}
	prompt, ok := f.Sentences.Prompts[*c.Default]
	if !ok {
		return fmt.Errorf("%s: default_prompt_name is %.100q, which prompts doesn't have: correct the file", path, *c.Default)
	}
	f.Sentences.Default = prompt
	return nil
}

// readJSON reads a file of the folder, and tells if it is there.
func (f *Folder) readJSON(name string, to any) (found bool, err error) {
	path := filepath.Join(f.Dir, filepath.FromSlash(name))
	data, err := modelfile.Read(path, modelfile.MaxSettings)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := cmp.Or(notAPointer(path, data), json.Unmarshal(data, to)); err != nil {
		return false, fmt.Errorf("%s can't be read (%w): %s", path, err, exportAgain)
	}
	return true, nil
}
