package goldens

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/realsize"
)

// weights are pseudo-random parameters by name, whose values tests/reference/prng.py has too.
type weights map[string]struct {
	Shape  []int64 `json:"shape"`
	Center float32 `json:"center"`
	Scale  float32 `json:"scale"`
}

// write writes config.json and a model.safetensors of that dtype: F32, F16 or BF16.
func (w weights) write(dir string, config []byte, dtype string) error {
	if err := os.WriteFile(filepath.Join(dir, "config.json"), config, 0o600); err != nil {
		return err
	}
	type tensor struct {
		DType   string  `json:"dtype"`
		Shape   []int64 `json:"shape"`
		Offsets [2]int  `json:"data_offsets"`
	}
	header := map[string]tensor{}
	var data bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(w)) {
		p, n, begin := w[name], 1, data.Len()
		for _, s := range p.Shape {
			n *= int(s)
		}
		for _, v := range realsize.Values(name, n, p.Center, p.Scale) {
			data.Write(cut(v, dtype))
		}
		header[name] = tensor{dtype, p.Shape, [2]int{begin, data.Len()}}
	}
	h, err := json.Marshal(header)
	if err != nil {
		return err
	}
	all := append(binary.LittleEndian.AppendUint64(nil, uint64(len(h))), h...)
	return os.WriteFile(filepath.Join(dir, "model.safetensors"), append(all, data.Bytes()...), 0o600)
}

// cut is a value in a dtype, those of 16 bits toward zero.
func cut(v float32, dtype string) []byte {
	bits := math.Float32bits(v)
	switch dtype {
	case "BF16":
		return binary.LittleEndian.AppendUint16(nil, uint16(bits>>16))
	case "F16":
		if math.Abs(float64(v)) < 1.0/(1<<14) {
			return []byte{0, 0}
		}
		return binary.LittleEndian.AppendUint16(nil, uint16(bits>>16&0x8000|(bits>>23&0xff-127+15)<<10|bits>>13&0x3ff))
	}
	return binary.LittleEndian.AppendUint32(nil, bits)
}
