package tokenizer

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFilesBesideTheTokenizer has what transformers 5.23's AutoTokenizer gives:
// special tokens from every file, and for each of the refused folders other ids
// than tokenizer.json alone.
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
		{"no other file", nil, "<bos>", "<eos>", ""},
		{"no class", map[string]object{"config.json": {"model_type": "gemma3_text"}, "tokenizer_config.json": {}}, "<bos>", "<eos>", ""},
		{"tokens", map[string]object{"tokenizer_config.json": {"tokenizer_class": "GemmaTokenizer", "bos_token": "<pad>", "eos_token": "<end_of_turn>"}}, "<pad>", "<end_of_turn>", ""},
		{"token objects", map[string]object{"tokenizer_config.json": {"bos_token": object{"__type": "AddedToken", "content": "<pad>"}}}, "<pad>", "<eos>", ""},
		{"null", map[string]object{"tokenizer_config.json": {"bos_token": nil}}, "", "<eos>", ""},
		{"another class", map[string]object{"tokenizer_config.json": {"tokenizer_class": "PreTrainedTokenizerFast"}}, "", "", ""},
		{"special_tokens_map.json", map[string]object{"special_tokens_map.json": {"bos_token": "<eos>"}, "tokenizer_config.json": {"bos_token": "<pad>"}}, "<eos>", "<eos>", ""},
		{"the same added token", map[string]object{"tokenizer_config.json": {"added_tokens_decoder": object{"2": flags("<bos>", nil)}}}, "<bos>", "<eos>", ""},
		{"class", map[string]object{"tokenizer_config.json": {"tokenizer_class": "LlamaTokenizerFast"}}, "", "", `tokenizer_config.json: tokenizer_class is "LlamaTokenizer"`},
		{"another flag", map[string]object{"tokenizer_config.json": {"added_tokens_decoder": object{"2": flags("<bos>", object{"lstrip": true})}}}, "", "", `added_tokens_decoder has "<bos>" as 2`},
		{"another id", map[string]object{"tokenizer_config.json": {"added_tokens_decoder": object{"3": flags("<bos>", nil)}}}, "", "", `added_tokens_decoder has "<bos>" as 3`},
		{"a token more", map[string]object{"tokenizer_config.json": {"added_tokens_decoder": object{"9999": flags("two", nil)}}}, "", "", `added_tokens_decoder has "two" as 9999`},
		{"a special token more", map[string]object{"tokenizer_config.json": {"bos_token": "x"}}, "", "", `"x" is a special token here, or by the class`},
		{"an extra token", map[string]object{"tokenizer_config.json": {"additional_special_tokens": []string{"hello"}}}, "", "", `"hello" is a special token here`},
		{"split", map[string]object{"tokenizer_config.json": {"split_special_tokens": true}}, "", "", "split_special_tokens is true"},
		{"prefix", map[string]object{"tokenizer_config.json": {"add_prefix_space": true}}, "", "", "add_prefix_space is true"},
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
		for name, content := range c.files {
			data, err := json.Marshal(content)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		tok, err := LoadPretrainedBPE(dir, path)
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

func TestClassesWithPartsOfTheirOwn(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "tokenizer.json")
	if err := os.WriteFile(path, smallFile(t, byteFile), 0o600); err != nil {
		t.Fatal(err)
	}
	for class, want := range map[string]string{
		"GemmaTokenizer": "transformers' GemmaTokenizer takes", "Qwen2TokenizerFast": "transformers' Qwen2Tokenizer takes", "LlamaTokenizer": "is not supported", "TokenizersBackend": "",
	} {
		if err := os.WriteFile(filepath.Join(dir, configFile), []byte(`{"tokenizer_class": "`+class+`"}`), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadPretrainedBPE(dir, path); want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: got %v, want %q", class, err, want)
		}
	}
}
