package decoder

import (
	"fmt"
	"maps"
	"slices"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pythonjson"
)

// family is how transformers makes a kind of model: what its configuration leaves out,
// and what its layers do. The table below is all that a new one has to be added to.
type family struct {
	modelType string // config.json's model_type
	nested    string // the object of config.json that describes the text's part; "" for config.json itself
	// defaults are of transformers' configuration class. Of the fields in someRead, the class
	// reads those that are named here. Where there is a value, config.json can't say null.
	defaults string
	kinds    kinds // of the layers, where layer_types doesn't say
	// ownKinds is of families that know no layer_types.
	ownKinds bool
	// byKind is of families that have a rotary embedding for each kind of layer.
	byKind bool
	// prefixes may come before the names of the parameters.
	prefixes []string
	packed   bool // query, key and value are one parameter, gate and up another
	unturned bool // some layers have no rotary positions
	biases   biases
	norms    norms
}

// kinds says for each layer whether it has the sliding window.
type kinds func(*file) []bool

// biases says which products of attention have one.
type biases int

const (
	asConfigured biases = iota // attention_bias: all
	queryKeyValue
	noBiases
)

// norms are the ways in which layers are normalised.
type norms struct {
	heads  bool // queries and keys too
	around bool // what attention and the feed-forward network give, too, as in Gemma
	offset bool // weights are offsets from one; the embedding is scaled by the root of its width
}

var families = map[string]family{
	"LlamaForCausalLM": {
		modelType: "llama", kinds: noWindow, ownKinds: true,
		defaults: `{"vocab_size": 32000, "hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers": 32, "num_attention_heads": 32,
			"max_position_embeddings": 2048, "rms_norm_eps": 1e-6, "hidden_act": "silu", "tie_word_embeddings": false, "attention_bias": false, "mlp_bias": false}`,
	},
	"MistralForCausalLM": {
		modelType: "mistral", kinds: allWindows, ownKinds: true, biases: noBiases,
		defaults: `{"vocab_size": 32000, "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32, "num_attention_heads": 32,
			"num_key_value_heads": 8, "max_position_embeddings": 131072, "rms_norm_eps": 1e-6, "hidden_act": "silu", "tie_word_embeddings": false, "sliding_window": 4096}`,
	},
	"Phi3ForCausalLM": {
		modelType: "phi3", kinds: allWindows, ownKinds: true, packed: true, biases: noBiases,
		defaults: `{"vocab_size": 32064, "hidden_size": 3072, "intermediate_size": 8192, "num_hidden_layers": 32, "num_attention_heads": 32,
			"max_position_embeddings": 4096, "original_max_position_embeddings": 4096, "rms_norm_eps": 1e-5, "hidden_act": "silu", "tie_word_embeddings": false,
			"partial_rotary_factor": 1}`,
	},
	"Qwen2ForCausalLM": {
		modelType: "qwen2", kinds: laterWindows, biases: queryKeyValue,
		defaults: `{"vocab_size": 151936, "hidden_size": 4096, "intermediate_size": 22016, "num_hidden_layers": 32, "num_attention_heads": 32,
			"num_key_value_heads": 32, "max_position_embeddings": 32768, "rms_norm_eps": 1e-6, "hidden_act": "silu", "tie_word_embeddings": false, "use_sliding_window": false, "sliding_window": 4096,
			"max_window_layers": 28}`,
	},
	"Qwen3ForCausalLM": {
		modelType: "qwen3", kinds: laterWindows, norms: norms{heads: true},
		defaults: `{"vocab_size": 151936, "hidden_size": 4096, "intermediate_size": 22016, "num_hidden_layers": 32, "num_attention_heads": 32,
			"num_key_value_heads": 32, "head_dim": 128, "max_position_embeddings": 32768, "rms_norm_eps": 1e-6, "hidden_act": "silu", "tie_word_embeddings": false,
			"attention_bias": false, "use_sliding_window": false, "sliding_window": 4096, "max_window_layers": 28}`,
	},
	"SmolLM3ForCausalLM": {
		modelType: "smollm3", kinds: unturnedWindows, unturned: true,
		defaults: `{"vocab_size": 128256, "hidden_size": 2048, "intermediate_size": 11008, "num_hidden_layers": 36, "num_attention_heads": 16,
			"num_key_value_heads": 4, "max_position_embeddings": 32768, "rms_norm_eps": 1e-6, "rope_theta": 2000000, "use_sliding_window": false,
			"no_rope_layer_interval": 4, "hidden_act": "silu", "tie_word_embeddings": true, "attention_bias": false, "mlp_bias": false}`,
	},
	"Gemma3ForCausalLM": gemma3("gemma3_text", "", `"final_logit_softcapping": null, `),
	// The text's part of models that see images too, whose class caps no logits.
	"Gemma3ForConditionalGeneration": gemma3("gemma3", "text_config", ""),
}

// someRead are fields that some families' classes read and others leave, and how they are left.
var someRead = map[string]func(*file){
	"use_sliding_window":          func(f *file) { f.UseWindow = nil },
	"query_pre_attn_scalar":       func(f *file) { f.AttentionScalar = 0 },
	"hidden_activation":           func(f *file) { f.Activation = "" },
	"mlp_bias":                    func(f *file) { f.ForwardBias = false },
	"final_logit_softcapping":     func(f *file) { f.LogitCap = nil },
	"use_bidirectional_attention": func(f *file) { f.Bidirectional = nil },
}

// forget leaves what transformers' class doesn't read, whatever config.json says there.
func (s *Spec) forget() {
	for name, leave := range someRead {
		if !s.family.reads(name) {
			leave(&s.file)
		}
	}
}

func (f *family) reads(field string) bool {
	defaults, err := pythonjson.Parse([]byte(f.defaults))
	_, named := defaults.Get(field)
	return err == nil && named
}

// orNull are fields of which null says something where there is a default: of sizes, that they
// follow from others, which the weights' shapes show.
var orNull = []string{"num_key_value_heads", "head_dim", "sliding_window"}

// checkNulls refuses null where transformers does.
func (f *family) checkNulls(config []byte) error {
	given, err := pythonjson.Parse(config)
	if err != nil {
		return err
	}
	defaults, err := pythonjson.Parse([]byte(f.defaults))
	if err != nil {
		return err
	}
	for _, name := range append([]string{"rope_theta"}, defaults.Names...) {
		needed := name == "rope_theta" || defaults.Has(name) && !slices.Contains(orNull, name)
		if _, there := given.Get(name); there && needed && !given.Has(name) {
			return fmt.Errorf("%s is null, a value is needed", name)
		}
	}
	return nil
}

func gemma3(modelType, nested, more string) family {
	return family{
		modelType: modelType, nested: nested, kinds: patternOfWindows, byKind: true, norms: norms{heads: true, around: true, offset: true},
		prefixes: []string{"language_model.", "model.language_model."},
		defaults: `{` + more + `"vocab_size": 262208, "hidden_size": 2304, "intermediate_size": 9216, "num_hidden_layers": 26, "num_attention_heads": 8,
			"num_key_value_heads": 4, "head_dim": 256, "hidden_activation": "gelu_pytorch_tanh", "max_position_embeddings": 131072, "rms_norm_eps": 1e-6,
			"rope_theta": 1000000, "rope_local_base_freq": 10000, "query_pre_attn_scalar": 256, "sliding_window": 4096, "tie_word_embeddings": true,
			"attention_bias": false, "use_bidirectional_attention": null}`,
	}
}

// Names are the architectures of the table.
func Names() []string { return slices.Sorted(maps.Keys(families)) }

func noWindow(f *file) []bool { return make([]bool, f.Layers) }

func allWindows(f *file) []bool {
	all := make([]bool, f.Layers)
	for i := range all {
		all[i] = true
	}
	return all
}

// laterWindows are those of the layers from max_window_layers on, as in Qwen.
func laterWindows(f *file) []bool {
	all := make([]bool, f.Layers)
	for i := range all {
		all[i] = i >= f.MaxWindowLayers
	}
	return all
}

// unturnedWindows are those of the layers without rotary positions, as in SmolLM3.
func unturnedWindows(f *file) []bool {
	all := make([]bool, f.Layers)
	for i := range all {
		all[i] = !f.turned(i)
	}
	return all
}

// gemmaPattern is every how many layers one sees the whole text, where config.json
// doesn't say.
const gemmaPattern = 6

func patternOfWindows(f *file) []bool {
	pattern := f.Pattern
	if pattern == 0 {
		pattern = gemmaPattern
	}
	all := make([]bool, f.Layers)
	for i := range all {
		all[i] = (i+1)%pattern != 0
	}
	return all
}
