package realsize

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math"
	"path/filepath"
	"testing"
)

// Every parameter lies where the header says, as PyTorch has it: what the graph
// transposed is turned back.
func TestSafetensors(t *testing.T) {
	m := &manifest{Tensors: []tensor{
		{Initializer: "n", Parameter: "norm", Shape: []int{3}, Center: 1, Scale: .125},
		{Initializer: "x_1", Parameter: "lin.weight", Shape: []int{2, 3}, Transposed: true, Scale: .5},
	}}
	var out bytes.Buffer
	if err := encodeSafetensors(&out, m.parameters(), constant{"classifier.bias", []float32{-1.4375}}); err != nil {
		t.Fatal(err)
	}
	n := binary.LittleEndian.Uint64(out.Bytes())
	var header map[string]struct {
		DType   string `json:"dtype"`
		Shape   []int
		Offsets [2]int `json:"data_offsets"`
	}
	if err := json.Unmarshal(out.Bytes()[8:8+n], &header); err != nil {
		t.Fatal(err)
	}
	data := out.Bytes()[8+n:]
	if len(data) != 4*(3+6+1) {
		t.Errorf("%d bytes", len(data))
	}
	at := func(name string, i int) float32 {
		h := header[name]
		return math.Float32frombits(binary.LittleEndian.Uint32(data[h.Offsets[0]:h.Offsets[1]][4*i:]))
	}
	if h := header["lin.weight"]; h.DType != "F32" || len(h.Shape) != 2 || h.Shape[0] != 3 || h.Shape[1] != 2 {
		t.Errorf("header %+v", header)
	}
	for i := range 6 {
		if got, want := at("lin.weight", i), value(seed("lin.weight"), uint64(i), 0, .5); got != want {
			t.Errorf("weight %d is %v, want %v", i, got, want)
		}
	}
	if got, want := at("norm", 2), value(seed("norm"), 2, 1, .125); got != want {
		t.Errorf("norm is %v, want %v", got, want)
	}
	if got := at("classifier.bias", 0); got != -1.4375 {
		t.Errorf("bias is %v", got)
	}
}

func TestClassifierBias(t *testing.T) {
	src, err := Source()
	if err != nil {
		t.Fatal(err)
	}
	bias, err := classifierBias(filepath.Join(src, "onnx", "model.onnx"))
	if err != nil || len(bias) != 2 || bias[0] != -1.4375 {
		t.Errorf("%v, %v", bias, err)
	}
}
