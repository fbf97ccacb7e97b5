package graph

import (
	"os"
	"path/filepath"
	"testing"

	"google.golang.org/protobuf/proto"

	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// FuzzONNX has files inspected as check does, and prepared as optimize does.
// Genuine exports are the seeds, without their weights: large seeds make it slow.
func FuzzONNX(f *testing.F) {
	exports := filepath.Join(goldens.ModelDir("bert-tiny"), "..", "exports")
	for _, path := range []string{
		filepath.Join(exports, "bert", "hub-opset14.onnx"), filepath.Join(exports, "bert", "sdpa-opset14-fp16.onnx"),
		filepath.Join(exports, "distilbert", "hub-opset14-int8.onnx"),
		filepath.Join(goldens.ModelDir("gemma-int4"), "model.onnx"),
	} {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		m := &pb.ModelProto{}
		if err := proto.Unmarshal(data, m); err != nil {
			f.Fatal(err)
		}
		for _, t := range m.Graph.Initializer {
			t.RawData, t.FloatData = nil, nil
		}
		if data, err = proto.Marshal(m); err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := inspect(data, t.TempDir())
		if err == nil {
			_, _, _ = s.LogitsOutput(), IsPacked(s), s.DecoderPrecision()
			_, _ = s.Input(InputIDs)
		}
		m := &pb.ModelProto{}
		if proto.Unmarshal(data, m) != nil || m.GetGraph() == nil {
			return
		}
		for _, kind := range []string{"BertForSequenceClassification", "DistilBertForSequenceClassification"} {
			for _, precision := range []Precision{FP32, Int8} {
				_, _ = Rewrite(FromExport(m), Spec{
					Architecture: kind, Layers: 2, Hidden: 32, Heads: 4, Inner: 64, Labels: 2, Vocabulary: 200, Positions: 64, TypeCount: 2,
					Activation: "gelu", Epsilon: 1e-12,
				}, Products{Precision: precision})
			}
		}
		_, _, _ = PrepareDecoder(m, true)
	})
}
