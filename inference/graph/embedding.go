package graph

import (
	"encoding/binary"
	"math"
	"slices"

	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
)

// tied says what tieEmbedding did.
type tied int

const (
	ownWeights      tied = iota
	transposesHead       // it had the head's weights, transposed
	sharesHead           // it had the head's weights
	quantizedAsHead      // it had those that the head's were made from
)

// tieEmbedding reads embeddings from the head's 4-bit weights. The initializers
// that it adds are other views of the head's data, which Save writes once, so
// that the runtime maps what it reads of it and may still repack the head.
func (d *decoderGraph) tieEmbedding(approximate bool) tied {
	if d.head.GetOpType() == "MatMul" {
		return d.shareTransposed()
	}
	if d.head.GetOpType() != "MatMulNBits" || len(d.head.Input) != 3 {
		return ownWeights
	}
	bits, _ := attributeOf(d.head, "bits")
	k, _ := attributeOf(d.head, "K")
	n, _ := attributeOf(d.head, "N")
	block, _ := attributeOf(d.head, "block_size")
	data, scales := d.weights.tensor(d.head.Input[1]), d.weights.tensor(d.head.Input[2])
	if bits != 4 || block < 16 || k%block != 0 || data == nil || scales == nil || int64(len(data.RawData)) != n*k/2 {
		return ownWeights
	}
	for _, g := range d.graph.Node {
		switch g.GetOpType() {
		case "GatherBlockQuantized":
			if reshape := d.weights.producers[g.Input[0]]; reshape != nil && reshape.GetOpType() == "Reshape" && reshape.Input[0] == data.GetName() {
				g.Input[0] = d.view(data, "embedding/weight", n, k/2)
				return sharesHead
			}
		case "Gather":
			e := d.weights.tensor(g.Input[0])
			if !approximate || e == nil || !slices.Equal(e.Dims, []int64{n, k}) || !quantizedFrom(e, data.RawData, scales, int(n), int(k), int(block)) {
				continue
			}
			if e.GetDataType() != scales.GetDataType() {
				continue
			}
			g.OpType, g.Domain = ptr("GatherBlockQuantized"), ptr(contrib)
			g.Input = []string{d.view(data, "embedding/weight", n, k/2), g.Input[1], d.view(scales, "embedding/scales", n, k/block)}
			g.Attribute = nil
			for _, a := range []attribute{{"bits", int64(4)}, {"block_size", block}, {"gather_axis", int64(0)}, {"quantize_axis", int64(1)}} {
				v := a.value.(int64)
				g.Attribute = append(g.Attribute, &pb.AttributeProto{Name: ptr(a.name), Type: pb.AttributeProto_INT.Enum(), I: &v})
			}
			return quantizedAsHead
		}
	}
	return ownWeights
}

// shareTransposed lets a float32 head multiply by the transposed table that
// embeddings are looked up in, where the graph has one of the two and transposes
// it for the other. Rows of the table are what embeddings are, so it is kept.
func (d *decoderGraph) shareTransposed() tied {
	head := d.weights.tensor(d.head.Input[1])
	for _, g := range d.graph.Node {
		if g.GetOpType() != "Gather" {
			continue
		}
		table := d.weights.tensor(g.Input[0])
		switch of := d.transposed(g.Input[0]); {
		case table != nil && table == d.transposed(d.head.Input[1]):
		case of != nil && of == head:
			table = &pb.TensorProto{Name: ptr("embedding/weight"), DataType: of.DataType, Dims: []int64{of.Dims[1], of.Dims[0]},
				RawData: transpose(of.RawData, int(of.Dims[0]), int(of.Dims[1]))}
			d.graph.Initializer = append(d.graph.Initializer, table)
			g.Input[0] = table.GetName()
		default:
			continue
		}
		d.head.OpType, d.head.Domain = ptr("FusedMatMul"), ptr(contrib)
		d.head.Input[1] = table.GetName()
		setAttribute(d.head, "transB", 1)
		return transposesHead
	}
	return ownWeights
}

// transposed returns the float32 matrix whose transpose the value is; nil if it
// is none.
func (d *decoderGraph) transposed(value string) *pb.TensorProto {
	t := d.weights.transposeOf(value)
	if t == nil || t.GetDataType() != int32(pb.TensorProto_FLOAT) || int64(len(t.RawData)) != 4*t.Dims[0]*t.Dims[1] {
		return nil
	}
	return t
}

// transpose returns the matrix of 4-byte elements with its columns as rows.
func transpose(data []byte, rows, cols int) []byte {
	const block = 64 // so that what is read and written stays in the cache
	out := make([]byte, len(data))
	for top := 0; top < rows; top += block {
		for left := 0; left < cols; left += block {
			for row := top; row < min(top+block, rows); row++ {
				for col := left; col < min(left+block, cols); col++ {
					from, to := 4*(row*cols+col), 4*(col*rows+row)
					copy(out[to:to+4], data[from:from+4])
				}
			}
		}
	}
	return out
}

func ptr[T any](v T) *T { return &v }

// view adds an initializer with t's data under another name and shape.
func (d *decoderGraph) view(t *pb.TensorProto, name string, dims ...int64) string {
	d.graph.Initializer = append(d.graph.Initializer, &pb.TensorProto{
		Name: &name, DataType: t.DataType, Dims: dims, RawData: t.RawData,
	})
	return name
}

// quantizedFrom reports whether q are e's rows in 4 bits: whether each element
// that is looked at is within a step of the scale.
func quantizedFrom(e *pb.TensorProto, q []byte, scales *pb.TensorProto, rows, cols, block int) bool {
	at, ok := floatReader(e)
	scale, known := floatReader(scales)
	blocks := cols / block
	if !ok || !known || len(e.RawData) != 4*rows*cols || len(scales.RawData) != 4*rows*blocks {
		return false
	}
	for row := 0; row < rows; row += max(1, rows/997) {
		for col := range cols {
			nibble := q[(row*cols+col)/2] >> (4 * (col % 2)) & 15
			s := scale(row*blocks + col/block)
			if d := at(row*cols+col) - s*(float32(nibble)-8); d > absolute(s)*1.01 || d < -absolute(s)*1.01 {
				return false
			}
		}
	}
	return true
}

func absolute(v float32) float32 { return float32(math.Abs(float64(v))) }

// floatReader reads t's elements, of float32 alone.
func floatReader(t *pb.TensorProto) (func(i int) float32, bool) {
	if t.GetDataType() != int32(pb.TensorProto_FLOAT) || len(t.RawData) == 0 {
		return nil, false
	}
	return func(i int) float32 {
		return math.Float32frombits(binary.LittleEndian.Uint32(t.RawData[4*i:]))
	}, true
}
