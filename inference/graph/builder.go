package graph

import (
	"encoding/binary"
	"fmt"
	"math"

	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
)

// Domains and versions of the operators that rewritten graphs use.
const (
	contrib    = "com.microsoft"
	irVersion  = 8
	opset      = 17
	contribSet = 1
)

// builder appends nodes to a graph. Each method returns the name of the
// node's first output.
type builder struct {
	graph *pb.GraphProto
	count int
}

func newBuilder(name string) *builder {
	return &builder{graph: &pb.GraphProto{Name: &name}}
}

func version(domain string, v int64) *pb.OperatorSetIdProto {
	return &pb.OperatorSetIdProto{Domain: &domain, Version: &v}
}

// model finishes the graph.
func (b *builder) model() *pb.ModelProto {
	ir, producer := int64(irVersion), "azure-nlp-endpoint"
	return &pb.ModelProto{
		IrVersion:    &ir,
		ProducerName: &producer,
		OpsetImport:  []*pb.OperatorSetIdProto{version("", opset), version(contrib, contribSet), version(Domain, 1)},
		Graph:        b.graph,
	}
}

// dim is a dimension of an input or output: a number or a name.
func dims(sizes ...any) *pb.TensorShapeProto {
	shape := &pb.TensorShapeProto{}
	for _, s := range sizes {
		d := &pb.TensorShapeProto_Dimension{}
		switch s := s.(type) {
		case string:
			d.Value = &pb.TensorShapeProto_Dimension_DimParam{DimParam: s}
		case int:
			d.Value = &pb.TensorShapeProto_Dimension_DimValue{DimValue: int64(s)}
		}
		shape.Dim = append(shape.Dim, d)
	}
	return shape
}

func valueInfo(name string, elem pb.TensorProto_DataType, shape *pb.TensorShapeProto) *pb.ValueInfoProto {
	t := int32(elem)
	return &pb.ValueInfoProto{Name: &name, Type: &pb.TypeProto{
		Value: &pb.TypeProto_TensorType{TensorType: &pb.TypeProto_Tensor{ElemType: &t, Shape: shape}},
	}}
}

func (b *builder) input(name string, sizes ...any) string {
	b.graph.Input = append(b.graph.Input, valueInfo(name, pb.TensorProto_INT64, dims(sizes...)))
	return name
}

func (b *builder) output(name string, sizes ...any) {
	b.graph.Output = append(b.graph.Output, valueInfo(name, pb.TensorProto_FLOAT, dims(sizes...)))
}

func (b *builder) initializer(name string, elem pb.TensorProto_DataType, raw []byte, sizes ...int) string {
	t := int32(elem)
	p := &pb.TensorProto{Name: &name, DataType: &t, RawData: raw}
	for _, s := range sizes {
		p.Dims = append(p.Dims, int64(s))
	}
	b.graph.Initializer = append(b.graph.Initializer, p)
	return name
}

func (b *builder) floats(name string, data []float32, sizes ...int) string {
	raw := make([]byte, 0, 4*len(data))
	for _, v := range data {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	return b.initializer(name, pb.TensorProto_FLOAT, raw, sizes...)
}

func (b *builder) int32s(name string, data []int32, sizes ...int) string {
	raw := make([]byte, 0, 4*len(data))
	for _, v := range data {
		raw = binary.LittleEndian.AppendUint32(raw, uint32(v))
	}
	return b.initializer(name, pb.TensorProto_INT32, raw, sizes...)
}

func (b *builder) ints(name string, data []int64, sizes ...int) string {
	raw := make([]byte, 0, 8*len(data))
	for _, v := range data {
		raw = binary.LittleEndian.AppendUint64(raw, uint64(v))
	}
	return b.initializer(name, pb.TensorProto_INT64, raw, sizes...)
}

// attribute of a node: an int64, a float32 or a list of int64.
type attribute struct {
	name  string
	value any
}

func (b *builder) node(domain, op string, inputs []string, attributes ...attribute) string {
	b.count++
	name := fmt.Sprintf("%s_%d", op, b.count)
	b.named(name, domain, op, inputs, attributes...)
	return name
}

// named appends a node with one output of that name.
func (b *builder) named(output, domain, op string, inputs []string, attributes ...attribute) {
	n := &pb.NodeProto{Name: &output, OpType: &op, Input: inputs, Output: []string{output}}
	if domain != "" {
		n.Domain = &domain
	}
	for _, a := range attributes {
		p := &pb.AttributeProto{Name: &a.name}
		switch v := a.value.(type) {
		case int64:
			p.Type, p.I = pb.AttributeProto_INT.Enum(), &v
		case float32:
			p.Type, p.F = pb.AttributeProto_FLOAT.Enum(), &v
		case []int64:
			p.Type, p.Ints = pb.AttributeProto_INTS.Enum(), v
		}
		n.Attribute = append(n.Attribute, p)
	}
	b.graph.Node = append(b.graph.Node, n)
}

func (b *builder) op(op string, inputs ...string) string { return b.node("", op, inputs) }
