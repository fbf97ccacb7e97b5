package graph

import (
	"fmt"

	"google.golang.org/protobuf/proto"

	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/safetensors"
)

// Built makes the graph of a model whose weights lie in files as save_pretrained writes
// them. It has the inputs and the output of an export, and reads the weights where they
// lie, so it is small. Weights of 16 bits are widened when they are loaded: it computes in
// float32.
//
// Its errors name the parameter or the field of config.json, and the remedy.
func Built(w *safetensors.Weights, spec Spec) ([]byte, error) {
	a, head, ok := lookup(spec.Architecture)
	if !ok {
		return nil, fmt.Errorf("config.json: no graph can be built of the architecture %s, export the model to ONNX", spec.Architecture)
	}
	if err := spec.checkBuilt(); err != nil {
		return nil, err
	}
	from, err := stored{weights: w}.parameters(spec)
	if err != nil {
		return nil, err
	}
	p := &plain{builder: newBuilder(spec.Architecture), stored: from.(stored), architecture: a, head: head, spec: spec}
	p.ids = p.input(InputIDs, "batch", "sequence")
	p.mask = p.input(AttentionMask, "batch", "sequence")
	build := a.build
	if build == nil {
		build = buildEncoder
	}
	if err := build(p); err != nil {
		return nil, err
	}
	if p.err != nil {
		return nil, p.err
	}
	return proto.MarshalOptions{Deterministic: true}.Marshal(p.model())
}

// plain builds a graph of padded texts, [batch, sequence, width].
type plain struct {
	*builder
	stored
	architecture architecture
	head         Head
	spec         Spec
	ids, mask    string
	keys         string // the mask as attention takes it, once it is there
	err          error  // the first, so that building reads straight
}

// raw is the parameter of that name as it lies in the file, and its element type.
func (p *plain) raw(name string, dims ...int) (value string, dtype string) {
	return p.rawPart(name, 0, dims[0], dims...)
}

// part are rows of a parameter of these dimensions, in float32.
func (p *plain) part(name string, from, rows int, dims ...int) string {
	return p.widened(p.rawPart(name, from, rows, dims...))
}

func (p *plain) rawPart(name string, from, rows int, dims ...int) (value string, dtype string) {
	found, t, err := p.tensor(name, dims...)
	if err != nil {
		if p.err == nil {
			p.err = err
		}
		return name, "F32"
	}
	if rows != dims[0] {
		row := t.Length / int64(dims[0])
		t.Offset, t.Length = t.Offset+int64(from)*row, int64(rows)*row
		found = fmt.Sprintf("%s[%d:%d]", found, from, from+rows)
		dims = append([]int{rows}, dims[1:]...)
	}
	for _, have := range p.graph.Initializer {
		if have.GetName() == found {
			return found, t.DType
		}
	}
	elem := map[string]pb.TensorProto_DataType{"F32": pb.TensorProto_FLOAT, "F16": pb.TensorProto_FLOAT16, "BF16": pb.TensorProto_BFLOAT16}[t.DType]
	p.initializer(found, elem, nil, dims...)
	at := p.graph.Initializer[len(p.graph.Initializer)-1]
	at.DataLocation = pb.TensorProto_EXTERNAL.Enum()
	at.ExternalData = []*pb.StringStringEntryProto{
		pair("location", t.File), pair("offset", fmt.Sprint(t.Offset)), pair("length", fmt.Sprint(t.Length)),
	}
	return found, t.DType
}

// parameter is the one of that name in float32.
func (p *plain) parameter(name string, dims ...int) string { return p.widened(p.raw(name, dims...)) }

func (p *plain) widened(value, dtype string) string {
	if dtype == "F32" {
		return value
	}
	return p.node("", "Cast", []string{value}, attribute{"to", elemFloat})
}

// rows looks rows of a table up.
func (p *plain) rows(table string, rows, cols int, at string) string {
	value, dtype := p.raw(table, rows, cols)
	return p.widened(p.op("Gather", value, at), dtype)
}

// product is x·Wᵀ of PyTorch's Linear module of that name, without its bias.
func (p *plain) product(x, name string, in, out int) string {
	return p.node(contrib, "FusedMatMul", []string{x, p.parameter(name+".weight", out, in)}, attribute{"transB", int64(1)})
}

// linear is PyTorch's Linear module of that name.
func (p *plain) linear(x, name string, in, out int) string {
	return p.op("Add", p.product(x, name, in, out), p.parameter(name+".bias", out))
}

// norm is PyTorch's LayerNorm module of that name.
func (p *plain) norm(x, name string, n int) string {
	return p.normed(x, n, p.parameter(name+".weight", n), p.parameter(name+".bias", n))
}

func (p *plain) normed(x string, n int, parameters ...string) string {
	return p.node("", "LayerNormalization", append([]string{x}, parameters...), attribute{"axis", int64(-1)}, attribute{"epsilon", p.spec.Epsilon})
}

// scores are what a layer's attention adds to the scores of its queries and keys. name is
// the layer's; query and key are float32 [batch, sequence, width]. bias is float32 that fits
// to [batch, heads, queries, keys], or ""; scale is what query times key is multiplied by.
type scores func(name, query, key string) (bias string, scale float32)

// attend is attention of all tokens that the mask has.
func (p *plain) attend(query, key, value, bias string, scale float32) string {
	if p.keys == "" {
		p.keys = p.node("", "Cast", []string{p.mask}, attribute{"to", elemInt32})
	}
	return p.node(contrib, "MultiHeadAttention", []string{query, key, value, "", p.keys, bias},
		attribute{"num_heads", int64(p.spec.Heads)}, attribute{"scale", scale})
}

// attendBefore is attention of each token to itself and those before it. What is behind a
// text's end comes after all of it, so that there is no mask.
func (p *plain) attendBefore(query, key, value, _ string, scale float32) string {
	return p.node(contrib, "MultiHeadAttention", []string{query, key, value},
		attribute{"num_heads", int64(p.spec.Heads)}, attribute{"scale", scale}, attribute{"unidirectional", int64(1)})
}

// first is the first token of each text, [batch, width].
func (p *plain) first(x string) string {
	return p.node("", "Gather", []string{x, p.scalar("first", 0)}, attribute{"axis", int64(1)})
}

// scalar is an int64 without dimensions.
func (p *builder) scalar(name string, value int64) string { return p.ints(name, []int64{value}) }
