package graph

import (
	"math"

	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
)

// Observe makes the graph of Rewrite in fp32, but for its output: the mean squares of the
// columns that products read after a normalisation, float32 [1, columns]. Rewrite takes
// them in int8.
func Observe(from Source, spec Spec) (*pb.ModelProto, error) {
	return rewrite(from, spec, func(r *rewriter) { r.observing = true })
}

// observedColumns is how many Observe's output has: what query, key and value are made of,
// in a last layer for the first token alone of two products, and what the feed-forward layers read.
func (s Spec) observedColumns(first bool) int {
	n := 2 * s.Layers
	if first {
		n++
	}
	return n * s.Hidden
}

// balanced are the arguments of a product of a normalisation's rows. Some of their columns
// are many times as large as others, and lie in 8 bits with those beside them. So a column is
// divided by what the weight's row is multiplied with: the root of how large one is beside
// the other.
func (r *rewriter) balanced(name, x string, l Linear) (string, string, Linear) {
	if r.observing {
		r.observed = append(r.observed, r.node("", "ReduceMean", []string{r.op("Mul", x, x)}, attribute{"axes", []int64{0}}))
	}
	if r.Precision != Int8 || r.Squares == nil {
		return name, x, l
	}
	w := Matrix{l.Weight.Rows, l.Weight.Cols, make([]float32, len(l.Weight.Data))}
	divided := make([]float32, w.Rows)
	for row := range w.Rows {
		from, to := l.Weight.Data[row*w.Cols:(row+1)*w.Cols], w.Data[row*w.Cols:(row+1)*w.Cols]
		factor := balance(float64(r.Squares[row]), from)
		divided[row] = float32(1 / factor)
		for c, v := range from {
			to[c] = v * float32(factor)
		}
	}
	r.Squares = r.Squares[w.Rows:]
	return name, r.op("Mul", x, r.floats(name+".balance", divided, w.Rows)), Linear{w, l.Bias}
}

// balance is what a row of a weight is multiplied with. Rows and columns of zeros stay.
func balance(square float64, row []float32) float64 {
	sum := 0.0
	for _, v := range row {
		sum += float64(v) * float64(v)
	}
	if factor := math.Pow(square*float64(len(row))/sum, 0.25); factor > 0 && !math.IsInf(factor, 0) {
		return factor
	}
	return 1
}
