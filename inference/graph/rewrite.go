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

// Products say how a rewritten graph's matrix products compute.
type Products struct {
	Precision Precision
	// The rest is for int8. Squares are what Observe's graph gives; without them it is less
	// exact. Kept is how many of the last layers stay in fp32.
	Squares []float32
	Kept    int
}

// Rewrite makes a packed graph of a BERT-family encoder. It computes the same:
//
//   - all tokens of a batch go as one matrix through the products;
//   - query, key and value come from one product, and the scale of attention
//     is in the query's weights, and attention looks at each text alone;
//   - the last layer of a classifier of texts computes only what [CLS] needs, because that
//     is all that the classifier reads; in fp32 that isn't even keys and values. So does that
//     of an encoder alone if Spec.First says so.
//
// The parameters are found by name; the rest of an export isn't looked at, so
// the caller compares the answers of both graphs. What isn't
// understood is a NotRecognisedError.
func Rewrite(from Source, spec Spec, p Products) (*pb.ModelProto, error) {
	return rewrite(from, spec, func(r *rewriter) { r.Products = p })
}

// rewrite makes a graph as set says.
func rewrite(from Source, spec Spec, set func(*rewriter)) (*pb.ModelProto, error) {
	if !knownActivation(spec.Activation) {
		return nil, notRecognised("its activation is %s", spec.Activation)
	}
	p, err := from.parameters(spec)
	if err != nil {
		return nil, err
	}
	a, head, _ := lookup(spec.Architecture)
	r := &rewriter{builder: newBuilder(spec.Architecture), encoder: &encoder{spec: spec, architecture: a, head: head}, Products: Products{Precision: FP32}}
	set(r)
	first := spec.first(head)
	if a.packed != nil {
		c, err := spec.modern()
		if err != nil {
			return nil, err
		}
		first = c.first(spec, head)
	}
	if n := spec.observedColumns(first); r.Squares != nil && len(r.Squares) != n {
		return nil, fmt.Errorf("%d columns were observed, the graph has %d", len(r.Squares), n)
	}
	if a.packed != nil {
		return a.packed(r, p)
	}
	if r.encoder, err = extract(p, spec); err != nil {
		return nil, err
	}
	return r.rewrite(), nil
}

type rewriter struct {
	*builder
	*encoder
	Products
	observing bool
	observed  []string // mean squares, in the order of Squares
}

func (r *rewriter) rewrite() *pb.ModelProto {
	s := r.spec
	x, firsts := r.embed()
	last := len(r.layers) - 1
	for i, l := range r.layers {
		name := fmt.Sprintf("layer.%d", i)
		r.keep(i)
		if i == last && s.first(r.head) {
			x = r.lastLayer(name, x, firsts, l)
		} else {
			x = r.layer(name, x, l)
		}
	}
	if r.observing {
		r.named(Logits, "", "Concat", r.observed, attribute{"axis", int64(1)})
		r.output(Logits, 1, s.observedColumns(s.first(r.head)))
		return r.model()
	}
	// In fp32 always: it costs little, and in int8 a tenth of the scores' differences came
	// from it (MiniLM, docs/genuine.md).
	of := "tokens"
	switch r.head {
	case Embed:
		r.embedding(x)
		return r.model()
	case Classify:
		x = r.activation(r.architecture.names.poolActivation, r.node(Domain, PackedMatMul, r.packed("pool", x, r.pool.Weight, r.pool.Bias)))
		of = "texts"
	}
	r.named(Logits, Domain, PackedMatMul, r.packed("classify", x, r.classify.Weight, r.classify.Bias))
	r.output(Logits, of, s.Labels)
	return r.model()
}

// first tells if the last layer is computed for the first token of each text alone.
func (s Spec) first(h Head) bool { return h == Classify || h == Embed && s.First }

// embedding is the output of an encoder alone.
func (r *rewriter) embedding(x string) {
	name, of := HiddenState, "tokens"
	if r.spec.First {
		name, of = FirstState, "texts"
	}
	r.named(name, "", "Identity", []string{x})
	r.output(name, of, r.spec.Hidden)
}

// keep begins a layer: the last ones may stay in fp32.
func (r *rewriter) keep(layer int) { r.keepOf(layer, len(r.layers)) }

func (r *rewriter) keepOf(layer, layers int) {
	if layer >= layers-r.Kept {
		r.Precision, r.Squares = FP32, nil
	}
}

func (r *rewriter) layer(name, x string, l layer) string {
	qkv := r.linear(r.balanced(name+".qkv", x, join(scaled(l.query, r.headSize()), l.key, l.value)))
	context := r.attend(r.spec.Heads, qkv)
	x = r.layerNorm(name+".attended", r.linear(name+".out", context, l.out, x), l.attended)
	return r.feedForward(name, x, l)
}

// lastLayer is layer for the first token of each text alone.
func (r *rewriter) lastLayer(name, x, firsts string, l layer) string {
	first := r.op("Gather", x, firsts) // [texts, hidden]
	query := r.linear(r.balanced(name+".query", first, scaled(l.query, r.headSize())))
	var context string
	if r.Precision == FP32 && !r.observing && r.headSize()%panel == 0 {
		context = r.attendUnprojected(name, x, query, l)
	} else {
		context = r.attend(r.spec.Heads, r.linear(r.balanced(name+".kv", x, join(l.key, l.value))), query)
	}
	x = r.layerNorm(name+".attended", r.linear(name+".out", context, l.out, first), l.attended)
	return r.feedForward(name, x, l)
}

// attendUnprojected is attention of one query of each text without the tokens' keys and
// values: a query times all keys is what the key's weight makes of it, times all rows of x,
// and the sum of values is what the value's weight makes of the sum of rows. The key's bias
// adds the same to all scores of a head, which softmax doesn't see.
func (r *rewriter) attendUnprojected(name, x, query string, l layer) string {
	queries := r.node(Domain, PackedMatMul, r.packed(name+".key", query, byHead(l.key.Weight, r.headSize()), nil)) // [texts, heads·hidden]
	sums := r.attend(1, x, queries)                                                                                // likewise
	return r.node(Domain, PackedMatMul, r.packed(name+".value", sums, l.value.Weight, l.value.Bias))
}

// byHead transposes what gives each head's columns and puts the heads side by side:
// [in, heads·size] becomes [size, heads·in].
func byHead(w Matrix, size int) Matrix {
	out := Matrix{size, w.Cols / size * w.Rows, make([]float32, len(w.Data))}
	for i, v := range w.Data {
		row, head, c := i/w.Cols, i%w.Cols/size, i%size
		out.Data[c*out.Cols+head*w.Rows+row] = v
	}
	return out
}

func (r *rewriter) headSize() int { return r.spec.Hidden / r.spec.Heads }

// attend is PackedAttention.
func (r *rewriter) attend(heads int, parts string, query ...string) string {
	return r.node(Domain, PackedAttention, append([]string{parts, PackedLengths}, query...), attribute{"heads", int64(heads)})
}

func (r *rewriter) feedForward(name, x string, l layer) string {
	var inner string
	switch up := name + ".up"; r.spec.Activation {
	case "gelu", "gelu_python":
		inner = r.gelu(r.balanced(up, x, l.up))
	case "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_accurate": // by tanh, which takes the bias too
		bias := r.floats(up+".bias", l.up.Bias, len(l.up.Bias))
		inner = r.node(contrib, "FastGelu", []string{r.linear(r.balanced(up, x, Linear{Weight: l.up.Weight})), bias})
	default:
		inner = r.activation(r.spec.Activation, r.linear(r.balanced(up, x, l.up)))
	}
	return r.layerNorm(name+".fed", r.linear(name+".down", inner, l.down, x), l.fed)
}

// layerNorm normalises a sum. ONNX Runtime's SkipLayerNormalization adds and
// normalises in one node, and takes twice as long.
func (r *rewriter) layerNorm(name, x string, n norm) string {
	scale := r.floats(name+".scale", n.scale, len(n.scale))
	bias := r.floats(name+".bias", n.bias, len(n.bias))
	return r.node("", "LayerNormalization", []string{x, scale, bias},
		attribute{"axis", int64(-1)}, attribute{"epsilon", r.spec.Epsilon})
}

// linear is x·W + b; b may be nil. With skip it is x·W + b + skip.
func (r *rewriter) linear(name, x string, l Linear, skip ...string) string {
	if r.Precision == Int8 {
		return r.node(Domain, PackedMatMul8, r.withSkip(r.packed8(name, x, l.Weight, l.Bias), 4, skip))
	}
	return r.node(Domain, PackedMatMul, r.withSkip(r.packed(name, x, l.Weight, l.Bias), 2, skip))
}

// gelu is the GELU of x·W + b.
func (r *rewriter) gelu(name, x string, l Linear) string {
	if r.Precision == Int8 {
		return r.node(Domain, PackedMatMul8Gelu, r.packed8(name, x, l.Weight, l.Bias))
	}
	return r.node(Domain, PackedMatMulGelu, r.packed(name, x, l.Weight, l.Bias))
}

// withSkip adds skip behind the inputs, of which the one at place bias may be missing.
func (r *rewriter) withSkip(inputs []string, bias int, skip []string) []string {
	if len(skip) > 0 && len(inputs) == bias {
		inputs = append(inputs, "")
	}
	return append(inputs, skip...)
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
