package tokenizer

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFilesBesideTheTokenizer has what transformers 5.23's AutoTokenizer gives:
// special tokens from every file.
func TestFilesBesideTheTokenizer(t *testing.T) {
	type object = map[string]any
	flags := func(content string, more object) object {
		o := object{"content": content, "lstrip": false, "rstrip": false, "single_word": false, "normalized": false, "special": true}
		for k, v := range more {
			o[k] = v
		}
		return o
	}
	for _, c := range []struct {
		name     string
		files    map[string]object
		bos, eos string
		problem  string
	}{
		{"no file that names a class", map[string]object{"config.json": {}}, "", "", ""},
		{"no class", map[string]object{"tokenizer_config.json": {}}, "<bos>", "<eos>", ""},
		{"tokens", map[string]object{"tokenizer_config.json": {"tokenizer_class": "GemmaTokenizer", "bos_token": "<pad>", "eos_token": "<end_of_turn>"}}, "<pad>", "<end_of_turn>", ""},
		{"token objects", map[string]object{"tokenizer_config.json": {"bos_token": object{"__type": "AddedToken", "content": "<pad>"}}}, "<pad>", "<eos>", ""},
		{"null", map[string]object{"tokenizer_config.json": {"bos_token": nil}}, "", "<eos>", ""},
		{"another class", map[string]object{"config.json": {}, "tokenizer_config.json": {"tokenizer_class": "PreTrainedTokenizerFast"}}, "", "", ""},
		{"special_tokens_map.json", map[string]object{"special_tokens_map.json": {"bos_token": "<eos>"}, "tokenizer_config.json": {"bos_token": "<pad>"}}, "<eos>", "<eos>", ""},
		{"the same added token", map[string]object{"tokenizer_config.json": {"added_tokens_decoder": object{"2": flags("<bos>", nil)}}}, "<bos>", "<eos>", ""},
		{"class", map[string]object{"tokenizer_config.json": {"tokenizer_class": "CodeLlamaTokenizerFast"}}, "", "", `tokenizer_config.json: tokenizer_class is "CodeLlamaTokenizer"`},
		{"split", map[string]object{"tokenizer_config.json": {"split_special_tokens": true}}, "", "", "split_special_tokens is true"},
		{"no object", map[string]object{"tokenizer_config.json": {"bos_token": 5}}, "", "", "bos_token is 5"},
	} {
		dir := t.TempDir()
		data, err := os.ReadFile(filepath.FromSlash("../models/gemma-tiny-chat/tokenizer.json"))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "tokenizer.json")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		files := map[string]object{"config.json": {"model_type": "gemma3_text"}}
		maps.Copy(files, c.files)
		for name, content := range files {
			data, err := json.Marshal(content)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		tok, err := LoadPretrained(dir, path)
		if err == nil {
			err = tok.Generates()
		}
		switch {
		case c.problem != "":
			if err == nil || !strings.Contains(err.Error(), c.problem) {
				t.Errorf("%s: got %v, want %q", c.name, err, c.problem)
			}
		case err != nil:
			t.Errorf("%s: %v", c.name, err)
		case tok.SpecialToken("bos_token") != c.bos || tok.SpecialToken("eos_token") != c.eos:
			t.Errorf("%s: bos_token is %q and eos_token %q, want %q and %q", c.name, tok.SpecialToken("bos_token"), tok.SpecialToken("eos_token"), c.bos, c.eos)
		}
	}
}
