package graph_test

import (
	"errors"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// TestExportsWithOtherNames: an export that has the embeddings of an encoder under their names,
// but not the products, as the exporters write those without a bias, isn't recognised. That is
// no reason to fail: `scorer pull` then leaves it as it is.
func TestExportsWithOtherNames(t *testing.T) {
	names, err := goldens.ArchitectureNames()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		config, w, _ := fromWeights(t, name)
		m := &pb.ModelProto{Graph: &pb.GraphProto{}}
		for _, input := range []string{graph.InputIDs, graph.AttentionMask} {
			m.Graph.Input = append(m.Graph.Input, &pb.ValueInfoProto{Name: proto.String(input)})
		}
		for parameter, tensor := range w.Tensors {
			if !strings.Contains(parameter, "embeddings.") {
				continue
			}
			data, err := w.Floats(parameter)
			if err != nil {
				t.Fatal(err)
			}
			m.Graph.Initializer = append(m.Graph.Initializer, &pb.TensorProto{
				Name: proto.String(parameter), DataType: proto.Int32(int32(pb.TensorProto_FLOAT)), Dims: tensor.Shape, FloatData: data})
		}
		_, err = graph.Rewrite(graph.FromExport(m), config.Spec(), graph.Products{Precision: graph.FP32})
		var unrecognised *graph.NotRecognisedError
		if !errors.As(err, &unrecognised) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
