package decoder

import (
	"fmt"
	"math"
)

// scale changes the frequencies as the type says, in float32 where transformers does.
func (r *rope) scale(out *Rotary, positions int) error {
	if r.Type == "default" {
		return nil
	}
	factor := 1.0
	switch {
	case r.Factor != nil:
		factor = *r.Factor
	case r.Type == "longrope" || r.Type == "yarn" && r.factorNamed:
		factor = float64(positions) / float64(r.Original)
	default:
		return fmt.Errorf("rope_type is %.100q without a factor, a positive number is needed", r.Type)
	}
	if !(factor > 0) || math.IsInf(factor, 0) {
		return fmt.Errorf("factor of rope_type %q is %v, a positive number is needed", r.Type, factor)
	}
	switch r.Type {
	case "linear":
		for i := range out.Frequencies {
			out.Frequencies[i] /= float32(factor)
		}
	case "dynamic":
		// The factor counts in texts over max_position_embeddings alone, which Positions ends at:
		// each longer text would have frequencies of its own, for the keys before as well.
	case "yarn":
		return r.byRamp(out, factor)
	case "llama3":
		return r.byWavelength(out, factor)
	case "longrope":
		return r.byFactors(out, factor)
	}
	return nil
}

// byRamp is YaRN: waves that turn beta_fast times within the original positions stay, those
// that turn beta_slow times are slowed down by the factor, and those between are mixed.
func (r *rope) byRamp(out *Rotary, factor float64) error {
	fast, slow := r.BetaFast, r.BetaSlow
	if fast == 0 {
		fast = 32
	}
	if slow == 0 {
		slow = 1
	}
	size := float64(2 * len(out.Frequencies))
	pair := func(turns float64) float64 {
		return size * math.Log(float64(r.Original)/(turns*2*math.Pi)) / (2 * math.Log(*r.Theta))
	}
	low, high := pair(fast), pair(slow)
	if math.IsNaN(low-high) || math.IsInf(low-high, 0) {
		return fmt.Errorf("beta_fast is %v, beta_slow %v, rope_theta %v and original_max_position_embeddings %d: with these rope_type \"yarn\" can't be computed", fast, slow, *r.Theta, r.Original)
	}
	if !r.exact {
		low, high = math.Floor(low), math.Ceil(high)
	}
	low, high = max(low, 0), min(high, size-1)
	if low == high {
		high += 0.001
	}
	for i, v := range out.Frequencies {
		ramp := min(max((float32(i)-float32(low))/float32(high-low), 0), 1)
		stays := 1 - ramp
		out.Frequencies[i] = 1/(float32(factor)*(1/v))*(1-stays) + v*stays
	}
	grown := func(by float64) float64 {
		if factor <= 1 {
			return 1
		}
		return 0.1*by*math.Log(factor) + 1
	}
	switch {
	case r.AttentionFactor != nil:
		out.Factor = float32(*r.AttentionFactor)
	case r.Scale != 0 && r.ScaleAll != 0:
		out.Factor = float32(grown(r.Scale) / grown(r.ScaleAll))
	default:
		out.Factor = float32(grown(1))
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
