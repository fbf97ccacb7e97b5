package graph

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"

	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// TestQuantizedAsTheReferenceDoes compares every byte, name and attribute with what ONNX
// Runtime's quantizer made of the same graphs.
func TestQuantizedAsTheReferenceDoes(t *testing.T) {
	golden, err := goldens.LoadQuantized()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range golden {
		t.Run(name, func(t *testing.T) {
			var source string
			var b Blocks
			if _, err := fmt.Sscanf(name, "%s %d %d", &source, &b.Bits, &b.Size); err != nil {
				t.Fatal(err)
			}
			target := filepath.Join(t.TempDir(), "model.onnx")
			products, err := QuantizeProducts(t.Context(), goldens.QuantizedDir(source+".onnx"), target, b)
			if err != nil || products != len(want.Nodes) {
				t.Fatalf("%d products, %v", products, err)
			}
			got, err := Load(target)
			if err != nil {
				t.Fatal(err)
			}
			made := map[string]*pb.TensorProto{}
			for _, i := range got.Graph.Initializer {
				made[i.GetName()] = i
			}
			if len(made) != len(want.Initializers) {
				t.Errorf("initializers are %v", slices.Sorted(maps.Keys(made)))
			}
			for name, w := range want.Initializers {
				data, err := base64.StdEncoding.DecodeString(w.Data)
				if err != nil {
					t.Fatal(err)
				}
				g := made[name]
				if g == nil || g.GetDataType() != w.Type || !slices.Equal(g.Dims, w.Dims) || !bytes.Equal(g.RawData, data) {
					t.Errorf("%s differs: %d %v", name, g.GetDataType(), g.GetDims())
				}
			}
			for i, w := range want.Nodes {
				n := got.Graph.Node[i]
				attributes := map[string]int64{}
				for _, a := range n.Attribute {
					attributes[a.GetName()] = a.GetI()
				}
				if n.GetOpType() != w.Op || n.GetName() != w.Name || n.GetDomain() != w.Domain || !slices.Equal(n.Input, w.Inputs) ||
					!slices.Equal(n.Output, w.Outputs) || !maps.Equal(attributes, w.Attributes) {
					t.Errorf("got %v, want %+v", n, w)
				}
			}
		})
	}
}

// TestTransposedWeightsAreQuantizedAlike: a head that reads the embedding's table has a
// Transpose before it.
func TestTransposedWeightsAreQuantizedAlike(t *testing.T) {
	m, err := Load(goldens.QuantizedDir("fp32.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range m.Graph.Initializer {
		name := w.GetName()
		w.RawData = transpose(w.RawData, int(w.Dims[0]), int(w.Dims[1]))
		w.Name, w.Dims = ptr(name+"_table"), []int64{w.Dims[1], w.Dims[0]}
		m.Graph.Node = append([]*pb.NodeProto{{OpType: ptr("Transpose"), Input: []string{w.GetName()}, Output: []string{name}}}, m.Graph.Node...)
	}
	dir := t.TempDir()
	source := filepath.Join(dir, "source.onnx")
	if err := Save(proto.Clone(m).(*pb.ModelProto), source); err != nil {
		t.Fatal(err)
	}
	quantized := func(from, to string) map[string][]byte {
		t.Helper()
		if _, err := QuantizeProducts(t.Context(), from, filepath.Join(dir, to), Blocks{4, 32}); err != nil {
			t.Fatal(err)
		}
		got, err := Load(filepath.Join(dir, to))
		if err != nil {
			t.Fatal(err)
		}
		all := map[string][]byte{}
		for _, w := range got.Graph.Initializer {
			all[w.GetName()] = w.RawData
		}
		return all
	}
	got, want := quantized(source, "a.onnx"), quantized(goldens.QuantizedDir("fp32.onnx"), "b.onnx")
	if !maps.EqualFunc(got, want, bytes.Equal) {
		t.Errorf("got %v, want %v", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
	}
}

func TestBlocksAreBounded(t *testing.T) {
	for _, b := range []Blocks{{3, 32}, {4, 16}, {8, 256}, {}} {
		if _, err := QuantizeProducts(t.Context(), goldens.QuantizedDir("fp32.onnx"), filepath.Join(t.TempDir(), "m.onnx"), b); err == nil {
			t.Errorf("%+v is taken", b)
		}
	}
}
