package graph

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/safetensors"
)

// fail keeps the first error.
func (b *decoderBuilder) fail(err error) {
	if b.err == nil {
		b.err = err
	}
}

// inFile is what the files call a parameter, which some have a prefix before; not ok if they
// haven't got it.
func (b *decoderBuilder) inFile(name string) (found string, ok bool) {
	for _, prefix := range b.spec.Prefixes {
		found = prefix + name
		if strings.HasPrefix(prefix, "model.") {
			found = prefix + strings.TrimPrefix(name, "model.")
		}
		if _, ok = b.weights.Tensors[found]; ok {
			return found, true
		}
	}
	return "", false
}

// hasOwnHead tells if there is a head beside the table that it is to be tied to, with other
// values: transformers then leaves them apart.
func (b *decoderBuilder) hasOwnHead(table *matrixData) bool {
	if _, ok := b.inFile("lm_head.weight"); !ok {
		return false
	}
	head := b.parameter("lm_head.weight", b.spec.Vocabulary, b.spec.Hidden)
	most := min(tile(2*table.rows), table.cols)
	want, got := make([]float32, most*table.rows), make([]float32, most*table.rows)
	for first := 0; first < table.cols && b.err == nil; first += most {
		n := min(most, table.cols-first)
		if err := errors.Join(table.read(first, n, want), head.read(first, n, got)); err != nil {
			b.fail(fmt.Errorf("the weight lm_head.weight: %w", err))
		}
		if !slices.Equal(want[:n*table.rows], got[:n*table.rows]) {
			return true
		}
	}
	return false
}

// find finds a parameter of these dimensions.
func (b *decoderBuilder) find(name string, sizes ...int) (string, safetensors.Tensor) {
	if found, ok := b.inFile(name); ok {
		t := b.weights.Tensors[found]
		if !safetensors.IsFloat(t.DType) {
			b.fail(fmt.Errorf("%s has the parameter %s in %s, F32, F16 or BF16 is needed: take a model whose weights aren't quantized", t.File, found, t.DType))
		}
		if !slices.EqualFunc(t.Shape, sizes, func(a int64, n int) bool { return a == int64(n) }) {
			b.fail(fmt.Errorf("%s has the parameter %s of the shape %v, by config.json it is %v: take both files from the same model", t.File, found, t.Shape, sizes))
		}
		return found, t
	}
	b.fail(fmt.Errorf("%s has no parameter %s, which config.json's architecture has: take both files from the same model", b.weights.Files[0], name))
	return "", safetensors.Tensor{}
}

// parameter is a matrix in its file, [out, in] as PyTorch has it; its columns are out.
func (b *decoderBuilder) parameter(name string, out, in int) *matrixData {
	_, t := b.find(name, out, in)
	m := &matrixData{rows: in, cols: out, transposed: true}
	if b.err != nil {
		return m
	}
	m.kind = map[string]pb.TensorProto_DataType{"F32": pb.TensorProto_FLOAT, "F16": pb.TensorProto_FLOAT16, "BF16": pb.TensorProto_BFLOAT16}[t.DType]
	var err error
	m.stretch, err = b.files.stretch(External{Location: t.File, Offset: t.Offset, Length: t.Length}, name)
	b.fail(err)
	return m
}

// part is the matrix of n of the columns, from first on.
func (m *matrixData) part(first, n int) *matrixData {
	p := *m
	p.offset += int64(first) * int64(m.rows) * int64(m.bytes())
	p.length, p.cols = int64(n)*int64(m.rows)*int64(m.bytes()), n
	return &p
}

func (b *decoderBuilder) vector(name string, n int) []float32 {
	found, _ := b.find(name, n)
	if b.err != nil || b.data == nil {
		return make([]float32, n)
	}
	v, err := b.weights.Floats(found)
	b.fail(err)
	b.checkFinite(name, v)
	return v
}

// checkFinite refuses weights of which every answer would be no number.
func (b *decoderBuilder) checkFinite(name string, values []float32) {
	for _, v := range values {
		if v-v != 0 {
			b.fail(fmt.Errorf("the weight %s has the value %v: fetch the model again", name, v))
			return
		}
	}
}

// linear is PyTorch's Linear module of that name.
func (b *decoderBuilder) linear(name, x string, in, out int, bias bool) string {
	return b.product(name, x, b.parameter(name+".weight", out, in), bias)
}

// product multiplies x by a matrix, and adds the bias of that name.
func (b *decoderBuilder) product(name, x string, m *matrixData, bias bool) string {
	if b.err != nil {
		return name
	}
	out := name + ".product"
	if b.data == nil {
		b.named(out, "", "MatMul", []string{x, name + ".weight"})
	} else if b.blocks == nil {
		b.named(out, "", "MatMul", []string{x, b.matrix(name+".weight", m)})
	} else {
		values, scales, err := b.data.writeQuantized(m, *b.blocks, name+".weight", pb.TensorProto_FLOAT)
		if err != nil {
			b.fail(err)
			return name
		}
		b.graph.Initializer = append(b.graph.Initializer, values, scales)
		b.named(out, contrib, "MatMulNBits", []string{x, values.GetName(), scales.GetName()}, nBits(m, *b.blocks)...)
	}
	if !bias {
		return out
	}
	_, n := m.size()
	return b.op("Add", out, b.floats(name+".bias", b.vector(name+".bias", n), n))
}

// matrix writes a matrix row by row in float32, as MatMul takes it.
func (b *decoderBuilder) matrix(name string, m *matrixData) string {
	t := &pb.TensorProto{Name: &name, DataType: ptr(int32(pb.TensorProto_FLOAT)), Dims: []int64{int64(m.rows), int64(m.cols)}}
	b.graph.Initializer = append(b.graph.Initializer, t)
	at := b.data.reserve(t, 4*int64(m.rows)*int64(m.cols))
	most := min(tile(m.rows), m.cols)
	column, raw := make([]float32, most*m.rows), make([]byte, 4*most*m.rows)
	for first := 0; first < m.cols; first += most {
		n := min(most, m.cols-first)
		if err := m.read(first, n, column); err != nil {
			b.fail(fmt.Errorf("the weight %s: %w", name, err))
			return name
		}
		b.checkFinite(name, column[:n*m.rows])
		for c := range n {
			for row, v := range column[c*m.rows:][:m.rows] {
				binary.LittleEndian.PutUint32(raw[4*(row*n+c):], math.Float32bits(v))
			}
		}
		if n == m.cols {
			_, err := b.data.WriteAt(raw[:4*n*m.rows], at)
			b.fail(err)
			break
		}
		for row := range m.rows {
			_, err := b.data.WriteAt(raw[4*row*n:][:4*n], at+4*(int64(row)*int64(m.cols)+int64(first)))
			b.fail(err)
		}
	}
	return name
}

// table writes a matrix column by column in float32, which is how PyTorch has an
// embedding's rows.
func (b *decoderBuilder) table(name string, m *matrixData) {
	if b.err != nil || b.data == nil {
		return
	}
	t := &pb.TensorProto{Name: &name, DataType: ptr(int32(pb.TensorProto_FLOAT)), Dims: []int64{int64(m.cols), int64(m.rows)}}
	b.graph.Initializer = append(b.graph.Initializer, t)
	at := b.data.reserve(t, 4*int64(m.rows)*int64(m.cols))
	most := min(tile(m.rows), m.cols)
	column, raw := make([]float32, most*m.rows), make([]byte, 4*most*m.rows)
	for first := 0; first < m.cols && b.err == nil; first += most {
		n := min(most, m.cols-first)
		if err := m.read(first, n, column); err != nil {
			b.fail(fmt.Errorf("the weight %s: %w", name, err))
			return
		}
		b.checkFinite(name, column[:n*m.rows])
		for i, v := range column[:n*m.rows] {
			binary.LittleEndian.PutUint32(raw[4*i:], math.Float32bits(v))
		}
		_, err := b.data.WriteAt(raw[:4*n*m.rows], at+4*int64(first)*int64(m.rows))
		b.fail(err)
	}
}
