package decoder

import (
	"fmt"
	"slices"
)

// windows says which layers see how much.
func (s *Spec) windows() error {
	f := &s.file
	window := 0
	if f.SlidingWindow != nil && (f.UseWindow == nil || *f.UseWindow) {
		window = max(*f.SlidingWindow, 0) // none where it isn't positive
	}
	sliding := s.family.kinds(f)
	if n := len(f.LayerTypes); n > 0 {
		if n != s.Layers {
			return fmt.Errorf("layer_types has %d entries, num_hidden_layers is %d", n, s.Layers)
		}
		listed := make([]bool, n)
		for i, t := range f.LayerTypes {
			switch t {
			case "sliding_attention":
				listed[i] = true
			case "full_attention":
			default:
				return fmt.Errorf("layer_types[%d] is %.100q; sliding_attention and full_attention are known", i, t)
			}
		}
		if window == 0 {
			sliding = make([]bool, n)
		}
		if s.family.ownKinds && !slices.Equal(listed, sliding) {
			return fmt.Errorf("layer_types differs from what layers of a %s are in transformers, where all are alike", s.Architecture)
		}
		sliding = listed
		if i := slices.Index(listed, true); i >= 0 && window == 0 && !s.family.ownKinds && !s.family.byKind {
			return fmt.Errorf("layer_types[%d] is sliding_attention, but sliding_window and use_sliding_window say that there is no window", i)
		}
	}
	if window > 0 && slices.Contains(sliding, true) {
		s.SlidingWindow, s.Sliding = window, sliding
	}
	return nil
}

// turned tells if a layer has rotary positions.
func (f *file) turned(layer int) bool {
	if layer < len(f.Unturned) { // 1 for one that has them
		return f.Unturned[layer] != 0
	}
	return f.Interval == 0 || (layer+1)%f.Interval != 0
}

// Window is how many tokens a token of a layer sees, itself included; 0 means all.
func (s *Spec) Window(layer int) int {
	if layer < len(s.Sliding) && s.Sliding[layer] {
		return s.SlidingWindow
	}
	return 0
}

// Windows are those of all layers.
func (s *Spec) Windows() []int {
	all := make([]int, s.Layers)
	for i := range all {
		all[i] = s.Window(i)
	}
	return all
}
