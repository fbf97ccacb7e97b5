package graph

import (
	"math"

	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
)

// quantizedMax is the largest magnitude of an int8 weight.
const quantizedMax = 127

// quad is how many values of a column lie together in 8 bits.
const quad = 4

// block is how many values of a column, and of a row of x, have a scale.
const block = 64

// packed8 are the inputs of PackedMatMul8 that give x·W + bias; bias may be nil.
func (r *rewriter) packed8(name, x string, w Matrix, bias []float32) []string {
	columns, blocks, quads := (w.Cols+panel-1)/panel*panel, (w.Rows+block-1)/block, (w.Rows+quad-1)/quad
	scales, sums := make([]float32, columns*blocks), make([]int32, columns*blocks)
	at := func(i int) (row, c, scale int) {
		row, c = i/w.Cols, i%w.Cols
		return row, c, (c/panel*blocks+row/block)*panel + c%panel
	}
	for i, v := range w.Data {
		_, _, s := at(i)
		scales[s] = max(scales[s], float32(math.Abs(float64(v))))
	}
	for s := range scales {
		if scales[s] /= quantizedMax; scales[s] == 0 {
			scales[s] = 1
		}
	}
	raw := make([]byte, columns*quads*quad)
	for i, v := range w.Data {
		row, c, s := at(i)
		q := int8(math.RoundToEven(float64(v / scales[s])))
		sums[s] += int32(q)
		raw[((c/panel*quads+row/quad)*panel+c%panel)*quad+row%quad] = byte(q)
	}
	if bias == nil && columns != w.Cols {
		bias = make([]float32, w.Cols)
	}
	inputs := []string{
		x,
		r.initializer(name+".weight", pb.TensorProto_INT8, raw, columns/panel, quads, panel*quad),
		r.floats(name+".scale", scales, columns/panel, blocks, panel),
		r.int32s(name+".sum", sums, columns/panel, blocks, panel),
	}
	if bias != nil {
		inputs = append(inputs, r.floats(name+".bias", bias, len(bias)))
	}
	return inputs
}
