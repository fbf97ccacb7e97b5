package modelstore_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// TestRotaryPositions compares those of onnxruntime-genai's exports with config.json: the
// builder passes over the scaling that llama-bias has.
func TestRotaryPositions(t *testing.T) {
	graphs, _ := filepath.Glob(filepath.Join(goldens.DecoderDir("*"), "genai", "model.onnx"))
	if len(graphs) < 9 {
		t.Fatalf("there are only %d exports", len(graphs))
	}
	for _, graph := range graphs {
		folder := filepath.Dir(filepath.Dir(graph))
		family := filepath.Base(folder)
		config, err := os.ReadFile(filepath.Join(folder, modelstore.ConfigFile))
		if err != nil {
			t.Fatal(err)
		}
		want := ""
		if family == "llama-bias" {
			want = "its rotary positions are others than those of"
		}
		check := func(name, config, want string) {
			t.Helper()
			_, err := modelstore.Find(exported(t, graph, config), modelstore.Options{})
			if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
				t.Errorf("%s: %v, want %q", name, err, want)
			}
		}
		check(family, string(config), want)
		if changed := strings.Replace(string(config), `"rope_theta": `, `"rope_theta": 1`, 1); changed != string(config) && family != "phi4-mini" {
			check(family+" with another base", changed, "its rotary positions are others than those of")
		}
	}
}

// TestLongRoPEEndsTheWindow says so among the folder's notes.
func TestLongRoPEEndsTheWindow(t *testing.T) {
	folder := goldens.DecoderDir("phi4-mini")
	config, err := os.ReadFile(filepath.Join(folder, modelstore.ConfigFile))
	if err != nil {
		t.Fatal(err)
	}
	f, err := modelstore.Find(exported(t, filepath.Join(folder, "genai", "model.onnx"), string(config)), modelstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if f.Config.Positions != 96 || len(f.Notes) != 1 || !strings.Contains(f.Notes[0], "texts have at most 96 tokens (original_max_position_embeddings)") {
		t.Errorf("%d positions, %q", f.Config.Positions, f.Notes)
	}
}

// exported is a model folder with that graph.
func exported(t *testing.T, graph, config string) string {
	t.Helper()
	dir := t.TempDir()
	for from, to := range map[string]string{graph: "model.onnx", graph + ".data": "model.onnx.data", filepath.Join(goldens.ModelDir("gemma-tiny-chat"), "tokenizer.json"): "tokenizer.json"} {
		data, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, to), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, modelstore.ConfigFile), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}
