package tokenizer

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// classFolders are the golden folders of tests/reference/tokenizer_classes.py.
type classFolders struct {
	Texts, Contents []string
	Folders         []struct {
		Files  map[string]int // by name: which of Contents
		Answer *struct {      // nil where transformers refuses
			Class   string
			Special map[string]string
			Texts   [][6]json.RawMessage // ids, offsets; ids and type ids as truncated; those of a pair
		}
		Problem string
	}
}

// standIns are the files that stand in for tokenizer.json.
var standIns = []string{tokenizerFile, vocabFile, vocabJSON, "sentencepiece.bpe.model", "spiece.model", "spm.model"}

// TestClassesEqualTransformers compares with AutoTokenizer on folders of each
// tokenizer class that is known, with options of their own.
func TestClassesEqualTransformers(t *testing.T) {
	var g classFolders
	if err := json.NewDecoder(unzip(t, "tokenizer/classes.json.gz")).Decode(&g); err != nil {
		t.Fatal(err)
	}
	answered := map[string]int{}
	for i, folder := range g.Folders {
		dir, vocabulary := t.TempDir(), ""
		for name, n := range folder.Files {
			content := []byte(g.Contents[n])
			if text, ok := strings.CutPrefix(g.Contents[n], "base64:"); ok {
				content, _ = base64.StdEncoding.DecodeString(text)
			}
			if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range standIns {
			if _, ok := folder.Files[name]; ok {
				vocabulary = filepath.Join(dir, name)
				break
			}
		}
		what := fmt.Sprintf("folder %d: %s, %s", i, g.Contents[folder.Files["config.json"]], g.Contents[folder.Files[configFile]])
		tok, err := LoadPretrained(dir, vocabulary)
		if err != nil || folder.Answer == nil {
			if folder.Answer != nil {
				t.Errorf("%s: %v", what, err)
			} else if err == nil {
				t.Errorf("%s: loaded, transformers says %s", what, folder.Problem)
			}
			continue
		}
		answered[folder.Answer.Class]++
		if !reflect.DeepEqual(tok.special, folder.Answer.Special) {
			t.Errorf("%s: special tokens %v, want %v", what, tok.special, folder.Answer.Special)
		}
		for j, text := range g.Texts {
			e := tok.EncodeOffsets(text, 0)
			got := []any{e.IDs, pairsOf(e.Offsets)}
			single := tok.Encode(text, 12)
			second := g.Texts[(j+1)%len(g.Texts)]
			pair, err := tok.EncodePair(text, second, 12)
			if second == "" { // which transformers takes for none
				pair = tok.Encode(text, 12)
			}
			if err != nil {
				t.Errorf("%s: %v", what, err)
				break
			}
			got = append(got, single.IDs, single.TypeIDs, pair.IDs, pair.TypeIDs)
			bad := false
			for k, one := range got {
				data, err := json.Marshal(one)
				if err != nil {
					t.Fatal(err)
				}
				if string(data) != string(folder.Answer.Texts[j][k]) {
					t.Errorf("%s, text %q, answer %d:\n got %s\nwant %s", what, text, k, data, folder.Answer.Texts[j][k])
					bad = true
					break
				}
			}
			if bad {
				break
			}
		}
	}
	t.Log(answered)
	for _, class := range []string{"RobertaTokenizer", "GPT2Tokenizer", "Qwen2Tokenizer", "TokenizersBackend", "LlamaTokenizer", "GemmaTokenizer",
		"XLMRobertaTokenizer", "CamembertTokenizer", "DebertaV2Tokenizer", "AlbertTokenizer", "MPNetTokenizer"} {
		if answered[class] < 3 {
			t.Errorf("%d folders of %s were compared", answered[class], class)
		}
	}
}

func pairsOf(offsets []Offset) [][2]int32 {
	all := make([][2]int32, len(offsets))
	for i, o := range offsets {
		all[i] = [2]int32{o.Start, o.End}
	}
	return all
}
