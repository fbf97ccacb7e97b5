package server

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"azure-nlp-endpoint/inference/api"
	"azure-nlp-endpoint/inference/pipeline"
)

// The outputs' names.
const (
	labelOutput  = "label"
	scoreOutput  = "score"
	scoresOutput = "scores"
)

type kserveAnswer struct {
	Model   string          `json:"model_name"`
	Version string          `json:"model_version"`
	ID      string          `json:"id,omitempty"`
	Outputs []*kserveTensor `json:"outputs"`
}

// kserveTensor is an output, or a tensor of the model's description. Its data
// are in one of the last three, or follow the JSON.
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

// unpackTexts reads as many texts as a binary tensor has: each its length in 4
// bytes, and its bytes.
func unpackTexts(at string, data []byte, count int) ([]string, error) {
	texts := make([]string, 0, count)
	for len(data) > 0 {
		if len(texts) == count {
			return nil, invalid("%s: the binary data have more than %d texts, which shape says", at, count)
		}
		if len(data) < 4 || uint64(binary.LittleEndian.Uint32(data)) > uint64(len(data)-4) {
			return nil, invalid("%s: the binary data end within text %d", at, len(texts))
		}
		n := 4 + int(binary.LittleEndian.Uint32(data))
		texts = append(texts, string(data[4:n]))
		data = data[n:]
	}
	if len(texts) < count {
		return nil, invalid("%s: the binary data have %d texts, shape says %d", at, len(texts), count)
	}
	return texts, nil
}

// nestedTexts reads strings in lists within lists, as many in each as dims says.
func nestedTexts(at string, raw json.RawMessage, dims []int, texts []string) ([]string, error) {
	if len(dims) == 0 {
		s, err := text(at, raw)
		return append(texts, s), err
	}
	if kindOf(raw) != "a list" {
		return nil, badField(at, "is %s, a list of %d is needed, as shape says", kindOf(raw), dims[0])
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	if _, err := d.Token(); err != nil {
		return nil, syntax(at, err)
	}
	count := 0
	for ; d.More(); count++ {
		if count == dims[0] {
			return nil, badField(at, "has more than %d items, which shape says", count)
		}
		var item json.RawMessage
		if err := d.Decode(&item); err != nil {
			return nil, syntax(at, err)
		}
		var err error
		if texts, err = nestedTexts(fmt.Sprintf("%s[%d]", at, count), item, dims[1:], texts); err != nil {
			return nil, err
		}
	}
	if count < dims[0] {
		return nil, badField(at, "has %d items, shape says %d", count, dims[0])
	}
	return texts, nil
}

// sizeOf is how many texts a shape has.
func sizeOf(at string, shape []int, limits api.Limits) (int, error) {
	if len(shape) == 0 || len(shape) > maxRank {
		return 0, badField(at, "has %d dimensions: it can have 1 to %d", len(shape), maxRank)
	}
	size := 1
	for _, n := range shape {
		if n < 1 {
			return 0, badField(at, "is %v: whole numbers from 1 on are needed", shape)
		}
		if size *= min(n, limits.MaxClientBatchSize+1); size > limits.MaxClientBatchSize {
			size = limits.MaxClientBatchSize + 1 // any number above
		}
	}
	if size > limits.MaxClientBatchSize {
		return 0, tooManyTexts(at, limits)
	}
	return size, nil
}

// maxRank bounds how deep data are looked into.
const maxRank = 8

// decodeBase64 reads texts as MLServer's codec "base64" does, which takes what
// isn't base64 for the text itself; here that is an error, for it would be
// scored though it is most likely broken.
func decodeBase64(at string, texts []string) error {
	for i, s := range texts {
		decoded, err := base64.StdEncoding.DecodeString(s)
		if err != nil || strings.ContainsAny(s, "\r\n") {
			return invalid("%s: text %d is not base64, as content_type says", at, i)
		}
		texts[i] = string(decoded)
	}
	return nil
}

func checkTexts(at string, texts []string) error {
	for i, s := range texts {
		if !utf8.ValidString(s) {
			return invalid("%s: text %d is not UTF-8", at, i)
		}
	}
	return nil
}
