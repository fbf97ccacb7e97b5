package graph

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"

	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
)

// PackedPrefix is what names of the weights that PackDecoder made begin with.
const PackedPrefix = "packed/"

// block4 is how many 4-bit values of a column share a scale.
const block4 = 32

// PackDecoder gives a prepared decoder's 4-bit products, and the embedding that reads the
// head's weights, our own operators, and returns how many. Weights stay what they are. It takes what the operators compute, symmetric weights in
// blocks of 32 with activations in 8 bits, and leaves the rest.
func PackDecoder(m *pb.ModelProto) int {
	p := &packer4{builder: &builder{graph: &pb.GraphProto{}}, weights: indexWeights(m.Graph)}
	for _, n := range m.Graph.Node {
		switch n.GetOpType() {
		case "MatMulNBits":
			p.product(n)
		case "GatherBlockQuantized":
			p.embedding(n)
		}
	}
	if len(p.done) == 0 {
		return 0
	}
	m.Graph.Initializer = append(m.Graph.Initializer, p.graph.Initializer...)
	m.OpsetImport = append(m.OpsetImport, version(Domain, 1))
	(&decoderGraph{graph: m.Graph}).removeUnused()
	return p.changed
}

// packer4 packs weights, each once.
type packer4 struct {
	*builder
	*weights
	done    []packed4
	changed int
}

// packed4 are the weights of a product and the inputs they have become.
type packed4 struct {
	values, scales []byte
	inputs         []string
}

// rowsOf4 are quantized rows, [rows, columns / 2], as MatMulNBits and GatherBlockQuantized
// have them.
type rowsOf4 struct {
	values, scales *pb.TensorProto
	rows, columns  int64
}

func (p *packer4) product(n *pb.NodeProto) {
	inputs := slices.Clone(n.Input)
	for len(inputs) > 3 && inputs[len(inputs)-1] == "" {
		inputs = inputs[:len(inputs)-1]
	}
	if len(inputs) != 3 || intAttribute(n, "bits") != 4 || intAttribute(n, "block_size") != block4 || intAttribute(n, "accuracy_level") != 4 {
		return
	}
	w := rowsOf4{p.tensor(inputs[1]), p.tensor(inputs[2]), intAttribute(n, "N"), intAttribute(n, "K")}
	if packed := p.pack(inputs[1], w); packed != nil {
		p.replace(n, PackedMatMul4, append([]string{inputs[0]}, packed...))
	}
}

func (p *packer4) embedding(n *pb.NodeProto) {
	if len(n.Input) != 3 || intAttribute(n, "bits") != 4 || intAttribute(n, "block_size") != block4 ||
		intAttribute(n, "gather_axis") != 0 || intAttribute(n, "quantize_axis") != 1 {
		return
	}
	w := rowsOf4{values: p.tensor(n.Input[0]), scales: p.tensor(n.Input[2])}
	if w.values == nil || len(w.values.Dims) != 2 || w.values.GetDataType() != int32(pb.TensorProto_UINT8) {
		return
	}
	w.rows, w.columns = w.values.Dims[0], 2*w.values.Dims[1]
	if packed := p.pack(n.Input[0], w); packed != nil {
		p.replace(n, PackedEmbedding4, append([]string{n.Input[1]}, packed...))
	}
}

func (p *packer4) replace(n *pb.NodeProto, op string, inputs []string) {
	n.OpType, n.Domain, n.Input, n.Attribute = ptr(op), ptr(Domain), inputs, nil
	p.changed++
}

// pack lays w out in panels and returns the names of weight and scale; nil where it can't.
func (p *packer4) pack(name string, w rowsOf4) []string {
	if w.values == nil || w.scales == nil || w.rows < 1 || w.columns < 1 || w.rows%panel != 0 || w.columns%block4 != 0 ||
		int64(len(w.values.RawData)) != w.rows*w.columns/2 || int64(len(w.scales.RawData)) != w.rows*w.columns/block4*4 {
		return nil
	}
	scale, ok := floatReader(w.scales)
	if !ok {
		return nil
	}
	for _, d := range p.done {
		if bytes.Equal(d.values, w.values.RawData) && bytes.Equal(d.scales, w.scales.RawData) {
			return d.inputs
		}
	}
	rows, blocks := int(w.rows), int(w.columns)/block4
	scales := make([]float32, rows*blocks)
	values := make([]byte, len(w.values.RawData))
	for row := range rows {
		for b := range blocks {
			at := (row/panel*blocks+b)*panel + row%panel
			scales[at] = scale(row*blocks + b)
			from := w.values.RawData[(row*blocks+b)*block4/2:][:block4/2]
			to := values[(row/panel*blocks+b)*panel*block4/2+row%panel*quad:]
			for i := range block4 / 2 { // value i, and the one half a block behind it
				low, high := from[i/2]>>(4*(i%2))&15, from[i/2+block4/4]>>(4*(i%2))&15
				to[i/quad*panel*quad+i%quad] = low | high<<4
			}
		}
	}
	inputs := []string{
		p.initializer(PackedPrefix+name, pb.TensorProto_UINT8, values, rows/panel, blocks, panel*block4/2),
		p.scales(PackedPrefix+name+".scale", scales, rows/panel, blocks, panel),
	}
	p.done = append(p.done, packed4{w.values.RawData, w.scales.RawData, inputs})
	return inputs
}

// scales are halves, which saves a tenth of what a token reads. Each is off by 2^-11 of
// the largest at most, else they stay as they are.
func (p *packer4) scales(name string, scales []float32, sizes ...int) string {
	raw, largest := make([]byte, 0, 2*len(scales)), float32(0)
	for _, v := range scales {
		h, ok := half(v)
		if !ok {
			return p.builder.floats(name, scales, sizes...)
		}
		raw, largest = binary.LittleEndian.AppendUint16(raw, h), max(largest, absolute(v))
	}
	if largest < leastHalf {
		return p.builder.floats(name, scales, sizes...)
	}
	return p.initializer(name, pb.TensorProto_FLOAT16, raw, sizes...)
}

// leastHalf is the smallest half with all of its bits; those below lie 2^-24 apart.
const leastHalf = 0x1p-14

// half rounds to the nearest half, and to the even one of two. Not ok is what no finite half
// is near.
func half(v float32) (h uint16, ok bool) {
	sign := uint16(math.Float32bits(v) >> 16 & 0x8000)
	magnitude := absolute(v)
	if !(magnitude < 65520) {
		return 0, false
	}
	if magnitude < leastHalf {
		return sign | uint16(math.RoundToEven(float64(magnitude)*0x1p24)), true
	}
	bits := math.Float32bits(magnitude)
	bits += 0xfff + bits>>13&1 // a carry raises the exponent
	return sign | uint16((bits>>23-112)<<10|bits>>13&0x3ff), true
}
