package realsize

import (
	"encoding/json"
	"fmt"
	"strings"
)

// bpe is what of a tokenizer.json is changed.
type bpe struct {
	Vocab  map[string]int `json:"vocab"`
	Merges []merge        `json:"merges"`
}

// merge is a pair, which older files have as one string.
type merge [2]string

// UnmarshalJSON takes both forms.
func (m *merge) UnmarshalJSON(data []byte) error {
	var pair [2]string
	if err := json.Unmarshal(data, &pair); err == nil {
		*m = pair
		return nil
	}
	var line string
	if err := json.Unmarshal(data, &line); err != nil {
		return err
	}
	var ok bool
	if m[0], m[1], ok = strings.Cut(line, " "); !ok {
		return fmt.Errorf("the merge %q has no space", line)
	}
	return nil
}

// growBPE writes RoBERTa's tokenizer.json with the first tokens of another, the order of
// which is that of the merges: between the four special tokens and <mask>, as RoBERTa has
// them.
func growBPE(roberta, other, to string, size int) error {
	var whole, model map[string]json.RawMessage
	var from struct{ Model bpe }
	if err := readJSON(roberta, &whole); err != nil {
		return err
	}
	if err := json.Unmarshal(whole["model"], &model); err != nil {
		return fmt.Errorf("real-size model: %s: %w", roberta, err)
	}
	if err := readJSON(other, &from); err != nil {
		return err
	}
	const mask = "<mask>"
	grown := bpe{Vocab: map[string]int{"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, mask: size - 1}}
	first := len(grown.Vocab) - 1
	for token, id := range from.Model.Vocab {
		if first+id < size-1 {
			grown.Vocab[token] = first + id
		}
	}
	if len(grown.Vocab) != size {
		return fmt.Errorf("real-size model: %s gives %d tokens of %d", other, len(grown.Vocab), size)
	}
	for _, m := range from.Model.Merges {
		known := true
		for _, token := range []string{m[0], m[1], m[0] + m[1]} {
			_, ok := grown.Vocab[token]
			known = known && ok
		}
		if known {
			grown.Merges = append(grown.Merges, m)
		}
	}
	var added []map[string]any
	if err := json.Unmarshal(whole["added_tokens"], &added); err != nil {
		return fmt.Errorf("real-size model: %s: %w", roberta, err)
	}
	for _, token := range added {
		token["id"] = grown.Vocab[fmt.Sprint(token["content"])]
	}
	var err error
	for _, part := range []struct {
		in   map[string]json.RawMessage
		name string
		v    any
	}{{model, "vocab", grown.Vocab}, {model, "merges", grown.Merges}, {whole, "model", model}, {whole, "added_tokens", added}} {
		if part.in[part.name], err = json.Marshal(part.v); err != nil {
			return fmt.Errorf("real-size model: %w", err)
		}
	}
	return writeJSON(to, whole)
}
