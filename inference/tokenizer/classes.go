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
	model   string                                                           // the type that the file's model must have
	special []role                                                           // its special tokens, unless files name others
	types   bool                                                             // its models take token types
	parts   func(o *classOptions) map[string]string                          // of tokenizer.json, and fields of its model by "model.…"
	around  func(t *Tokenizer, token func(role string) (int32, error)) error // the post-processor, nil for the file's
}

// role is a special token by its name.
type role struct {
	name, content string
	lstrip        bool
}

// classOptions are what a tokenizer_config.json tells a class, and its special tokens.
type classOptions struct {
	roles   map[string]string
	Lower   *bool `json:"do_lower_case"`
	Chinese *bool `json:"tokenize_chinese_chars"`
	Accents *bool `json:"strip_accents"`
	Prefix  *bool `json:"add_prefix_space"`
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

// classicAround puts cls_token and sep_token around texts.
func classicAround(roberta bool, cls, sep string) func(*Tokenizer, func(string) (int32, error)) error {
	return func(t *Tokenizer, token func(string) (int32, error)) error {
		first, err := token(cls)
		if err != nil {
			return err
		}
		last, err := token(sep)
		t.single, t.pair = classic(first, last, roberta)
		return err
	}
}

var bertClass = class{
	model:   "WordPiece",
	special: []role{{name: "unk_token", content: "[UNK]"}, {name: "sep_token", content: "[SEP]"}, {name: "pad_token", content: "[PAD]"}, {name: "cls_token", content: "[CLS]"}, {name: "mask_token", content: "[MASK]"}},
	types:   true,
	parts:   bertParts,
	around:  classicAround(false, "cls_token", "sep_token"),
}

// classes are those that are known, by name.
var classes = map[string]class{
	"BertTokenizer":       bertClass,
	"ElectraTokenizer":    bertClass,
	"MobileBertTokenizer": bertClass,
	"DistilBertTokenizer": {model: bertClass.model, special: bertClass.special, parts: bertClass.parts, around: bertClass.around},
	"GemmaTokenizer": {
		model:   "BPE",
		special: []role{{name: "unk_token", content: "<unk>"}, {name: "bos_token", content: "<bos>"}, {name: "eos_token", content: "<eos>"}, {name: "pad_token", content: "<pad>"}, {name: "mask_token", content: "<mask>"}},
		parts: func(o *classOptions) map[string]string {
			return map[string]string{
				"normalizer":          `{"type": "Replace", "pattern": {"String": " "}, "content": "▁"}`,
				"pre_tokenizer":       `{"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious", "invert": false}`,
				"decoder":             `{"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}]}`,
				"model.unk_token":     quoted(o.roles["unk_token"]),
				"model.fuse_unk":      "true",
				"model.byte_fallback": "true",
			}
		},
	},
	"Qwen2Tokenizer": {
		model:   "BPE",
		special: []role{{name: "unk_token", content: "<|endoftext|>"}, {name: "eos_token", content: "<|endoftext|>"}, {name: "pad_token", content: "<|endoftext|>"}},
		parts: func(o *classOptions) map[string]string {
			return map[string]string{
				"normalizer": `{"type": "NFC"}`,
				"pre_tokenizer": fmt.Sprintf(`{"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": {"Regex": `+
					`"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"}, `+
					`"behavior": "Isolated", "invert": false}, {"type": "ByteLevel", "add_prefix_space": %t, "use_regex": false}]}`, or(o.Prefix, false)),
				"decoder": `{"type": "ByteLevel"}`,
			}
		},
	},
}

// rebuilt is the file with the class's parts in the place of its own.
func (c *class) rebuilt(f *file, o *classOptions) (*file, error) {
	if kind := f.kind(); kind != c.model {
		return nil, unsupported("model.type", fmt.Sprintf("%.40q", kind), c.model+" for this tokenizer_class")
	}
	out := *f
	out.class = true
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

// known are the classes' names.
func known() string {
	return strings.Join(append(slices.Sorted(maps.Keys(classes)), "PreTrainedTokenizerFast", asSaved), ", ")
}
