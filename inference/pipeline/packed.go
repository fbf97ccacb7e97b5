package pipeline

import (
	"context"
	"fmt"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/batcher"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
)

// packed runs a graph that graph.Rewrite made.
type packed struct {
	session *onnx.Session
	outputs outputs
	inputs  graph.Packed
}

func newPacked(s *onnx.Session, o outputs) (*packed, error) {
	m := &packed{session: s, outputs: o}
	for _, in := range s.Signature().Inputs {
		if _, shape := m.inputs.Input(in.Name); len(shape) != len(in.Shape) {
			return nil, fmt.Errorf("%s was made by another version of this program: prepare the model again with scorer optimize", s.Path())
		}
	}
	return m, nil
}

func (m *packed) layout() batcher.Layout { return batcher.Packed{} }
func (m *packed) close() error           { return m.session.Close() }

func (m *packed) run(batch []batcher.Sequence) ([][]float32, error) {
	m.inputs.Set(len(batch),
		func(i int) []int32 { return batch[i].IDs },
		func(i int) []int32 { return batch[i].TypeIDs })
	out, err := m.session.RunBatch(context.Background(), &m.inputs)
	if err != nil {
		return nil, err
	}
	return m.outputs(out, batch)
}
