package onnx_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/onnxtest"
)

// filled is a constant of equal bytes.
func filled(name string, kind pb.TensorProto_DataType, size int64, value byte, shape ...int64) *pb.TensorProto {
	for _, s := range shape {
		size *= s
	}
	return &pb.TensorProto{Name: &name, DataType: proto.Int32(int32(kind)), Dims: shape, RawData: slices.Repeat([]byte{value}, int(size))}
}

// weight4 is one of nines, each of which stands for a step.
func weight4(shape ...int64) *pb.TensorProto {
	return filled("w", pb.TensorProto_UINT8, 1, 0x99, shape...)
}

// run4 runs a graph on two tokens, 0 and 1, and wants logits of ones' multiple, or an error.
func run4(t *testing.T, nodes []*pb.NodeProto, constants []*pb.TensorProto, columns int, value float32, want string) {
	t.Helper()
	s, err := onnx.Open(write(t, nodes, constants...), onnx.Options{Labels: columns})
	var out onnx.Tensor
	if err == nil {
		defer func() { _ = s.Close() }()
		var batch graph.Packed
		batch.Set(2, func(i int) []int32 { return []int32{int32(i)} }, func(int) []int32 { return nil })
		out, err = s.RunBatch(context.Background(), &batch)
	}
	if want != "" {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Fatalf("got %v, want an error with %q", err, want)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Float32s) != 2*columns {
		t.Fatalf("got %d values, want %d", len(out.Float32s), 2*columns)
	}
	for _, v := range out.Float32s {
		if v < value*0.9999 || v > value*1.0001 {
			t.Fatalf("got %v, want %v", v, value)
		}
	}
}

// TestPackedMatMul4Refuses does for 4 bits what TestPackedMatMulRefuses does.
func TestPackedMatMul4Refuses(t *testing.T) {
	onnxtest.Init(t)
	embed := node("", "Gather", "x", "table", graph.PackedInputIDs) // [2, 64] of ones
	halves := func(shape ...int64) *pb.TensorProto {
		return filled("s", pb.TensorProto_FLOAT16, 2, 0x3c, shape...) // 0x3c3c
	}
	const half = 1.05859375
	for name, c := range map[string]struct {
		constants []*pb.TensorProto
		columns   int
		value     float32
		want      string
	}{
		"right":              {[]*pb.TensorProto{weight4(1, 2, 256), halves(1, 2, 16)}, 16, 64 * half, ""},
		"floats":             {[]*pb.TensorProto{weight4(3, 2, 256), floats("s", 3, 2, 16)}, 48, 64, ""},
		"another k":          {[]*pb.TensorProto{weight4(1, 1, 256), halves(1, 1, 16)}, 16, 0, "needs x of [rows, k]"},
		"no blocks":          {[]*pb.TensorProto{weight4(1, 0, 256), halves(1, 0, 16)}, 16, 0, "[panels, blocks, 256]"},
		"other panels":       {[]*pb.TensorProto{weight4(1, 2, 128), halves(1, 2, 16)}, 16, 0, "[panels, blocks, 256]"},
		"a weight of rank 2": {[]*pb.TensorProto{weight4(2, 256), halves(1, 2, 16)}, 16, 0, "[panels, blocks, 256]"},
		"too few scales":     {[]*pb.TensorProto{weight4(1, 2, 256), halves(1, 1, 16)}, 16, 0, "scale of each column's blocks"},
		"scales of 32 bits":  {[]*pb.TensorProto{weight4(1, 2, 256), filled("s", pb.TensorProto_INT32, 4, 1, 1, 2, 16)}, 16, 0, "all halves or all floats"},
	} {
		t.Run(name, func(t *testing.T) {
			product := node(graph.Domain, graph.PackedMatMul4, graph.Logits, "x", "w", "s")
			run4(t, []*pb.NodeProto{embed, product}, append(c.constants, floats("table", 4, 64)), c.columns, c.value, c.want)
		})
	}
}

// TestPackedEmbedding4Refuses does the same for the embedding.
func TestPackedEmbedding4Refuses(t *testing.T) {
	onnxtest.Init(t)
	axis := &pb.TensorProto{Name: proto.String("axis"), DataType: proto.Int32(int32(pb.TensorProto_INT64)), Dims: []int64{1}, Int64Data: []int64{0}}
	add := func(v int64) *pb.TensorProto {
		return &pb.TensorProto{Name: proto.String("add"), DataType: axis.DataType, Int64Data: []int64{v}}
	}
	for name, c := range map[string]struct {
		ids       string
		constants []*pb.TensorProto
		want      string
	}{
		"right":             {"batch", []*pb.TensorProto{add(14), weight4(1, 2, 256), floats("s", 1, 2, 16)}, ""},
		"too large an id":   {"batch", []*pb.TensorProto{add(15), weight4(1, 2, 256), floats("s", 1, 2, 16)}, "needs ids of columns"},
		"a negative id":     {"batch", []*pb.TensorProto{add(-1), weight4(1, 2, 256), floats("s", 1, 2, 16)}, "needs ids of columns"},
		"ids of rank 1":     {"ids", []*pb.TensorProto{add(0), weight4(1, 2, 256), floats("s", 1, 2, 16)}, "needs ids of [batch, rows]"},
		"too many scales":   {"batch", []*pb.TensorProto{add(0), weight4(1, 2, 256), floats("s", 2, 2, 16)}, "scale of each column's blocks"},
		"a table of rank 2": {"batch", []*pb.TensorProto{add(0), weight4(2, 256), floats("s", 1, 2, 16)}, "[panels, blocks, 256]"},
	} {
		t.Run(name, func(t *testing.T) {
			run4(t, []*pb.NodeProto{
				node("", "Add", "ids", graph.PackedInputIDs, "add"),
				node("", "Unsqueeze", "batch", "ids", "axis"),
				node(graph.Domain, graph.PackedEmbedding4, "rows", c.ids, "w", "s"),
				node("", "Squeeze", graph.Logits, "rows", "axis"),
			}, append(c.constants, axis), 64, 1, c.want)
		})
	}
}
