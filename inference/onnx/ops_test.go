package onnx_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/onnxtest"
)

// floats is a constant of ones.
func floats(name string, shape ...int64) *pb.TensorProto {
	n := int64(1)
	for _, s := range shape {
		n *= s
	}
	var raw []byte
	for range n {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(1))
	}
	return &pb.TensorProto{Name: &name, DataType: proto.Int32(int32(pb.TensorProto_FLOAT)), Dims: shape, RawData: raw}
}

// node makes one with an output.
func node(domain, op, output string, inputs ...string) *pb.NodeProto {
	return &pb.NodeProto{Domain: &domain, OpType: &op, Name: &output, Input: inputs, Output: []string{output}}
}

// write saves a graph whose input is ids and whose output is logits.
func write(t *testing.T, nodes []*pb.NodeProto, constants ...*pb.TensorProto) string {
	t.Helper()
	value := func(name string, elem pb.TensorProto_DataType, dims ...string) *pb.ValueInfoProto {
		shape := &pb.TensorShapeProto{}
		for _, d := range dims {
			shape.Dim = append(shape.Dim, &pb.TensorShapeProto_Dimension{Value: &pb.TensorShapeProto_Dimension_DimParam{DimParam: d}})
		}
		return &pb.ValueInfoProto{Name: &name, Type: &pb.TypeProto{Value: &pb.TypeProto_TensorType{
			TensorType: &pb.TypeProto_Tensor{ElemType: proto.Int32(int32(elem)), Shape: shape}}}}
	}
	m := &pb.ModelProto{
		IrVersion: proto.Int64(8),
		OpsetImport: []*pb.OperatorSetIdProto{{Domain: proto.String(""), Version: proto.Int64(17)},
			{Domain: proto.String(graph.Domain), Version: proto.Int64(1)}},
		Graph: &pb.GraphProto{Name: proto.String("g"), Node: nodes, Initializer: constants,
			Input:  []*pb.ValueInfoProto{value(graph.PackedInputIDs, pb.TensorProto_INT64, "tokens")},
			Output: []*pb.ValueInfoProto{value(graph.Logits, pb.TensorProto_FLOAT, "texts", "labels")}},
	}
	path := filepath.Join(t.TempDir(), "model.onnx")
	if err := graph.Save(m, path); err != nil {
		t.Fatal(err)
	}
	return path
}

// runTwo runs a graph on two texts of a token each.
func runTwo(t *testing.T, path string) (onnx.Tensor, error) {
	t.Helper()
	s, err := onnx.Open(path, onnx.Options{Labels: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	var batch graph.Packed
	batch.Set(2, func(i int) []int32 { return []int32{int32(i)} }, func(int) []int32 { return nil })
	return s.RunBatch(context.Background(), &batch)
}

// TestPackedMatMulRefuses: inputs that don't go together are an error of the run, for
// a graph may come from anywhere.
func TestPackedMatMulRefuses(t *testing.T) {
	onnxtest.Init(t)
	embed := node("", "Gather", "x", "table", graph.PackedInputIDs)
	for name, c := range map[string]struct {
		inputs    []string
		constants []*pb.TensorProto
		want      string
	}{
		"right":              {[]string{"x", "w", "b"}, []*pb.TensorProto{floats("w", 1, 8, 16), floats("b", 2)}, ""},
		"no bias":            {[]string{"x", "w"}, []*pb.TensorProto{floats("w", 2, 8, 16)}, ""},
		"two groups":         {[]string{"x", "w", "b"}, []*pb.TensorProto{floats("w", 2, 4, 16), floats("b", 32)}, ""},
		"half a panel each":  {[]string{"x", "w", "b"}, []*pb.TensorProto{floats("w", 3, 4, 16), floats("b", 48)}, "whole panels of each group"},
		"groups, too short":  {[]string{"x", "w", "b"}, []*pb.TensorProto{floats("w", 2, 4, 16), floats("b", 31)}, "whole panels of each group"},
		"a k of 0":           {[]string{"x", "w", "b"}, []*pb.TensorProto{floats("w", 1, 0, 16), floats("b", 2)}, "needs x of [rows, k]"},
		"another k":          {[]string{"x", "w", "b"}, []*pb.TensorProto{floats("w", 1, 9, 16), floats("b", 2)}, "needs x of [rows, k]"},
		"other panels":       {[]string{"x", "w", "b"}, []*pb.TensorProto{floats("w", 1, 8, 32), floats("b", 2)}, "[panels, k, 16]"},
		"a weight of rank 2": {[]string{"x", "w", "b"}, []*pb.TensorProto{floats("w", 8, 16), floats("b", 2)}, "[panels, k, 16]"},
		"four dimensions":    {[]string{"x", "w", "b"}, []*pb.TensorProto{floats("w", 1, 1, 8, 16), floats("b", 2)}, "three dimensions"},
		"too long a bias":    {[]string{"x", "w", "b"}, []*pb.TensorProto{floats("w", 1, 8, 16), floats("b", 17)}, "needs a bias"},
		"too short a bias":   {[]string{"x", "w", "b"}, []*pb.TensorProto{floats("w", 2, 8, 16), floats("b", 16)}, "needs a bias"},
		"no columns":         {[]string{"e", "w", "b"}, []*pb.TensorProto{floats("e", 2, 0), floats("w", 1, 0, 16), floats("b", 2)}, "needs x of [rows, k]"},
		"another skip":       {[]string{"x", "w", "b", "s"}, []*pb.TensorProto{floats("w", 1, 8, 16), floats("b", 2), floats("s", 9, 2)}, "needs a skip"},
	} {
		t.Run(name, func(t *testing.T) {
			path := write(t, []*pb.NodeProto{embed, node(graph.Domain, graph.PackedMatMul, graph.Logits, c.inputs...)},
				append(c.constants, floats("table", 4, 8))...)
			out, err := runTwo(t, path)
			if c.want != "" {
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Fatalf("got %v, want an error with %q", err, c.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			want := float32(c.constants[0].Dims[1])
			if len(c.inputs) > 2 {
				want++
			}
			for _, v := range out.Float32s {
				if v != want {
					t.Errorf("got %v, want %v", out.Float32s, want)
				}
			}
		})
	}
}

// TestPackedMatMul8Refuses does the same for the product in 8 bits.
func TestPackedMatMul8Refuses(t *testing.T) {
	onnxtest.Init(t)
	const k = 70 // two blocks
	// ints is a constant of ones.
	ints := func(name string, kind pb.TensorProto_DataType, size int, shape ...int64) *pb.TensorProto {
		n := int64(1)
		for _, s := range shape {
			n *= s
		}
		one := append([]byte{1}, make([]byte, size-1)...)
		return &pb.TensorProto{Name: &name, DataType: proto.Int32(int32(kind)), Dims: shape, RawData: bytes.Repeat(one, int(n))}
	}
	for name, c := range map[string]struct {
		weight, scale, sum []int64
		want               string
	}{
		"right":             {[]int64{1, 18, 64}, []int64{1, 2, 16}, []int64{1, 2, 16}, ""},
		"another k":         {[]int64{1, 17, 64}, []int64{1, 2, 16}, []int64{1, 2, 16}, "[panels, quads of k, 64]"},
		"other panels":      {[]int64{1, 18, 32}, []int64{1, 2, 16}, []int64{1, 2, 16}, "[panels, quads of k, 64]"},
		"a scale by column": {[]int64{1, 18, 64}, []int64{16}, []int64{1, 2, 16}, "a scale and a sum of each block"},
		"a block too few":   {[]int64{1, 18, 64}, []int64{1, 1, 16}, []int64{1, 2, 16}, "a scale and a sum of each block"},
		"a sum too few":     {[]int64{1, 18, 64}, []int64{1, 2, 16}, []int64{1, 1, 16}, "a scale and a sum of each block"},
		"other columns":     {[]int64{1, 18, 64}, []int64{2, 2, 16}, []int64{1, 2, 16}, "a scale and a sum of each block"},
	} {
		t.Run(name, func(t *testing.T) {
			path := write(t, []*pb.NodeProto{node("", "Gather", "x", "table", graph.PackedInputIDs),
				node(graph.Domain, graph.PackedMatMul8, graph.Logits, "x", "w", "scale", "sum", "b")},
				ints("w", pb.TensorProto_INT8, 1, c.weight...), floats("scale", c.scale...), ints("sum", pb.TensorProto_INT32, 4, c.sum...),
				floats("b", 2), floats("table", 4, k))
			out, err := runTwo(t, path)
			if c.want != "" {
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Fatalf("got %v, want an error with %q", err, c.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range out.Float32s { // zero is 0, so sums don't count
				if math.Abs(float64(v)-(k+1)) > 1e-4 {
					t.Errorf("got %v, want %d", out.Float32s, k+1)
				}
			}
		})
	}
}

// TestPackedAttentionRefuses does the same for attention.
func TestPackedAttentionRefuses(t *testing.T) {
	onnxtest.Init(t)
	lengths := func(values ...int64) *pb.TensorProto {
		return &pb.TensorProto{Name: proto.String("l"), DataType: proto.Int32(int32(pb.TensorProto_INT64)), Dims: []int64{int64(len(values))}, Int64Data: values}
	}
	embed := node("", "Gather", "x", "table", graph.PackedInputIDs) // [2, 12]
	for name, c := range map[string]struct {
		heads     int64
		query     string
		constants []*pb.TensorProto
		want      string
	}{
		"right":                   {2, "", []*pb.TensorProto{lengths(1, 1)}, ""},
		"right, with a query":     {3, "q", []*pb.TensorProto{lengths(1, 1), floats("q", 2, 6)}, ""},
		"right, with queries":     {2, "q", []*pb.TensorProto{lengths(1, 1), floats("q", 2, 24)}, ""},
		"half a query":            {2, "q", []*pb.TensorProto{lengths(1, 1), floats("q", 2, 18)}, "query for each text"},
		"queries too few":         {2, "q", []*pb.TensorProto{lengths(1, 1), floats("q", 1, 24)}, "query for each text"},
		"a query of nothing":      {2, "q", []*pb.TensorProto{lengths(1, 1), floats("q", 2, 0)}, "query for each text"},
		"no heads":                {0, "", []*pb.TensorProto{lengths(1, 1)}, "number of heads"},
		"heads without end":       {1 << 62, "", []*pb.TensorProto{lengths(1, 1)}, "number of heads"},
		"heads that don't divide": {5, "", []*pb.TensorProto{lengths(1, 1)}, "needs rows of query"},
		"too few tokens":          {2, "", []*pb.TensorProto{lengths(2, 1)}, "sum up"},
		"too many tokens":         {2, "", []*pb.TensorProto{lengths(1)}, "sum up"},
		"an empty text":           {2, "", []*pb.TensorProto{lengths(2, 0)}, "sum up"},
		"a negative length":       {2, "", []*pb.TensorProto{lengths(3, -1)}, "sum up"},
		"a query too few":         {3, "q", []*pb.TensorProto{lengths(1, 1), floats("q", 1, 6)}, "query for each text"},
		"a narrower query":        {3, "q", []*pb.TensorProto{lengths(1, 1), floats("q", 2, 3)}, "query for each text"},
	} {
		t.Run(name, func(t *testing.T) {
			inputs := []string{"x", "l"}
			if c.query != "" {
				inputs = append(inputs, c.query)
			}
			attention := node(graph.Domain, graph.PackedAttention, graph.Logits, inputs...)
			attention.Attribute = []*pb.AttributeProto{{Name: proto.String("heads"), Type: pb.AttributeProto_INT.Enum(), I: &c.heads}}
			path := write(t, []*pb.NodeProto{embed, attention}, append(c.constants, floats("table", 4, 12))...)
			s, err := onnx.Open(path, onnx.Options{Labels: 2})
			if err == nil {
				defer func() { _ = s.Close() }()
				var batch graph.Packed
				batch.Set(2, func(i int) []int32 { return []int32{int32(i)} }, func(int) []int32 { return nil })
				_, err = s.RunBatch(context.Background(), &batch)
			}
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Fatalf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}
