package tokenizer

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelfile"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pythonjson"
)

const fetchAgain = "fetch or export the file again"

// file is a tokenizer.json, as far as it could be read on its own. The classes of
// transformers put other parts in the place of its own.
type file struct {
	data       []byte                      // as it was read
	parts      map[string]json.RawMessage  // by name
	model      map[string]json.RawMessage  // the fields of model
	vocabulary *vocabulary                 // instead of model.vocab, for files that stand in
	early      func() (*vocabulary, error) // model.vocab, read beside the rest
	scores     []float64                   // of a Unigram model's pieces there
	pieces     []scoredPiece               // of a SentencePiece model
	unknown    int32                       // its unk_id
	class      bool                        // a class of transformers takes the model's vocabulary
	added      []addedToken
	truncation *struct{ Direction string }
	padding    *struct {
		PadID    int32  `json:"pad_id"`
		PadToken string `json:"pad_token"`
	}
}

// Load reads a tokenizer.json. Its errors name the file and the field.
func Load(path string) (*Tokenizer, error) {
	data, err := modelfile.Read(path, modelfile.MaxTokenizer)
	if err != nil {
		return nil, err
	}
	t, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

// Parse reads the content of a tokenizer.json, as the tokenizers library reads
// it. Its errors name the field.
func Parse(data []byte) (*Tokenizer, error) {
	f, err := parseFile(data)
	if err != nil {
		return nil, err
	}
	t, err := f.tokenizer()
	if err != nil {
		return nil, err
	}
	t.added.add(f.added, t.vocabulary, t.normalizer)
	return t, t.finish(f)
}

// fileFields are those of a tokenizer.json.
var fileFields = []string{"version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model"}

// modelFields are those of its model, by type.
var modelFields = map[string][]string{
	"WordPiece": {"type", "vocab", "unk_token", "continuing_subword_prefix", "max_input_chars_per_word"},
	"BPE": {"type", "vocab", "merges", "dropout", "unk_token", "continuing_subword_prefix",
		"end_of_word_suffix", "fuse_unk", "byte_fallback", "ignore_merges"},
	"Unigram": {"type", "unk_id", "vocab", "byte_fallback"},
}

func parseFile(data []byte) (*file, error) {
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("not a tokenizer.json (it isn't UTF-8): %s", fetchAgain)
	}
	f := &file{data: data}
	var err error
	if err = f.read(); err != nil {
		return nil, fmt.Errorf("not a tokenizer.json: %w", err)
	}
	if kind := f.kind(); kind == "BPE" || kind == "WordPiece" {
		f.early = sync.OnceValues(func() (*vocabulary, error) { return parseVocabulary(f.model["vocab"]) })
		go func() { _, _ = f.early() }()
	}
	for _, field := range []string{"normalizer", "pre_tokenizer", "post_processor", "decoder", "truncation", "padding"} {
		if err := checkPart(field, f.parts[field]); err != nil {
			return nil, err
		}
	}
	for field, v := range map[string]any{"truncation": &f.truncation, "padding": &f.padding} {
		if raw := f.parts[field]; raw != nil {
			if err := json.Unmarshal(raw, v); err != nil {
				return nil, fmt.Errorf("%s can't be read (%w): %s", field, err, fetchAgain)
			}
		}
	}
	if f.added, err = parseTokens(f.parts["added_tokens"]); err != nil {
		return nil, err
	}
	var size addedSize
	for _, token := range f.added {
		if err := size.add(token.Content); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// read finds the file's fields and those of its model, but doesn't read yet what they
// say.
func (f *file) read() error {
	f.parts = map[string]json.RawMessage{}
	rest, err := fields(f.data, f.parts, fileFields, func(b []byte) (rest []byte, err error) {
		f.model = map[string]json.RawMessage{}
		known := slices.Concat(modelFields["WordPiece"], modelFields["BPE"], modelFields["Unigram"])
		if rest, err = fields(b, f.model, known, nil); err != nil {
			err = fmt.Errorf("model: %w", err)
		}
		return rest, err
	})
	if err == nil && len(pythonjson.SkipSpace(rest)) > 0 {
		err = pythonjson.ErrSyntax
	}
	if err == nil && f.model == nil {
		err = fmt.Errorf("model: %w", pythonjson.ErrSyntax)
	}
	return err
}

// fields finds the fields of the object that raw begins with, which may have those of
// known only, and returns what follows it. What model reads is the value of one.
func fields(raw []byte, all map[string]json.RawMessage, known []string, model func([]byte) ([]byte, error)) ([]byte, error) {
	return pythonjson.Walk(raw, func(name, b []byte) (rest []byte, err error) {
		if !slices.Contains(known, string(name)) {
			return nil, fmt.Errorf("%.40q is a field that is not known, so what it asks for can't be done: fetch or export the file again", name)
		}
		if model != nil && string(name) == "model" {
			return model(b)
		}
		all[string(name)], rest, err = pythonjson.Value(b)
		return rest, err
	})
}

// kind is the model's type. Files of old versions name none.
func (f *file) kind() string {
	kind := strings.Trim(string(f.model["type"]), `"`)
	switch {
	case kind != "":
	case f.model["merges"] != nil:
		return "BPE"
	case f.model["continuing_subword_prefix"] != nil:
		return "WordPiece"
	case f.model["unk_id"] != nil:
		return "Unigram"
	}
	return kind
}

// words is the vocabulary.
func (f *file) words() (*vocabulary, error) {
	switch {
	case f.vocabulary != nil:
		return f.vocabulary, nil
	case f.early != nil:
		return f.early()
	}
	return parseVocabulary(f.model["vocab"])
}

// modelField reads a field of the model into v, if it is there.
func (f *file) modelField(name string, v any) error {
	raw := f.model[name]
	if len(raw) == 0 {
		return nil
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return fmt.Errorf("model.%s is %.40s, which is no value for it: %s", name, raw, fetchAgain)
	}
	return nil
}

// tokenizer makes what the file says, but for what depends on added tokens that
// other files may have: finish does that.
func (f *file) tokenizer() (*Tokenizer, error) {
	t := newTokenizer()
	pre := preTokenizerParser{}
	var err error
	if t.preTokenizer, err = pre.parse("pre_tokenizer", f.parts["pre_tokenizer"]); err != nil {
		return nil, err
	}
	if t.normalizer, err = parseNormalizer("normalizer", f.parts["normalizer"]); err != nil {
		return nil, err
	}
	if err := checkWork("normalizer", t.normalizer); err != nil {
		return nil, err
	}
	kind := f.kind()
	for name := range f.model {
		if known := modelFields[kind]; known != nil && !slices.Contains(known, name) {
			return nil, fmt.Errorf("model has the field %.40q, which a %s doesn't have: %s", name, kind, fetchAgain)
		}
	}
	switch {
	case kind == "BPE":
		t.model, t.vocabulary, err = parseBPE(f, pre.byteLevel)
	case kind == "WordPiece" && !pre.byteLevel:
		t.model, t.vocabulary, err = parseWordPiece(f)
	case kind == "Unigram" && !pre.byteLevel:
		t.model, t.vocabulary, err = parseUnigram(f)
	case pre.byteLevel:
		err = unsupported("pre_tokenizer", "ByteLevel, with a model that isn't BPE", "ByteLevel with BPE")
	default:
		err = unsupported("model.type", fmt.Sprintf("%.40s", cmp.Or(string(f.model["type"]), "missing")), "WordPiece, BPE, Unigram")
	}
	if err != nil {
		return nil, err
	}
	t.first = slices.ContainsFunc(t.preTokenizer, func(step preTokenizer) bool {
		m, ok := step.(*metaspace)
		return ok && m.scheme == onlyFirst
	})
	if t.first && t.normalizer == nil {
		if m, ok := t.preTokenizer[0].(*metaspace); ok && len(t.preTokenizer) == 1 {
			t.atStart = steps{&metaspace{m.replacement, always, m.cut}}
		}
	}
	if f.truncation != nil {
		t.truncateLeft = f.truncation.Direction == "Left"
	}
	return t, nil
}

// finish makes t ready when all added tokens are there.
func (t *Tokenizer) finish(f *file) (err error) {
	if err := t.added.finish(); err != nil {
		return err
	}
	if err := t.parsePostProcessor("post_processor", f.parts["post_processor"]); err != nil {
		return err
	}
	t.decoder, err = parseDecoder("decoder", f.parts["decoder"])
	t.notGenerator = cmp.Or(err, t.controls(), t.behind())
	if err != nil {
		t.decoder = decoder{} // nothing is decoded, but tokens have their names
	}
	t.findJoin(f.parts["decoder"])
	t.pieces = newPieceTable(t)
	t.boundTokens()
	if f.padding != nil {
		t.pad = f.padding.PadID
	} else if id, ok := t.TokenID("[PAD]"); ok {
		t.pad = id
	}
	return nil
}

// behind is the error of a template that puts tokens behind a text.
func (t *Tokenizer) behind() error {
	if p := t.single.pieces; p[len(p)-1].text == noText {
		return unsupported("post_processor.single", "a template with tokens after the text", "tokens before the text, for a model that generates")
	}
	return nil
}

// controls is the error of control tokens that couldn't be told from text.
func (t *Tokenizer) controls() error {
	for _, id := range slices.Sorted(maps.Keys(t.added.tokens)) {
		token := t.added.tokens[id]
		at := fmt.Sprintf("added_tokens (%.40q)", token.Content)
		if token.Special && token.Normalized && t.normalizer != nil {
			return unsupported(at+".normalized", "true for a special token", "false, for a model that generates")
		}
		if _, isByte := byteToken([]byte(token.Content)); isByte && token.Special && t.decoder.fallback {
			return unsupported(at+".special", "true for a byte", "false")
		}
	}
	if t.added.splitSpecial {
		return fmt.Errorf("%s: split_special_tokens is true, which isn't supported: the chat template's tokens would be read as text", configFile)
	}
	return nil
}

// unsupported is the error for a part of the file that isn't understood.
func unsupported(field, value, known string) error {
	return fmt.Errorf("%s is %s, which is not supported (supported: %s): docs/internals/tokenizer.md lists what is", field, value, known)
}

// kindOf returns the "type" of a part of the file, "" for null or nothing.
func kindOf(field string, raw json.RawMessage) (string, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return "", nil
	}
	var part struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(raw, &part); err != nil || part.Type == "" {
		return "", fmt.Errorf("%s has no type: %s", field, fetchAgain)
	}
	return part.Type, nil
}

// decode reads a part of the file into v, whose fields are all that the part
// may have; a field that isn't known could change what the part does.
func decode(field string, raw json.RawMessage, v any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("%s can't be read: %s", field, strings.TrimPrefix(err.Error(), "json: "))
	}
	return nil
}

// sequence is the list of a part that has others inside.
func sequence(field string, raw json.RawMessage, name string) ([]json.RawMessage, error) {
	var p map[string]json.RawMessage
	var parts []json.RawMessage
	if err := json.Unmarshal(raw, &p); err != nil {
		return nil, fmt.Errorf("%s can't be read: %w", field, err)
	}
	if err := json.Unmarshal(p[name], &parts); err != nil {
		return nil, fmt.Errorf("%s.%s is not a list: %s", field, name, fetchAgain)
	}
	return parts, nil
}
