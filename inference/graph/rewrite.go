package graph

import (
	"fmt"
	"math"

	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
)

// Precision is the type of a rewritten graph's matrix products.
type Precision string

// The precisions that Rewrite can make.
const (
	FP32 Precision = "fp32"
	Int8 Precision = "int8"
)

// Rewrite makes a packed graph of the export of a BERT-family classifier. It
// computes the same logits:
//
//   - all tokens of a batch go as one matrix through the products;
//   - query, key and value come from one product, and the scale of attention
//     is in the query's weights;
//   - the last layer computes only what [CLS] needs, for that is all that the
//     classifier reads.
//
// The parameters are found by name; the rest of the export isn't looked at, so
// the caller compares the answers of both graphs. A graph that isn't
// understood is a NotRecognisedError.
func Rewrite(m *pb.ModelProto, spec Spec, precision Precision) (*pb.ModelProto, error) {
	switch spec.Activation {
	case "gelu", "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "relu":
	default:
		return nil, notRecognised("its activation is %s", spec.Activation)
	}
	if err := checkInputs(m.Graph); err != nil {
		return nil, err
	}
	e, err := extract(m.Graph, spec)
	if err != nil {
		return nil, err
	}
	r := &rewriter{builder: newBuilder(spec.Architecture), encoder: e, precision: precision}
	return r.rewrite(), nil
}

type rewriter struct {
	*builder
	*encoder
	precision Precision

	// values that every layer's attention reads
	queryRows, keyRows, valueRows, contextRows string // rows of Q, K and V, and back
	mask                                       string // [texts, 1, 1, longest]: 0, or hidden at padding
}

func (r *rewriter) rewrite() *pb.ModelProto {
	s := r.spec
	ids := r.input(PackedInputIDs, "tokens")
	positions := r.input(PackedPositions, "tokens")
	x := r.op("Add",
		r.op("Gather", r.floats("words", r.words.Data, s.Vocabulary, s.Hidden), ids),
		r.op("Gather", r.floats("positions", r.positions.Data, s.Positions, s.Hidden), positions))
	if r.kind.Data != nil {
		types := r.input(PackedTypeIDs, "tokens")
		x = r.op("Add", x, r.op("Gather", r.floats("types", r.kind.Data, s.TypeCount, s.Hidden), types))
	}
	texts := r.input(PackedTexts, "tokens")
	cells := r.input(PackedCells, "texts", "longest")
	firsts := r.input(PackedFirsts, "texts")
	lengths := r.input(PackedLengths, "texts")
	x = r.layerNorm("embeddings.norm", x, r.norm)

	r.index(cells, texts, positions, lengths)
	last := len(r.layers) - 1
	for i, l := range r.layers[:last] {
		x = r.layer(fmt.Sprintf("layer.%d", i), x, l)
	}
	x = r.lastLayer(fmt.Sprintf("layer.%d", last), x, firsts, r.layers[last])

	x = r.op(r.poolActivation, r.linear("pool", x, r.pool))
	w := r.floats("classify.weight", r.classify.Weight.Data, s.Hidden, s.Labels)
	bias := r.floats("classify.bias", r.classify.Bias, s.Labels)
	r.named(Logits, "", "Gemm", []string{x, w, bias})
	r.output(Logits, "texts", s.Labels)
	return r.model()
}

// index computes which rows attention gathers. A product with Q, K and V in
// one row of 3·heads·size is seen as rows of one head each: the row of part p,
// head h of a token is (token·3 + p)·heads + h.
func (r *rewriter) index(cells, texts, positions, lengths string) {
	heads := r.spec.Heads
	r.ints("one", []int64{1}, 1)
	r.ints("one-two-three", []int64{1, 2, 3}, 3)
	r.ints("heads", []int64{int64(heads)}, 1)
	r.ints("parts", []int64{int64(3 * heads)}, 1)
	each := make([]int64, heads)
	for h := range each {
		each[h] = int64(h)
	}
	r.ints("each-head", each, heads, 1)

	// [texts, 1, longest]·3·heads + [heads, 1] = [texts, heads, longest]
	r.queryRows = r.op("Add", r.op("Mul", r.op("Unsqueeze", cells, "one"), "parts"), "each-head")
	r.keyRows = r.op("Add", r.queryRows, "heads")
	r.valueRows = r.op("Add", r.keyRows, "heads")

	// The context is [texts, heads, longest] rows: (text·heads + h)·longest +
	// position of each token, for each head: [heads, tokens] -> [tokens, heads].
	longest := r.node("", "Shape", []string{cells}, attribute{"start", int64(1)})
	rows := r.op("Mul", r.op("Add", r.op("Mul", texts, "heads"), "each-head"), longest)
	r.contextRows = r.node("", "Transpose", []string{r.op("Add", rows, positions)}, attribute{"perm", []int64{1, 0}})

	// Padding repeats the text's first token, so that its score is one of the
	// text's own and, after the mask, at most exp(hidden) of the largest.
	r.floats("hidden", []float32{hidden}, 1)
	r.floats("seen", []float32{0}, 1)
	r.ints("first", []int64{0})
	r.ints("step", []int64{1})
	r.ints("scalar", nil, 0)
	places := r.op("Range", "first", r.op("Reshape", longest, "scalar"), "step")
	r.mask = r.op("Where", r.op("Less", places, r.op("Unsqueeze", lengths, "one-two-three")), "seen", "hidden")
}

// hidden is added to the attention scores of padding. exp(-60) is nothing
// beside 1, but it is a normal float: lower ones end as denormals, on which
// processors are slow, in all that follows.
const hidden = -60

func (r *rewriter) layer(name, x string, l layer) string {
	s := r.spec
	size := s.Hidden / s.Heads
	qkv := r.linear(name+".qkv", x, join(scaled(l.query, size), l.key, l.value))
	heads := r.rows(qkv, size)
	context := r.attend(r.op("Gather", heads, r.queryRows), heads)
	context = r.op("Gather", r.rows(context, size), r.contextRows) // [tokens, heads, size]
	context = r.reshape(context, -1, int64(s.Hidden))
	x = r.layerNorm(name+".attended", r.added(name+".out", context, l.out, x), l.attended)
	return r.feedForward(name, x, l)
}

// lastLayer is layer for the first token of each text alone.
func (r *rewriter) lastLayer(name, x, firsts string, l layer) string {
	s := r.spec
	size := s.Hidden / s.Heads
	first := r.op("Gather", x, firsts) // [texts, hidden]
	query := r.linear(name+".query", first, scaled(l.query, size))
	query = r.reshape(query, -1, int64(s.Heads), 1, int64(size))
	// Keys and values lie where keyRows and valueRows look for them if a row
	// has three parts; the first one is never read, so the product has two and
	// the rows are counted anew.
	kv := r.rows(r.linear(name+".kv", x, join(l.key, l.value)), size)
	r.ints("parts.kv", []int64{int64(2 * s.Heads)}, 1)
	r.keyRows = r.op("Add", r.op("Mul", r.op("Unsqueeze", PackedCells, "one"), "parts.kv"), "each-head")
	r.valueRows = r.op("Add", r.keyRows, "heads")
	context := r.reshape(r.attend(query, kv), -1, int64(s.Hidden))
	x = r.layerNorm(name+".attended", r.added(name+".out", context, l.out, first), l.attended)
	return r.feedForward(name, x, l)
}

// attend computes attention, [texts, heads, queries, size], for queries of
// that shape and the rows of heads that hold keys and values.
func (r *rewriter) attend(query, heads string) string {
	key := r.op("Gather", heads, r.keyRows)
	value := r.op("Gather", heads, r.valueRows)
	scores := r.node(contrib, "FusedMatMul", []string{query, key}, attribute{"transB", int64(1)}, attribute{"alpha", float32(1)})
	weights := r.node("", "Softmax", []string{r.op("Add", scores, r.mask)}, attribute{"axis", int64(-1)})
	return r.op("MatMul", weights, value)
}

func (r *rewriter) feedForward(name, x string, l layer) string {
	up := r.product(name+".up", x, l.up)
	bias := r.floats(name+".up.bias", l.up.Bias, len(l.up.Bias))
	var inner string
	switch r.spec.Activation {
	case "gelu":
		inner = r.node(contrib, "BiasGelu", []string{up, bias})
	case "relu":
		inner = r.op("Relu", r.op("Add", up, bias))
	default: // the names of gelu's approximation by tanh
		inner = r.node(contrib, "FastGelu", []string{up, bias})
	}
	return r.layerNorm(name+".fed", r.added(name+".down", inner, l.down, x), l.fed)
}

// rows sees x as rows of one head each.
func (r *rewriter) rows(x string, size int) string { return r.reshape(x, -1, int64(size)) }

func (r *rewriter) reshape(x string, shape ...int64) string {
	name := fmt.Sprint("shape", shape)
	if !r.has(name) {
		r.ints(name, shape, len(shape))
	}
	return r.op("Reshape", x, name)
}

func (r *rewriter) has(initializer string) bool {
	for _, t := range r.graph.Initializer {
		if t.GetName() == initializer {
			return true
		}
	}
	return false
}

// layerNorm normalises a sum. ONNX Runtime's SkipLayerNormalization adds and
// normalises in one node, and takes twice as long.
func (r *rewriter) layerNorm(name, x string, n norm) string {
	scale := r.floats(name+".scale", n.scale, len(n.scale))
	bias := r.floats(name+".bias", n.bias, len(n.bias))
	return r.node("", "LayerNormalization", []string{x, scale, bias},
		attribute{"axis", int64(-1)}, attribute{"epsilon", r.spec.Epsilon})
}

// product is x·W.
func (r *rewriter) product(name, x string, l Linear) string {
	if r.precision == Int8 {
		return r.product8(name, x, l.Weight, nil)
	}
	return r.packedMatMul(name, x, l.Weight, nil, "")
}

// linear is x·W + b.
func (r *rewriter) linear(name, x string, l Linear) string {
	if r.precision == Int8 {
		return r.product8(name, x, l.Weight, l.Bias)
	}
	return r.packedMatMul(name, x, l.Weight, l.Bias, "")
}

// added is x·W + b + skip.
func (r *rewriter) added(name, x string, l Linear, skip string) string {
	if r.precision == Int8 {
		return r.op("Add", r.linear(name, x, l), skip)
	}
	return r.packedMatMul(name, x, l.Weight, l.Bias, skip)
}

// scaled divides the layer's outputs by the root of the size of a head.
func scaled(l Linear, size int) Linear {
	factor := float32(1 / math.Sqrt(float64(size)))
	out := Linear{Matrix{l.Weight.Rows, l.Weight.Cols, make([]float32, len(l.Weight.Data))}, make([]float32, len(l.Bias))}
	for i, v := range l.Weight.Data {
		out.Weight.Data[i] = v * factor
	}
	for i, v := range l.Bias {
		out.Bias[i] = v * factor
	}
	return out
}

// join puts the outputs of layers with the same input side by side.
func join(layers ...Linear) Linear {
	out := Linear{Weight: Matrix{Rows: layers[0].Weight.Rows}}
	for _, l := range layers {
		out.Weight.Cols += l.Weight.Cols
		out.Bias = append(out.Bias, l.Bias...)
	}
	for row := range out.Weight.Rows {
		for _, l := range layers {
			out.Weight.Data = append(out.Weight.Data, l.Weight.Data[row*l.Weight.Cols:(row+1)*l.Weight.Cols]...)
		}
	}
	return out
}
