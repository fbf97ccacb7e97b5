package chat

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelfile"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pythonjson"
)

// templateFiles are the files of a model folder that may have the template, in
// the order in which transformers' AutoTokenizer looks for it. It never reads the
// last, which its processors read.
var templateFiles = []struct {
	name string
	read func([]byte) (string, error)
}{
	{"chat_template.jinja", func(data []byte) (string, error) { return string(data), nil }},
	{"additional_chat_templates/default.jinja", func(data []byte) (string, error) { return string(data), nil }},
	{"tokenizer_config.json", templateOfJSON},
	{"chat_template.json", templateOfJSON},
}

// LoadTemplate finds the chat template in a model folder. Without one the error
// is fs.ErrNotExist. other is the name of a file whose template differs from the
// one that was taken, "" if there is none.
func LoadTemplate(dir string) (t *Template, other string, err error) {
	var source, from string
	for _, f := range templateFiles {
		path := filepath.Join(dir, filepath.FromSlash(f.name))
		data, err := modelfile.Read(path, modelfile.MaxSettings)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, "", err
		}
		one, err := f.read(data)
		if err != nil {
			return nil, "", fmt.Errorf("%s: %w", path, err)
		}
		switch {
		case one == "" && f.name != templateFiles[0].name:
		case from == "":
			source, from = one, path
		case one != source && other == "":
			other = f.name
		}
	}
	if from == "" {
		return nil, "", fmt.Errorf("%s has no chat_template.jinja, nor a chat_template in tokenizer_config.json or chat_template.json; add the model's: %w", dir, fs.ErrNotExist)
	}
	if t, err = ParseTemplate(source); err != nil {
		return nil, "", fmt.Errorf("%s: %w", from, err)
	}
	return t, other, nil
}

// templateOfJSON reads chat_template, a string or a list of named ones; "" if
// there is none.
func templateOfJSON(data []byte) (string, error) {
	var config struct {
		Template json.RawMessage `json:"chat_template"`
	}
	if err := pythonjson.Unmarshal(data, &config); err != nil {
		return "", fmt.Errorf("it is not valid JSON (%w): fetch or export it again", err)
	}
	if len(config.Template) == 0 || string(config.Template) == "null" {
		return "", nil
	}
	var one string
	if json.Unmarshal(config.Template, &one) == nil {
		return one, nil
	}
	byName := map[string]string{}
	if json.Unmarshal(config.Template, &byName) != nil {
		var named []struct{ Name, Template string }
		if err := json.Unmarshal(config.Template, &named); err != nil {
			return "", errors.New("chat_template is neither a string nor a list of name and template: fetch or export the file again")
		}
		for _, n := range named {
			byName[n.Name] = n.Template
		}
	}
	one, ok := byName["default"]
	if !ok {
		return "", errors.New("chat_template has none called \"default\": name the one to use so")
	}
	return one, nil
}
