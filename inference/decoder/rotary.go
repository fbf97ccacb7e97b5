package decoder

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pythonjson"
)

// Rotary are the rotary positions of a layer: the angles by which each pair of values is
// turned from one position to the next, and what cosine and sine are multiplied by.
type Rotary struct {
	Frequencies []float32 // as many as pairs of a head are turned
	Factor      float32
}

// rope are transformers' rope_parameters of a kind of layer.
type rope struct {
	Type            string    `json:"rope_type"`
	OldType         string    `json:"type"`
	Theta           *float64  `json:"rope_theta"`
	Partial         *float64  `json:"partial_rotary_factor"`
	Factor          *float64  `json:"factor"`
	AttentionFactor *float64  `json:"attention_factor"`
	LowFrequency    float64   `json:"low_freq_factor"`
	HighFrequency   float64   `json:"high_freq_factor"`
	BetaFast        float64   `json:"beta_fast"`
	BetaSlow        float64   `json:"beta_slow"`
	Scale           float64   `json:"mscale"`
	ScaleAll        float64   `json:"mscale_all_dim"`
	Truncate        *bool     `json:"truncate"`
	Original        int       `json:"original_max_position_embeddings"`
	Short           []float64 `json:"short_factor"`
	Long            []float64 `json:"long_factor"`
	factorNamed     bool      // if only as null
}

const (
	fullKind    = "full_attention"
	slidingKind = "sliding_attention"
	defaultBase = 10000
)

var ropeTypes = []string{"default", "linear", "dynamic", "yarn", "llama3", "longrope"}

// rope reads the settings of a kind of layer, in the order in which transformers 5
// takes them.
func (s *Spec) rope(kind string) (rope, error) {
	f := &s.file
	r, theta := rope{}, f.Theta
	if s.family.byKind && kind == slidingKind {
		theta = f.LocalTheta
	}
	for _, settings := range s.ropeSettings() {
		if empty(settings.raw) {
			continue
		}
		object, err := pythonjson.Parse(settings.raw)
		if err != nil {
			return r, fmt.Errorf("%s is %.200s, an object is needed", settings.field, settings.raw)
		}
		raw := settings.raw
		switch kinds := object.Has(fullKind) || object.Has(slidingKind); {
		case kinds && !s.family.byKind:
			return r, fmt.Errorf("%s has settings for each kind of layer, which a %s hasn't", settings.field, s.Architecture)
		case !s.family.byKind:
		case settings.field == "rope_scaling": // of the layers that see the whole text
			if !object.Has("rope_type") && object.Has("type") {
				return r, fmt.Errorf("rope_scaling has a type, which a %s passes over, and no rope_type: name it so", s.Architecture)
			}
			if kind == slidingKind {
				continue
			}
		case !kinds:
			return r, fmt.Errorf("rope_parameters has no settings for each kind of layer, and a %s passes over others", s.Architecture)
		default:
			raw, _ = object.Get(kind)
		}
		if empty(raw) {
			continue
		}
		if err := pythonjson.Unmarshal(raw, &r); err != nil {
			return r, fmt.Errorf("%s: %w", settings.field, err)
		}
		if own, err := pythonjson.Parse(raw); err == nil {
			_, named := own.Get("factor")
			r.factorNamed = r.factorNamed || named
		}
	}
	if s.family.byKind {
		r.Truncate = nil // which transformers looks for elsewhere
	}
	if r.Type == "" {
		r.Type = r.OldType
	}
	if s.Packed && (r.Type == "su" || r.Type == "yarn") { // their names in Phi-3's first files
		r.Type = "longrope"
	}
	if r.Type == "" {
		r.Type = "default"
	}
	if theta == 0 {
		theta = defaultBase
	}
	if r.Theta == nil {
		r.Theta = &theta
	}
	if r.Partial == nil {
		r.Partial = f.Partial
	}
	if f.Original > 0 && !s.family.byKind {
		r.Original = f.Original
	}
	if r.Original == 0 {
		r.Original = f.Positions
	}
	return r, nil
}

// ropeSettings are config.json's objects of rotary positions, of which the later ones count
// more: where kinds of layers have their own, both do, else one does.
func (s *Spec) ropeSettings() []ropeSettings {
	scaling, parameters := ropeSettings{"rope_scaling", s.file.Scaling}, ropeSettings{"rope_parameters", s.file.Rotary}
	switch {
	case s.family.byKind:
		return []ropeSettings{parameters, scaling}
	case empty(scaling.raw):
		return []ropeSettings{parameters}
	}
	return []ropeSettings{scaling}
}

type ropeSettings struct {
	field string
	raw   json.RawMessage
}

func empty(raw json.RawMessage) bool {
	return len(raw) == 0 || string(raw) == "null" || string(raw) == "{}"
}

// limit lowers Positions to where long-RoPE changes its factors: keys that were computed
// before would be wrong after it, and those of the prefix cache with them.
func (s *Spec) limit() error {
	r, err := s.rope(fullKind)
	if err != nil {
		return err
	}
	if r.Type == "longrope" && r.Original < s.Positions {
		if r.Original < 1 {
			return fmt.Errorf("original_max_position_embeddings is %d, a positive number is needed", r.Original)
		}
		s.Positions, s.PositionsField = r.Original, "original_max_position_embeddings"
	}
	return nil
}

// Rotary are those of a layer; nil for one without. What isn't known is an error.
func (s *Spec) Rotary(layer int) (*Rotary, error) {
	if s.family.unturned && !s.file.turned(layer) {
		return nil, nil
	}
	kind := fullKind
	if s.Window(layer) > 0 {
		kind = slidingKind
	}
	r, err := s.rope(kind)
	if err != nil {
		return nil, err
	}
	known := ropeTypes
	if s.Packed { // transformers makes no Phi-3 of others
		known = []string{"default", "longrope"}
	}
	if !slices.Contains(known, r.Type) {
		return nil, fmt.Errorf("rope_type is %.100q; a %s knows %s", r.Type, s.Architecture, strings.Join(known, ", "))
	}
	partial := 1.0
	switch {
	case r.Partial == nil || *r.Partial == 1:
	case s.family.reads("partial_rotary_factor"):
		partial = *r.Partial
	case r.Type != "default": // for which such a model leaves the factor
		return nil, fmt.Errorf("partial_rotary_factor is %v with the rope_type %q, of which transformers makes no %s; 1 is known", *r.Partial, r.Type, s.Architecture)
	}
	size := int(float64(s.HeadSize) * partial)
	if partial == 1 && size%2 != 0 {
		return nil, fmt.Errorf("head_dim is %d, by hidden_size and num_attention_heads where config.json doesn't say: an even number is needed", s.HeadSize)
	}
	if !(partial > 0 && partial <= 1) || size < 2 || size%2 != 0 {
		return nil, fmt.Errorf("partial_rotary_factor is %v of head_dim %d, an even number of values is needed", partial, s.HeadSize)
	}
	if !(*r.Theta > 0) || math.IsInf(*r.Theta, 0) {
		return nil, fmt.Errorf("rope_theta is %v, a positive number is needed", *r.Theta)
	}
	out := &Rotary{Frequencies: make([]float32, size/2), Factor: 1}
	for i := range out.Frequencies {
		// In float32, step by step, as transformers computes it.
		out.Frequencies[i] = 1 / float32(math.Pow(*r.Theta, float64(float32(2*i)/float32(size))))
	}
	return out, r.scale(out, s.file.Positions)
}
