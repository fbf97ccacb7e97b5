package realsize

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"google.golang.org/protobuf/proto"

	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
)

// WriteSafetensors writes the same model's parameters as transformers reads them,
// into dir's model.safetensors: for whoever serves the model by PyTorch.
func WriteSafetensors(dir string) error {
	src, err := Source()
	if err != nil {
		return err
	}
	m, err := readManifest(filepath.Join(src, manifestName))
	if err != nil {
		return err
	}
	bias, err := classifierBias(filepath.Join(src, "onnx", "model.onnx"))
	if err != nil {
		return err
	}
	out, err := os.Create(filepath.Join(dir, "model.safetensors"))
	if err != nil {
		return fmt.Errorf("real-size model: %w", err)
	}
	w := bufio.NewWriterSize(out, 1<<20)
	err = m.writeSafetensors(w, bias)
	if err == nil {
		err = w.Flush()
	}
	if closed := out.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("real-size model: writing %s: %w", out.Name(), err)
	}
	return nil
}

// writeSafetensors writes a header of JSON, its length before it, and the tensors,
// each as PyTorch has it and not as the graph does.
func (m *manifest) writeSafetensors(w io.Writer, bias []byte) error {
	header := map[string]any{"__metadata__": map[string]string{"format": "pt"}}
	at := int64(0)
	add := func(name string, size int64, shape ...int) {
		header[name] = map[string]any{"dtype": "F32", "shape": shape, "data_offsets": []int64{at, at + size}}
		at += size
	}
	tensors := make([]tensor, len(m.Tensors))
	for i, t := range m.Tensors {
		if t.Transposed {
			t.Shape, t.Transposed = []int{t.Shape[1], t.Shape[0]}, false
		}
		n, err := t.elements()
		if err != nil {
			return err
		}
		add(t.Parameter, 4*n, t.Shape...)
		tensors[i] = t
	}
	add(biasName, int64(len(bias)), len(bias)/4)
	data, err := json.Marshal(header)
	if err != nil {
		return err
	}
	for _, part := range [][]byte{binary.LittleEndian.AppendUint64(nil, uint64(len(data))), data} {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	for _, t := range tensors {
		if err := t.write(w); err != nil {
			return err
		}
	}
	_, err = w.Write(bias)
	return err
}

// biasName is the one parameter so small that the graph has it inside.
const biasName = "classifier.bias"

func classifierBias(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("real-size model: %w", err)
	}
	m := &pb.ModelProto{}
	if err := proto.Unmarshal(data, m); err != nil {
		return nil, fmt.Errorf("real-size model: %s: %w", path, err)
	}
	for _, t := range m.Graph.Initializer {
		if t.GetName() == biasName && len(t.RawData) > 0 {
			return t.RawData, nil
		}
	}
	return nil, fmt.Errorf("real-size model: %s has no initializer %s", path, biasName)
}
