package graph

import (
	"fmt"
	"math"
)

// Blocks say how the weights of products are quantized: each so many values of a column
// share a scale, as ONNX Runtime's MatMulNBits has them.
type Blocks struct {
	Bits int // 4 or 8
	Size int // 32, 64 or 128
}

// Check refuses what isn't supported.
func (b Blocks) Check() error {
	if b.Bits != 4 && b.Bits != 8 {
		return fmt.Errorf("weights of %d bits can't be made; 4 and 8 can", b.Bits)
	}
	if b.Size != 32 && b.Size != 64 && b.Size != 128 {
		return fmt.Errorf("blocks of %d can't be made; 32, 64 and 128 can", b.Size)
	}
	return nil
}

// blocks is how many a column of n values has, and bytes what one takes.
func (b Blocks) blocks(n int) int { return (n + b.Size - 1) / b.Size }
func (b Blocks) bytes() int       { return b.Size * b.Bits / 8 }

// quantize is what the symmetric quantizer of ONNX Runtime 1.32 (matmul_nbits_quantizer)
// makes of a column, to the bit: the value that is the farthest from zero becomes the lowest
// integer, and the others are rounded, halves away from zero. round gives a scale the
// precision that it is stored in. values must be zeros; what is no finite number is an error.
func (b Blocks) quantize(column []float32, values []byte, scales []float32, round func(float32) float32) error {
	middle := float32(int(1) << (b.Bits - 1))
	for i := range scales {
		block := column[i*b.Size : min((i+1)*b.Size, len(column))]
		out := values[i*b.bytes():][:b.bytes()]
		lowest, highest := block[0], block[0]
		for _, v := range block {
			if v-v != 0 {
				return fmt.Errorf("it has the value %v", v)
			}
			lowest, highest = min(lowest, v), max(highest, v)
		}
		extreme := lowest
		if absolute(highest) > absolute(lowest) {
			extreme = highest
		}
		scale := round(extreme / -middle)
		scales[i] = scale
		factor := float32(0)
		if scale != 0 {
			factor = 1 / scale
		}
		for j, v := range block {
			q := quantized(float32(float32(v*factor)+middle), 2*middle-1)
			if b.Bits == 8 {
				out[j] = q
			} else {
				out[j/2] |= q << (4 * (j % 2))
			}
		}
		if n := len(block); b.Bits == 4 && n%2 == 1 && n > 1 {
			out[n/2] |= out[n/2-1] & 0xf0 // what the reference leaves in the half that nothing reads
		}
	}
	return nil
}

// quantized rounds to the nearest integer from 0 to most.
func quantized(v, most float32) byte {
	return byte(min(max(float32(math.Floor(float64(v)+0.5)), 0), most))
}
