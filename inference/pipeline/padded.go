package pipeline

import (
	"context"
	"fmt"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/batcher"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
)

// padded runs a plain export: [texts, longest] ids and mask.
type padded struct {
	session *onnx.Session
	outputs outputs
	pad     int32
	alone   bool // it is given one text at once
	inputs  graph.Padded
}

// newPadded checks that the session's graph is one that padded can feed.
func newPadded(s *onnx.Session, o outputs, pad int32, alone bool) (*padded, error) {
	m := &padded{session: s, outputs: o, pad: pad, alone: alone}
	for _, in := range s.Signature().Inputs {
		switch in.Name {
		case graph.InputIDs, graph.AttentionMask, graph.TokenTypeIDs:
		default:
			return nil, fmt.Errorf("%s has the input %s, which an encoder doesn't have: export it for the model's task",
				s.Path(), in.Name)
		}
		if in.ElemType != graph.ElemInt64 && in.ElemType != graph.ElemInt32 {
			return nil, fmt.Errorf("%s: input %s has ONNX element type %d, int64 (7) or int32 (6) is needed", s.Path(), in.Name, in.ElemType)
		}
		for _, d := range in.Shape {
			if d >= 0 {
				return nil, fmt.Errorf("%s: input %s has the fixed shape %v: export it with dynamic axes for batch and sequence",
					s.Path(), in.Name, in.Shape)
			}
		}
	}
	if _, ok := s.Signature().Input(graph.InputIDs); !ok {
		return nil, fmt.Errorf("%s has no input %s: export it for the model's task", s.Path(), graph.InputIDs)
	}
	return m, nil
}

func (m *padded) layout() batcher.Layout {
	if m.alone {
		return batcher.Alone{}
	}
	return batcher.Padded{}
}

func (m *padded) close() error { return m.session.Close() }

func (m *padded) run(batch []batcher.Sequence) ([][]float32, error) {
	m.inputs.Set(len(batch), m.pad,
		func(i int) []int32 { return batch[i].IDs },
		func(i int) []int32 { return batch[i].TypeIDs })
	out, err := m.session.RunBatch(context.Background(), &m.inputs)
	if err != nil {
		return nil, err
	}
	return m.outputs(out, batch)
}
