package server

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/pipeline"
)

// The outputs' names.
const (
	labelOutput  = "label"
	scoreOutput  = "score"
	scoresOutput = "scores"

	embeddingOutput = "embedding"
)

type kserveAnswer struct {
	Model   string          `json:"model_name"`
	Version string          `json:"model_version"`
	ID      string          `json:"id,omitempty"`
	Outputs []*kserveTensor `json:"outputs"`
}

// kserveTensor is an output, or a tensor of the model's description. Its data, a
// []string or a []float32, are here or follow the JSON.
type kserveTensor struct {
	Name       string         `json:"name"`
	Datatype   string         `json:"datatype"`
	Shape      []int          `json:"shape"`
	Parameters map[string]int `json:"parameters,omitempty"`
	Data       any            `json:"data,omitempty"`
}

// tensor makes an output of the scores.
func (q *kserveRequest) tensor(name string, scores [][]pipeline.LabelScore, labels int) *kserveTensor {
	t := &kserveTensor{Name: name, Datatype: "FP32", Shape: q.shape}
	switch name {
	case labelOutput:
		best := make([]string, len(scores))
		for i, row := range scores {
			best[i] = row[0].Label
		}
		t.Datatype, t.Data = "BYTES", best
	case scoreOutput:
		best := make([]float32, len(scores))
		for i, row := range scores {
			best[i] = row[0].Score
		}
		t.Data = best
	case scoresOutput:
		all := make([]float32, len(scores)*labels)
		for i, row := range scores {
			for _, s := range row {
				all[i*labels+s.Class] = s.Score
			}
		}
		t.Shape, t.Data = append(append([]int{}, q.shape...), labels), all
	}
	return t
}

// vectors makes the output of a model that embeds.
func (q *kserveRequest) vectors(vectors [][]float32) *kserveTensor {
	return &kserveTensor{Name: embeddingOutput, Datatype: "FP32", Shape: append(append([]int{}, q.shape...), len(vectors[0])), Data: slices.Concat(vectors...)}
}

// pack appends the tensor's data to those that follow the JSON.
func (t *kserveTensor) pack(b []byte) []byte {
	before := len(b)
	switch data := t.Data.(type) {
	case []string:
		for _, s := range data {
			b = binary.LittleEndian.AppendUint32(b, uint32(len(s)))
			b = append(b, s...)
		}
	case []float32:
		for _, v := range data {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
	}
	t.Data, t.Parameters = nil, map[string]int{"binary_data_size": len(b) - before}
	return b
}
