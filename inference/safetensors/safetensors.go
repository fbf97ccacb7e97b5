// Package safetensors reads where the weights of a model lie in safetensors files, the
// format of the Hugging Face hub: a header in JSON, and the tensors' data behind it.
//
// A file is made by somebody else, so every number of the header is checked before
// anything is done with it, as the format's own library does (safetensors 0.6,
// Metadata::validate): the data lies without gaps and overlaps, each tensor has the size
// that its shape says, and the file ends with the last.
package safetensors

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"sort"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelfile"
)

// Tensor is where a tensor lies.
type Tensor struct {
	File           string // its name, in the folder of Weights
	DType          string // F32, F16, BF16, …
	Shape          []int64
	Offset, Length int64 // bytes, from the file's begin
}

// Weights are a model's tensors, in one file or in several.
type Weights struct {
	Dir     string   // the folder of the files
	Files   []string // their names, an index first
	Tensors map[string]Tensor
}

const (
	// headerSize is the length of the header's length.
	headerSize = 8
	maxTensors = 1 << 16
	maxDims    = 8
	again      = "fetch the model again"
)

// sizes are the bytes of an element.
var sizes = map[string]int64{
	"BOOL": 1, "U8": 1, "I8": 1, "F8_E5M2": 1, "F8_E4M3": 1, "I16": 2, "U16": 2, "F16": 2, "BF16": 2,
	"I32": 4, "U32": 4, "F32": 4, "I64": 8, "U64": 8, "F64": 8,
}

// Open reads the header of the file at path, or, if that is an index of several files,
// those of all. Its errors name the file, what is wrong with it, and the remedy.
func Open(path string) (*Weights, error) {
	if filepath.Ext(path) == ".json" {
		return openIndex(path)
	}
	w := &Weights{Dir: filepath.Dir(path), Files: []string{filepath.Base(path)}}
	var err error
	w.Tensors, err = read(path)
	return w, err
}

// read reads the header of one file.
func read(path string) (map[string]Tensor, error) {
	f, err := modelfile.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	tensors, err := parse(f, info.Size(), filepath.Base(path))
	if err != nil {
		return nil, fmt.Errorf("%s is no whole safetensors file: %w: %s", path, err, again)
	}
	return tensors, nil
}

// parse reads the header of a file of that many bytes.
func parse(r io.ReaderAt, size int64, file string) (map[string]Tensor, error) {
	var prefix [headerSize]byte
	if size < headerSize {
		return nil, fmt.Errorf("it has %d bytes", size)
	}
	if _, err := r.ReadAt(prefix[:], 0); err != nil {
		return nil, err
	}
	length := binary.LittleEndian.Uint64(prefix[:])
	switch {
	case length > uint64(size-headerSize):
		return nil, fmt.Errorf("it has %d bytes, its header would take %d", size, length)
	case length > modelfile.MaxSettings:
		return nil, fmt.Errorf("its header has %d bytes, at most %d are read", length, modelfile.MaxSettings)
	}
	header := make([]byte, length)
	if _, err := r.ReadAt(header, headerSize); err != nil {
		return nil, err
	}
	tensors := map[string]Tensor{}
	begin := headerSize + int64(length)
	err := object(header, func(name string, value json.RawMessage) error {
		if name == "__metadata__" {
			return nil
		}
		if len(tensors) == maxTensors {
			return fmt.Errorf("it has more than %d tensors", maxTensors)
		}
		t, err := tensor(value, begin, size)
		if err != nil {
			return fmt.Errorf("tensor %.200q: %w", name, err)
		}
		if _, ok := tensors[name]; ok {
			return fmt.Errorf("it has the tensor %.200q twice", name)
		}
		t.File = file
		tensors[name] = t
		return nil
	})
	if err != nil {
		return nil, err
	}
	return tensors, contiguous(tensors, begin, size)
}

// object calls fn for each member of a JSON object, in their order.
func object(data []byte, fn func(name string, value json.RawMessage) error) error {
	d := json.NewDecoder(bytes.NewReader(data))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return errors.Join(errors.New("its header is no JSON object"), err)
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return fmt.Errorf("its header is no JSON: %w", err)
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return fmt.Errorf("its header is no JSON: %w", err)
		}
		if err := fn(name.(string), value); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return fmt.Errorf("its header is no JSON: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("its header has something behind the JSON object")
	}
	return nil
}

// tensor reads the description of one, whose data begins behind the header.
func tensor(value json.RawMessage, begin, size int64) (Tensor, error) {
	var d struct {
		DType   string   `json:"dtype"`
		Shape   []uint64 `json:"shape"`
		Offsets []uint64 `json:"data_offsets"`
	}
	if err := json.Unmarshal(value, &d); err != nil {
		return Tensor{}, fmt.Errorf("dtype, shape or data_offsets can't be read: %w", err)
	}
	element, ok := sizes[d.DType]
	if !ok {
		return Tensor{}, fmt.Errorf("its dtype is %.20q, which isn't known", d.DType)
	}
	if len(d.Shape) > maxDims {
		return Tensor{}, fmt.Errorf("it has %d dimensions, at most %d are read", len(d.Shape), maxDims)
	}
	if len(d.Offsets) != 2 || d.Offsets[0] > d.Offsets[1] || d.Offsets[1] > uint64(size-begin) {
		return Tensor{}, fmt.Errorf("its data_offsets are %v, the file has %d bytes of data", d.Offsets, size-begin)
	}
	t := Tensor{DType: d.DType, Shape: make([]int64, len(d.Shape)), Offset: begin + int64(d.Offsets[0]), Length: int64(d.Offsets[1] - d.Offsets[0])}
	bytes := element
	for i, n := range d.Shape {
		if n > math.MaxInt64 || n > 0 && bytes > math.MaxInt64/int64(n) {
			return Tensor{}, fmt.Errorf("its shape is %v, which is too large", d.Shape)
		}
		t.Shape[i] = int64(n)
		bytes *= int64(n)
	}
	if bytes != t.Length {
		return Tensor{}, fmt.Errorf("it has %d bytes, its shape %v in %s needs %d", t.Length, d.Shape, d.DType, bytes)
	}
	return t, nil
}

// contiguous checks that the tensors lie one after the other, up to the file's end.
func contiguous(tensors map[string]Tensor, begin, size int64) error {
	names := make([]string, 0, len(tensors))
	for name := range tensors {
		names = append(names, name)
	}
	sort.Slice(names, func(i, j int) bool {
		a, b := tensors[names[i]], tensors[names[j]]
		return a.Offset < b.Offset || a.Offset == b.Offset && (a.Length < b.Length || a.Length == b.Length && names[i] < names[j])
	})
	at := begin
	for _, name := range names {
		if t := tensors[name]; t.Offset != at {
			return fmt.Errorf("tensor %.200q begins at byte %d of the data, the one before it ends at %d", name, t.Offset-begin, at-begin)
		}
		at += tensors[name].Length
	}
	if at != size {
		return fmt.Errorf("its tensors end at byte %d, the file has %d", at, size)
	}
	return nil
}

// Names are those of the tensors, in order.
func (w *Weights) Names() []string {
	names := make([]string, 0, len(w.Tensors))
	for name := range w.Tensors {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
