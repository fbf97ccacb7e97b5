package graph

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
)

// QuantizeProducts writes the graph at source to target with the weights of its MatMuls in
// blocks of integers (MatMulNBits), and everything else as it is, and returns how many
// products that are. The values are those of ONNX Runtime's quantizer, to the bit; a weight
// that is the transposed table of the embedding is quantized too. It is streamed: memory
// doesn't grow with the model.
func QuantizeProducts(ctx context.Context, source, target string, b Blocks) (products int, err error) {
	if err := b.Check(); err != nil {
		return 0, err
	}
	m, err := loadShallow(source)
	if err != nil {
		return 0, err
	}
	data, err := createData(target + ".data")
	if err != nil {
		return 0, err
	}
	q := &quantizer{graph: m.Graph, blocks: b, weights: indexWeights(m.Graph), files: files{dir: filepath.Dir(source)}, data: data, made: map[string][2]string{}, new: map[*pb.TensorProto]bool{}}
	defer func() {
		q.files.close()
		if e := data.Close(); err == nil {
			err = e
		}
	}()
	for _, n := range m.Graph.Node {
		if n.GetOpType() == "MatMul" && n.GetDomain() == "" {
			if err := errors.Join(ctx.Err(), q.product(n)); err != nil {
				return 0, fmt.Errorf("%s: %w", source, err)
			}
		}
	}
	if q.products == 0 {
		return 0, fmt.Errorf("%s has no MatMul with a constant weight of float or float16: name a graph in fp32 or fp16", source)
	}
	(&decoderGraph{graph: m.Graph}).removeUnused()
	for _, t := range m.Graph.Initializer {
		if t.GetDataLocation() != pb.TensorProto_EXTERNAL || q.new[t] {
			continue
		}
		from, err := q.files.find(t)
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = data.copy(t, from)
		}
		if err != nil {
			return 0, fmt.Errorf("%s: %w", source, err)
		}
	}
	if !slices.ContainsFunc(m.OpsetImport, func(o *pb.OperatorSetIdProto) bool { return o.GetDomain() == contrib }) {
		m.OpsetImport = append(m.OpsetImport, version(contrib, contribSet))
	}
	return q.products, data.finish(m, target)
}

// quantizer quantizes the products of a graph.
type quantizer struct {
	graph    *pb.GraphProto
	blocks   Blocks
	weights  *weights
	files    files
	data     *dataFile
	made     map[string][2]string // names of values and scales, by that of the weight
	new      map[*pb.TensorProto]bool
	products int
}

// product makes a MatMul with a constant weight a MatMulNBits.
func (q *quantizer) product(n *pb.NodeProto) error {
	name := n.Input[1]
	t, transposed := q.weights.tensor(name), false
	if t == nil {
		if t = q.weights.transposeOf(name); t == nil {
			return nil
		}
		transposed = true
	}
	kind := pb.TensorProto_DataType(t.GetDataType())
	if len(t.Dims) != 2 || kind != pb.TensorProto_FLOAT && kind != pb.TensorProto_FLOAT16 {
		return nil
	}
	from, err := q.files.find(t)
	if err != nil {
		return err
	}
	m, err := newMatrixData(t, from, transposed)
	if err != nil {
		return err
	}
	names, ok := q.made[name]
	if !ok {
		values, scales, err := q.data.writeQuantized(m, q.blocks, name, kind)
		if err != nil {
			return err
		}
		q.new[values], q.new[scales] = true, true
		q.graph.Initializer = append(q.graph.Initializer, values, scales)
		names = [2]string{values.GetName(), scales.GetName()}
		q.made[name] = names
	}
	n.OpType, n.Domain, n.Input = ptr("MatMulNBits"), ptr(contrib), []string{n.Input[0], names[0], names[1]}
	if n.GetName() != "" {
		n.Name = ptr(fmt.Sprintf("%s_Q%d", n.GetName(), q.blocks.Bits))
	}
	n.Attribute = nil
	for _, a := range nBits(m, q.blocks) {
		v := a.value.(int64)
		n.Attribute = append(n.Attribute, &pb.AttributeProto{Name: ptr(a.name), Type: pb.AttributeProto_INT.Enum(), I: &v})
	}
	q.products++
	return nil
}

// nBits are the attributes of MatMulNBits: activations are quantized to 8 bits.
func nBits(m columns, b Blocks) []attribute {
	rows, cols := m.size()
	return []attribute{{"K", int64(rows)}, {"N", int64(cols)}, {"accuracy_level", int64(4)}, {"bits", int64(b.Bits)}, {"block_size", int64(b.Size)}}
}

// transposeOf returns the initializer whose transpose the value is; nil if it is none.
func (w *weights) transposeOf(value string) *pb.TensorProto {
	n := w.producers[value]
	if n == nil || n.GetOpType() != "Transpose" {
		return nil
	}
	t := w.tensor(n.Input[0])
	if t == nil || len(t.Dims) != 2 {
		return nil
	}
	for _, a := range n.Attribute {
		if a.GetName() == "perm" && !slices.Equal(a.Ints, []int64{1, 0}) {
			return nil
		}
	}
	return t
}
