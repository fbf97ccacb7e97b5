package graph

// Domain is that of this program's own operators. Package onnx has their kernels, and
// docs/internals/optimize.md says what they gain. A row of their results is the same to
// the bit whatever other rows and texts there are.
const Domain = "azure-nlp-endpoint"

// PackedMatMul is a product with weights that the file holds as they are multiplied, so
// that the runtime maps them and makes no copy.
//
// Inputs, all float32:
//
//	x       [rows, groups·k]  one group, or more, each of which gives as many whole panels of the output
//	weight  [panels, k, 16]   panel p, row i: columns 16·p to 16·p + 15 of row i, zeros behind the last
//	bias    [n]               optional; n tells how much of the last panel counts
//	skip    [rows, n]         optional
//
// Output: x·weight + bias + skip, float32 [rows, n].
const PackedMatMul = "PackedMatMul"

// PackedMatMul8 is PackedMatMul in 8 bits. Each row of x is quantized as it comes, every
// 64 values with a scale and a zero point of their own, so other rows don't change it; so
// was each column of the weight, symmetrically.
//
// Inputs:
//
//	x       float32 [rows, k]
//	weight  int8 [panels, quads, 64]      panel p, quad i: values 4·i to 4·i + 3 of each of the columns from 16·p, zeros behind the last
//	scale   float32 [panels, blocks, 16]  block b: of values 64·b to 64·b + 63 of each column
//	sum     int32 [panels, blocks, 16]    of those values
//	bias    float32 [n]                   optional, as skip
//	skip    float32 [rows, n]
//
// Output: float32 [rows, n].
const PackedMatMul8 = "PackedMatMul8"

// PackedMatMulGelu and PackedMatMul8Gelu are the exact GELU (by erf) of the two, with the
// same inputs. They aren't an attribute, which versions that don't know it would overlook.
const (
	PackedMatMulGelu  = PackedMatMul + "Gelu"
	PackedMatMul8Gelu = PackedMatMul8 + "Gelu"
)

// PackedMatMul4 is PackedMatMul with weights of 4 bits, symmetric in blocks of 32, which
// value v of a block stands in as scale·(v - 8). Each block of 32 values of a row of x is
// quantized as it comes, symmetrically in 8 bits, as ONNX Runtime's MatMulNBits does at
// accuracy level 4.
//
// Inputs:
//
//	x       float32 [rows, k] or [batch, rows, k]
//	weight  uint8 [panels, blocks, 256]    panel p, block b, byte 64·j + 4·c + i: values 4·j + i, in the lower bits, and 16 + 4·j + i of column 16·p + c
//	scale   float16 or float32 [panels, blocks, 16]
//
// Output: x·weight, float32 [rows, n] or [batch, rows, n], n being panels·16.
const PackedMatMul4 = "PackedMatMul4"

// PackedEmbedding4 looks rows up that are the columns of PackedMatMul4's weight.
//
// Inputs:
//
//	ids     int64 [batch, rows]      from 0 to panels·16 - 1
//	weight, scale                    as PackedMatMul4's
//
// Output: float32 [batch, rows, k].
const PackedEmbedding4 = "PackedEmbedding4"

// PackedAttention is attention of texts whose tokens lie one after the other:
// softmax(query·keyᵀ)·value of each head, in which each text sees itself alone.
//
// Attribute heads: the number of heads, which lie one after the other in a row. Attribute
// window: how many tokens to either side each sees, without the third input; without it, all.
//
// Inputs:
//
//	parts    float32 [tokens, 3·hidden]   query, key, value; with the third input key and value, 2·hidden, or hidden: both at once
//	lengths  int64 [texts]                tokens of each text; they sum up to all
//	query    float32 [texts, hidden]      optional: of one token of each text; where parts are both, any number of them, side by side
//
// Output: float32 [tokens, hidden], or of query's shape.
const PackedAttention = "PackedAttention"

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

// packed are the inputs of PackedMatMul that give x·W + bias; bias may be nil.
func (r *rewriter) packed(name, x string, w Matrix, bias []float32) []string {
	if bias == nil && w.Cols%panel != 0 {
		bias = make([]float32, w.Cols)
	}
	inputs := []string{x, r.floats(name+".weight", panels(w), (w.Cols+panel-1)/panel, w.Rows, panel)}
	if bias != nil {
		inputs = append(inputs, r.floats(name+".bias", bias, len(bias)))
	}
	return inputs
}
