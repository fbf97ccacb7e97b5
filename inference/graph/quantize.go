package graph

import (
	"math"

	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
)

// quantizedMax is the largest magnitude of an int8 weight.
const quantizedMax = 127

// quad is how many values of a column lie together in 8 bits.
const quad = 4

// packed8 are the inputs of PackedMatMul8 that give x·W + bias; bias may be nil.
func (r *rewriter) packed8(name, x string, w Matrix, bias []float32) []string {
	columns := (w.Cols + panel - 1) / panel * panel
	scales, sums := make([]float32, columns), make([]int32, columns)
	for i, v := range w.Data {
		c := i % w.Cols
		scales[c] = max(scales[c], float32(math.Abs(float64(v))))
	}
	for c := range scales {
		if scales[c] /= quantizedMax; scales[c] == 0 {
			scales[c] = 1
		}
	}
	quads := (w.Rows + quad - 1) / quad
	raw := make([]byte, columns*quads*quad)
	for i, v := range w.Data {
		row, c := i/w.Cols, i%w.Cols
		q := int8(math.RoundToEven(float64(v / scales[c])))
		sums[c] += int32(q)
		raw[((c/panel*quads+row/quad)*panel+c%panel)*quad+row%quad] = byte(q)
	}
	if bias == nil && columns != w.Cols {
		bias = make([]float32, w.Cols)
	}
	inputs := []string{
		x,
		r.initializer(name+".weight", pb.TensorProto_INT8, raw, columns/panel, quads, panel*quad),
		r.floats(name+".scale", scales, columns),
		r.int32s(name+".sum", sums, columns),
	}
	if bias != nil {
		inputs = append(inputs, r.floats(name+".bias", bias, len(bias)))
	}
	return inputs
}
