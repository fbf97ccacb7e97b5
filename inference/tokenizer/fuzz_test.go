package tokenizer

import (
	"os"
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
		_, _, _ = SpecialTokens(dir)
		tok, err := LoadPretrained(dir, vocabulary)
		if err != nil {
			return
		}
		for _, limit := range []int{0, 3, tok.MaxLength()} {
			e := tok.Encode(text, limit)
			if limit > tok.template.special && len(e.IDs) > limit || len(e.TypeIDs) != len(e.IDs) || e.Total < len(e.IDs) {
				t.Errorf("%q: %d ids of %d, limit %d", text, len(e.IDs), e.Total, limit)
			}
			for _, id := range e.IDs {
				if id < 0 || id >= int64(tok.VocabSize()) {
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
			if id < 0 || id >= int64(tok.VocabSize()) {
				t.Errorf("%q: id %d of %d", text, id, tok.VocabSize())
			}
		}
	})
}
