package pipeline

import (
	"context"
	"fmt"

	"azure-nlp-endpoint/inference/batcher"
	"azure-nlp-endpoint/inference/graph"
	"azure-nlp-endpoint/inference/onnx"
)

// Names of a plain export's inputs, as transformers and optimum give them.
const (
	inputIDs      = "input_ids"
	attentionMask = "attention_mask"
	tokenTypeIDs  = "token_type_ids"
)

// ONNX's element types that token ids come in.
const (
	elemInt32 = 6
	elemInt64 = 7
)

// padded runs a plain export: [texts, longest] ids and mask.
type padded struct {
	session *onnx.Session
	inputs  []graph.Value
	pad     int64
	logits  int // which output
	cells   map[string][]int64
}

// newPadded checks that the session's graph is one that padded can feed.
func newPadded(s *onnx.Session, pad int64) (*padded, error) {
	m := &padded{session: s, inputs: s.Signature().Inputs, pad: pad, cells: map[string][]int64{}}
	for _, in := range m.inputs {
		switch in.Name {
		case inputIDs, attentionMask, tokenTypeIDs:
		default:
			return nil, fmt.Errorf("%s has the input %s, which a BERT-family classifier doesn't have: export it for text-classification",
				s.Path(), in.Name)
		}
		if in.ElemType != elemInt64 && in.ElemType != elemInt32 {
			return nil, fmt.Errorf("%s: input %s has ONNX element type %d, int64 (7) or int32 (6) is needed", s.Path(), in.Name, in.ElemType)
		}
		for _, d := range in.Shape {
			if d >= 0 {
				return nil, fmt.Errorf("%s: input %s has the fixed shape %v: export it with dynamic axes for batch and sequence",
					s.Path(), in.Name, in.Shape)
			}
		}
	}
	if _, ok := s.Signature().Input(inputIDs); !ok {
		return nil, fmt.Errorf("%s has no input %s: export it for text-classification", s.Path(), inputIDs)
	}
	var err error
	m.logits, err = logitsOutput(s)
	return m, err
}

// logitsOutput finds the output named logits, or the only one there is.
func logitsOutput(s *onnx.Session) (int, error) {
	outputs := s.Signature().Outputs
	for i, v := range outputs {
		if v.Name == "logits" {
			return i, nil
		}
	}
	if len(outputs) == 1 {
		return 0, nil
	}
	return 0, fmt.Errorf("%s has %d outputs, none of them named logits: export it for text-classification", s.Path(), len(outputs))
}

func (m *padded) layout() batcher.Layout { return batcher.Padded{} }
func (m *padded) close() error           { return m.session.Close() }

func (m *padded) run(batch []batcher.Sequence) ([][]float32, error) {
	longest := 0
	for _, s := range batch {
		longest = max(longest, len(s.IDs))
	}
	shape := []int64{int64(len(batch)), int64(longest)}
	tensors := make([]onnx.Tensor, len(m.inputs))
	for i, in := range m.inputs {
		cells := m.cells[in.Name][:0]
		for _, s := range batch {
			cells = m.fill(cells, in.Name, s, longest)
		}
		m.cells[in.Name] = cells
		tensors[i] = onnx.Tensor{Name: in.Name, Shape: shape, Int64s: cells}
		if in.ElemType == elemInt32 {
			tensors[i].Int64s, tensors[i].Int32s = nil, narrow(cells)
		}
	}
	out, err := m.session.Run(context.Background(), tensors)
	if err != nil {
		return nil, err
	}
	return rows(out[m.logits], len(batch))
}

// fill appends one text's row of an input, padded to longest.
func (m *padded) fill(cells []int64, input string, s batcher.Sequence, longest int) []int64 {
	var fill int64
	switch input {
	case inputIDs:
		cells, fill = append(cells, s.IDs...), m.pad
	case attentionMask:
		for range s.IDs {
			cells = append(cells, 1)
		}
	case tokenTypeIDs:
		cells = append(cells, s.TypeIDs...)
	}
	for range longest - len(s.IDs) {
		cells = append(cells, fill)
	}
	return cells
}

func narrow(v []int64) []int32 {
	out := make([]int32, len(v))
	for i := range v {
		out[i] = int32(v[i])
	}
	return out
}

// rows cuts a [texts, labels] tensor into its rows.
func rows(t onnx.Tensor, texts int) ([][]float32, error) {
	if len(t.Shape) != 2 || t.Shape[0] != int64(texts) || t.Float32s == nil {
		return nil, fmt.Errorf("output %s has shape %v, want [%d, labels] of float", t.Name, t.Shape, texts)
	}
	labels := int(t.Shape[1])
	out := make([][]float32, texts)
	for i := range out {
		out[i] = t.Float32s[i*labels : (i+1)*labels : (i+1)*labels]
	}
	return out, nil
}
