package onnx

import (
	"encoding/binary"
	"fmt"
	"math"

	ort "github.com/yalue/onnxruntime_go"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/safetensors"
)

// Tensor is an array of floats in row-major order, whatever type the graph has.
type Tensor struct {
	Shape    []int64
	Float32s []float32
}

// bfloat16 is an element type that only outputs have here.
const bfloat16 ElemType = 16

func isHalf(t int32) bool { return ElemType(t) == Float16 || ElemType(t) == bfloat16 }

// input makes the graph's input of the batch.
func input(in graph.Value, b graph.Batch) (ort.Value, error) {
	values, shape := b.Input(in.Name)
	if values == nil {
		return nil, fmt.Errorf("the batch has none")
	}
	if in.ElemType == graph.ElemInt32 {
		return made(ort.NewTensor(ort.Shape(shape), narrow(values)))
	}
	return made(ort.NewTensor(ort.Shape(shape), values))
}

// made keeps a nil pointer from becoming a value.
func made[T ort.TensorData](t *ort.Tensor[T], err error) (ort.Value, error) {
	if err != nil {
		return nil, err
	}
	return t, nil
}

// newHalf makes room for an output of 16 bits, which the bindings can't.
func newHalf(texts int, out graph.Value) (ort.Value, error) {
	shape := ort.NewShape(int64(texts), out.Shape[1])
	v, err := ort.NewCustomDataTensor(shape, make([]byte, 2*shape.FlattenedSize()), ort.TensorElementDataType(out.ElemType))
	if err != nil {
		return nil, err
	}
	return v, nil
}

func fromValue(out graph.Value, v ort.Value) (Tensor, error) {
	t := Tensor{Shape: v.GetShape()}
	switch v := v.(type) {
	case *ort.Tensor[float32]:
		t.Float32s = v.GetData()
	case *ort.Tensor[float64]:
		for _, f := range v.GetData() {
			t.Float32s = append(t.Float32s, float32(f))
		}
	case *ort.CustomDataTensor:
		for data := v.GetData(); len(data) >= 2; data = data[2:] {
			bits := binary.NativeEndian.Uint16(data)
			if ElemType(out.ElemType) == bfloat16 {
				t.Float32s = append(t.Float32s, math.Float32frombits(uint32(bits)<<16))
			} else {
				t.Float32s = append(t.Float32s, safetensors.Half(bits))
			}
		}
	default:
		return Tensor{}, fmt.Errorf("output %s has an element type that isn't supported (%T): export it with logits in float32, float16 or float64", out.Name, v)
	}
	return t, nil
}
