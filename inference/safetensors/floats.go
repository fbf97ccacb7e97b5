package safetensors

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"path/filepath"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelfile"
)

// IsFloat tells if Floats can read a dtype.
func IsFloat(dtype string) bool { return dtype == "F32" || dtype == "F16" || dtype == "BF16" }

// Floats reads a tensor of F32, F16 or BF16 as float32, which holds all of their values.
func (w *Weights) Floats(name string) ([]float32, error) {
	t, ok := w.Tensors[name]
	if !ok || !IsFloat(t.DType) {
		return nil, fmt.Errorf("%s has no tensor %s of F32, F16 or BF16", w.Dir, name)
	}
	f, err := modelfile.Open(filepath.Join(w.Dir, t.File))
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	raw := make([]byte, t.Length)
	if _, err := io.ReadFull(io.NewSectionReader(f, t.Offset, t.Length), raw); err != nil {
		return nil, fmt.Errorf("%s: tensor %s: %w", f.Name(), name, err)
	}
	if t.DType == "F32" {
		out := make([]float32, len(raw)/4)
		for i := range out {
			out[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
		}
		return out, nil
	}
	out := make([]float32, len(raw)/2)
	for i := range out {
		half := binary.LittleEndian.Uint16(raw[2*i:])
		if t.DType == "BF16" {
			out[i] = math.Float32frombits(uint32(half) << 16)
		} else {
			out[i] = Half(half)
		}
	}
	return out, nil
}

// Half is the value of a number in IEEE 754's binary16.
func Half(h uint16) float32 {
	sign, exponent, fraction := uint32(h>>15)<<31, uint32(h>>10&0x1f), uint32(h&0x3ff)
	switch exponent {
	case 0: // zero and subnormal numbers
		value := float32(fraction) / (1 << 24)
		return math.Float32frombits(math.Float32bits(value) | sign)
	case 0x1f: // infinity and NaN
		return math.Float32frombits(sign | 0xff<<23 | fraction<<13)
	}
	return math.Float32frombits(sign | (exponent+127-15)<<23 | fraction<<13)
}
