package decoder

import (
	"encoding/json"
	"fmt"
)

// Bounds of the numbers that size something, far over those of any model that could be
// served.
const (
	maxLayers    = 1 << 10
	maxHeads     = 1 << 12
	maxWidth     = 1 << 20
	maxRows      = 1 << 24
	maxPositions = 1 << 30
	// maxRotary bounds the cosines of a graph: those of 2^20 positions and heads of 128.
	maxRotary = 1 << 26
)

func value(p *int) int {
	if p == nil {
		return 0
	}
	return *p
}

func (f *file) check() error {
	window, original := max(value(f.SlidingWindow), 0), 0
	if len(f.Original) > 0 {
		if err := json.Unmarshal(f.Original, &original); err != nil {
			return fmt.Errorf("%s is %.100s, a whole number is needed", originalField, f.Original)
		}
	}
	for _, n := range []struct {
		name               string
		value, least, most int
	}{
		{"vocab_size", f.Vocabulary, 1, maxRows},
		{"max_position_embeddings", f.Positions, 1, maxPositions},
		{originalField, original, 0, maxPositions},
		{"num_hidden_layers", f.Layers, 1, maxLayers},
		{"num_attention_heads", f.Heads, 1, maxHeads},
		{"num_key_value_heads", value(f.KVHeads), 0, maxHeads},
		{"head_dim", value(f.HeadSize), 0, maxWidth},
		{"hidden_size", f.Hidden, 1, maxWidth},
		{"intermediate_size", f.Inner, 1, maxWidth},
		{"sliding_window", window, 0, maxPositions},
		{"max_window_layers", f.MaxWindowLayers, 0, maxPositions},
		{"sliding_window_pattern", f.Pattern, 0, maxLayers},
		{"no_rope_layer_interval", f.Interval, 0, maxLayers},
	} {
		if n.value < n.least || n.value > n.most {
			return fmt.Errorf("%s is %d, a number from %d to %d is needed", n.name, n.value, n.least, n.most)
		}
	}
	if !(f.Epsilon > 0 && f.Epsilon < 1) {
		return fmt.Errorf("rms_norm_eps is %v, a number between 0 and 1 is needed", f.Epsilon)
	}
	return nil
}
