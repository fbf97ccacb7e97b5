package tokenizer

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// class is a tokenizer class of transformers 5.23 that takes the vocabulary of a
// file, and has its own of the rest.
type class struct {
	model   string   // the type that the file's model must have
	extra   []string // more special tokens, unless files name others
	special []role   // its special tokens, unless files name others
	types   bool     // its models take token types
	// parts are those of tokenizer.json, and fields of its model by "model.…".
	parts func(o *classOptions) map[string]string
	// around sets what is put around texts, instead of the file's post_processor; nil
	// for the file's.
	around func(t *Tokenizer, o *classOptions, token tokenOf) error
	// pieces are those of a SentencePiece model, as the class counts them; nil for as
	// they are there.
	pieces func(o *classOptions, all []scoredPiece) []scoredPiece
	spiece string // the SentencePiece model's file, "" for none
	again  bool   // special tokens lose the flags that files give them
	yields bool   // a file's post_processor counts before around
}

// tokenOf is the id of a special token by its name.
type tokenOf func(role string) (int32, error)

// role is a special token by its name.
type role struct {
	name, content string
	lstrip        bool
}

// classOptions are what a tokenizer_config.json tells a class, and what else it builds from.
type classOptions struct {
	roles    map[string]string // special tokens by name
	charsmap string            // the file's Precompiled normalizer, "" for none
	unknown  int32             // the place of unk_token among the pieces, -1 for none
	score    float64           // its score there
	Lower    *bool             `json:"do_lower_case"`
	Chinese  *bool             `json:"tokenize_chinese_chars"`
	Accents  *bool             `json:"strip_accents"`
	Keep     *bool             `json:"keep_accents"`
	Punct    *bool             `json:"split_by_punct"`
	Prefix   *bool             `json:"add_prefix_space"`
	Trim     *bool             `json:"trim_offsets"`
	Legacy   *bool             `json:"legacy"`
	UnkID    *int32            `json:"unk_id"`
}

// quoted is a string in JSON.
func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // it is a string
	}
	return string(b)
}

func or(b *bool, otherwise bool) bool {
	if b == nil {
		return otherwise
	}
	return *b
}

// bertParts are those of BERT's family.
func bertParts(o *classOptions) map[string]string {
	accents := "null"
	if o.Accents != nil {
		accents = fmt.Sprint(*o.Accents)
	}
	return map[string]string{
		"normalizer": fmt.Sprintf(`{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": %t, "strip_accents": %s, "lowercase": %t}`,
			or(o.Chinese, true), accents, or(o.Lower, true)),
		"pre_tokenizer":   `{"type": "BertPreTokenizer"}`,
		"decoder":         `{"type": "WordPiece", "prefix": "##", "cleanup": true}`,
		"model.unk_token": quoted(o.roles["unk_token"]),
	}
}

// rebuilt is the file with the class's parts in the place of its own.
func (c *class) rebuilt(f *file, o *classOptions) (*file, error) {
	if kind := f.kind(); kind != c.model {
		return nil, unsupported("model.type", fmt.Sprintf("%.40q", kind), c.model+" for this tokenizer_class")
	}
	out := *f
	out.class = true
	o.charsmap = f.charsmap()
	if c.model == "Unigram" {
		var err error
		if f.pieces != nil {
			all := f.pieces
			if c.pieces != nil {
				all = c.pieces(o, all)
			}
			out.vocabulary, out.scores, err = vocabularyOf(all)
		} else {
			out.vocabulary, out.scores, err = parsePieces(f.model["vocab"], true)
		}
		if err != nil {
			return nil, err
		}
		if id, ok := out.vocabulary.id(o.roles["unk_token"]); ok {
			o.unknown, o.score = id, out.scores[id]
		}
		if f.pieces != nil {
			o.UnkID = &f.unknown
		}
	}
	out.parts = map[string]json.RawMessage{"post_processor": f.parts["post_processor"]}
	out.model = map[string]json.RawMessage{"type": json.RawMessage(quoted(c.model)), "vocab": f.model["vocab"]}
	if c.model == "BPE" {
		out.model["merges"] = f.model["merges"]
	}
	for name, part := range c.parts(o) {
		if field, ok := strings.CutPrefix(name, "model."); ok {
			out.model[field] = json.RawMessage(part)
		} else {
			out.parts[name] = json.RawMessage(part)
		}
	}
	return &out, nil
}

// charsmap is the first Precompiled normalizer, alone or in a Sequence, "" for none.
func (f *file) charsmap() string {
	var n struct {
		Type        string            `json:"type"`
		Normalizers []json.RawMessage `json:"normalizers"`
	}
	raw := f.parts["normalizer"]
	_ = json.Unmarshal(raw, &n) // what isn't understood has none
	parts := []json.RawMessage{raw}
	if n.Type == "Sequence" {
		parts = n.Normalizers
	}
	for _, part := range parts {
		if kind, err := kindOf("normalizer", part); err == nil && kind == "Precompiled" {
			return string(part)
		}
	}
	return ""
}

// addSpecial adds the special tokens once more, without flags.
func (t *Tokenizer) addSpecial(names map[string]string, extra []token) {
	var all []addedToken
	for _, name := range slices.Sorted(maps.Keys(names)) {
		all = append(all, addedToken{Content: names[name], Special: true})
	}
	for _, one := range extra {
		all = append(all, addedToken{Content: one.content, Special: true})
	}
	t.added.add(all, t.vocabulary, t.normalizer)
}

// known are the classes' names.
func known() string {
	return strings.Join(append(slices.Sorted(maps.Keys(classes)), "PreTrainedTokenizerFast", asSaved), ", ")
}
