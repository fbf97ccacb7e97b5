package onnx_test

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/onnxtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

func exports() string { return filepath.Join(goldens.ModelDir("bert-tiny"), "..", "exports", "bert") }

// cast writes a copy of an export whose logits are cast to another element type,
// without saying how many there are, or with a wrong number.
func cast(t *testing.T, export string, to pb.TensorProto_DataType, labels int64) string {
	t.Helper()
	m, err := graph.Load(filepath.Join(exports(), export))
	if err != nil {
		t.Fatal(err)
	}
	out := m.Graph.Output[0]
	name := out.GetName()
	for _, n := range m.Graph.Node {
		for i := range n.Output {
			if n.Output[i] == name {
				n.Output[i] = "uncast"
			}
		}
	}
	m.Graph.Node = append(m.Graph.Node, &pb.NodeProto{
		OpType: proto.String("Cast"), Input: []string{"uncast"}, Output: []string{name},
		Attribute: []*pb.AttributeProto{{Name: proto.String("to"), Type: pb.AttributeProto_INT.Enum(), I: proto.Int64(int64(to))}},
	})
	tensor := out.Type.GetTensorType()
	tensor.ElemType = proto.Int32(int32(to))
	tensor.Shape.Dim[1] = &pb.TensorShapeProto_Dimension{}
	if labels > 0 {
		tensor.Shape.Dim[1].Value = &pb.TensorShapeProto_Dimension_DimValue{DimValue: labels}
	}
	path := filepath.Join(t.TempDir(), "model.onnx")
	data, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestLogitsOfEveryPrecision runs exports whose logits, or all of whose weights,
// aren't float32, and compares with the torch model's logits.
func TestLogitsOfEveryPrecision(t *testing.T) {
	onnxtest.Init(t)
	data, err := os.ReadFile(filepath.Join(exports(), "golden.json"))
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		Batches []struct {
			IDs    [][]int32 `json:"input_ids"`
			Mask   [][]int32 `json:"attention_mask"`
			Logits [][]float64
		}
	}
	if err := json.Unmarshal(data, &golden); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		path    string
		largest float64
	}{
		"fp16 export":    {filepath.Join(exports(), "sdpa-opset14-fp16.onnx"), 1e-2},
		"fp16 logits":    {cast(t, "sdpa-opset14.onnx", pb.TensorProto_FLOAT16, 0), 2e-3},
		"bf16 logits":    {cast(t, "sdpa-opset14.onnx", pb.TensorProto_BFLOAT16, 2), 2e-2},
		"float64 logits": {cast(t, "sdpa-opset14.onnx", pb.TensorProto_DOUBLE, 0), 1e-5},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := onnx.Open(c.path, onnx.Options{Labels: 2})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = s.Close() }()
			for _, b := range golden.Batches {
				var batch graph.Padded
				batch.Set(len(b.IDs), 0, func(i int) []int32 {
					n := 0
					for _, m := range b.Mask[i] {
						n += int(m)
					}
					return b.IDs[i][:n]
				}, func(int) []int32 { return nil })
				got, err := s.RunBatch(context.Background(), &batch)
				if err != nil {
					t.Fatal(err)
				}
				if len(got.Float32s) != 2*len(b.Logits) || got.Shape[0] != int64(len(b.Logits)) || got.Shape[1] != 2 {
					t.Fatalf("shape %v, %d logits for %d texts", got.Shape, len(got.Float32s), len(b.Logits))
				}
				for i, v := range got.Float32s {
					if d := math.Abs(float64(v) - b.Logits[i/2][i%2]); !(d <= c.largest) {
						t.Errorf("logit %d is %v, want %v", i, v, b.Logits[i/2][i%2])
					}
				}
			}
		})
	}
}

// TestNoErrorHidesBehindAnother lets runs fail: what went wrong is what is told.
func TestNoErrorHidesBehindAnother(t *testing.T) {
	onnxtest.Init(t)
	var batch graph.Padded
	ids := func(int) []int32 { return []int32{2, 4, 3} }
	batch.Set(2, 0, ids, func(int) []int32 { return nil })
	for name, c := range map[string]struct {
		path string
		fill graph.Batch
		want string
	}{
		"other number of logits": {cast(t, "sdpa-opset14.onnx", pb.TensorProto_FLOAT16, 3), &batch, "run "},
		"other element type":     {cast(t, "sdpa-opset14.onnx", pb.TensorProto_INT8, 2), &batch, "has an element type that isn't supported"},
		"other inputs":           {filepath.Join(exports(), "sdpa-opset14.onnx"), &graph.Packed{}, "input input_ids: the batch has none"},
		"id out of range": {filepath.Join(exports(), "sdpa-opset14-fp16.onnx"), func() graph.Batch {
			var b graph.Padded
			b.Set(1, 0, func(int) []int32 { return []int32{2, 999, 3} }, func(int) []int32 { return nil })
			return &b
		}(), "999"},
	} {
		s, err := onnx.Open(c.path, onnx.Options{Labels: 2})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, err := s.RunBatch(context.Background(), c.fill); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}
