package graph

import (
	"fmt"

	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
)

// modernRewriter makes the packed graph of ModernBERT.
type modernRewriter struct {
	*rewriter
	from   *finder
	config *modernConfig
	places string               // of the tokens, float32 [tokens, 1]
	turned map[bool][2]string   // cosines and sines, by whether layers are local
	zero   string               // where they begin
	cut    map[[2]int][3]string // arguments of Slice by columns
}

// rewriteModern makes ModernBERT's packed graph: rotary positions and windows are as they are,
// everything else as [Rewrite] does it.
func rewriteModern(r *rewriter, from parameters) (*pb.ModelProto, error) {
	c, err := r.spec.modern()
	if err != nil {
		return nil, err
	}
	r.spec.Epsilon = c.Epsilon
	m := &modernRewriter{rewriter: r, from: &finder{parameters: from}, config: c, turned: map[bool][2]string{}, cut: map[[2]int][3]string{}}
	model := m.rewrite()
	return model, m.from.err
}

// modernFirst tells if the last layer is computed for the first token alone.
func (c *modernConfig) first(s Spec, head Head) bool {
	return (head == Embed || c.Pooling == "cls") && s.first(head) && !c.local(s.Layers-1)
}

// bare is a Linear module, whose bias may be missing.
func (m *modernRewriter) bare(name string, in, out int, bias bool) (l Linear) {
	l.Weight = m.from.matrix(name+".weight", out, in).transposed()
	if bias && m.from.err == nil {
		l.Bias, m.from.err = m.from.vector(name+".bias", out)
	}
	return l
}

func (m *modernRewriter) norm(x, name string) string {
	if m.from.err != nil {
		return x
	}
	var scale, bias []float32
	if scale, m.from.err = m.from.vector(name+".weight", m.spec.Hidden); m.from.err != nil {
		return x
	}
	inputs := []string{x, m.floats(name+".scale", scale, len(scale))}
	if m.config.NormBias {
		if bias, m.from.err = m.from.vector(name+".bias", m.spec.Hidden); m.from.err != nil {
			return x
		}
		inputs = append(inputs, m.floats(name+".bias", bias, len(bias)))
	}
	return m.node("", "LayerNormalization", inputs, attribute{"axis", int64(-1)}, attribute{"epsilon", m.spec.Epsilon})
}

// columns are those of x from one on, so many.
func (m *modernRewriter) columns(x string, from, n int) string {
	at, ok := m.cut[[2]int{from, n}]
	if !ok {
		name := fmt.Sprintf("columns.%d.%d.", from, n)
		at = [3]string{m.ints(name+"from", []int64{int64(from)}, 1), m.ints(name+"to", []int64{int64(from + n)}, 1), m.ints(name+"axis", []int64{1}, 1)}
		m.cut[[2]int{from, n}] = at
	}
	return m.op("Slice", x, at[0], at[1], at[2])
}

// rotary turns rows of heads by their tokens' places.
func (m *modernRewriter) rotary(x string, local bool) string {
	axis := "rotary.batch"
	if m.zero == "" {
		m.zero = m.ints("rotary.from", []int64{0}, 1)
		m.ints(axis, []int64{0}, 1)
	}
	at, ok := m.turned[local]
	if !ok {
		theta, name := m.config.Global, "global"
		if local {
			theta, name = m.config.Local, "local"
		}
		angles := m.op("Mul", m.places, m.floats(name+".frequencies", frequencies(theta, m.headSize()), 1, m.headSize()/2))
		at = [2]string{m.op("Cos", angles), m.op("Sin", angles)}
		m.turned[local] = at
	}
	return m.op("Squeeze", m.node(contrib, "RotaryEmbedding", []string{m.op("Unsqueeze", x, axis), m.zero, at[0], at[1]}), axis)
}

func (m *modernRewriter) rewrite() *pb.ModelProto {
	s, h := m.spec, m.spec.Hidden
	ids := m.input(PackedInputIDs, "tokens")
	m.places = m.op("Unsqueeze", m.node("", "Cast", []string{m.input(PackedPositions, "tokens")}, attribute{"to", elemFloat}), m.ints("places.axis", []int64{1}, 1))
	firsts := m.input(PackedFirsts, "texts")
	m.input(PackedLengths, "texts")
	words := m.from.matrix(m.architecture.names.words, s.Vocabulary, h)
	if m.from.err != nil {
		return nil
	}
	x := m.norm(m.op("Gather", m.floats("words", words.Data, s.Vocabulary, h), ids), modernNorm)
	first := m.config.first(s, m.head)
	for i := range s.Layers {
		m.keepOf(i, s.Layers)
		if x = m.modernLayer(x, i, firsts, first && i == s.Layers-1); m.from.err != nil {
			return nil
		}
	}
	if m.observing {
		m.named(Logits, "", "Concat", m.observed, attribute{"axis", int64(1)})
		m.output(Logits, 1, s.observedColumns(first))
		return m.model()
	}
	if m.head == Embed && s.First && !first {
		x = m.op("Gather", x, firsts)
	}
	x = m.norm(x, modernFinal)
	if m.head == Embed {
		m.embedding(x)
		return m.model()
	}
	of := "tokens"
	if m.head == Classify {
		of = "texts"
		switch {
		case m.config.Pooling == "mean": // attention by no score is the mean
			nothing := m.op("Mul", m.op("Gather", x, firsts), m.floats("nothing", []float32{0}))
			x = m.attend(1, x, nothing)
		case !first:
			x = m.op("Gather", x, firsts)
		}
	}
	dense, classify := m.bare(modernHead+".dense", h, h, m.config.HeadBias), m.from.linear(m.architecture.names.classification, h, s.Labels)
	if m.from.err != nil {
		return nil
	}
	x = m.activation(m.config.HeadActive, m.node(Domain, PackedMatMul, m.packed("head", x, dense.Weight, dense.Bias)))
	x = m.norm(x, modernHead+".norm")
	m.named(Logits, Domain, PackedMatMul, m.packed("classify", x, classify.Weight, classify.Bias))
	m.output(Logits, of, s.Labels)
	return m.model()
}

// modernLayer is a layer, for the first token of each text alone if first.
func (m *modernRewriter) modernLayer(x string, i int, firsts string, first bool) string {
	s, c, h, at, name := m.spec, m.config, m.spec.Hidden, modernLayer(i), fmt.Sprintf("layer.%d", i)
	normal := x
	if i > 0 {
		normal = m.norm(x, at+"attn_norm")
	}
	qkv := m.bare(at+"attn.Wqkv", h, 3*h, c.QKVBias)
	out := m.bare(at+"attn.Wo", h, h, c.QKVBias)
	wi, wo := m.bare(at+"mlp.Wi", h, 2*s.Inner, c.InnerBias), m.bare(at+"mlp.Wo", s.Inner, h, c.InnerBias)
	if m.from.err != nil {
		return x
	}
	query, rest := qkv.cut(0, h), qkv.cut(h, 2*h)
	query = scaled(query, m.headSize())
	var context string
	if first {
		x = m.op("Gather", x, firsts)
		asked := m.linear(m.balanced(name+".query", m.op("Gather", normal, firsts), query)) // at place 0, which turns nothing
		kv := m.linear(m.balanced(name+".kv", normal, rest))
		kv = m.node("", "Concat", []string{m.rotary(m.columns(kv, 0, h), c.local(i)), m.columns(kv, h, h)}, attribute{"axis", int64(1)})
		context = m.attend(s.Heads, kv, asked)
	} else {
		parts := m.linear(m.balanced(name+".qkv", normal, join(query, rest)))
		parts = m.node("", "Concat", []string{m.rotary(m.columns(parts, 0, 2*h), c.local(i)), m.columns(parts, 2*h, h)}, attribute{"axis", int64(1)})
		attributes := []attribute{{"heads", int64(s.Heads)}}
		if c.local(i) {
			attributes = append(attributes, attribute{"window", int64(c.reach())})
		}
		context = m.node(Domain, PackedAttention, []string{parts, PackedLengths}, attributes...)
	}
	x = m.linear(name+".out", context, out, x)
	up, input, all := m.balanced(name+".up", m.norm(x, at+"mlp_norm"), wi)
	var inner string
	if active := all.cut(0, s.Inner); c.Activation == "gelu" || c.Activation == "gelu_python" {
		inner = m.gelu(up+".active", input, active)
	} else {
		inner = m.activation(c.Activation, m.linear(up+".active", input, active))
	}
	gated := m.op("Mul", inner, m.linear(up+".gate", input, all.cut(s.Inner, s.Inner)))
	return m.linear(name+".down", gated, wo, x)
}

// cut are so many of a layer's outputs, from one on.
func (l Linear) cut(from, n int) Linear {
	out := Linear{Weight: Matrix{l.Weight.Rows, n, make([]float32, 0, l.Weight.Rows*n)}}
	for row := range l.Weight.Rows {
		at := row*l.Weight.Cols + from
		out.Weight.Data = append(out.Weight.Data, l.Weight.Data[at:at+n]...)
	}
	if l.Bias != nil {
		out.Bias = l.Bias[from : from+n]
	}
	return out
}
