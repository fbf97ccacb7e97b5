package onnx

import (
	"fmt"

	ort "github.com/yalue/onnxruntime_go"
)

// Tensor is a named array. Exactly one of the slices is set; it holds the
// elements in row-major order, at least as many as Shape says.
type Tensor struct {
	Name  string
	Shape []int64

	Int64s   []int64
	Int32s   []int32
	Float32s []float32
}

func tensor(tensors []Tensor, name string) (*Tensor, error) {
	for i := range tensors {
		if tensors[i].Name == name {
			return &tensors[i], nil
		}
	}
	return nil, fmt.Errorf("the graph's input %s was not given", name)
}

func (t *Tensor) value() (ort.Value, error) {
	shape := ort.Shape(t.Shape)
	switch {
	case t.Int64s != nil:
		return ort.NewTensor(shape, t.Int64s)
	case t.Int32s != nil:
		return ort.NewTensor(shape, t.Int32s)
	case t.Float32s != nil:
		return ort.NewTensor(shape, t.Float32s)
	}
	return nil, fmt.Errorf("tensor %s has no elements", t.Name)
}

func fromValue(name string, v ort.Value) (Tensor, error) {
	t := Tensor{Name: name, Shape: v.GetShape()}
	switch v := v.(type) {
	case *ort.Tensor[float32]:
		t.Float32s = v.GetData()
	case *ort.Tensor[int64]:
		t.Int64s = v.GetData()
	case *ort.Tensor[int32]:
		t.Int32s = v.GetData()
	default:
		return Tensor{}, fmt.Errorf("output %s has an element type that isn't supported (%T)", name, v)
	}
	return t, nil
}
