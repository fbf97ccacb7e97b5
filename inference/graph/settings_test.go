package graph_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// configured builds the graph of a folder with other fields in config.json.
func configured(t *testing.T, name, fields string) error {
	t.Helper()
	config, w, _ := fromWeights(t, name)
	path := filepath.Join(t.TempDir(), modelstore.ConfigFile)
	if err := os.WriteFile(path, changed(t, config.Spec().Config, fields), 0o600); err != nil {
		t.Fatal(err)
	}
	config, err := modelstore.ReadConfig(path)
	if err == nil {
		_, err = graph.Built(w, config.Spec())
	}
	return err
}

// TestNulls: where transformers fails with null, no default is taken instead. Fields that
// change no answer aren't read.
func TestNulls(t *testing.T) {
	folders, err := goldens.Nulls()
	if err != nil {
		t.Fatal(err)
	}
	unread := []string{"decoder_bias", "deterministic_flash_attn", "is_encoder_decoder", "legacy", "pooler_hidden_size", "sinusoidal_pos_embds", "use_cache"}
	tried := 0
	for folder, fields := range folders {
		for _, field := range fields {
			if slices.Contains(unread, field) || strings.Contains(field, "dropout") || strings.Contains(field, "init") || strings.HasPrefix(field, "s") ||
				field == "tie_word_embeddings" && !strings.HasPrefix(folder, "bart") {
				continue
			}
			tried++
			if err := configured(t, folder, `{"`+field+`": null}`); err == nil || !strings.Contains(err.Error(), field+" is null") {
				t.Errorf("%s: %s is null: %v", folder, field, err)
			}
		}
	}
	if tried < 200 {
		t.Errorf("%d fields were tried", tried)
	}
	for _, folder := range []string{"bert", "distilbert", "albert", "deberta", "modernbert"} {
		if err := configured(t, folder, `{"pad_token_id": null}`); err != nil {
			t.Errorf("%s: pad_token_id may be null: %v", folder, err)
		}
	}
}

// TestSettingsThatCantBe: what transformers refuses to make a model of, or fails with.
func TestSettingsThatCantBe(t *testing.T) {
	for _, c := range [][3]string{
		{"modernbert", `{"pad_token_id": 50283}`, "pad_token_id is 50283"},
		{"roberta", `{"pad_token_id": 320}`, "pad_token_id is 320"},
		{"bert", `{"type_vocab_size": 0}`, "type_vocab_size is 0"},
		{"bart", `{"activation_function": "mish"}`, `activation_function is "mish"`},
		{"distilbert", `{"activation": "mish"}`, `: activation is "mish"`},
		{"mobilebert", `{"true_hidden_size": 32}`, "true_hidden_size is 32, but intra_bottleneck_size is 16"},
		{"mobilebert", `{"normalization_type": "layer_norm"}`, "only no_norm is known"},
		{"mobilebert", `{"use_bottleneck": false}`, "use_bottleneck"},
		{"mobilebert", `{"num_feedforward_networks": 0}`, "num_feedforward_networks is 0"},
		{"modernbert", `{"rope_parameters": {"rope_theta": 20000.0, "rope_type": "default"}}`, `rope_parameters has "rope_`},
		{"modernbert", `{"rope_parameters": {"full_attention": null}}`, "rope_parameters has null for full_attention"},
		{"modernbert", `{"rope_parameters": {"full_attention": 3}}`, "rope_parameters has 3 for full_attention"},
		{"modernbert", `{"rope_parameters": [1]}`, "rope_parameters is [1], an object for each"},
		{"modernbert", `{"rope_parameters": {"full_attention": {"rope_type": "linear"}}}`, `rope_type "linear"`},
	} {
		if err := configured(t, c[0], c[1]); err == nil || !strings.Contains(err.Error(), c[2]) || strings.Contains(err.Error(), "struct") {
			t.Errorf("%s with %s: %v, want %q", c[0], c[1], err, c[2])
		}
	}
}

// TestPaddingLeftOut: the token that transformers then takes must be there.
func TestPaddingLeftOut(t *testing.T) {
	config, w, _ := fromWeights(t, "modernbert")
	path := filepath.Join(t.TempDir(), modelstore.ConfigFile)
	content := strings.Replace(string(config.Spec().Config), `"pad_token_id"`, `"pad"`, 1)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	config, err := modelstore.ReadConfig(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := graph.Built(w, config.Spec()); err == nil || !strings.Contains(err.Error(), "pad_token_id is 50283 (or left out") {
		t.Error(err)
	}
}
