package graph

// PackedMatMul is this program's own operator: the product of a matrix with weights that
// the file holds as they are multiplied, so that the runtime maps them and makes no copy.
// Package onnx has its kernel, and docs/optimize.md says what it gains.
//
// Inputs, all float32:
//
//	x       [rows, k]
//	weight  [panels, k, 16]   panel p, row i: columns 16·p to 16·p + 15 of row i, zeros behind the last
//	bias    [n]               optional; n tells how much of the last panel counts
//	skip    [rows, n]         optional
//
// Output: x·weight + bias + skip, float32 [rows, n]. A row of it is the same to the bit
// whatever other rows there are.
const (
	ProductDomain = "azure-nlp-endpoint"
	PackedMatMul  = "PackedMatMul"
)

// panel is how many columns of a weight lie together.
const panel = 16

// panels lays a weight out for PackedMatMul.
func panels(w Matrix) []float32 {
	out := make([]float32, (w.Cols+panel-1)/panel*panel*w.Rows)
	for row := range w.Rows {
		for from := 0; from < w.Cols; from += panel {
			to := min(from+panel, w.Cols)
			copy(out[from*w.Rows+row*panel:], w.Data[row*w.Cols+from:row*w.Cols+to])
		}
	}
	return out
}

// packedMatMul is x·W + bias + skip. Without a bias W must have whole panels; skip "" is
// none.
func (r *rewriter) packedMatMul(name, x string, w Matrix, bias []float32, skip string) string {
	if bias == nil && w.Cols%panel != 0 {
		bias = make([]float32, w.Cols)
	}
	inputs := []string{x, r.floats(name+".weight", panels(w), (w.Cols+panel-1)/panel, w.Rows, panel)}
	if bias != nil {
		inputs = append(inputs, r.floats(name+".bias", bias, len(bias)))
	}
	if skip != "" {
		inputs = append(inputs, skip)
	}
	return r.node(ProductDomain, PackedMatMul, inputs)
}
