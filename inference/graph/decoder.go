package graph

import (
	"encoding/binary"
	"math"
	"slices"

	pb "azure-nlp-endpoint/inference/graph/onnxpb"
)

// PrepareDecoder changes the export of a decoder for serving, and says what it
// did:
//
//   - The head computes logits of the last positions alone, as many as the new
//     input LogitsToKeep says. Prompts need one, checking proposed tokens a few;
//     exports compute all.
//   - An embedding that has the head's 4-bit weights is read from them without
//     a copy. If tie says so, one in full precision that the head is the
//     quantized form of is read from the head too; approximate says that this
//     was done, for it changes the logits.
//   - Sliding layers on the CPU keep their window alone.
//
// A graph that has nothing to change is a *NotRecognisedError.
func PrepareDecoder(m *pb.ModelProto, tie bool) (steps []string, approximate bool, err error) {
	d := &decoder{graph: m.Graph, weights: indexWeights(m.Graph)}
	for _, in := range m.Graph.Input {
		if in.GetName() == LogitsToKeep {
			return nil, false, notRecognised("it has the input %s already", LogitsToKeep)
		}
	}
	if err := d.findHead(); err != nil {
		return nil, false, err
	}
	if err := d.keepLast(); err != nil {
		return nil, false, err
	}
	steps = []string{"head for the last positions alone"}
	switch d.tieEmbedding(tie) {
	case sharesHead:
		steps = append(steps, "embedding read from the head's weights, without a copy")
	case quantizedAsHead:
		steps, approximate = append(steps, "embedding read from the head's 4-bit weights"), true
	}
	if d.windowCaches() {
		steps = append(steps, "sliding layers keep their window alone")
	}
	d.removeUnused()
	return steps, approximate, nil
}

// decoder is a graph that is being prepared.
type decoder struct {
	graph   *pb.GraphProto
	weights *weights
	head    *pb.NodeProto
}

// afterHead are operators that exporters put between the head's product and
// the logits.
var afterHead = []string{"Cast", "Mul", "Div", "Tanh", "Add", "Identity"}

func (d *decoder) findHead() error {
	name := Logits
	for range 16 {
		n := d.weights.producers[name]
		if n == nil {
			return notRecognised("nothing computes %s", name)
		}
		switch op := n.GetOpType(); {
		case op == "MatMul" || op == "MatMulNBits" || op == "Gemm":
			d.head = n
			return nil
		case slices.Contains(afterHead, op):
			name = ""
			for _, in := range n.Input {
				if d.weights.tensor(in) == nil && d.weights.producers[in] != nil && d.weights.producers[in].GetOpType() != "Constant" {
					name = in
					break
				}
			}
		default:
			return notRecognised("logits come from %s, a MatMul is known", op)
		}
	}
	return notRecognised("the head's MatMul can't be found")
}

// keepLast cuts what goes into the head to its last positions.
func (d *decoder) keepLast() error {
	for _, out := range d.graph.Output {
		if out.GetName() != Logits {
			continue
		}
		dim := out.GetType().GetTensorType().GetShape().GetDim()
		if len(dim) != 3 {
			return notRecognised("%s has %d dimensions, [batch, sequence, vocabulary] is known", Logits, len(dim))
		}
		dim[1].Value = &pb.TensorShapeProto_Dimension_DimParam{DimParam: LogitsToKeep}
	}
	b := &builder{graph: &pb.GraphProto{}}
	b.input(LogitsToKeep, 1)
	b.ints("logits_to_keep/end", []int64{math.MaxInt64}, 1)
	b.ints("logits_to_keep/axis", []int64{1}, 1)
	b.named("logits_to_keep/start", "", "Neg", []string{LogitsToKeep})
	b.named("logits_to_keep/kept", "", "Slice", []string{d.head.Input[0], "logits_to_keep/start", "logits_to_keep/end", "logits_to_keep/axis"})
	d.head.Input[0] = "logits_to_keep/kept"
	at := slices.Index(d.graph.Node, d.head)
	d.graph.Node = slices.Insert(d.graph.Node, at, b.graph.Node...)
	d.graph.Input = append(d.graph.Input, b.graph.Input...)
	d.graph.Initializer = append(d.graph.Initializer, b.graph.Initializer...)
	return nil
}

func attributeOf(n *pb.NodeProto, name string) (int64, bool) {
	for _, a := range n.Attribute {
		if a.GetName() == name {
			return a.GetI(), true
		}
	}
	return 0, false
}

// tied says what tieEmbedding did.
type tied int

const (
	ownWeights      tied = iota
	sharesHead           // it had the head's weights
	quantizedAsHead      // it had those that the head's were made from
)

// tieEmbedding reads embeddings from the head's 4-bit weights. The initializers
// that it adds are other views of the head's data, which Save writes once, so
// that the runtime maps what it reads of it and may still repack the head.
func (d *decoder) tieEmbedding(approximate bool) tied {
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

func ptr[T any](v T) *T { return &v }

// view adds an initializer with t's data under another name and shape.
func (d *decoder) view(t *pb.TensorProto, name string, dims ...int64) string {
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
	if !ok || !known {
		return false
	}
	blocks := cols / block
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

// windowCaches gives sliding layers a cache of their window, which ONNX
// Runtime's CPU provider knows; it reports whether there are any.
func (d *decoder) windowCaches() bool {
	types := map[string]int32{}
	for _, in := range d.graph.Input {
		types[in.GetName()] = in.GetType().GetTensorType().GetElemType()
	}
	found := false
	for _, n := range d.graph.Node {
		if n.GetOpType() != "GroupQueryAttention" || len(n.Input) <= gqaPastKey || types[n.Input[gqaPastKey]] != int32(pb.TensorProto_FLOAT) {
			continue
		}
		if window, _ := attributeOf(n, "local_window_size"); window <= 0 {
			continue
		}
		found = true
		setAttribute(n, "sliding_window_cache", 1)
	}
	return found
}

func setAttribute(n *pb.NodeProto, name string, value int64) {
	for _, a := range n.Attribute {
		if a.GetName() == name {
			a.I = &value
			return
		}
	}
	n.Attribute = append(n.Attribute, &pb.AttributeProto{Name: &name, Type: pb.AttributeProto_INT.Enum(), I: &value})
}

// removeUnused drops nodes and initializers that nothing reads any more.
func (d *decoder) removeUnused() {
	for {
		used := map[string]bool{}
		for _, out := range d.graph.Output {
			used[out.GetName()] = true
		}
		for _, n := range d.graph.Node {
			for _, in := range n.Input {
				used[in] = true
			}
		}
		before := len(d.graph.Node)
		d.graph.Node = slices.DeleteFunc(d.graph.Node, func(n *pb.NodeProto) bool {
			return !slices.ContainsFunc(n.Output, func(out string) bool { return used[out] })
		})
		d.graph.Initializer = slices.DeleteFunc(d.graph.Initializer, func(t *pb.TensorProto) bool { return !used[t.GetName()] })
		if len(d.graph.Node) == before {
			return
		}
	}
}

// DecoderPrecision names the precision of a decoder by its head and layers:
// "int4" if any product has 4-bit weights, else that of the caches.
func (s *Signature) DecoderPrecision() string {
	for name := range s.Initializers {
		if len(name) > 3 && (name[len(name)-3:] == "_Q4" || name[len(name)-3:] == "_Q8") {
			return "int" + name[len(name)-1:]
		}
	}
	for _, in := range s.Inputs {
		if in.Name == "past_key_values.0.key" && in.ElemType == int32(pb.TensorProto_FLOAT16) {
			return "fp16"
		}
	}
	return "fp32"
}
