package tokenizer

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
)

// LoadPretrainedBPE reads a decoder's tokenizer.json, path, and holds it against
// the files of the model folder dir that transformers 5.23's AutoTokenizer reads
// beside it. What would make other ids of a text there than by tokenizer.json
// alone is refused. Errors name the file and the field.
func LoadPretrainedBPE(dir, path string) (*BPE, error) {
	data, err := os.ReadFile(path)
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
	class, from, err := s.class()
	if err != nil {
		return nil, err
	}
	t.special = map[string]string{}
	switch class {
	case "", "GemmaTokenizer":
		if err := asGemma(data); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		t.special["bos_token"], t.special["eos_token"] = "<bos>", "<eos>" // the class's own
	case "PreTrainedTokenizer", "TokenizersBackend":
	default:
		return nil, s.in(from, unsupportedBPE("tokenizer_class", fmt.Sprintf("%q", class), "GemmaTokenizer, PreTrainedTokenizerFast, TokenizersBackend"))
	}
	if err := s.agrees(t, added); err != nil {
		return nil, err
	}
	return t, nil
}

// SpecialToken returns bos_token or eos_token as chat templates are given it, ""
// if there is none.
func (t *BPE) SpecialToken(name string) string { return t.special[name] }

// gemmaParts are what transformers' GemmaTokenizer uses, whatever tokenizer.json
// says.
var gemmaParts = map[string]string{
	"normalizer":    `{"type": "Replace", "pattern": {"String": " "}, "content": "▁"}`,
	"pre_tokenizer": `{"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious", "invert": false}`,
}

func asGemma(data []byte) error {
	file, err := fields(data, fileFields...) // quick where encoding/json takes long
	if err != nil {
		return err
	}
	for name, want := range gemmaParts {
		var a, b any
		if json.Unmarshal(file[name], &a) != nil || json.Unmarshal([]byte(want), &b) != nil || !reflect.DeepEqual(a, b) {
			return fmt.Errorf("%s is %.200s, but transformers' GemmaTokenizer takes %s in its place: name another tokenizer_class in %s", name, file[name], want, configFile)
		}
	}
	return nil
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
			return s.in(configFile, fmt.Errorf("added_tokens_decoder has %.40q as %d with other flags than tokenizer.json, or tokenizer.json hasn't got it: fetch or export both files again", one.content, id))
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
			return s.in(configFile, fmt.Errorf("%.40q is a special token here, or by the class, but none of tokenizer.json's: fetch or export both files again", content))
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
