package realsize

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/tokenizer"
)

// TestRoBERTa makes a narrow one with a small vocabulary, and finds it as the scorer does:
// with the first tokens of the other tokenizer between RoBERTa's own.
func TestRoBERTa(t *testing.T) {
	other, dir := t.TempDir(), filepath.Join(t.TempDir(), "roberta")
	vocab := map[string]int{}
	for i, token := range []string{"h", "o", "t", "e", "l", "Ġ", "ho", "Ġho", "te", "hote", "tel"} {
		vocab[token] = i
	}
	// The last two make what isn't among the first tokens.
	merges := []any{"h o", []string{"Ġ", "ho"}, "t e", "ho te", "te l", "hote l"}
	write := func() {
		data, err := json.Marshal(map[string]any{"model": map[string]any{"vocab": vocab, "merges": merges}})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(other, "tokenizer.json"), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write()
	shape := roberta{layers: 2, width: 16, heads: 2, inner: 32, vocabulary: 15, positions: 34}
	if err := shape.write(dir, other); err != nil {
		t.Fatal(err)
	}
	f, err := modelstore.Find(dir, modelstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if f.Config.Architecture != "RobertaForSequenceClassification" || f.Config.MaxTokens() != 32 || f.Config.Vocabulary != 15 || len(f.Config.Labels) != 2 {
		t.Errorf("%+v", f.Config)
	}
	tok, err := tokenizer.LoadPretrained(f.Dir, f.Tokenizer)
	if err != nil {
		t.Fatal(err)
	}
	if got := tok.Encode("hotel ho", 32).IDs; len(got) != 5 || got[0] != 0 || got[1] != 4+9 || got[2] != 4+4 || got[3] != 4+7 || got[4] != 2 {
		t.Errorf("ids %v, want <s> hote l Ġho </s>", got)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*.part"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
	shape.vocabulary = 17
	if err := shape.write(dir, other); err == nil || !strings.Contains(err.Error(), "16 tokens of 17") {
		t.Errorf("too few tokens gave %v", err)
	}
	vocab["Ġtel"], merges = 11, append(merges, "Ġtel")
	write()
	if err := shape.write(dir, other); err == nil || !strings.Contains(err.Error(), `"Ġtel" has no space`) {
		t.Errorf("a merge of one part gave %v", err)
	}
}
