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
	Original        int       `json:"original_max_position_embeddings"`
	Short           []float64 `json:"short_factor"`
	Long            []float64 `json:"long_factor"`
	factorNamed     bool      // if only as null
	exact           bool      // YaRN's ends aren't rounded: truncate is false, or null
}

const (
	fullKind      = "full_attention"
	slidingKind   = "sliding_attention"
	defaultBase   = 10000
	originalField = "original_max_position_embeddings"
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
	var all pythonjson.Object
	truncate := json.RawMessage("true")
	settings, err := s.ropeSettings()
	if err != nil {
		return r, err
	}
	for _, settings := range settings {
		object, raw := settings.object, settings.raw
		_, full := object.Get(fullKind)
		_, sliding := object.Get(slidingKind)
		switch kinds := full || sliding; {
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
		if !s.family.byKind || settings.field == "rope_parameters" { // beside the kinds, not among what one of them has
			if own, named := object.Get("truncate"); named {
				truncate = own
			}
		}
		if len(raw) == 0 || string(raw) == "null" {
			continue
		}
		own, err := pythonjson.Parse(raw)
		if err == nil {
			err = own.Into(&rope{})
		}
		if err != nil {
			return r, fmt.Errorf("%s: %w", settings.field, err)
		}
		for _, name := range own.Names {
			value, _ := own.Get(name)
			all.Set(name, value)
		}
	}
	if err := all.Into(&r); err != nil {
		return r, err
	}
	if r.Type == "" {
		r.Type = r.OldType
	}
	if r.Type == "" {
		r.Type = "default"
	}
	if s.Packed && (r.Type == "su" || r.Type == "yarn") { // their names in Phi-3's first files
		r.Type = "longrope"
	}
	needed := []string{"rope_theta", "rope_type"}
	if !all.Has("rope_type") {
		needed = append(needed, "type")
	}
	if slices.Contains([]string{"yarn", "llama3", "longrope"}, r.Type) {
		if len(f.Original) > 0 && !s.family.byKind { // counts more than the one among them
			all.Set(originalField, f.Original)
			if err := json.Unmarshal(f.Original, &r.Original); err != nil {
				return r, err
			}
		}
		if _, named := all.Get(originalField); !named {
			r.Original = f.Positions
		} else if all.Has(originalField) && (r.Original < 1 || r.Original > maxPositions) {
			return r, fmt.Errorf("%s is %d, a number from 1 to %d is needed", originalField, r.Original, maxPositions)
		}
		needed = append(needed, originalField)
	}
	if r.Type != "default" || s.family.reads("partial_rotary_factor") {
		needed = append(needed, "partial_rotary_factor")
	}
	for _, name := range needed {
		if _, named := all.Get(name); named && !all.Has(name) {
			return r, fmt.Errorf("%s of rotary positions is null, a value is needed", name)
		}
	}
	_, r.factorNamed = all.Get("factor")
	r.exact = string(truncate) == "false" || string(truncate) == "null"
	if r.Theta == nil {
		r.Theta = &theta
	}
	if r.Partial == nil {
		r.Partial = f.Partial
	}
	return r, nil
}

// ropeSettings are config.json's objects of rotary positions, of which the later ones count
// more: where kinds of layers have their own, both do, else one does.
func (s *Spec) ropeSettings() (all []ropeSettings, err error) {
	for _, field := range []ropeSettings{{field: "rope_parameters", raw: s.file.Rotary}, {field: "rope_scaling", raw: s.file.Scaling}} {
		if empty(field.raw) {
			continue
		}
		if field.object, err = pythonjson.Parse(field.raw); err != nil {
			return nil, fmt.Errorf("%s is %.200s, an object is needed", field.field, field.raw)
		}
		if len(field.object.Names) > 0 {
			all = append(all, field)
		}
	}
	if !s.family.byKind && len(all) > 1 {
		all = all[1:]
	}
	return all, nil
}

type ropeSettings struct {
	field  string
	raw    json.RawMessage
	object pythonjson.Object
}

func empty(raw json.RawMessage) bool {
	return len(raw) == 0 || string(raw) == "null" || string(raw) == "{}"
}

// limit lowers Positions to where long-RoPE changes its factors: keys that were computed
// before would be wrong after it, and those of the prefix cache with them.
func (s *Spec) limit() error {
	for layer := range s.Layers {
		r, err := s.rope(s.kind(layer))
		if err != nil {
			return err
		}
		if r.Type == "longrope" && r.Original < s.Positions {
			s.Positions, s.PositionsField = r.Original, originalField
		}
	}
	return nil
}

// kind is the name of a layer's.
func (s *Spec) kind(layer int) string {
	if s.Window(layer) > 0 {
		return slidingKind
	}
	return fullKind
}

// Rotary are those of a layer; nil for one without. What isn't known is an error.
func (s *Spec) Rotary(layer int) (*Rotary, error) {
	if s.family.unturned && !s.file.turned(layer) {
		return nil, nil
	}
	r, err := s.rope(s.kind(layer))
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
