package graph_test

import (
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// int4 is a committed export with products of 4 bits, changed.
func int4(t *testing.T, change func(n *pb.NodeProto, tensors map[string]*pb.TensorProto)) *pb.ModelProto {
	t.Helper()
	m, err := graph.Load(filepath.Join(goldens.ModelDir("gemma-int4"), "model.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	tensors := map[string]*pb.TensorProto{}
	for _, i := range m.Graph.Initializer {
		tensors[i.GetName()] = i
	}
	for _, n := range m.Graph.Node {
		if n.GetOpType() == "MatMulNBits" && change != nil {
			change(n, tensors)
		}
	}
	return m
}

func count(m *pb.ModelProto, op string) (n int) {
	for _, node := range m.Graph.Node {
		if node.GetOpType() == op {
			n++
		}
	}
	return n
}

func set(n *pb.NodeProto, name string, v int64) {
	for _, a := range n.Attribute {
		if a.GetName() == name {
			a.I = &v
		}
	}
}

// TestPackDecoder packs each product once, and the embedding with the head.
func TestPackDecoder(t *testing.T) {
	m := int4(t, nil)
	products := count(m, "MatMulNBits")
	if _, _, err := graph.PrepareDecoder(m, true); err != nil {
		t.Fatal(err)
	}
	if n := graph.PackDecoder(m); n != products+1 || count(m, "MatMulNBits") != 0 || count(m, graph.PackedMatMul4) != products || count(m, graph.PackedEmbedding4) != 1 {
		t.Errorf("%d of %d products and an embedding are packed", n, products)
	}
	// Data of 4 bits is there once, and in no other layout.
	weights := 0
	for _, i := range m.Graph.Initializer {
		if i.GetDataType() == int32(pb.TensorProto_UINT8) {
			weights++
		}
	}
	if weights != products {
		t.Errorf("%d weights are left of %d products", weights, products)
	}
	path := filepath.Join(t.TempDir(), "model.onnx")
	if err := graph.Save(m, path); err != nil {
		t.Fatal(err)
	}
	if s, err := graph.Inspect(path); err != nil || !s.Own || s.EmbeddingRows != 2560 {
		t.Errorf("own operators %v, %d rows, %v", s.Own, s.EmbeddingRows, err)
	}
}

// TestPackDecoderLeaves what our operators don't compute.
func TestPackDecoderLeaves(t *testing.T) {
	for name, change := range map[string]func(*pb.NodeProto, map[string]*pb.TensorProto){
		"activations in fp32":     func(n *pb.NodeProto, _ map[string]*pb.TensorProto) { set(n, "accuracy_level", 0) },
		"8 bits":                  func(n *pb.NodeProto, _ map[string]*pb.TensorProto) { set(n, "bits", 8) },
		"blocks of 64":            func(n *pb.NodeProto, _ map[string]*pb.TensorProto) { set(n, "block_size", 64) },
		"zero points":             func(n *pb.NodeProto, _ map[string]*pb.TensorProto) { n.Input = append(n.Input, "zeros") },
		"a bias":                  func(n *pb.NodeProto, _ map[string]*pb.TensorProto) { n.Input = append(n.Input, "", "", "bias") },
		"columns without a panel": func(n *pb.NodeProto, _ map[string]*pb.TensorProto) { set(n, "N", 17) },
		"cut off weights": func(n *pb.NodeProto, all map[string]*pb.TensorProto) {
			if w := all[n.Input[1]]; len(w.RawData) > 64 {
				w.RawData = w.RawData[:len(w.RawData)-1]
			}
		},
		"weights that are computed": func(n *pb.NodeProto, _ map[string]*pb.TensorProto) { n.Input[1] = "elsewhere" },
		"scales in fp16": func(n *pb.NodeProto, all map[string]*pb.TensorProto) {
			half := int32(pb.TensorProto_FLOAT16)
			all[n.Input[2]].DataType = &half
		},
	} {
		m := int4(t, change)
		before := len(m.Graph.Node)
		for _, n := range m.Graph.Node { // the embedding reads the head's
			if n.GetOpType() == "GatherBlockQuantized" {
				set(n, "bits", 8)
			}
		}
		if n := graph.PackDecoder(m); n != 0 || len(m.Graph.Node) != before {
			t.Errorf("%s: %d products are packed", name, n)
		}
	}
}

// TestScalesAreHalves where none is off by more than a half's last bit of the largest.
func TestScalesAreHalves(t *testing.T) {
	for name, c := range map[string]struct {
		scales []float32 // by turns
		want   []uint16  // nil: as they are
	}{
		"halves":             {[]float32{1, -0.5, 0}, []uint16{0x3c00, 0xb800, 0}},
		"rounded":            {[]float32{1 + 0x1p-12, 1 + 0x1p-11, 1 + 3*0x1p-11}, []uint16{0x3c00, 0x3c00, 0x3c02}},
		"rounded up a power": {[]float32{2 - 0x1p-12, 65519}, []uint16{0x4000, 0x7bff}},
		"small beside large": {[]float32{1, 0x1p-24, 0x1.8p-24, 0x1p-26}, []uint16{0x3c00, 1, 2, 0}},
		"all small":          {[]float32{0x1p-15, 0x1p-20}, nil},
		"too large":          {[]float32{1, 65520}, nil},
		"not a number":       {[]float32{1, float32(math.NaN())}, nil},
	} {
		var head *pb.NodeProto
		m := int4(t, func(n *pb.NodeProto, all map[string]*pb.TensorProto) {
			w := all[n.Input[2]]
			for i := range len(w.RawData) / 4 {
				copy(w.RawData[4*i:], bits(c.scales[i%len(c.scales)]))
			}
			head = n
		})
		graph.PackDecoder(m)
		for _, i := range m.Graph.Initializer {
			if i.GetName() != head.Input[2] {
				continue
			}
			if kind := pb.TensorProto_DataType(i.GetDataType()); kind == pb.TensorProto_FLOAT16 != (c.want != nil) {
				t.Errorf("%s: scales are %s", name, kind)
			} else if c.want != nil {
				seen := map[uint16]bool{}
				for j := 0; j < len(i.RawData); j += 2 {
					h := uint16(i.RawData[j]) | uint16(i.RawData[j+1])<<8
					if seen[h] = true; !slices.Contains(c.want, h) {
						t.Fatalf("%s: %#04x", name, h)
					}
				}
				for _, h := range c.want {
					if !seen[h] {
						t.Errorf("%s: no %#04x", name, h)
					}
				}
			}
		}
	}
}

func bits(v float32) []byte {
	b := math.Float32bits(v)
	return []byte{byte(b), byte(b >> 8), byte(b >> 16), byte(b >> 24)}
}
