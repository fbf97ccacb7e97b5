package tokenizer

import (
	"os"
	"path/filepath"
	"testing"
)

// FuzzPretrained loads folders of any content. What loads encodes any text within
// its limits.
func FuzzPretrained(f *testing.F) {
	g := readFolders(f)
	for i, folder := range g.Folders {
		if i < 60 {
			f.Add([]byte(folder.Files["tokenizer.json"]), []byte(folder.Files["tokenizer_config.json"]), []byte(folder.Files["special_tokens_map.json"]),
				[]byte(folder.Files["added_tokens.json"]), []byte(folder.Files[vocabFile]), g.Texts[i%len(g.Texts)])
		}
	}
	f.Fuzz(func(t *testing.T, file, config, special, added, words []byte, text string) {
		files := map[string]string{"config.json": `{"model_type": "bert"}`}
		for name, content := range map[string][]byte{"tokenizer.json": file, configFile: config, specialFile: special, addedFile: added, vocabFile: words} {
			if len(content) > 0 {
				files[name] = string(content)
			}
		}
		dir, vocabulary := save(t, files)
		if _, err := os.Stat(vocabulary); err != nil {
			return
		}
		_, _ = LoadPretrained(dir, vocabulary)
		tok, err := LoadPretrained(dir, vocabulary)
		if err != nil {
			return
		}
		for _, limit := range []int{0, 3, tok.MaxLength()} {
			e := tok.Encode(text, limit)
			if limit > tok.single.special && len(e.IDs) > limit || len(e.TypeIDs) != len(e.IDs) {
				t.Errorf("%q: %d ids, limit %d", text, len(e.IDs), limit)
			}
			for _, id := range e.IDs {
				if id < 0 || id >= int32(tok.VocabSize()) {
					t.Errorf("%q: id %d of %d", text, id, tok.VocabSize())
				}
			}
		}
	})
}

// FuzzTokenizerJSON reads any bytes as a tokenizer.json.
func FuzzTokenizerJSON(f *testing.F) {
	for i, folder := range readFolders(f).Folders {
		if data := folder.Files["tokenizer.json"]; i < 60 && data != "" {
			f.Add([]byte(data), "The café  [MASK] <ent>")
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, text string) {
		tok, err := Parse(data)
		if err != nil {
			return
		}
		e := tok.Encode(text, 0)
		for _, id := range e.IDs {
			if id < 0 || id >= int32(tok.VocabSize()) {
				t.Errorf("%q: id %d of %d", text, id, tok.VocabSize())
			}
		}
	})
}

// FuzzPretrainedBPE lays any files beside a tokenizer.json. What loads has the
// special tokens that they name.
func FuzzPretrainedBPE(f *testing.F) {
	f.Add([]byte(`{"tokenizer_class": "GemmaTokenizer", "bos_token": "<bos>", "added_tokens_decoder": {"2": {"content": "<bos>", "special": true}}}`), []byte(`{"eos_token": {"content": "<eos>"}}`), []byte(`{"two": 9}`))
	f.Add([]byte(`{"extra_special_tokens": ["<unk>"], "split_special_tokens": false, "add_prefix_space": null}`), []byte(nil), []byte(nil))
	file := smallFile(f, nil)
	f.Fuzz(func(t *testing.T, config, special, added []byte) {
		dir := t.TempDir()
		path := filepath.Join(dir, "tokenizer.json")
		for name, content := range map[string][]byte{"tokenizer.json": file, configFile: config, specialFile: special, addedFile: added} {
			if len(content) > 0 {
				if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
		tok, err := LoadPretrained(dir, path)
		if err != nil {
			return
		}
		for name, content := range tok.special {
			if id, ok := tok.TokenID(content); content != "" && (!ok || !tok.IsControl(id)) {
				t.Errorf("%s is %q, which is no control token", name, content)
			}
		}
	})
}
