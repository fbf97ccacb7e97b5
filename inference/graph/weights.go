package graph

import (
	"encoding/binary"
	"math"
	"strings"

	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
)

// Matrix is a dense float32 matrix, row-major.
type Matrix struct {
	Rows, Cols int
	Data       []float32
}

// transposed returns the matrix with rows and columns exchanged.
func (m Matrix) transposed() Matrix {
	out := Matrix{Rows: m.Cols, Cols: m.Rows, Data: make([]float32, len(m.Data))}
	for r := range m.Rows {
		for c, v := range m.Data[r*m.Cols : (r+1)*m.Cols] {
			out.Data[c*m.Rows+r] = v
		}
	}
	return out
}

// weights finds the parameters of a PyTorch module in its export. Exporters
// keep the names of biases, but rename the matrices that they transpose, so a
// matrix is found through the node that adds its bias.
type weights struct {
	initializers map[string]*pb.TensorProto
	producers    map[string]*pb.NodeProto // by output
	consumers    map[string][]*pb.NodeProto
	used         map[*pb.TensorProto]bool
	base, own    string // what names begin with in a whole model, and what here
}

func indexWeights(g *pb.GraphProto) *weights {
	w := &weights{
		initializers: map[string]*pb.TensorProto{},
		producers:    map[string]*pb.NodeProto{},
		consumers:    map[string][]*pb.NodeProto{},
		used:         map[*pb.TensorProto]bool{},
	}
	for _, t := range g.Initializer {
		w.initializers[t.GetName()] = t
	}
	for _, n := range g.Node {
		for _, out := range n.Output {
			w.producers[out] = n
		}
		for _, in := range n.Input {
			w.consumers[in] = append(w.consumers[in], n)
		}
	}
	return w
}

// rename finds out what the names of an encoder alone begin with: nothing, or what it is a
// part of, such as a model of sentence-transformers.
func (w *weights) rename(names parameterNames) {
	if w.initializers[names.words] != nil {
		return
	}
	words := strings.TrimPrefix(names.words, names.base)
	for name := range w.initializers {
		if own, ok := strings.CutSuffix(name, words); ok && (own == "" || strings.HasSuffix(own, ".")) {
			w.base, w.own = names.base, own
			return
		}
	}
}

// here is the name here of what has this one in a whole model.
func (w *weights) here(name string) string {
	if rest, ok := strings.CutPrefix(name, w.base); ok {
		return w.own + rest
	}
	return name
}

// tensor returns the initializer that name stands for, through the Identity
// nodes by which exporters share equal parameters.
func (w *weights) tensor(name string) *pb.TensorProto {
	for range 8 {
		if t, ok := w.initializers[name]; ok {
			return t
		}
		n := w.producers[name]
		if n == nil || n.GetOpType() != "Identity" || len(n.Input) != 1 {
			return nil
		}
		name = n.Input[0]
	}
	return nil
}

// floats returns the elements of t, which must be float32 of these dimensions.
func (w *weights) floats(t *pb.TensorProto, name string, dims ...int) ([]float32, error) {
	if t == nil {
		return nil, notRecognised("the parameter %s is missing", name)
	}
	if t.GetDataType() != int32(pb.TensorProto_FLOAT) {
		return nil, notRecognised("the parameter %s has element type %s, FLOAT is needed", name, pb.TensorProto_DataType(t.GetDataType()))
	}
	n := 1
	same := len(t.Dims) == len(dims)
	for i, d := range dims {
		n *= d
		same = same && t.Dims[i] == int64(d)
	}
	if !same {
		return nil, notRecognised("the parameter %s has shape %v, by config.json it is %v", name, t.Dims, dims)
	}
	data := t.FloatData
	if len(data) == 0 {
		if len(t.RawData) != 4*n {
			return nil, notRecognised("the parameter %s has %d bytes, its shape needs %d", name, len(t.RawData), 4*n)
		}
		data = make([]float32, n)
		for i := range data {
			data[i] = math.Float32frombits(binary.LittleEndian.Uint32(t.RawData[4*i:]))
		}
	}
	if len(data) != n {
		return nil, notRecognised("the parameter %s has %d elements, its shape needs %d", name, len(data), n)
	}
	w.used[t] = true
	return data, nil
}

func (w *weights) vector(name string, n int) ([]float32, error) {
	name = w.here(name)
	return w.floats(w.tensor(name), name, n)
}

func (w *weights) matrix(name string, rows, cols int) (Matrix, error) {
	name = w.here(name)
	data, err := w.floats(w.tensor(name), name, rows, cols)
	if err != nil {
		return Matrix{}, err
	}
	return Matrix{rows, cols, data}, nil
}

// Linear is a layer y = x·Weight + Bias, Weight being [in, out].
type Linear struct {
	Weight Matrix
	Bias   []float32
}

// linear finds the parameters of PyTorch's Linear module of that name.
func (w *weights) linear(name string, in, out int) (Linear, error) {
	bias, err := w.vector(name+".bias", out)
	if err != nil {
		return Linear{}, err
	}
	source, transposed := w.weightOf(w.here(name))
	if source == nil {
		return Linear{}, notRecognised("no product with the weight of %s was found", name)
	}
	rows, cols := in, out
	if transposed {
		rows, cols = out, in
	}
	data, err := w.floats(source, name+".weight", rows, cols)
	if err != nil {
		return Linear{}, err
	}
	m := Matrix{rows, cols, data}
	if transposed {
		m = m.transposed()
	}
	return Linear{m, bias}, nil
}

// weightOf finds the matrix that a Linear module multiplies with, and whether
// it lies as PyTorch has it, [out, in].
func (w *weights) weightOf(name string) (t *pb.TensorProto, transposed bool) {
	for _, n := range w.consumers[name+".bias"] {
		switch n.GetOpType() {
		case "Gemm": // x·W or x·Wᵀ, plus bias
			if len(n.Input) == 3 && n.Input[2] == name+".bias" && intAttribute(n, "transA") == 0 {
				return w.tensor(n.Input[1]), intAttribute(n, "transB") == 1
			}
		case "Add":
			for _, in := range n.Input {
				product := w.producers[in]
				if product == nil || product.GetOpType() != "MatMul" || len(product.Input) != 2 {
					continue
				}
				rhs := product.Input[1]
				if t := w.tensor(rhs); t != nil {
					return t, false
				}
				if p := w.producers[rhs]; p != nil && p.GetOpType() == "Transpose" {
					return w.tensor(p.Input[0]), true
				}
			}
		}
	}
	return nil, false
}

func intAttribute(n *pb.NodeProto, name string) int64 {
	for _, a := range n.Attribute {
		if a.GetName() == name {
			return a.GetI()
		}
	}
	return 0
}

// unused names an initializer with at least n float elements that nobody asked
// for, or "".
func (w *weights) unused(n int) string {
	for name, t := range w.initializers {
		size := int64(1)
		for _, d := range t.Dims {
			size *= d
		}
		if size >= int64(n) && !w.used[t] && isFloat(t.GetDataType()) {
			return name
		}
	}
	return ""
}

func isFloat(dataType int32) bool {
	switch pb.TensorProto_DataType(dataType) {
	case pb.TensorProto_FLOAT, pb.TensorProto_FLOAT16, pb.TensorProto_BFLOAT16, pb.TensorProto_DOUBLE:
		return true
	}
	return false
}
