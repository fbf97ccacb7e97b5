package tokenizer

import (
	"bufio"
	"bytes"
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

// saved are the files of a classifier's folder that say how texts are tokenized.
type saved struct {
	vocabulary string // path of tokenizer.json or vocab.txt
	dirs       []string
	model      pythonjson.Object // config.json
	config     pythonjson.Object // tokenizer_config.json
	file       *file             // tokenizer.json, or nil
}

// LoadPretrained reads the tokenizer of a classifier as transformers 5.23's
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

func (s *saved) load() (*Tokenizer, error) {
	if err := s.objects(); err != nil {
		return nil, err
	}
	rebuilt, err := s.rebuilt()
	if err != nil {
		return nil, err
	}
	if s.file, err = s.readFile(); err != nil {
		return nil, err
	}
	if rebuilt {
		return s.bert()
	}
	return s.backend()
}

// internal are names in a tokenizer_config.json that would reach into how
// transformers builds a tokenizer. save_pretrained writes none of them.
var internal = []string{
	"auto_map", "fast_tokenizer_files", "init_inputs", "trust_remote_code", "gguf_file", "tokenizer_object", "vocab", "merges",
	"tokenizer_truncation", "tokenizer_padding", "_json_truncation", "_json_padding", "_spm_precompiled_charsmap", "post_processor",
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

// rebuilt reports whether transformers rebuilds the tokenizer from vocabulary and
// tokenizer_config.json, as its BertTokenizer does, or takes tokenizer.json as it
// is (TokenizersBackend). The class decides, by AutoTokenizer's rules.
func (s *saved) rebuilt() (bool, error) {
	class, from, err := s.class()
	if err != nil {
		return false, err
	}
	switch class {
	case "", "BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer", "MobileBertTokenizer":
		return true, nil
	case "PreTrainedTokenizer", "TokenizersBackend", "PythonBackend":
		return false, nil
	}
	return false, s.in(from, unsupported("tokenizer_class", fmt.Sprintf("%q", class),
		"BertTokenizer, DistilBertTokenizer, ElectraTokenizer, MobileBertTokenizer, PreTrainedTokenizerFast, TokenizersBackend"))
}

// readFile reads tokenizer.json, if that is the vocabulary.
func (s *saved) readFile() (*file, error) {
	if filepath.Base(s.vocabulary) == vocabFile {
		for _, pattern := range []string{"tekken.json", "tokenizer.model*", "tiktoken.model"} {
			if other, _ := filepath.Glob(filepath.Join(s.dirs[0], pattern)); len(other) > 0 {
				return nil, fmt.Errorf("%s is what transformers would read instead of %s: remove it, or export the model with a tokenizer.json", other[0], vocabFile)
			}
		}
		return nil, nil
	}
	data, err := modelfile.Read(s.vocabulary, modelfile.MaxTokenizer)
	if err != nil {
		return nil, err
	}
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("%s is not UTF-8: fetch or export it again", s.vocabulary)
	}
	f, err := parseFile(bytes.TrimPrefix(data, []byte("\ufeff")))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.vocabulary, err)
	}
	return f, nil
}

// backend takes tokenizer.json as it is, and adds the other files' tokens.
func (s *saved) backend() (*Tokenizer, error) {
	if s.file == nil {
		return nil, s.in(configFile, fmt.Errorf("tokenizer_class needs a tokenizer.json, and there is only %s: name BertTokenizer if it is one, or export the model with its fast tokenizer", vocabFile))
	}
	t, err := s.file.tokenizer()
	if err == nil {
		if err = s.addTokens(t, nil); err != nil {
			return nil, err
		}
		err = t.finish(s.file)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.vocabulary, err)
	}
	// Only these are given to the model; what a graph takes beside them is 0.
	var inputs []string
	if raw, ok := s.config.Get("model_input_names"); ok && json.Unmarshal(raw, &inputs) != nil {
		return nil, s.in(configFile, fmt.Errorf("model_input_names is %.100s, a list of strings is needed", raw))
	}
	if !slices.Contains(inputs, "token_type_ids") {
		t.template.dropTypes()
	}
	return t, nil
}

// bert builds BertTokenizer: of a tokenizer.json it takes vocabulary, added
// tokens, truncation and padding alone.
func (s *saved) bert() (*Tokenizer, error) {
	vocabulary, err := s.words()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.vocabulary, err)
	}
	options := struct {
		Lower   bool  `json:"do_lower_case"`
		Chinese bool  `json:"tokenize_chinese_chars"`
		Accents *bool `json:"strip_accents"`
	}{Lower: true, Chinese: true}
	for _, name := range []string{"do_lower_case", "tokenize_chinese_chars"} {
		if raw, ok := s.config.Get(name); ok && string(raw) == "null" {
			return nil, s.in(configFile, fmt.Errorf("%s is null, true or false is needed", name))
		}
	}
	if err := s.config.Into(&options); err != nil {
		return nil, s.in(configFile, err)
	}
	t := newTokenizer()
	n := bertNormalizer{clean: true, chinese: options.Chinese, accents: options.Lower, lower: options.Lower}
	if options.Accents != nil {
		n.accents = *options.Accents
	}
	t.normalizer, t.preTokenizer = n, bertSplit
	t.model = newWordPiece(vocabulary, continuingPrefix, 0, maxInputChars)
	if s.file != nil && s.file.Truncation != nil {
		t.truncateLeft = s.file.Truncation.Direction == "Left"
	}
	roles := map[string]string{"unk_token": "[UNK]", "sep_token": "[SEP]", "pad_token": "[PAD]", "cls_token": "[CLS]", "mask_token": "[MASK]"}
	if err := s.addTokens(t, roles); err != nil {
		return nil, err
	}
	if err := t.added.finish(); err != nil {
		return nil, fmt.Errorf("%s: %w", s.vocabulary, err)
	}
	var ok bool
	if t.model.unknown, ok = vocabulary[roles["unk_token"]]; !ok {
		return nil, fmt.Errorf("%s has no %q, which is the unk_token: take all files from the same model", s.vocabulary, roles["unk_token"])
	}
	for _, role := range []string{"cls_token", "sep_token"} {
		token := roles[role]
		if token == "" || token[0] == '$' || strings.ContainsFunc(token, func(r rune) bool { return r == ':' || isSpace(r) }) {
			return nil, s.in(configFile, fmt.Errorf("%s is %q, which can't begin or end a text: a word without : is needed", role, token))
		}
		id, _ := t.TokenID(token) // added above if it wasn't there
		t.template.add(id, 0, role == "sep_token")
	}
	t.measure()
	if id, ok := t.TokenID(roles["pad_token"]); ok {
		t.pad = id
	}
	return t, nil
}

// words are the tokens of tokenizer.json or vocab.txt and their ids.
func (s *saved) words() (map[string]int64, error) {
	if s.file != nil {
		return s.file.vocabulary()
	}
	data, err := modelfile.Read(s.vocabulary, modelfile.MaxTokenizer)
	if err != nil {
		return nil, err
	}
	if !utf8.Valid(data) {
		return nil, errors.New("not UTF-8: fetch or export it again")
	}
	vocabulary := map[string]int64{}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, len(data)+1)
	for id := int64(0); lines.Scan(); id++ {
		if id > maxID {
			return nil, fmt.Errorf("more than %d lines: %s", maxID+1, fetchAgain)
		}
		vocabulary[strings.TrimRightFunc(lines.Text(), unicode.IsSpace)] = id
	}
	return vocabulary, lines.Err()
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
	if special := t.template.special; err != nil || n <= int64(special) {
		return fmt.Errorf("model_max_length is %s, a whole number over %d is needed, for that many special tokens a text has", length, special)
	}
	t.maxLength = int(min(n, maxID))
	return nil
}

// largestLimit is the model_max_length over which transformers cuts nothing.
const largestLimit = 1e20
