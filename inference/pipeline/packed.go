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
	hidden  int // as the layout weighs padding
	inputs  graph.Packed
}

// paddingCost is how much longer attention takes than its arithmetic says,
// against matrix products at the processor's peak: in int8 those are four
// times as fast, and attention is not. Chosen by measurement, see
// docs/internals/optimize.md.
func paddingCost(precision string) int {
	if precision == string(graph.Int8) {
		return 16
	}
	return 4
}

func newPacked(s *onnx.Session, hidden int, precision string) (*packed, error) {
	m := &packed{session: s, hidden: max(1, hidden/paddingCost(precision))}
	for _, in := range s.Signature().Inputs {
		if _, shape := m.inputs.Input(in.Name); len(shape) != len(in.Shape) {
			return nil, fmt.Errorf("%s was made by another version of this program: prepare the model again with scorer optimize", s.Path())
		}
	}
	return m, nil
}

func (m *packed) layout() batcher.Layout { return batcher.Packed{Hidden: m.hidden} }
func (m *packed) close() error           { return m.session.Close() }

func (m *packed) run(batch []batcher.Sequence) ([][]float32, error) {
	m.inputs.Set(len(batch),
		func(i int) []int64 { return batch[i].IDs },
		func(i int) []int64 { return batch[i].TypeIDs })
	out, err := m.session.RunBatch(context.Background(), &m.inputs)
	if err != nil {
		return nil, err
	}
	return rows(out, len(batch))
}
