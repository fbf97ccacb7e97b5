package tokenizer

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// savedFolders are the golden folders of tests/reference/tokenizer_folders.py.
type savedFolders struct {
	Texts   []string
	Folders []struct {
		Files   map[string]string
		Answers [][2][]int32 // ids and type ids by text; nil where transformers refuses
		Problem string
	}
}

func readFolders(t testing.TB) savedFolders {
	t.Helper()
	f, err := os.Open(filepath.Join(testdata, "tokenizer", "folders.json.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var g savedFolders
	if err := json.NewDecoder(z).Decode(&g); err != nil {
		t.Fatal(err)
	}
	if len(g.Folders) < 300 || len(g.Texts) < 8 {
		t.Fatalf("only %d folders and %d texts", len(g.Folders), len(g.Texts))
	}
	return g
}

// save writes the files to a folder, and returns it and its vocabulary.
func save(t testing.TB, files map[string]string) (dir, vocabulary string) {
	t.Helper()
	dir = t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	vocabulary = filepath.Join(dir, "tokenizer.json")
	if _, ok := files["tokenizer.json"]; !ok {
		vocabulary = filepath.Join(dir, vocabFile)
	}
	return dir, vocabulary
}

// stricter are our own reasons to refuse what transformers loads: it takes ids 2
// and 3 for missing tokens, finds out with some text only that the unknown token
// is missing, or answers by chance.
var stricter = []string{"which can't begin or end a text", "which is the unk_token", "so it is undefined which one a text has", "which model.vocab doesn't have"}

// TestSavedFoldersEqualTransformers compares with AutoTokenizer on folders whose
// files say many things, and not always the same: equal ids and type ids, cut as
// the files say, or refused by both.
func TestSavedFoldersEqualTransformers(t *testing.T) {
	g := readFolders(t)
	r := &report{t: t}
	refused, answered := 0, 0
	for i, folder := range g.Folders {
		dir, vocabulary := save(t, folder.Files)
		tok, err := LoadPretrained(dir, vocabulary)
		if err != nil && folder.Answers != nil && slices.ContainsFunc(stricter, func(s string) bool { return strings.Contains(err.Error(), s) }) {
			refused++
			continue
		}
		if (err != nil) != (folder.Answers == nil) {
			r.differ(fmt.Sprintf("folder %d", i), []byte(fmt.Sprint(folder.Files["tokenizer_config.json"], folder.Files["special_tokens_map.json"])), err, folder.Problem)
			continue
		}
		if err != nil {
			continue
		}
		answered++
		for j, text := range g.Texts {
			e := tok.Encode(text, tok.MaxLength())
			if got := [2][]int32{e.IDs, e.TypeIDs}; !reflect.DeepEqual(got, folder.Answers[j]) {
				r.differ(fmt.Sprintf("folder %d, text %d", i, j), []byte(text), got, folder.Answers[j])
				break
			}
		}
	}
	r.end(len(g.Folders))
	if answered < 200 || refused > len(g.Folders)/20 {
		t.Errorf("%d of %d folders were compared, %d refused for reasons of our own", answered, len(g.Folders), refused)
	}
	t.Logf("%d folders were loaded, %d refused for reasons of our own", answered, refused)
}
