package pipeline

import (
	"context"
	"fmt"

	"azure-nlp-endpoint/inference/batcher"
	"azure-nlp-endpoint/inference/graph"
	"azure-nlp-endpoint/inference/onnx"
)

// packed runs a graph that graph.Rewrite made.
type packed struct {
	session *onnx.Session
	hidden  int
	inputs  graph.Packed
	tensors []onnx.Tensor
	logits  int
}

func newPacked(s *onnx.Session, hidden int) (*packed, error) {
	m := &packed{session: s, hidden: hidden}
	for _, in := range s.Signature().Inputs {
		if _, shape := m.inputs.Input(in.Name); len(shape) != len(in.Shape) {
			return nil, fmt.Errorf("%s was made by another version of this program: prepare the model again with scorer optimize", s.Path())
		}
		m.tensors = append(m.tensors, onnx.Tensor{Name: in.Name})
	}
	var err error
	m.logits, err = logitsOutput(s)
	return m, err
}

func (m *packed) layout() batcher.Layout { return batcher.Packed{Hidden: m.hidden} }
func (m *packed) close() error           { return m.session.Close() }

func (m *packed) run(batch []batcher.Sequence) ([][]float32, error) {
	m.inputs.Set(len(batch),
		func(i int) []int64 { return batch[i].IDs },
		func(i int) []int64 { return batch[i].TypeIDs })
	for i := range m.tensors {
		t := &m.tensors[i]
		t.Int64s, t.Shape = m.inputs.Input(t.Name)
	}
	out, err := m.session.Run(context.Background(), m.tensors)
	if err != nil {
		return nil, err
	}
	return rows(out[m.logits], len(batch))
}
