package tokenizer

import "fmt"

// classicAround puts two special tokens around texts, as BERT or RoBERTa does.
func classicAround(roberta bool, cls, sep string) func(*Tokenizer, *classOptions, tokenOf) error {
	return func(t *Tokenizer, _ *classOptions, token tokenOf) error {
		first, err := token(cls)
		if err != nil {
			return err
		}
		last, err := token(sep)
		t.single, t.pair = classic(first, last, roberta)
		t.trims = trim{}
		return err
	}
}

func roles(pairs ...string) (all []role) {
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, role{name: pairs[i], content: pairs[i+1]})
	}
	return all
}

var (
	bertRoles    = roles("unk_token", "[UNK]", "sep_token", "[SEP]", "pad_token", "[PAD]", "cls_token", "[CLS]", "mask_token", "[MASK]")
	robertaRoles = roles("bos_token", "<s>", "eos_token", "</s>", "sep_token", "</s>", "cls_token", "<s>", "unk_token", "<unk>", "pad_token", "<pad>", "mask_token", "<mask>")
	debertaRoles = roles("bos_token", "[CLS]", "eos_token", "[SEP]", "unk_token", "[UNK]", "sep_token", "[SEP]", "pad_token", "[PAD]", "cls_token", "[CLS]", "mask_token", "[MASK]")
	albertRoles  = roles("bos_token", "[CLS]", "eos_token", "[SEP]", "unk_token", "<unk>", "sep_token", "[SEP]", "pad_token", "<pad>", "cls_token", "[CLS]", "mask_token", "[MASK]")
	gpt2Roles    = roles("unk_token", "<|endoftext|>", "bos_token", "<|endoftext|>", "eos_token", "<|endoftext|>")
	qwenRoles    = roles("unk_token", "<|endoftext|>", "eos_token", "<|endoftext|>", "pad_token", "<|endoftext|>")
	gemmaRoles   = roles("unk_token", "<unk>", "bos_token", "<bos>", "eos_token", "<eos>", "pad_token", "<pad>", "mask_token", "<mask>")
	llamaRoles   = roles("unk_token", "<unk>", "bos_token", "<s>", "eos_token", "</s>")

	bertClass = class{model: "WordPiece", special: bertRoles, types: true, parts: bertParts, around: classicAround(false, "cls_token", "sep_token")}
)

// classes are those that are known, by name.
var classes = map[string]class{
	"BertTokenizer":       bertClass,
	"ElectraTokenizer":    bertClass,
	"MobileBertTokenizer": bertClass,
	"DistilBertTokenizer": {model: bertClass.model, special: bertRoles, parts: bertParts, around: bertClass.around},
	"MPNetTokenizer": {model: "WordPiece", special: mpnetRoles(), parts: bertParts, around: func(t *Tokenizer, o *classOptions, token tokenOf) error {
		err := classicAround(true, "cls_token", "sep_token")(t, o, token)
		t.trims = trim{spaces: true}
		return err
	}},
	"RobertaTokenizer": {model: "BPE", special: robertaRoles, parts: gpt2Parts, around: func(t *Tokenizer, o *classOptions, token tokenOf) error {
		err := classicAround(true, "cls_token", "sep_token")(t, o, token)
		t.trims = trim{or(o.Trim, true), or(o.Prefix, false)}
		return err
	}},
	"GPT2Tokenizer":       {model: "BPE", special: gpt2Roles, parts: gpt2Parts},
	"Qwen2Tokenizer":      {model: "BPE", special: qwenRoles, parts: qwenParts, again: true},
	"GemmaTokenizer":      {model: "BPE", special: gemmaRoles, parts: gemmaParts},
	"LlamaTokenizer":      {model: "BPE", special: llamaRoles, parts: llamaParts},
	"XLMRobertaTokenizer": {model: "Unigram", special: robertaRoles, parts: xlmRobertaParts, around: classicAround(true, "bos_token", "eos_token"), spiece: "sentencepiece.bpe.model", pieces: xlmRobertaPieces},
	"CamembertTokenizer":  {model: "Unigram", special: camembertRoles(), extra: []string{"<s>NOTUSED", "</s>NOTUSED", "<unk>NOTUSED"}, parts: camembertParts, around: classicAround(true, "bos_token", "eos_token"), spiece: "sentencepiece.bpe.model", pieces: camembertPieces},
	"DebertaV2Tokenizer":  {model: "Unigram", special: debertaRoles, types: true, parts: debertaParts, around: classicAround(false, "cls_token", "sep_token"), spiece: "spm.model"},
	"AlbertTokenizer":     {model: "Unigram", special: albertRoles, parts: albertParts, around: classicAround(false, "cls_token", "sep_token"), yields: true, spiece: "spiece.model"},
}

func mpnetRoles() []role {
	all := append(roles("bos_token", "<s>", "eos_token", "</s>", "sep_token", "</s>", "cls_token", "<s>", "unk_token", "[UNK]", "pad_token", "<pad>"), role{"mask_token", "<mask>", true})
	return all
}

func camembertRoles() []role {
	all := append([]role(nil), robertaRoles...)
	all[len(all)-1].lstrip = true
	return all
}

const metaspaceFormat = `{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "%s", "split": %t}`

// wordsAndMetaspace is the pre-tokenizer of most classes of Unigram models.
func wordsAndMetaspace(o *classOptions) string {
	scheme := always
	if !or(o.Prefix, true) {
		scheme = never
	}
	return `{"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, ` + fmt.Sprintf(metaspaceFormat, scheme, true) + `]}`
}

func gpt2Parts(o *classOptions) map[string]string {
	return map[string]string{
		"pre_tokenizer": fmt.Sprintf(`{"type": "ByteLevel", "add_prefix_space": %t, "trim_offsets": true, "use_regex": true}`, or(o.Prefix, false)),
		"decoder":       `{"type": "ByteLevel"}`,
	}
}

func qwenParts(o *classOptions) map[string]string {
	return map[string]string{
		"normalizer": `{"type": "NFC"}`,
		"pre_tokenizer": fmt.Sprintf(`{"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": {"Regex": `+
			`"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"}, `+
			`"behavior": "Isolated", "invert": false}, {"type": "ByteLevel", "add_prefix_space": %t, "use_regex": false}]}`, or(o.Prefix, false)),
		"decoder": `{"type": "ByteLevel"}`,
	}
}

func gemmaParts(o *classOptions) map[string]string {
	return map[string]string{
		"normalizer":          `{"type": "Replace", "pattern": {"String": " "}, "content": "▁"}`,
		"pre_tokenizer":       `{"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious", "invert": false}`,
		"decoder":             `{"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}]}`,
		"model.unk_token":     quoted(o.roles["unk_token"]),
		"model.fuse_unk":      "true",
		"model.byte_fallback": "true",
	}
}

func llamaParts(o *classOptions) map[string]string {
	scheme, strip := onlyFirst, `, {"type": "Strip", "content": " ", "start": 1, "stop": 0}`
	switch {
	case !or(o.Prefix, true):
		scheme, strip = never, ""
	case or(o.Legacy, false):
		scheme = always
	}
	return map[string]string{
		"pre_tokenizer":       fmt.Sprintf(metaspaceFormat, scheme, false),
		"decoder":             `{"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}` + strip + `]}`,
		"model.fuse_unk":      "true",
		"model.byte_fallback": "true",
	}
}

// precompiled adds the file's character map, if it has one.
func precompiled(o *classOptions, parts map[string]string) map[string]string {
	if o.charsmap != "" {
		parts["normalizer"] = o.charsmap
	}
	return parts
}

func xlmRobertaParts(o *classOptions) map[string]string {
	return precompiled(o, map[string]string{"pre_tokenizer": wordsAndMetaspace(o), "model.unk_id": "3"})
}

func camembertParts(o *classOptions) map[string]string {
	return precompiled(o, map[string]string{"pre_tokenizer": wordsAndMetaspace(o), "model.unk_id": fmt.Sprint(max(o.unknown, 0))})
}

func debertaParts(o *classOptions) map[string]string {
	lower, punctuation, scheme, unknown := "", "", always, int32(1)
	if or(o.Lower, false) {
		lower = `{"type": "Lowercase"}, `
	}
	if or(o.Punct, false) {
		punctuation = `{"type": "Punctuation", "behavior": "Isolated"}, `
	}
	if !or(o.Prefix, true) {
		scheme = onlyFirst
	}
	switch {
	case o.unknown >= 0 && o.score == 0:
		unknown = o.unknown
	case o.UnkID != nil:
		unknown = *o.UnkID
	}
	return map[string]string{
		"normalizer": `{"type": "Sequence", "normalizers": [` + lower + `{"type": "Replace", "pattern": {"Regex": "\\s{2,}|[\\n\\r\\t]"}, "content": " "}, ` +
			`{"type": "NFC"}, {"type": "Strip", "strip_left": false, "strip_right": true}]}`,
		"pre_tokenizer": `{"type": "Sequence", "pretokenizers": [` + punctuation + fmt.Sprintf(metaspaceFormat, scheme, true) + `]}`,
		"model.unk_id":  fmt.Sprint(unknown),
	}
}

func albertParts(o *classOptions) map[string]string {
	steps := `{"type": "Replace", "pattern": {"String": "` + "``" + `"}, "content": "\""}, {"type": "Replace", "pattern": {"String": "''"}, "content": "\""}`
	if !or(o.Keep, false) {
		steps += `, {"type": "NFKD"}, {"type": "StripAccents"}`
	}
	if or(o.Lower, true) {
		steps += `, {"type": "Lowercase"}`
	}
	if o.charsmap != "" {
		steps += ", " + o.charsmap
	}
	return map[string]string{"normalizer": `{"type": "Sequence", "normalizers": [` + steps + `]}`, "pre_tokenizer": wordsAndMetaspace(o), "model.unk_id": "1"}
}
