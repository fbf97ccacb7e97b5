package tokenizer

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelfile"
)

// LoadPretrainedBPE reads a decoder's tokenizer.json, path, and holds it against
// the files of the model folder dir that transformers 5.23's AutoTokenizer reads
// beside it. What would make other ids of a text there than by tokenizer.json
// alone is refused. Errors name the file and the field.
func LoadPretrainedBPE(dir, path string) (*BPE, error) {
	data, err := modelfile.Read(path, modelfile.MaxTokenizer)
	if err != nil {
		return nil, err
	}
	t, added, err := parseBPE(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	s := &saved{vocabulary: path, dirs: []string{dir}}
	if beside := filepath.Dir(path); beside != filepath.Clean(dir) {
		s.dirs = append(s.dirs, beside)
	}
	if err := s.objects(); err != nil {
		return nil, err
	}
	class, from, err := s.bpeClass()
	if err != nil {
		return nil, err
	}
	t.special = map[string]string{}
	if own, ok := rebuiltBPE[class]; ok {
		if err := own.uses(data); err != nil {
			return nil, fmt.Errorf("%s: transformers' %s %w", path, class, err)
		}
		maps.Copy(t.special, own.special)
	} else if class != "PreTrainedTokenizer" && class != "TokenizersBackend" {
		return nil, s.in(from, unsupportedBPE("tokenizer_class", fmt.Sprintf("%q", class), "GemmaTokenizer, Qwen2Tokenizer, PreTrainedTokenizerFast, TokenizersBackend"))
	}
	if err := s.agrees(t, added); err != nil {
		return nil, err
	}
	return t, nil
}

// SpecialToken returns bos_token or eos_token as chat templates are given it, ""
// if there is none.
func (t *BPE) SpecialToken(name string) string { return t.special[name] }

// bpeClass is a tokenizer class of transformers that takes the vocabulary and the
// merges of tokenizer.json, and has its own of the rest.
type bpeClass struct {
	special map[string]string
	parts   map[string]string // of tokenizer.json
}

var rebuiltBPE = map[string]bpeClass{
	"GemmaTokenizer": {
		special: map[string]string{"bos_token": "<bos>", "eos_token": "<eos>"},
		parts: map[string]string{
			"normalizer":    `{"type": "Replace", "pattern": {"String": " "}, "content": "▁"}`,
			"pre_tokenizer": `{"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious", "invert": false}`,
		},
	},
	"Qwen2Tokenizer": {
		special: map[string]string{"eos_token": "<|endoftext|>"},
		parts: map[string]string{
			"normalizer": `{"type": "NFC"}`,
			"pre_tokenizer": `{"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": {"Regex": ` +
				`"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"}, ` +
				`"behavior": "Isolated", "invert": false}, {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]}`,
		},
	},
}

// uses checks that a tokenizer.json has the parts that the class has.
func (c bpeClass) uses(data []byte) error {
	file, err := fields(data, fileFields...) // quick where encoding/json takes long
	if err != nil {
		return err
	}
	for name, want := range c.parts {
		if !reflect.DeepEqual(withoutOffsets(file[name]), withoutOffsets([]byte(want))) {
			return fmt.Errorf("takes %s as %s, but this file has %.200s: name another tokenizer_class in %s", want, name, file[name], configFile)
		}
	}
	return nil
}

// withoutOffsets is a part of a tokenizer.json but for trim_offsets, which is
// nothing to ids.
func withoutOffsets(raw []byte) any {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return nil
	}
	var drop func(v any)
	drop = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			delete(v, "trim_offsets")
			for _, one := range v {
				drop(one)
			}
		case []any:
			for _, one := range v {
				drop(one)
			}
		}
	}
	drop(v)
	return v
}

// agrees checks that the files beside tokenizer.json add no token to its own and
// change none, and takes the special tokens' names.
func (s *saved) agrees(t *BPE, added []addedToken) error {
	if s.flag("split_special_tokens") {
		return s.in(configFile, errors.New("split_special_tokens is true, which isn't supported: the chat template's tokens would be read as text"))
	}
	prefixed := slices.ContainsFunc(t.words, func(p preTokenizer) bool { return p == bytePrefix{} })
	if s.config.Has("add_prefix_space") && s.flag("add_prefix_space") != prefixed {
		return s.in(configFile, fmt.Errorf("add_prefix_space is %t, but by tokenizer.json's pre_tokenizer it is %t: make the two agree", !prefixed, prefixed))
	}
	a, err := s.arguments()
	if err != nil {
		return err
	}
	file := map[string]addedToken{}
	for _, one := range added {
		file[one.Content] = one
	}
	for id, one := range a.byID {
		want := one.added()
		want.ID = id
		if got, ok := file[one.content]; !ok || got != want {
			return s.in(configFile, fmt.Errorf("added_tokens_decoder has %.40q as %d with other flags than tokenizer.json, or tokenizer.json doesn't have it: fetch or export both files again", one.content, id))
		}
	}
	var special []string
	for _, one := range a.extra {
		special = append(special, one.content)
	}
	for _, name := range slices.Concat(named, a.names, a.strings) {
		if one, given := a.tokens[name]; one != nil {
			t.special[name] = one.content
		} else if given {
			delete(t.special, name)
		}
	}
	for _, content := range slices.AppendSeq(special, maps.Values(t.special)) {
		if got, ok := file[content]; !ok || !got.Special {
			return s.in(configFile, fmt.Errorf("%.40q is a special token here, or by the class, but isn't one of tokenizer.json's: fetch or export both files again", content))
		}
	}
	return nil
}

// class is the tokenizer's class, without Fast at its end, and the file that names
// it: tokenizer_config.json counts before config.json.
func (s *saved) class() (class, from string, err error) {
	for _, name := range []string{"config.json", configFile} {
		o := s.model
		if name == configFile {
			o = s.config
		}
		if raw, ok := o.Get("tokenizer_class"); ok && string(raw) != "null" && string(raw) != `""` {
			if err := json.Unmarshal(raw, &class); err != nil {
				return "", "", s.in(name, fmt.Errorf("tokenizer_class is %.100s, a string is needed", raw))
			}
			from = name
		}
	}
	return strings.TrimSuffix(class, "Fast"), from, nil
}

// bpeClass is the class of a decoder: where no file names it, that of the model's
// type.
func (s *saved) bpeClass() (class, from string, err error) {
	if class, from, err = s.class(); class != "" || err != nil {
		return class, from, err
	}
	raw, _ := s.model.Get("model_type")
	switch kind := strings.Trim(string(raw), `"`); {
	case strings.HasPrefix(kind, "gemma"), kind == "":
		return "GemmaTokenizer", configFile, nil
	case kind == "qwen2", kind == "qwen3":
		return "Qwen2Tokenizer", configFile, nil
	}
	return "", configFile, nil
}
