package tokenizer

import (
	"cmp"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pythonjson"
)

// saved are the files of a model's folder that say how texts are tokenized.
type saved struct {
	vocabulary string // path of tokenizer.json or vocab.txt
	dirs       []string
	model      pythonjson.Object // config.json
	config     pythonjson.Object // tokenizer_config.json
	file       *file             // tokenizer.json, or what stands in for it
	extra      []string          // special tokens that the class has beside those with names
	standIn    string            // the file that stands in for tokenizer.json
}

// LoadPretrained reads the tokenizer of a model as transformers 5.23's
// AutoTokenizer reads its folder. vocabulary is the path of tokenizer.json, or of
// vocab.txt where there is none. What the files say beside it decides: config.json,
// tokenizer_config.json, special_tokens_map.json, added_tokens.json. They lie in
// dir, or beside the vocabulary. Errors name the file and the field.
func LoadPretrained(dir, vocabulary string) (*Tokenizer, error) {
	s := &saved{vocabulary: vocabulary, dirs: []string{dir}}
	if beside := filepath.Dir(vocabulary); beside != filepath.Clean(dir) {
		s.dirs = append(s.dirs, beside)
	}
	t, err := s.load()
	if err != nil {
		return nil, err
	}
	if err := s.limits(t); err != nil {
		return nil, s.in(configFile, err)
	}
	return t, nil
}

const (
	configFile  = "tokenizer_config.json"
	specialFile = "special_tokens_map.json"
	addedFile   = "added_tokens.json"
	vocabFile   = "vocab.txt"
	vocabJSON   = "vocab.json"
	mergesFile  = "merges.txt"

	tokenizerFile = "tokenizer.json"
)

// objects reads config.json and tokenizer_config.json.
func (s *saved) objects() (err error) {
	if s.model, err = s.object("config.json"); err != nil {
		return err
	}
	if s.config, err = s.object(configFile); err != nil {
		return err
	}
	for _, name := range internal {
		if s.config.Has(name) {
			return s.in(configFile, fmt.Errorf("%s is set, which isn't supported: remove it", name))
		}
	}
	return nil
}

// load makes the tokenizer of the class that the files name.
func (s *saved) load() (*Tokenizer, error) {
	err := s.objects()
	if err != nil {
		return nil, err
	}
	if s.file, err = s.readFile(); err != nil {
		return nil, err
	}
	name, from, err := s.className()
	if err != nil {
		return nil, err
	}
	if name == "" {
		if name = asSaved; s.file.kind() == bertClass.model {
			name = "BertTokenizer"
		}
	}
	if name == asSaved {
		if s.standIn != "" {
			return nil, s.in(configFile, fmt.Errorf("tokenizer_class needs a tokenizer.json, and there is only %s: name BertTokenizer if it is one, or export the model with its fast tokenizer", s.standIn))
		}
		return s.build(nil)
	}
	c, ok := classes[name]
	if !ok {
		return nil, s.in(from, unsupported("tokenizer_class", fmt.Sprintf("%.60q", name), known()))
	}
	return s.build(&c)
}

// build makes a class's tokenizer; without a class, that of tokenizer.json as it is.
func (s *saved) build(c *class) (*Tokenizer, error) {
	if c != nil {
		s.extra = c.extra
	}
	a, err := s.arguments()
	if err != nil {
		return nil, err
	}
	f, types := s.file, false
	var roles []role
	if c != nil {
		roles, types = c.special, c.types
	}
	special, names := a.special(s, roles)
	var o *classOptions
	if c != nil {
		if o, err = s.options(names); err != nil {
			return nil, s.in(configFile, err)
		}
		if f, err = c.rebuilt(f, o); err != nil {
			return nil, fmt.Errorf("%s: %w", s.vocabulary, err)
		}
	}
	t, err := f.tokenizer()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.vocabulary, err)
	}
	if c != nil && c.yields { // the class makes its template before it adds tokens
		for _, role := range []string{"cls_token", "sep_token"} {
			if _, ok := t.vocabulary.id(names[role]); !ok {
				return nil, fmt.Errorf("%s has no %q, which is the %s: take all files from the same model", s.vocabulary, names[role], role)
			}
		}
	}
	if c == nil {
		t.added.add(f.added, t.vocabulary, t.normalizer)
	}
	t.special = names
	if err := s.addTokens(t, a, special); err != nil {
		return nil, err
	}
	if c != nil && c.again {
		t.addSpecial(names, a.extra)
	}
	if err := t.finish(f); err != nil {
		return nil, fmt.Errorf("%s: %w", s.vocabulary, err)
	}
	if c != nil && c.around != nil && !(c.yields && len(f.parts["post_processor"]) > 0 && string(f.parts["post_processor"]) != "null") {
		err := c.around(t, o, func(role string) (int32, error) {
			token := names[role]
			if token == "" || token[0] == '$' || strings.ContainsFunc(token, func(r rune) bool { return r == ':' || isSpace(r) }) {
				return 0, fmt.Errorf("%s is %q, which can't begin or end a text: a word without : is needed", role, token)
			}
			id, _ := t.TokenID(token) // added above if it wasn't there
			return id, nil
		})
		if err != nil {
			return nil, s.in(configFile, err)
		}
	}
	if c == nil || c.around == nil || c.yields {
		if err := s.explicit(t); err != nil {
			return nil, s.in(configFile, err)
		}
	}
	t.notGenerator = cmp.Or(t.notGenerator, t.behind())
	if id, ok := t.TokenID(names["pad_token"]); ok && names["pad_token"] != "" {
		t.pad = id
	}
	// Only these are given to the model; what a graph takes beside them is 0.
	if raw, ok := s.config.Get("model_input_names"); ok {
		var inputs []string
		if json.Unmarshal(raw, &inputs) != nil {
			return nil, s.in(configFile, fmt.Errorf("model_input_names is %.100s, a list of strings is needed", raw))
		}
		types = slices.Contains(inputs, "token_type_ids")
	}
	if !types {
		t.single.dropTypes()
		t.pair.dropTypes()
	}
	return t, nil
}

// explicit puts bos_token and eos_token around texts as tokenizer_config.json says,
// which it does only where there is no tokenizer.json.
func (s *saved) explicit(t *Tokenizer) error {
	if s.standIn == "" || !s.config.Has("add_bos_token") && !s.config.Has("add_eos_token") {
		return nil
	}
	t.single, t.pair = template{}, template{}
	for i, text := range []int8{firstText, secondText} {
		for _, role := range []string{"bos_token", "", "eos_token"} {
			add := (*template).addToken
			id, ok := t.TokenID(t.special[role])
			switch {
			case role == "":
				add = func(p *template, _, kind int32) { p.addText(text, kind) }
			case !s.flag("add_"+role) || t.special[role] == "":
				continue
			case !ok:
				return fmt.Errorf("%s is %q, which isn't in the vocabulary", role, t.special[role])
			}
			if i == 0 {
				add(&t.single, id, 0)
			}
			add(&t.pair, id, int32(i))
		}
	}
	return nil
}

// options are what tokenizer_config.json tells a class.
func (s *saved) options(roles map[string]string) (*classOptions, error) {
	for _, name := range []string{"do_lower_case", "tokenize_chinese_chars"} {
		if raw, ok := s.config.Get(name); ok && string(raw) == "null" {
			return nil, fmt.Errorf("%s is null, true or false is needed", name)
		}
	}
	o := &classOptions{roles: roles, unknown: -1}
	return o, s.config.Into(o)
}

// internal are names in a tokenizer_config.json that would reach into how
// transformers builds a tokenizer. save_pretrained writes none of them.
var internal = []string{
	"auto_map", "fast_tokenizer_files", "init_inputs", "trust_remote_code", "gguf_file", "tokenizer_object", "vocab", "merges",
	"tokenizer_truncation", "tokenizer_padding", "_json_truncation", "_json_padding", "_spm_precompiled_charsmap", "post_processor",
	"fix_mistral_regex",
}

// in adds the path of the file to an error.
func (s *saved) in(name string, err error) error {
	path := filepath.Join(s.dirs[0], name)
	for _, dir := range s.dirs {
		if at := filepath.Join(dir, name); exists(at) {
			path = at
		}
	}
	if strings.HasPrefix(err.Error(), path) {
		return err
	}
	return fmt.Errorf("%s: %w", path, err)
}
