package scoring

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore/hub"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore/hub/hubtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// TestMuchUsedClassifiers pulls much used classifiers of docs/models.md from a hub, as they lie
// there but for small random weights and small tokenizers, and serves them: the answers are
// transformers'. Those that have the same files and settings are tried once.
func TestMuchUsedClassifiers(t *testing.T) {
	layouts, err := goldens.LoadLayouts()
	if err != nil {
		t.Fatal(err)
	}
	if len(layouts) != 24 {
		t.Errorf("there are %d", len(layouts))
	}
	tried := map[string]bool{}
	for _, repo := range slices.Sorted(maps.Keys(layouts)) {
		l := layouts[repo]
		same := fmt.Sprint(slices.Sorted(maps.Keys(l.Names)), l.Pickled, string(l.Config))
		if tried[same] {
			continue
		}
		tried[same] = true
		t.Run(repo, func(t *testing.T) {
			t.Parallel()
			served(t, repo, l)
		})
	}
}

// TestMuchUsedExport does so for the one whose ONNX file is served, with the bundled model:
// its tokenizer.json lies beside the ONNX file, and its revision is pinned.
func TestMuchUsedExport(t *testing.T) {
	t.Parallel()
	const repo = "distilbert/distilbert-base-uncased-finetuned-sst-2-english"
	files := map[string][]byte{"model.safetensors": []byte("weights")}
	for from, to := range map[string]string{
		"config.json": "config.json", "tokenizer_config.json": "tokenizer_config.json", "tokenizer.json": "onnx/tokenizer.json", "onnx/model.onnx": "onnx/model.onnx",
	} {
		data, err := os.ReadFile(filepath.Join(scorerproc.BundledModel(), from))
		if err != nil {
			t.Fatal(err)
		}
		files[to] = data
	}
	h := hubtest.New(t, repo, files)
	h.Change(func(h *hubtest.Hub) { h.Commit = hub.Pinned[repo] })
	p := serve(t, pulled(t, h))
	g, err := goldens.Load("distilbert-tiny-sentiment")
	if err != nil {
		t.Fatal(err)
	}
	g.Texts = g.Texts[:20]
	compare(t, p.URL, g)
}

// pulled is the folder of a hub's repository.
func pulled(t *testing.T, h *hubtest.Hub) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "model")
	pull, err := scorerproc.Command(context.Background(), "pull", h.Repo, "--to", dir, "--endpoint", h.URL)
	if err != nil {
		t.Fatal(err)
	}
	if out, err := pull.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return dir
}

func served(t *testing.T, repo string, l *goldens.Layout) {
	files, weights, err := l.Files(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	all := maps.Clone(files)
	maps.Copy(all, weights)
	h := hubtest.New(t, repo, all)
	if l.Pickled {
		files["pytorch_model.bin"], all["pytorch_model.bin"] = []byte("a pickle"), []byte("a pickle")
		h = hubtest.New(t, repo, files)
		h.Change(func(h *hubtest.Hub) {
			h.Pulls = []hubtest.Pull{{Number: 3, Title: "Adding `safetensors` variant of this model", Author: "SFconvertbot", Status: "open",
				Commits: []string{strings.Repeat("3", 40), h.Commit}, Files: all}}
		})
	}
	p := serve(t, pulled(t, h))
	for _, want := range l.Texts {
		input := map[string]any{"text": want.Text}
		if want.Pair != nil {
			input["text_pair"] = *want.Pair
		}
		content, err := post(p.URL, map[string]any{"inputs": []any{input}, "parameters": map[string]any{"top_k": nil}})
		if err != nil {
			t.Fatal(err)
		}
		var got [][]goldens.Score
		if err := json.Unmarshal(content, &got); err != nil || len(got) != 1 {
			t.Fatalf("%s, %v", content, err)
		}
		if d := goldens.Compare(got[0], want.Scores); d != "" {
			t.Errorf("%q: %s", want.Text, d)
		}
	}
}
