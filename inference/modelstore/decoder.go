package modelstore

import (
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
)

// checkRotary refuses a decoder's graph whose rotary positions are others than those of
// config.json: exporters are known to leave out what they don't know, such as a scaling.
func (f *Folder) checkRotary() error {
	if f.Config.Decoder == nil {
		return nil
	}
	for i := range f.Signature.Attention {
		a := &f.Signature.Attention[i]
		layer, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(a.PastKey, "past_key_values."), ".key"))
		if err != nil || layer >= f.Config.Layers || !a.Rotary {
			continue
		}
		if err := f.checkLayer(layer, a); err != nil {
			return fmt.Errorf("%s: layer %d: %w: %s, or make the graph of the model's weights with scorer import", f.Graph, layer, err, exportAgain)
		}
	}
	return nil
}

func (f *Folder) checkLayer(layer int, a *graph.Attention) error {
	config := filepath.Join(f.Dir, ConfigFile)
	want, err := f.Config.Decoder.Rotary(layer)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w, and the graph's positions can't be compared with it", config, err)
	case want == nil:
		return fmt.Errorf("it has rotary positions, which it hasn't by %s", config)
	case a.Interleaved:
		return fmt.Errorf("its rotary positions turn neighbours (rotary_interleaved), where %s has halves", f.Config.Architecture)
	case a.Sines == nil:
		return nil // chosen or computed while it runs
	case len(a.Sines) != len(want.Frequencies):
		return fmt.Errorf("it turns %d pairs of values, by %s it is %d", len(a.Sines), config, len(want.Frequencies))
	}
	for i, got := range a.Sines {
		sine := float64(want.Factor) * math.Sin(float64(want.Frequencies[i]))
		if math.Abs(float64(got)-sine) > 1e-5+2e-3*math.Abs(sine) { // they may be halves
			return fmt.Errorf("its rotary positions are others than those of %s (sine %d of position 1 is %.6g, by rope_theta and rope_scaling it is %.6g)", config, i, got, sine)
		}
	}
	return nil
}
