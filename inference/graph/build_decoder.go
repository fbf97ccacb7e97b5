package graph

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/decoder"
	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/safetensors"
)

// BuildDecoder writes the graph of a model that generates text to target, with the weights
// in float32, or with those of its products in blocks of integers. The layout is
// onnxruntime-genai's: attention is GroupQueryAttention, which turns queries and keys by
// their positions. Weights are streamed, a matrix at a time.
func BuildDecoder(ctx context.Context, s *decoder.Spec, w *safetensors.Weights, blocks *Blocks, target string) (err error) {
	if err := s.Check(); err != nil {
		return err
	}
	if name, field := s.Activation(); !knownActivation(name) {
		return fmt.Errorf("%s is %.100q; known are %s", field, name, strings.Join(activations, ", "))
	}
	if err := attended(s); err != nil {
		return err
	}
	if blocks != nil {
		if err := blocks.Check(); err != nil {
			return err
		}
	}
	builder := func(data *dataFile) *decoderBuilder {
		return &decoderBuilder{builder: newBuilder(s.Architecture), spec: s, weights: w, files: files{dir: w.Dir}, data: data, blocks: blocks, rotary: map[string][2]string{}}
	}
	check := builder(nil)
	err = check.build(ctx)
	check.files.close()
	if err != nil {
		return err
	}
	data, err := createData(target + ".data")
	if err != nil {
		return err
	}
	b := builder(data)
	defer func() {
		b.files.close()
		if e := data.Close(); err == nil {
			err = e
		}
	}()
	if err := b.build(ctx); err != nil {
		return err
	}
	for _, t := range b.graph.Initializer {
		if len(t.RawData) >= externalFrom {
			if err := data.copy(t, stretch{at: readerAt(t.RawData), length: int64(len(t.RawData))}); err != nil {
				return err
			}
		}
	}
	m := b.model()
	m.OpsetImport = m.OpsetImport[:2] // none of our operators
	return data.finish(m, target)
}

// BuiltSize is about how many bytes BuildDecoder writes.
func BuiltSize(s *decoder.Spec, blocks *Blocks) int64 {
	width, each := int64(s.Hidden), 4.0
	if blocks != nil {
		each = float64(blocks.Bits)/8 + 4/float64(blocks.Size)
	}
	products := int64(s.Layers) * width * int64(2*(s.Heads+s.KVHeads)*s.HeadSize+3*s.Inner)
	table := int64(s.Vocabulary) * width
	if blocks != nil || !s.Tied {
		products += table // the head's
	}
	return int64(each*float64(products)) + 4*table + 4*int64(s.Positions)*int64(s.HeadSize)
}

// decoderBuilder builds the graph of a decoder.
type decoderBuilder struct {
	*builder
	spec    *decoder.Spec
	weights *safetensors.Weights
	files   files
	data    *dataFile // nil: parameters are looked for, and not read
	blocks  *Blocks   // nil: products are in float32
	rotary  map[string][2]string
	mask    [2]string // the sequences' last positions, and the length that keys have room for
	err     error     // the first, after which nothing more is done
}

func (b *decoderBuilder) build(ctx context.Context) error {
	s := b.spec
	batch, length := "batch_size", "sequence_length"
	b.input(InputIDs, batch, length)
	b.input(attentionMask, batch, "total_sequence_length")
	table := b.parameter("model.embed_tokens.weight", s.Vocabulary, s.Hidden)
	b.table("model.embed_tokens.weight", table)
	x := b.op("Gather", "model.embed_tokens.weight", InputIDs)
	if s.NormOffset {
		x = b.op("Mul", x, b.floats("embedding.scale", []float32{float32(math.Sqrt(float64(s.Hidden)))}))
	}
	b.lengths()
	for i := range s.Layers {
		if err := errors.Join(ctx.Err(), b.err); err != nil {
			return err
		}
		x = b.layer(i, x)
	}
	x = b.norm("model.norm.weight", x, s.Hidden)
	b.head(x, table)
	b.output(Logits, batch, length, s.Vocabulary)
	for i := range s.Layers {
		for _, part := range []string{"key", "value"} {
			shape := func(length string) *pb.TensorShapeProto { return dims(batch, s.KVHeads, length, s.HeadSize) }
			b.graph.Input = append(b.graph.Input, valueInfo(fmt.Sprintf("past_key_values.%d.%s", i, part), pb.TensorProto_FLOAT, shape("past_sequence_length")))
			b.graph.Output = append(b.graph.Output, valueInfo(fmt.Sprintf("present.%d.%s", i, part), pb.TensorProto_FLOAT, shape("total_sequence_length")))
		}
	}
	return b.err
}

// attentionMask is the input that says which tokens there are.
const attentionMask = "attention_mask"

// lengths are what GroupQueryAttention takes instead of a mask.
func (b *decoderBuilder) lengths() {
	toInt32 := attribute{"to", int64(pb.TensorProto_INT32)}
	sums := b.node("", "ReduceSum", []string{attentionMask, b.ints("mask.axis", []int64{1}, 1)}, attribute{"keepdims", int64(0)})
	last := b.op("Sub", sums, b.ints("mask.one", []int64{1}, 1))
	total := b.op("Gather", b.op("Shape", attentionMask), b.ints("mask.length", []int64{1}))
	b.mask = [2]string{b.node("", "Cast", []string{last}, toInt32), b.node("", "Cast", []string{total}, toInt32)}
}

func (b *decoderBuilder) layer(i int, x string) string {
	s, name := b.spec, fmt.Sprintf("model.layers.%d.", i)
	after := "post_attention_layernorm.weight"
	y := b.attention(i, b.norm(name+"input_layernorm.weight", x, s.Hidden))
	if !s.NormAround {
		x = b.op("Add", x, y)
		return b.op("Add", x, b.forward(name, b.norm(name+after, x, s.Hidden)))
	}
	x = b.op("Add", x, b.norm(name+after, y, s.Hidden))
	y = b.forward(name, b.norm(name+"pre_feedforward_layernorm.weight", x, s.Hidden))
	return b.op("Add", x, b.norm(name+"post_feedforward_layernorm.weight", y, s.Hidden))
}

func (b *decoderBuilder) attention(i int, x string) string {
	s, name := b.spec, fmt.Sprintf("model.layers.%d.self_attn.", i)
	queries, keys := s.Heads*s.HeadSize, s.KVHeads*s.HeadSize
	var q, k, v string
	if s.Packed {
		all := b.parameter(name+"qkv_proj.weight", queries+2*keys, s.Hidden)
		q = b.product(name+"q_proj", x, all.part(0, queries), false)
		k = b.product(name+"k_proj", x, all.part(queries, keys), false)
		v = b.product(name+"v_proj", x, all.part(queries+keys, keys), false)
	} else {
		q = b.linear(name+"q_proj", x, s.Hidden, queries, s.QueryKeyValueBias)
		k = b.linear(name+"k_proj", x, s.Hidden, keys, s.QueryKeyValueBias)
		v = b.linear(name+"v_proj", x, s.Hidden, keys, s.QueryKeyValueBias)
	}
	if s.NormHeads {
		q, k = b.normHeads(name+"q_norm.weight", q, queries), b.normHeads(name+"k_norm.weight", k, keys)
	}
	inputs := []string{q, k, v, fmt.Sprintf("past_key_values.%d.key", i), fmt.Sprintf("past_key_values.%d.value", i), b.mask[0], b.mask[1]}
	window, turned := int64(-1), int64(0)
	if w := s.Window(i); w > 0 {
		window = int64(w)
	}
	if cos, sin := b.caches(i); cos != "" {
		inputs, turned = append(inputs, cos, sin), 1
	}
	out := b.node(contrib, "GroupQueryAttention", inputs, attribute{"num_heads", int64(s.Heads)}, attribute{"kv_num_heads", int64(s.KVHeads)},
		attribute{"scale", float32(s.AttentionScale())}, attribute{"local_window_size", window}, attribute{"do_rotary", turned}, attribute{"rotary_interleaved", int64(0)})
	n := b.graph.Node[len(b.graph.Node)-1]
	n.Output = append(n.Output, fmt.Sprintf("present.%d.key", i), fmt.Sprintf("present.%d.value", i))
	return b.linear(name+"o_proj", out, queries, s.Hidden, s.OutBias)
}

// normHeads normalises each head.
func (b *decoderBuilder) normHeads(name, x string, width int) string {
	heads := b.op("Reshape", x, b.constant("heads", 0, -1, int64(b.spec.HeadSize)))
	return b.op("Reshape", b.norm(name, heads, b.spec.HeadSize), b.constant(fmt.Sprintf("width.%d", width), 0, -1, int64(width)))
}

// constant is a list of numbers, once for each name.
func (b *decoderBuilder) constant(name string, values ...int64) string {
	for _, t := range b.graph.Initializer {
		if t.GetName() == name {
			return name
		}
	}
	return b.ints(name, values, len(values))
}

func (b *decoderBuilder) forward(name, x string) string {
	s := b.spec
	name += "mlp."
	var gate, up string
	if s.Packed {
		both := b.parameter(name+"gate_up_proj.weight", 2*s.Inner, s.Hidden)
		gate, up = b.product(name+"gate_proj", x, both.part(0, s.Inner), false), b.product(name+"up_proj", x, both.part(s.Inner, s.Inner), false)
	} else {
		gate, up = b.linear(name+"gate_proj", x, s.Hidden, s.Inner, s.ForwardBias), b.linear(name+"up_proj", x, s.Hidden, s.Inner, s.ForwardBias)
	}
	activation, _ := s.Activation()
	gate = b.activation(activation, gate)
	return b.linear(name+"down_proj", b.op("Mul", gate, up), s.Inner, s.Hidden, s.ForwardBias)
}

// norm divides by the root of the mean square.
func (b *decoderBuilder) norm(name, x string, n int) string {
	scale := b.vector(name, n)
	if b.spec.NormOffset {
		for i := range scale {
			scale[i]++
		}
	}
	return b.node("", "SimplifiedLayerNormalization", []string{x, b.floats(name, scale, n)},
		attribute{"axis", int64(-1)}, attribute{"epsilon", b.spec.Epsilon}, attribute{"stash_type", int64(1)})
}

// head computes logits, with a weight of its own or with the embedding's table.
func (b *decoderBuilder) head(x string, table *matrixData) {
	weight, tied := table, b.spec.Tied && !b.hasOwnHead(table)
	if !tied {
		weight = b.parameter("lm_head.weight", b.spec.Vocabulary, b.spec.Hidden)
	}
	var logits string
	if b.blocks == nil && tied {
		b.named("lm_head.weight", "", "Transpose", []string{"model.embed_tokens.weight"}, attribute{"perm", []int64{1, 0}})
		logits = b.op("MatMul", x, "lm_head.weight")
	} else {
		logits = b.product("lm_head", x, weight, false)
	}
	if limit := b.spec.LogitCap(); limit > 0 {
		by := b.floats("logits.cap", []float32{float32(limit)})
		b.op("Mul", b.op("Tanh", b.op("Div", logits, by)), by)
	}
	b.graph.Node[len(b.graph.Node)-1].Output[0] = Logits
}

// caches are cosines and sines of a layer's rotary positions; "" for a layer without.
func (b *decoderBuilder) caches(layer int) (cos, sin string) {
	r, err := b.spec.Rotary(layer)
	if err != nil || r == nil {
		b.fail(err)
		return "", ""
	}
	if b.data == nil {
		return "cos", "sin"
	}
	key := fmt.Sprint(r.Frequencies, r.Factor)
	if names, ok := b.rotary[key]; ok {
		return names[0], names[1]
	}
	n, rows := len(r.Frequencies), b.spec.Positions
	cosines, sines := make([]byte, 0, 4*n*rows), make([]byte, 0, 4*n*rows)
	for position := range rows {
		for _, f := range r.Frequencies {
			angle := float64(float32(position) * f) // in float32, as transformers has it
			cosines = binary.LittleEndian.AppendUint32(cosines, math.Float32bits(float32(math.Cos(angle))*r.Factor))
			sines = binary.LittleEndian.AppendUint32(sines, math.Float32bits(float32(math.Sin(angle))*r.Factor))
		}
	}
	number := len(b.rotary)
	cos = b.initializer(fmt.Sprintf("cos_cache.%d", number), pb.TensorProto_FLOAT, cosines, rows, n)
	sin = b.initializer(fmt.Sprintf("sin_cache.%d", number), pb.TensorProto_FLOAT, sines, rows, n)
	b.rotary[key] = [2]string{cos, sin}
	return cos, sin
}
