package decoder

import (
	"encoding/json"
	"fmt"
	"math"

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
	Original        int       `json:"original_max_position_embeddings"`
	Short           []float64 `json:"short_factor"`
	Long            []float64 `json:"long_factor"`
}

const (
	fullKind    = "full_attention"
	slidingKind = "sliding_attention"
	defaultBase = 10000
)

// rope reads the settings of a kind of layer, in the order in which transformers 5
// takes them.
func (s *Spec) rope(kind string) (rope, error) {
	f := &s.file
	raw, field := f.Scaling, "rope_scaling"
	if empty(raw) {
		raw, field = f.Rotary, "rope_parameters"
	}
	var r rope
	theta := f.Theta
	if !empty(raw) {
		settings, err := pythonjson.Parse(raw)
		if err != nil {
			return r, fmt.Errorf("%s is %.200s, an object is needed", field, raw)
		}
		full, sliding := settings.Has(fullKind), settings.Has(slidingKind)
		switch {
		case (full || sliding) && !s.family.byKind:
			return r, fmt.Errorf("%s has settings for each kind of layer, which a %s hasn't", field, s.Architecture)
		case full || sliding:
			raw, _ = settings.Get(kind)
		case s.family.byKind && kind == slidingKind:
			raw = nil // rope_scaling is of the layers that see the whole text
		}
	}
	if s.family.byKind && kind == slidingKind {
		theta = f.LocalTheta
	}
	if !empty(raw) {
		if err := pythonjson.Unmarshal(raw, &r); err != nil {
			return r, fmt.Errorf("%s: %w", field, err)
		}
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
	if f.Original > 0 {
		r.Original = f.Original
	}
	if r.Original == 0 {
		r.Original = f.Positions
	}
	return r, nil
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
	partial := 1.0
	switch {
	case r.Partial == nil || *r.Partial == 1:
	case s.family.reads("partial_rotary_factor"):
		partial = *r.Partial
	case r.Type != "default": // for which such a model leaves the factor
		return nil, fmt.Errorf("partial_rotary_factor is %v with the rope_type %q, of which transformers makes no %s; 1 is known", *r.Partial, r.Type, s.Architecture)
	}
	size := int(float64(s.HeadSize) * partial)
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

// scale changes the frequencies as the type says.
func (r *rope) scale(out *Rotary, positions int) error {
	factor := 1.0
	if r.Factor != nil {
		factor = *r.Factor
	}
	if !(factor > 0) || math.IsInf(factor, 0) {
		return fmt.Errorf("factor of rope_type %q is %v, a positive number is needed", r.Type, factor)
	}
	switch r.Type {
	case "default":
	case "linear":
		for i := range out.Frequencies {
			out.Frequencies[i] /= float32(factor)
		}
	case "llama3":
		return r.byWavelength(out, factor)
	case "longrope":
		if r.Factor == nil {
			factor = float64(positions) / float64(r.Original)
		}
		return r.byFactors(out, factor)
	default:
		return fmt.Errorf("rope_type is %.100q; default, linear, llama3 and longrope are known", r.Type)
	}
	return nil
}

// byWavelength is llama3: long waves are slowed down by the factor, short ones stay, and
// those between are mixed.
func (r *rope) byWavelength(out *Rotary, factor float64) error {
	low, high := r.LowFrequency, r.HighFrequency
	if !(low > 0 && high > low) {
		return fmt.Errorf("low_freq_factor is %v and high_freq_factor %v, two positive numbers are needed, the second the greater", low, high)
	}
	original := float64(r.Original)
	for i, v := range out.Frequencies {
		wave := 2 * math.Pi / float64(v)
		switch {
		case wave > original/low:
			out.Frequencies[i] = v / float32(factor)
		case wave >= original/high:
			smooth := float32((original/wave - low) / (high - low))
			out.Frequencies[i] = (1-smooth)*v/float32(factor) + smooth*v
		}
	}
	return nil
}

// byFactors is long-RoPE with the factors of short texts, which are all that Positions lets in.
func (r *rope) byFactors(out *Rotary, factor float64) error {
	if len(r.Short) != len(out.Frequencies) {
		return fmt.Errorf("short_factor has %d numbers, %d are needed", len(r.Short), len(out.Frequencies))
	}
	for i, short := range r.Short {
		if !(short > 0) {
			return fmt.Errorf("short_factor[%d] is %v, a positive number is needed", i, short)
		}
		out.Frequencies[i] = 1 / (float32(short) * (1 / out.Frequencies[i]))
	}
	switch {
	case r.AttentionFactor != nil:
		out.Factor = float32(*r.AttentionFactor)
	case factor > 1 && r.Original > 1:
		out.Factor = float32(math.Sqrt(1 + math.Log(factor)/math.Log(float64(r.Original))))
	}
	return nil
}
