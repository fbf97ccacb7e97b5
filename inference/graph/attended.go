package graph

import (
	"fmt"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/decoder"
)

// attended refuses heads of sizes that ONNX Runtime's GroupQueryAttention has no code for, which
// it would only say when it runs.
func attended(s *decoder.Spec) error {
	for layer := range s.Layers {
		r, err := s.Rotary(layer)
		switch {
		case err != nil:
			return err
		case r == nil && s.HeadSize%8 != 0:
			return fmt.Errorf("head_dim is %d, by hidden_size and num_attention_heads where config.json doesn't say: ONNX Runtime attends with multiples of 8", s.HeadSize)
		case r != nil && s.HeadSize%16 != 0:
			return fmt.Errorf("head_dim is %d, by hidden_size and num_attention_heads where config.json doesn't say: ONNX Runtime attends with multiples of 16", s.HeadSize)
		case r != nil && len(r.Frequencies)%8 != 0:
			return fmt.Errorf("partial_rotary_factor has %d of the %d values of a head turned by their positions: ONNX Runtime turns multiples of 16", 2*len(r.Frequencies), s.HeadSize)
		}
	}
	return nil
}
