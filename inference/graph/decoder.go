package graph

import (
	"math"
	"slices"

	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
)

// PrepareDecoder changes the export of a decoder for serving, and says what it
// did:
//
//   - The head computes logits of the last positions alone, as many as the new
//     input LogitsToKeep says. Prompts need one, checking proposed tokens a few;
//     exports compute all.
//   - An embedding that has the head's weights is read from them without a copy,
//     also where one of the two is the other transposed, which ONNX Runtime would
//     make a copy of. If tie says so, one in full precision that the head is the
//     quantized form of is read from the head too; approximate says that this
//     was done, because it changes the logits.
//   - Sliding layers on the CPU keep their window alone.
//
// A graph that has nothing to change is a *NotRecognisedError.
func PrepareDecoder(m *pb.ModelProto, tie bool) (steps []string, approximate bool, err error) {
	if err := checkInputs(m.Graph); err != nil {
		return nil, false, err
	}
	d := &decoderGraph{graph: m.Graph, weights: indexWeights(m.Graph)}
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
	case transposesHead:
		steps = append(steps, "embedding and head read one table, without a copy")
		if !slices.ContainsFunc(m.OpsetImport, func(o *pb.OperatorSetIdProto) bool { return o.GetDomain() == contrib }) {
			m.OpsetImport = append(m.OpsetImport, version(contrib, contribSet))
		}
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

// decoderGraph is a graph that is being prepared.
type decoderGraph struct {
	graph   *pb.GraphProto
	weights *weights
	head    *pb.NodeProto
}

// afterHead are operators that exporters put between the head's product and
// the logits.
var afterHead = []string{"Cast", "Mul", "Div", "Tanh", "Add", "Identity"}

func (d *decoderGraph) findHead() error {
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
func (d *decoderGraph) keepLast() error {
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

// windowCaches gives sliding layers a cache of their window, which ONNX
// Runtime's CPU provider knows; it reports whether there are any.
func (d *decoderGraph) windowCaches() bool {
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
func (d *decoderGraph) removeUnused() {
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
