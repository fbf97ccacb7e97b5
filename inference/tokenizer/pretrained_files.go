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
	"unicode"
	"unicode/utf8"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelfile"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pythonjson"
)

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
