package decoder

import (
	"math"
	"slices"
	"strings"
	"testing"
)

const small = `"vocab_size": 10, "hidden_size": 32, "num_attention_heads": 4, "num_key_value_heads": 4, "num_hidden_layers": 4, "max_position_embeddings": 64`

func TestWindows(t *testing.T) {
	for _, c := range []struct {
		architecture, fields string
		want                 []int
		problem              string
	}{
		{"LlamaForCausalLM", `"sliding_window": 8`, []int{0, 0, 0, 0}, ""},
		{"MistralForCausalLM", `"sliding_window": 8`, []int{8, 8, 8, 8}, ""},
		{"MistralForCausalLM", `"sliding_window": null`, []int{0, 0, 0, 0}, ""},
		{"MistralForCausalLM", ``, []int{4096, 4096, 4096, 4096}, ""},
		{"MistralForCausalLM", `"sliding_window": 8, "layer_types": ["full_attention", "sliding_attention", "full_attention", "sliding_attention"]`, nil,
			"layer_types differs from what layers of a MistralForCausalLM are"},
		{"Phi3ForCausalLM", `"sliding_window": 8`, []int{8, 8, 8, 8}, ""},
		{"Qwen2ForCausalLM", `"sliding_window": 8`, []int{0, 0, 0, 0}, ""},
		{"Qwen2ForCausalLM", `"sliding_window": 8, "use_sliding_window": true, "max_window_layers": 3`, []int{0, 0, 0, 8}, ""},
		{"Qwen3ForCausalLM", `"use_sliding_window": true, "max_window_layers": 2`, []int{0, 0, 4096, 4096}, ""},
		{"Qwen2ForCausalLM", `"layer_types": ["full_attention", "full_attention", "full_attention", "sliding_attention"]`, nil,
			"layer_types[3] is sliding_attention, but sliding_window and use_sliding_window say that there is no window"},
		{"SmolLM3ForCausalLM", `"sliding_window": 8, "use_sliding_window": true`, []int{0, 0, 0, 8}, ""},
		{"SmolLM3ForCausalLM", `"sliding_window": 8`, []int{0, 0, 0, 0}, ""},
		{"Gemma3ForCausalLM", `"sliding_window": 8, "sliding_window_pattern": 2`, []int{8, 0, 8, 0}, ""},
		{"Gemma3ForCausalLM", `"sliding_window": 8, "_sliding_window_pattern": 2`, []int{8, 8, 8, 8}, ""},
		{"Gemma3ForCausalLM", `"sliding_window": 8, "use_sliding_window": false`, []int{8, 8, 8, 8}, ""},
		{"MistralForCausalLM", `"sliding_window": 8, "use_sliding_window": false`, []int{8, 8, 8, 8}, ""},
		{"Phi3ForCausalLM", `"sliding_window": 8, "use_sliding_window": false`, []int{8, 8, 8, 8}, ""},
		{"Gemma3ForCausalLM", `"layer_types": ["full_attention", "chunked_attention", "full_attention", "full_attention"]`, nil, `layer_types[1] is "chunked_attention"`},
	} {
		got, err := New(c.architecture, config(c.fields))
		switch {
		case c.problem != "":
			if err == nil || !strings.Contains(err.Error(), c.problem) {
				t.Errorf("%s %s: %v, want %q", c.architecture, c.fields, err, c.problem)
			}
		case err != nil:
			t.Errorf("%s %s: %v", c.architecture, c.fields, err)
		case !slices.Equal(got.Windows(), c.want):
			t.Errorf("%s %s: %v, want %v", c.architecture, c.fields, got.Windows(), c.want)
		}
	}
}

func config(fields string) []byte {
	if fields != "" {
		fields = ", " + fields
	}
	return []byte("{" + small + fields + "}")
}

// TestFieldsOfOtherFamilies: what a family's class in transformers 5.23 doesn't read changes
// nothing, whatever config.json says there.
func TestFieldsOfOtherFamilies(t *testing.T) {
	const others = `"query_pre_attn_scalar": 64, "hidden_activation": "gelu_pytorch_tanh", "partial_rotary_factor": 0.5, "rope_parameters": {"rope_type": "default", "partial_rotary_factor": 0.5}`
	for _, architecture := range []string{"LlamaForCausalLM", "MistralForCausalLM", "Qwen2ForCausalLM", "Qwen3ForCausalLM", "SmolLM3ForCausalLM"} {
		s, err := New(architecture, config(others+`, "head_dim": 8`))
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Rotary(0)
		if err != nil {
			t.Fatal(err)
		}
		activation, _ := s.Activation()
		if want := 1 / math.Sqrt(8); s.AttentionScale() != want || activation != "silu" || len(r.Frequencies) != 4 {
			t.Errorf("%s: scale %v, activation %s, %d frequencies; want %v, silu, 4", architecture, s.AttentionScale(), activation, len(r.Frequencies), want)
		}
	}
	for architecture, want := range map[string]bool{
		"LlamaForCausalLM": true, "SmolLM3ForCausalLM": true, "MistralForCausalLM": false, "Phi3ForCausalLM": false, "Qwen2ForCausalLM": false,
		"Qwen3ForCausalLM": false, "Gemma3ForCausalLM": false,
	} {
		if s, err := New(architecture, config(`"mlp_bias": true`)); err != nil || s.ForwardBias != want {
			t.Errorf("%s: mlp_bias %v (%v), want %v", architecture, s.ForwardBias, err, want)
		}
	}
}

// TestTiedByTheWholeModel, not by the part that describes its text.
func TestTiedByTheWholeModel(t *testing.T) {
	for _, c := range []struct {
		outer, inner string
		want         bool
	}{
		{``, ``, true}, {`"tie_word_embeddings": false, `, ``, false}, {``, `, "tie_word_embeddings": false`, true},
		{`"tie_word_embeddings": false, `, `, "tie_word_embeddings": true`, false},
	} {
		s, err := New("Gemma3ForConditionalGeneration", []byte("{"+c.outer+`"text_config": {`+small+c.inner+"}}"))
		if err != nil || s.Tied != c.want {
			t.Errorf("%s%s: tied %v (%v), want %v", c.outer, c.inner, s.Tied, err, c.want)
		}
	}
}

// TestQuantizedAsAWhole finds what is said of the whole model, or of its text's part.
func TestQuantizedAsAWhole(t *testing.T) {
	const field = `"quantization_config": {"quant_method": "bitnet"}`
	for _, content := range []string{"{" + field + `, "text_config": {` + small + "}}", `{"text_config": {` + small + ", " + field + "}}"} {
		s, err := New("Gemma3ForConditionalGeneration", []byte(content))
		if err == nil {
			err = s.Check()
		}
		if err == nil || !strings.Contains(err.Error(), "quantization_config is set") {
			t.Errorf("%s: %v", content, err)
		}
	}
}

// TestWhatCannotBeBuilt names the field and its value.
func TestWhatCannotBeBuilt(t *testing.T) {
	for _, c := range [][3]string{
		{"LlamaForCausalLM", `"rope_scaling": {"rope_type": "yarn", "factor": 4, "original_max_position_embeddings": 64, "rope_theta": 1}`, `rope_type "yarn" can't be computed`},
		{"LlamaForCausalLM", `"rope_scaling": {"rope_type": "proportional"}`, `rope_type is "proportional"; a LlamaForCausalLM knows default, linear, dynamic, yarn, llama3, longrope`},
		{"Phi3ForCausalLM", `"rope_scaling": {"rope_type": "linear", "factor": 2}`, `rope_type is "linear"; a Phi3ForCausalLM knows default, longrope`},
		{"LlamaForCausalLM", `"rope_scaling": {"rope_type": "yarn"}`, `rope_type is "yarn" without a factor`},
		{"LlamaForCausalLM", `"tie_word_embeddings": null`, "tie_word_embeddings is null, a value is needed"},
		{"Gemma3ForCausalLM", `"sliding_window": null`, "sliding_window is null, and layers of a Gemma3ForCausalLM have one"},
		{"Gemma3ForCausalLM", `"rope_scaling": {"type": "linear", "factor": 8}`, "rope_scaling has a type, which a Gemma3ForCausalLM passes over"},
		{"Gemma3ForCausalLM", `"rope_parameters": {"rope_type": "linear", "factor": 8}`, "rope_parameters has no settings for each kind of layer"},
		{"LlamaForCausalLM", `"rope_scaling": {"rope_type": "llama3", "factor": 8}`, "low_freq_factor is 0 and high_freq_factor 0"},
		{"LlamaForCausalLM", `"rope_scaling": {"rope_type": "linear", "factor": 0}`, `factor of rope_type "linear" is 0`},
		{"LlamaForCausalLM", `"rope_theta": -1`, "rope_theta is -1"},
		{"LlamaForCausalLM", `"max_position_embeddings": 1073741824`, "max_position_embeddings is 1073741824 and head_dim 8, whose rotary positions would be 4294967296 numbers; 67108864 are the most"},
		{"LlamaForCausalLM", `"quantization_config": {"quant_method": "bitnet", "quantization_mode": "online"}`, `quantization_config is set`}, // its weights are BF16
		{"LlamaForCausalLM", `"compression_config": {"quant_method": "compressed-tensors"}`, `quantization_config is set`},
		{"LlamaForCausalLM", `"rope_scaling": {"rope_type": "linear", "factor": 2}, "partial_rotary_factor": 0.5`, `partial_rotary_factor is 0.5 with the rope_type "linear"`},
		{"Phi3ForCausalLM", `"partial_rotary_factor": 0.4`, "partial_rotary_factor is 0.4 of head_dim 8"},
		{"Phi3ForCausalLM", `"rope_scaling": {"type": "longrope", "short_factor": [1], "long_factor": [1]}`, "short_factor has 1 numbers, 4 are needed"},
		{"SmolLM3ForCausalLM", `"no_rope_layers": [1]`, "no_rope_layers has 1 entries, num_hidden_layers is 4"},
		{"Gemma3ForCausalLM", `"final_logit_softcapping": -30.0`, "final_logit_softcapping is -30, a positive number or null is needed"},
		{"Gemma3ForCausalLM", `"use_bidirectional_attention": true`, "use_bidirectional_attention is true"},
	} {
		s, err := New(c[0], config(c[1]))
		if err == nil {
			err = s.Check()
		}
		if err == nil || !strings.Contains(err.Error(), c[2]) {
			t.Errorf("%s %s: %v, want %q", c[0], c[1], err, c[2])
		}
	}
	if _, err := New("LlamaForCausalLM", config(`"num_key_value_heads": 3`)); err == nil || !strings.Contains(err.Error(), "num_key_value_heads 3") {
		t.Error(err)
	}
	if _, err := New("LlamaForCausalLM", config(`"rope_scaling": "linear"`)); err == nil || !strings.Contains(err.Error(), `rope_scaling is "linear", an object is needed`) {
		t.Error(err)
	}
	if _, err := New("Gemma3ForConditionalGeneration", config("")); err == nil || !strings.Contains(err.Error(), "text_config is missing") {
		t.Error(err)
	}
}

// TestLongRoPE ends where its factors change, whatever name Phi-3's files have for it.
func TestLongRoPE(t *testing.T) {
	kinds, err := New("Gemma3ForCausalLM", config(`"rope_parameters": {"full_attention": {"rope_type": "default"}, "sliding_attention":
		{"rope_type": "longrope", "original_max_position_embeddings": 24, "short_factor": [1, 1, 1, 1], "long_factor": [2, 2, 2, 2]}}`))
	if err != nil || kinds.Positions != 24 {
		t.Errorf("factors of one kind of layers: %+v, %v, want 24 positions", kinds, err)
	}
	for _, name := range []string{"longrope", "su", "yarn"} {
		s, err := New("Phi3ForCausalLM", config(`"original_max_position_embeddings": 16, "rope_scaling": {"type": "`+name+`", "short_factor": [1, 2, 3, 4], "long_factor": [9, 9, 9, 9]}`))
		if err != nil {
			t.Fatal(err)
		}
		if s.Positions != 16 || s.Trained != 64 || s.PositionsField != "original_max_position_embeddings" {
			t.Errorf("%s: %d of %d positions, by %s", name, s.Positions, s.Trained, s.PositionsField)
		}
		r, err := s.Rotary(0)
		if err != nil {
			t.Fatal(err)
		}
		if want := math.Sqrt(1.5); math.Abs(float64(r.Factor)-want) > 1e-6 || r.Frequencies[0] != 1 || math.Abs(float64(r.Frequencies[3])-1e-3/4) > 1e-9 {
			t.Errorf("%s: %+v, want the factor %v", name, r, want)
		}
	}
}
