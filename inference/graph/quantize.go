package graph

import (
	"math"

	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
)

// quantizedMax is the largest magnitude of an int8 weight: seven bits, not
// eight. Processors without VNNI add pairs of products in 16 bits, where two
// of 255·64 fit and two of 255·127 don't; Azure's Fsv2 series still has such
// processors, and an answer must not depend on which one it got.
const quantizedMax = 64

// product8 is x·W + bias in int8: weights are quantized here, symmetrically,
// each column with a scale of its own; x is quantized at run time, as a whole.
// bias may be nil.
func (r *rewriter) product8(name, x string, w Matrix, bias []float32) string {
	scales := make([]float32, w.Cols)
	for i, v := range w.Data {
		c := i % w.Cols
		scales[c] = max(scales[c], float32(math.Abs(float64(v))))
	}
	for c := range scales {
		if scales[c] /= quantizedMax; scales[c] == 0 {
			scales[c] = 1
		}
	}
	raw := make([]byte, len(w.Data))
	for i, v := range w.Data {
		raw[i] = byte(int8(math.RoundToEven(float64(v / scales[i%w.Cols]))))
	}
	inputs := []string{
		x,
		r.initializer(name+".weight", pb.TensorProto_INT8, raw, w.Rows, w.Cols),
		r.floats(name+".scale", scales, w.Cols),
		"", // zero points are zero
	}
	if bias != nil {
		inputs = append(inputs, r.floats(name+".bias", bias, len(bias)))
	}
	return r.node(contrib, "DynamicQuantizeMatMul", inputs)
}
