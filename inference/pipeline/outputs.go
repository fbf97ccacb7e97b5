package pipeline

import (
	"fmt"
	"math"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/batcher"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx"
)

// outputs makes one row for each text of what a graph gave for a batch.
type outputs func(t onnx.Tensor, batch []batcher.Sequence) ([][]float32, error)

// ofTexts are the rows of a tensor [texts, width].
func ofTexts(width int) outputs {
	return func(t onnx.Tensor, batch []batcher.Sequence) ([][]float32, error) {
		if len(t.Shape) != 2 || t.Shape[0] != int64(len(batch)) || t.Float32s == nil {
			return nil, fmt.Errorf("the outputs have the shape %v, [%d, %d] is needed", t.Shape, len(batch), width)
		}
		if t.Shape[1] != int64(width) {
			return nil, fmt.Errorf("the model gives %d logits, but config.json's id2label has %d labels: export the model again or correct config.json", t.Shape[1], width)
		}
		rows := make([][]float32, len(batch))
		for i := range rows {
			rows[i] = t.Float32s[i*width : (i+1)*width : (i+1)*width]
		}
		return rows, nil
	}
}

// ofTokens are the rows of a text's tokens one after the other, of a tensor
// [tokens, width] or, padded, [texts, longest, width].
func ofTokens(width int) outputs {
	return func(t onnx.Tensor, batch []batcher.Sequence) ([][]float32, error) {
		n := len(t.Shape)
		if n < 2 || n > 3 || t.Shape[n-1] != int64(width) || n == 3 && t.Shape[0] != int64(len(batch)) {
			return nil, fmt.Errorf("the outputs have the shape %v, [tokens, %d] or [%d, tokens, %d] is needed", t.Shape, width, len(batch), width)
		}
		rows, at := make([][]float32, len(batch)), 0
		for i, s := range batch {
			if n == 3 {
				at = i * int(t.Shape[1]) * width
			}
			end := at + len(s.IDs)*width
			if end > len(t.Float32s) {
				return nil, fmt.Errorf("the outputs have the shape %v, which lacks tokens of text %d", t.Shape, i)
			}
			rows[i], at = t.Float32s[at:end:end], end
		}
		return rows, nil
	}
}

// pooled makes one vector of those of a text's tokens, of which each text has at least one,
// unless the graph gives the first token alone. The sums are of float64, so that a text's
// vector doesn't depend on how the tokens of a batch lie.
func pooled(f *modelstore.Folder, width int) outputs {
	p := f.Sentences.Pooling
	if at := f.Signature.Output(f.Outputs()...); f.Record != nil && at >= 0 && f.Signature.Outputs[at].Name == graph.FirstState {
		return ofTexts(width)
	}
	tokens := ofTokens(width)
	return func(t onnx.Tensor, batch []batcher.Sequence) ([][]float32, error) {
		rows, err := tokens(t, batch)
		if err != nil {
			return nil, err
		}
		for i, row := range rows {
			switch p {
			case modelstore.CLS:
				rows[i] = row[:width:width]
			case modelstore.Max:
				rows[i] = largest(row, width)
			default:
				rows[i] = mean(row, width)
			}
		}
		return rows, nil
	}
}

func mean(row []float32, width int) []float32 {
	sums := make([]float64, width)
	for at := 0; at < len(row); at += width {
		for i, v := range row[at : at+width] {
			sums[i] += float64(v)
		}
	}
	out := make([]float32, width)
	for i, v := range sums {
		out[i] = float32(v / float64(len(row)/width))
	}
	return out
}

func largest(row []float32, width int) []float32 {
	out := make([]float32, width)
	copy(out, row)
	for at := width; at < len(row); at += width {
		for i, v := range row[at : at+width] {
			out[i] = max(out[i], v)
		}
	}
	return out
}

// normalized divides a vector by its length, in place, as torch's normalize does.
func normalized(row []float32) {
	sum := 0.0
	for _, v := range row {
		sum += float64(v) * float64(v)
	}
	length := max(math.Sqrt(sum), 1e-12)
	for i, v := range row {
		row[i] = float32(float64(v) / length)
	}
}
