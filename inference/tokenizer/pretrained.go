package tokenizer

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelfile"
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

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// read returns a file's content, nil if there is no such file.
func (s *saved) read(name string) (data []byte, err error) {
	for _, dir := range s.dirs {
		one, err := modelfile.Read(filepath.Join(dir, name), modelfile.MaxSettings)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if data != nil && !bytes.Equal(data, one) {
			return nil, fmt.Errorf("%s differs from the one in %s, so it is unclear which counts: remove one", filepath.Join(dir, name), s.dirs[0])
		}
		data = one
	}
	return data, nil
}

// object reads a JSON file; without one, an empty object.
func (s *saved) object(name string) (pythonjson.Object, error) {
	data, err := s.read(name)
	if data == nil || err != nil {
		return pythonjson.Object{}, err
	}
	o, err := pythonjson.Parse(data)
	if err != nil {
		return o, s.in(name, fmt.Errorf("can't be read (%w): fetch or export it again", err))
	}
	return o, nil
}

// readFile reads tokenizer.json, or what stands in for it.
func (s *saved) readFile() (f *file, err error) {
	data, err := modelfile.Read(s.vocabulary, modelfile.MaxTokenizer)
	if err != nil {
		return nil, err
	}
	name := filepath.Base(s.vocabulary)
	if name != tokenizerFile {
		s.standIn = name
		for _, pattern := range []string{"tekken.json", "tokenizer.model*", "tiktoken.model"} {
			if other, _ := filepath.Glob(filepath.Join(s.dirs[0], pattern)); len(other) > 0 {
				return nil, fmt.Errorf("%s is what transformers would read instead of %s: remove it, or export the model with a tokenizer.json", other[0], name)
			}
		}
	}
	switch {
	case name == vocabFile:
		f = &file{model: map[string]json.RawMessage{"type": json.RawMessage(`"WordPiece"`)}}
		f.vocabulary, err = words(data)
	case name == vocabJSON:
		f, err = s.vocabAndMerges(data)
	case filepath.Ext(name) == ".model":
		f, err = parseSpiece(data)
	default:
		f, err = parseFile(bytes.TrimPrefix(data, []byte("\ufeff")))
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.vocabulary, err)
	}
	return f, nil
}

// vocabAndMerges reads a vocab.json and the merges.txt beside it.
func (s *saved) vocabAndMerges(vocab []byte) (*file, error) {
	if !utf8.Valid(vocab) {
		return nil, errors.New("not UTF-8: fetch or export it again")
	}
	data, err := modelfile.Read(filepath.Join(filepath.Dir(s.vocabulary), mergesFile), modelfile.MaxTokenizer)
	if err != nil {
		return nil, err
	}
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("%s isn't UTF-8: fetch or export it again", mergesFile)
	}
	merges := []byte{'['}
	for line := range bytes.Lines(data) {
		line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte{'\n'}), []byte{'\r'})
		if bytes.HasPrefix(line, []byte("#version")) {
			continue
		}
		if len(merges) > 1 {
			merges = append(merges, ',')
		}
		merges = append(merges, quoted(string(line))...)
	}
	return &file{model: map[string]json.RawMessage{"type": json.RawMessage(`"BPE"`), "vocab": vocab, "merges": append(merges, ']')}}, nil
}

// words reads a vocab.txt: a token a line.
func words(data []byte) (*vocabulary, error) {
	if !utf8.Valid(data) {
		return nil, errors.New("not UTF-8: fetch or export it again")
	}
	v := newVocabulary(bytes.Count(data, []byte{'\n'}) + 1)
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, len(data)+1)
	for id := int32(0); lines.Scan(); id++ {
		if id > maxID {
			return nil, fmt.Errorf("more than %d lines: %s", maxID+1, fetchAgain)
		}
		v.add(bytes.TrimRightFunc(lines.Bytes(), unicode.IsSpace), id)
	}
	return v, lines.Err()
}

// limits reads where texts are cut, and whether special tokens are looked for.
func (s *saved) limits(t *Tokenizer) error {
	var options struct {
		Side  *string `json:"truncation_side"`
		Split *bool   `json:"split_special_tokens"`
	}
	if err := s.config.Into(&options); err != nil {
		return err
	}
	if raw, ok := s.config.Get("truncation_side"); ok {
		if options.Side == nil || *options.Side != "left" && *options.Side != "right" {
			return fmt.Errorf("truncation_side is %s, left or right is needed", raw)
		}
		t.truncateLeft = *options.Side == "left"
	}
	raw, ok := s.config.Get("model_max_length")
	if !ok {
		raw, ok = s.config.Get("max_len") // its name in old files
	}
	if !ok || string(raw) == "null" {
		return nil
	}
	var length json.Number
	if raw[0] == '"' || json.Unmarshal(raw, &length) != nil {
		return fmt.Errorf("model_max_length is %.100s, a whole number is needed", raw)
	}
	if f, err := length.Float64(); err != nil && length[0] != '-' || f > largestLimit {
		return nil
	}
	n, err := length.Int64()
	if special := t.single.special; err != nil || n <= int64(special) {
		return fmt.Errorf("model_max_length is %s, a whole number over %d is needed, for that many special tokens a text has", length, special)
	}
	t.maxLength = int(min(n, maxID))
	return nil
}

// largestLimit is the model_max_length over which transformers cuts nothing.
const largestLimit = 1e20
