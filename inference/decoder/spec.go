// Package decoder says what a model that generates text is made of, as transformers
// reads it from config.json: one table of families, and what follows from it.
package decoder

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pythonjson"
)

// Spec is what config.json says of a model that generates text, with transformers'
// defaults for what it leaves out.
type Spec struct {
	Architecture string
	Layers       int // num_hidden_layers
	Hidden       int // hidden_size
	Inner        int // intermediate_size
	Heads        int // num_attention_heads
	KVHeads      int // num_key_value_heads
	HeadSize     int // head_dim
	Vocabulary   int // vocab_size
	// Positions is how many tokens a text can have, by the field that PositionsField names.
	Positions      int
	PositionsField string
	Trained        int    // max_position_embeddings, which may be more
	SlidingWindow  int    // sliding_window, 0 for none
	Sliding        []bool // by layer: whether it has the window; nil for none
	Epsilon        float32
	Tied           bool // head and embedding are one table
	Prefixes       []string
	Packed         bool // query, key and value are one parameter, gate and up another

	NormHeads, NormAround, NormOffset       bool
	QueryKeyValueBias, OutBias, ForwardBias bool

	file   file
	family family
	nulls  error // a field is null that can't be
}

// file is config.json, or the part of it that describes the text's part.
type file struct {
	Vocabulary      int             `json:"vocab_size"`
	Hidden          int             `json:"hidden_size"`
	Inner           int             `json:"intermediate_size"`
	Layers          int             `json:"num_hidden_layers"`
	Heads           int             `json:"num_attention_heads"`
	KVHeads         *int            `json:"num_key_value_heads"`
	HeadSize        *int            `json:"head_dim"`
	Positions       int             `json:"max_position_embeddings"`
	Original        json.RawMessage `json:"original_max_position_embeddings"`
	Epsilon         float32         `json:"rms_norm_eps"`
	HiddenAct       string          `json:"hidden_act"`
	Activation      string          `json:"hidden_activation"`
	Tied            bool            `json:"tie_word_embeddings"`
	AttentionBias   bool            `json:"attention_bias"`
	ForwardBias     bool            `json:"mlp_bias"`
	Theta           float64         `json:"rope_theta"`
	LocalTheta      float64         `json:"rope_local_base_freq"`
	Scaling         json.RawMessage `json:"rope_scaling"`
	Rotary          json.RawMessage `json:"rope_parameters"`
	Partial         *float64        `json:"partial_rotary_factor"`
	Unturned        []int           `json:"no_rope_layers"`
	Interval        int             `json:"no_rope_layer_interval"`
	SlidingWindow   *int            `json:"sliding_window"`
	UseWindow       *bool           `json:"use_sliding_window"`
	MaxWindowLayers int             `json:"max_window_layers"`
	LayerTypes      []string        `json:"layer_types"`
	Pattern         int             `json:"sliding_window_pattern"`
	AttentionScalar float64         `json:"query_pre_attn_scalar"`
	LogitCap        *float64        `json:"final_logit_softcapping"`
	Bidirectional   *bool           `json:"use_bidirectional_attention"`
	Quantized       json.RawMessage `json:"quantization_config"`
	Compressed      json.RawMessage `json:"compression_config"`
}

// ModelType is the model_type that goes with an architecture, "" if it isn't in the table.
func ModelType(architecture string) string { return families[architecture].modelType }

// Nested is the object of config.json that describes the text's part of a model of this
// architecture; nil where that is config.json itself. A value that is no object is an error.
func Nested(architecture string, config []byte) ([]byte, error) {
	name := families[architecture].nested
	if name == "" {
		return nil, nil
	}
	outer, err := pythonjson.Parse(config)
	if err != nil {
		return nil, err
	}
	inner, _ := outer.Get(name)
	if len(inner) == 0 || inner[0] != '{' {
		return nil, fmt.Errorf("%s is missing, where a %s describes its text part", name, architecture)
	}
	return inner, nil
}

// New reads config.json's content. Its errors name the field and the value, and not the
// file and the remedy.
func New(architecture string, config []byte) (*Spec, error) {
	fam, ok := families[architecture]
	if !ok {
		return nil, fmt.Errorf("architectures[0] is %q, known are %s", architecture, strings.Join(Names(), ", "))
	}
	s := &Spec{Architecture: architecture, family: fam, file: file{Theta: defaultBase}}
	f := &s.file
	inner, err := Nested(architecture, config)
	if err != nil {
		return nil, err
	}
	if inner == nil {
		inner = config
	}
	s.nulls = fam.checkNulls(inner)
	for _, content := range [][]byte{[]byte(fam.defaults), inner} {
		if err := pythonjson.Unmarshal(content, f); err != nil {
			return nil, err
		}
	}
	s.forget()
	if fam.nested != "" { // transformers ties the tables as the whole model's configuration says
		outer := struct {
			Tied       bool            `json:"tie_word_embeddings"`
			Quantized  json.RawMessage `json:"quantization_config"`
			Compressed json.RawMessage `json:"compression_config"`
		}{Tied: true, Quantized: f.Quantized, Compressed: f.Compressed}
		if err := pythonjson.Unmarshal(config, &outer); err != nil {
			return nil, err
		}
		f.Tied, f.Quantized, f.Compressed = outer.Tied, outer.Quantized, outer.Compressed
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	s.Layers, s.Hidden, s.Inner, s.Heads, s.Vocabulary = f.Layers, f.Hidden, f.Inner, f.Heads, f.Vocabulary
	s.KVHeads, s.HeadSize = s.Heads, s.Hidden/s.Heads
	if f.KVHeads != nil && *f.KVHeads > 0 {
		s.KVHeads = *f.KVHeads
	}
	if f.HeadSize != nil && *f.HeadSize > 0 {
		s.HeadSize = *f.HeadSize
	}
	if s.HeadSize < 1 || s.Heads%s.KVHeads != 0 {
		return nil, fmt.Errorf("num_attention_heads is %d, num_key_value_heads %d, hidden_size %d: these don't go together", s.Heads, s.KVHeads, s.Hidden)
	}
	s.Epsilon, s.Tied, s.Prefixes, s.Packed = f.Epsilon, f.Tied, append([]string{""}, fam.prefixes...), fam.packed
	s.NormHeads, s.NormAround, s.NormOffset = fam.norms.heads, fam.norms.around, fam.norms.offset
	s.QueryKeyValueBias = fam.biases == queryKeyValue || fam.biases == asConfigured && f.AttentionBias
	s.OutBias = fam.biases == asConfigured && f.AttentionBias
	s.ForwardBias = f.ForwardBias
	if err := s.windows(); err != nil {
		return nil, err
	}
	s.Trained, s.Positions, s.PositionsField = f.Positions, f.Positions, "max_position_embeddings"
	return s, s.limit()
}

// AttentionScale is what the products of queries and keys are multiplied by.
func (s *Spec) AttentionScale() float64 {
	if s.file.AttentionScalar > 0 {
		return 1 / math.Sqrt(s.file.AttentionScalar)
	}
	return 1 / math.Sqrt(float64(s.HeadSize))
}

// Activation is the name that transformers has for that of the feed-forward network, and the
// field of config.json that gives it.
func (s *Spec) Activation() (name, field string) {
	if s.file.Activation != "" {
		return s.file.Activation, "hidden_activation"
	}
	if s.file.HiddenAct != "" {
		return s.file.HiddenAct, "hidden_act"
	}
	return "silu", "hidden_act"
}

// LogitCap is what logits are bound to by tanh; 0 for none.
func (s *Spec) LogitCap() float64 {
	if s.file.LogitCap == nil {
		return 0
	}
	return *s.file.LogitCap
}

// Check refuses what config.json asks for and no graph can be built of.
func (s *Spec) Check() error {
	f := &s.file
	if s.nulls != nil {
		return s.nulls
	}
	if s.family.byKind && f.SlidingWindow == nil {
		return fmt.Errorf("sliding_window is null, and layers of a %s have one", s.Architecture)
	}
	if f.LogitCap != nil && !(*f.LogitCap > 0) {
		return fmt.Errorf("final_logit_softcapping is %v, a positive number or null is needed", *f.LogitCap)
	}
	if f.Bidirectional != nil && *f.Bidirectional {
		return fmt.Errorf("use_bidirectional_attention is true: such a model generates no text")
	}
	if !empty(f.Quantized) || !empty(f.Compressed) {
		return fmt.Errorf("quantization_config is set, and weights are read in F32, F16 and BF16 alone: take the model that it was made from")
	}
	if s.family.unturned && len(f.Unturned) > 0 && len(f.Unturned) < s.Layers {
		return fmt.Errorf("no_rope_layers has %d entries, num_hidden_layers is %d", len(f.Unturned), s.Layers)
	}
	if n := s.Positions * s.HeadSize / 2; n > maxRotary {
		return fmt.Errorf("%s is %d and head_dim %d, whose rotary positions would be %d numbers; %d are the most that a graph gets", s.PositionsField, s.Positions, s.HeadSize, n, maxRotary)
	}
	for i := range s.Layers {
		if _, err := s.Rotary(i); err != nil {
			return err
		}
	}
	return nil
}
