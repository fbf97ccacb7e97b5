package modelstore

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func writeFile(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// gemma is a config.json but for its last fields.
const gemma = `{"architectures": ["Gemma3ForCausalLM"], "vocab_size": 10, "max_position_embeddings": 64, "num_hidden_layers": 6,
	"num_key_value_heads": 1, "head_dim": 32, "sliding_window": 16`

func TestDecoderConfig(t *testing.T) {
	mixed := []bool{true, true, true, true, true, false}
	for _, c := range []struct {
		fields  string
		sliding []bool
		want    string // error
	}{
		{`}`, mixed, ""},
		{`, "sliding_window_pattern": 6}`, mixed, ""},
		{`, "sliding_window_pattern": 3}`, []bool{true, true, false, true, true, false}, ""},
		{`, "_sliding_window_pattern": 3}`, mixed, ""}, // which transformers doesn't read
		{`, "layer_types": ["full_attention", "sliding_attention", "sliding_attention", "full_attention", "sliding_attention", "sliding_attention"]}`,
			[]bool{false, true, true, false, true, true}, ""},
		{`, "layer_types": ["full_attention"]}`, nil, "layer_types has 1 entries, num_hidden_layers is 6"},
		{`, "layer_types": ["full_attention", "linear_attention", "full_attention", "full_attention", "full_attention", "full_attention"]}`,
			nil, `layer_types[1] is "linear_attention"`},
		{`, "sliding_window": null}`, nil, ""},
	} {
		got, err := ReadConfig(writeFile(t, ConfigFile, gemma+c.fields))
		if c.want != "" {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v, want %q", c.fields, err, c.want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.fields, err)
			continue
		}
		d := got.Decoder
		if got.Task != TextGeneration || d.KVHeads != 1 || d.HeadSize != 32 || !slices.Equal(d.Sliding, c.sliding) {
			t.Errorf("%s: %+v", c.fields, got)
		}
	}
}

func TestGenerationDefaults(t *testing.T) {
	config := writeFile(t, ConfigFile, `{"eos_token_id": 7}`)
	for _, c := range []struct {
		content string
		want    Generation
		problem string
	}{
		{`{"do_sample": true, "top_k": 64, "top_p": 0.95, "eos_token_id": [1, 106]}`,
			Generation{End: []int32{1, 106}, Sample: true, Temperature: 1, TopK: 64, TopP: 0.95, RepetitionPenalty: 1}, ""},
		{`{}`, Generation{End: []int32{7}, Temperature: 1, TopK: 50, TopP: 1, RepetitionPenalty: 1}, ""},
		{`{"temperature": 0.5, "min_p": 0.1, "repetition_penalty": 1.5, "eos_token_id": 3}`,
			Generation{End: []int32{3}, Temperature: 0.5, TopK: 50, TopP: 1, MinP: 0.1, RepetitionPenalty: 1.5}, ""},
		{`{"eos_token_id": 3, "num_beams": 1, "no_repeat_ngram_size": 0, "bad_words_ids": null, "suppress_tokens": [], "typical_p": 1.0}`,
			Generation{End: []int32{3}, Temperature: 1, TopK: 50, TopP: 1, RepetitionPenalty: 1}, ""},
		{`{"eos_token_id": 3, "num_beams": 4}`, Generation{}, "num_beams is 4, which isn't supported: take it out"},
		{`{"eos_token_id": 3, "no_repeat_ngram_size": 3}`, Generation{}, "no_repeat_ngram_size is 3"},
		{`{"eos_token_id": 3, "suppress_tokens": [5]}`, Generation{}, "suppress_tokens is [5]"},
		{`{"eos_token_id": 3, "typical_p": 0.9}`, Generation{}, "typical_p is 0.9"},
		{`{"eos_token_id": []}`, Generation{}, "eos_token_id is [], one id or a list of ids is needed"},
		{`{"eos_token_id": "</s>"}`, Generation{}, `eos_token_id is "</s>"`},
		{`{"top_k": `, Generation{}, "can't be read"},
		{`{"top_k": 1099511627776, "eos_token_id": 1}`, Generation{}, "top_k is 1099511627776, 0 (all) to 16777216 is needed"},
		{`{"top_k": -1, "eos_token_id": 1}`, Generation{}, "top_k is -1"},
		{`{"top_k": 1.5, "eos_token_id": 1}`, Generation{}, "top_k is 1.5, a whole number is needed"},
		{`{"top_p": 1.5, "eos_token_id": 1}`, Generation{}, "top_p is 1.5, 0 to 1 is needed"},
		{`{"top_p": NaN, "eos_token_id": 1}`, Generation{}, "top_p is 1e999, a number is needed"},
		{`{"top_p": "NaN", "eos_token_id": 1}`, Generation{}, `top_p is "NaN", a number is needed`},
		{`{"min_p": -0.5, "eos_token_id": 1}`, Generation{}, "min_p is -0.5, 0 to 1 is needed"},
		{`{"temperature": 1e30, "eos_token_id": 1}`, Generation{}, "temperature is 1e+30, 0 to 100 is needed"},
		{`{"temperature": -1, "eos_token_id": 1}`, Generation{}, "temperature is -1"},
		{`{"temperature": Infinity, "eos_token_id": 1}`, Generation{}, "temperature is 1e999"},
		{`{"repetition_penalty": 0, "eos_token_id": 1}`, Generation{}, "repetition_penalty is 0, 0.01 to 100 is needed"},
		{`{"repetition_penalty": 1e-30, "eos_token_id": 1}`, Generation{}, "repetition_penalty is 1e-30"},
		{`{"repetition_penalty": 1e39, "eos_token_id": 1}`, Generation{}, "repetition_penalty is 1e39, a number is needed"},
		{`{"eos_token_id": -1}`, Generation{}, "eos_token_id is -1, but the model knows ids from 0 to 262143"},
		{`{"eos_token_id": [1, 1099511627776]}`, Generation{}, "eos_token_id is [1, 1099511627776]"},
		{`{"eos_token_id": [262144, 2147483647]}`, Generation{}, "eos_token_id is [262144, 2147483647], but the model knows"},
		{`{"eos_token_id": [2147483647, 1, -5]}`, Generation{End: []int32{1}, Temperature: 1, TopK: 50, TopP: 1, RepetitionPenalty: 1}, ""}, // the others never come
		{`{"max_length": 1099511627776, "max_new_tokens": -5, "eos_token_id": 1}`, // the window and the request say
			Generation{End: []int32{1}, Temperature: 1, TopK: 50, TopP: 1, RepetitionPenalty: 1}, ""},
		{`{"eos_token_id": [` + strings.Repeat("1, ", 100_000) + `1]}`, Generation{}, "eos_token_id has 100001 ids, at most 1024"},
	} {
		got, err := ReadGeneration(writeFile(t, GenerationFile, c.content), config, 262_144)
		if c.problem != "" {
			if err == nil || !strings.Contains(err.Error(), c.problem) {
				t.Errorf("%.100s: %.300v, want %q", c.content, err, c.problem)
			}
			continue
		}
		if err != nil || !slices.Equal(got.End, c.want.End) {
			t.Errorf("%s: %+v, %v", c.content, got, err)
			continue
		}
		got.End, c.want.End = nil, nil
		if got.Sample != c.want.Sample || got.Temperature != c.want.Temperature || got.TopK != c.want.TopK || got.TopP != c.want.TopP ||
			got.MinP != c.want.MinP || got.RepetitionPenalty != c.want.RepetitionPenalty {
			t.Errorf("%s: %+v, want %+v", c.content, got, c.want)
		}
	}
	// null says nothing, wherever it is; onnxruntime-genai's file is asked last.
	genai := filepath.Join(filepath.Dir(config), genaiFile)
	if err := os.WriteFile(genai, []byte(`{"model": {"eos_token_id": [8, 9], "context_length": 4}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	none := writeFile(t, GenerationFile, `{"eos_token_id": null}`)
	if got, err := ReadGeneration(none, config, 10); err != nil || !slices.Equal(got.End, []int32{7}) {
		t.Errorf("null: %+v, %v", got, err)
	}
	if err := os.WriteFile(config, []byte(`{"eos_token_id": null}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadGeneration(none, config, 10); err != nil || !slices.Equal(got.End, []int32{8, 9}) {
		t.Errorf("null in both: %+v, %v", got, err)
	}
	if err := os.WriteFile(config, []byte(`{"eos_token_id": 7}`), 0o600); err != nil {
		t.Fatal(err)
	}
	nested := writeFile(t, ConfigFile, `{"eos_token_id": null, "text_config": {"eos_token_id": [3, 4]}}`)
	if got, err := ReadGeneration(none, nested, 10); err != nil || !slices.Equal(got.End, []int32{3, 4}) {
		t.Errorf("of the text's part: %+v, %v", got, err)
	}
	absent := filepath.Join(t.TempDir(), GenerationFile)
	if got, err := ReadGeneration(absent, config, 10); err != nil || !slices.Equal(got.End, []int32{7}) {
		t.Errorf("without the file: %+v, %v", got, err)
	}
	if _, err := ReadGeneration(absent, writeFile(t, ConfigFile, `{}`), 10); err == nil {
		t.Error("a model without an end token is taken")
	}
}
