package graph

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"google.golang.org/protobuf/encoding/protowire"
)

// Value is an input or output that a graph declares.
type Value struct {
	Name     string
	ElemType int32   // onnx.TensorProto.DataType: 1 float, 10 float16, and the ones below
	Shape    []int64 // -1 where the dimension is symbolic or unknown
}

// ElemTypes that token ids come in.
const (
	ElemInt32 = 6
	ElemInt64 = 7
)

// External is one tensor whose data lies in another file.
type External struct {
	Initializer    string
	Location       string // relative to the graph's folder
	Offset, Length int64  // bytes; Length is -1 where neither the file nor the shape says
}

// Signature is what can be said of an ONNX file without reading its weights.
type Signature struct {
	Inputs   []Value // initializers that old exporters list as inputs are left out
	Outputs  []Value
	Metadata map[string]string // metadata_props
	External []External
	// Initializers maps the name of each initializer to its dimensions.
	Initializers map[string][]int64
	Attention    []Attention // GroupQueryAttention nodes, in the graph's order
	// Own is whether it has operators of Domain, which only the CPU has.
	Own bool
	// EmbeddingRows is how many token ids the graph has an embedding of, from 0
	// on; 0 if it can't be told.
	EmbeddingRows int
}

// Input returns the input of that name.
func (s *Signature) Input(name string) (Value, bool) {
	for _, v := range s.Inputs {
		if v.Name == name {
			return v, true
		}
	}
	return Value{}, false
}

// LogitsOutput returns the index of the output named logits, or of the only
// output there is; -1 if it can't be told.
func (s *Signature) LogitsOutput() int { return s.Output(Logits) }

// Output returns the index of the first of these outputs that there is, or of the only
// output; -1 if it can't be told.
func (s *Signature) Output(names ...string) int {
	for _, name := range names {
		for i, v := range s.Outputs {
			if v.Name == name {
				return i
			}
		}
	}
	if len(s.Outputs) == 1 {
		return 0
	}
	return -1
}

// Inspect reads the signature of the ONNX file at path. The file is mapped, and
// the pages that hold weights are never touched, so that a file of gigabytes
// takes milliseconds. A file that is not ONNX, or is cut off, is an error.
func Inspect(path string) (*Signature, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() == 0 {
		return nil, fmt.Errorf("%s is empty: fetch or export the model again", path)
	}
	if info.Size() > maxFile {
		return nil, fmt.Errorf("%s has %d bytes, an ONNX file has at most %d without external data: export the model with external data", path, info.Size(), maxFile)
	}
	data, err := syscall.Mmap(int(f.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_PRIVATE)
	if err != nil {
		return nil, fmt.Errorf("map %s: %w", path, err)
	}
	defer func() { _ = syscall.Munmap(data) }()
	return InspectBuilt(data, path)
}

// InspectBuilt is Inspect of the content of an ONNX file; path is what errors call it.
func InspectBuilt(data []byte, path string) (*Signature, error) {
	external, err := check(data)
	if err != nil && !errors.As(err, new(incompleteError)) {
		return nil, fmt.Errorf("%s: %w: fetch or export the model again", path, err)
	}
	var s *Signature
	if err == nil {
		s, err = inspect(data, filepath.Dir(path))
	}
	if err != nil {
		return nil, fmt.Errorf("%s is not a complete ONNX file (%w): fetch or export the model again", path, err)
	}
	s.External = external
	return s, nil
}

// Field numbers of onnx.proto3.
const (
	modelGraph, modelMetadata                        = 7, 14
	graphInitializer, graphInput, graphOutput        = 5, 11, 12
	tensorDims, tensorName, tensorExternal           = 1, 8, 13
	valueName, valueType, typeTensor, tensorTypeElem = 1, 2, 1, 1
	tensorTypeShape, shapeDim, dimValue              = 2, 1, 1
	entryKey, entryValue                             = 1, 2
)

// incompleteError is a message that ends too early, or is none.
type incompleteError struct{ error }

// fields calls fn for every field of the message b. Lengths are checked, so a
// truncated message is an error. The number is 0 for scalar content; content
// is nil for varints, whose value is v.
func fields(b []byte, fn func(num protowire.Number, content []byte, v uint64) error) error {
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			return incompleteError{protowire.ParseError(n)}
		}
		b = b[n:]
		var content []byte
		var v uint64
		switch typ {
		case protowire.BytesType:
			content, n = protowire.ConsumeBytes(b)
		case protowire.VarintType:
			v, n = protowire.ConsumeVarint(b)
		default:
			n = protowire.ConsumeFieldValue(num, typ, b)
		}
		if n < 0 {
			return incompleteError{protowire.ParseError(n)}
		}
		b = b[n:]
		if err := fn(num, content, v); err != nil {
			return err
		}
	}
	return nil
}

func inspect(model []byte, dir string) (*Signature, error) {
	s := &Signature{Metadata: map[string]string{}, Initializers: map[string][]int64{}}
	var graph []byte
	var nodes []*node
	tensors := map[string][]byte{}
	err := fields(model, func(num protowire.Number, content []byte, _ uint64) error {
		switch num {
		case modelGraph:
			graph = content
		case modelMetadata:
			k, v, err := entry(content)
			s.Metadata[k] = v
			return err
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if graph == nil {
		return nil, fmt.Errorf("it has no graph")
	}
	err = fields(graph, func(num protowire.Number, content []byte, _ uint64) error {
		switch num {
		case graphNode:
			n, err := readNode(content)
			s.Own = s.Own || n.domain == Domain
			if n.op == "GroupQueryAttention" {
				s.addAttention(n)
			}
			nodes = append(nodes, n)
			return err
		case graphInitializer:
			name, err := s.addInitializer(content)
			tensors[name] = content
			return err
		case graphInput:
			v, err := value(content)
			s.Inputs = append(s.Inputs, v)
			return err
		case graphOutput:
			v, err := value(content)
			s.Outputs = append(s.Outputs, v)
			return err
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	inputs := s.Inputs[:0]
	for _, v := range s.Inputs {
		if _, ok := s.Initializers[v.Name]; !ok {
			inputs = append(inputs, v)
		}
	}
	s.Inputs = inputs
	s.EmbeddingRows = s.embeddingRows(nodes)
	s.addSines(tensors, dir)
	if len(s.Outputs) == 0 {
		return nil, fmt.Errorf("its graph has no outputs")
	}
	return s, nil
}

func (s *Signature) addInitializer(tensor []byte) (name string, err error) {
	var dims []int64
	err = fields(tensor, func(num protowire.Number, content []byte, v uint64) (err error) {
		switch num {
		case tensorName:
			name = string(content)
		case tensorDims:
			dims, err = appendDims(dims, content, v)
		}
		return err
	})
	s.Initializers[name] = dims
	return name, err
}

func (e *External) set(content []byte) error {
	k, v, err := entry(content)
	if err != nil {
		return err
	}
	return e.put(k, v)
}

// put sets the field that an external_data entry is for.
func (e *External) put(key, value string) (err error) {
	switch key {
	case "location":
		e.Location = value
	case "offset":
		e.Offset, err = strconv.ParseInt(value, 10, 64)
	case "length":
		e.Length, err = strconv.ParseInt(value, 10, 64)
	}
	return err
}

func entry(b []byte) (key, val string, err error) {
	err = fields(b, func(num protowire.Number, content []byte, _ uint64) error {
		switch num {
		case entryKey:
			key = string(content)
		case entryValue:
			val = string(content)
		}
		return nil
	})
	return key, val, err
}

func value(b []byte) (Value, error) {
	var out Value
	err := fields(b, func(num protowire.Number, content []byte, _ uint64) error {
		switch num {
		case valueName:
			out.Name = string(content)
		case valueType:
			return fields(content, func(num protowire.Number, content []byte, _ uint64) error {
				if num != typeTensor {
					return nil
				}
				return fields(content, out.tensorType)
			})
		}
		return nil
	})
	return out, err
}

func (out *Value) tensorType(num protowire.Number, content []byte, v uint64) error {
	switch num {
	case tensorTypeElem:
		out.ElemType = int32(v)
	case tensorTypeShape:
		return fields(content, func(num protowire.Number, content []byte, _ uint64) error {
			if num != shapeDim {
				return nil
			}
			dim := int64(-1)
			err := fields(content, func(num protowire.Number, _ []byte, v uint64) error {
				if num == dimValue {
					dim = int64(v)
				}
				return nil
			})
			out.Shape = append(out.Shape, dim)
			return err
		})
	}
	return nil
}
