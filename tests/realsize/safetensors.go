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
	return writeSafetensors(filepath.Join(dir, "model.safetensors"), m.parameters(), constant{biasName, bias})
}

// parameters are the tensors as PyTorch has them and not as the graph does.
func (m *manifest) parameters() []tensor {
	all := make([]tensor, len(m.Tensors))
	for i, t := range m.Tensors {
		if t.Transposed {
			t.Shape, t.Transposed = []int{t.Shape[1], t.Shape[0]}, false
		}
		all[i] = t
	}
	return all
}

// constant is a parameter of one dimension whose values aren't pseudo-random.
type constant struct {
	name   string
	values []float32
}

// writeSafetensors writes a file of parameters. One that isn't whole never gets its name.
func writeSafetensors(path string, tensors []tensor, last constant) error {
	out, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.part")
	if err != nil {
		return fmt.Errorf("real-size model: %w", err)
	}
	defer os.Remove(out.Name())
	w := bufio.NewWriterSize(out, 1<<20)
	err = encodeSafetensors(w, tensors, last)
	if err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = out.Chmod(0o644)
	}
	if closed := out.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(out.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("real-size model: writing %s: %w", path, err)
	}
	return nil
}

// encodeSafetensors writes a header of JSON, its length before it, and the tensors.
func encodeSafetensors(w io.Writer, tensors []tensor, last constant) error {
	header := map[string]any{"__metadata__": map[string]string{"format": "pt"}}
	at := int64(0)
	add := func(name string, elements int64, shape ...int) {
		header[name] = map[string]any{"dtype": "F32", "shape": shape, "data_offsets": []int64{at, at + 4*elements}}
		at += 4 * elements
	}
	for _, t := range tensors {
		n, err := t.elements()
		if err != nil {
			return err
		}
		add(t.Parameter, n, t.Shape...)
	}
	add(last.name, int64(len(last.values)), len(last.values))
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
	return binary.Write(w, binary.LittleEndian, last.values)
}

// biasName is the one parameter so small that the graph has it inside.
const biasName = "classifier.bias"

func classifierBias(path string) ([]float32, error) {
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
			values := make([]float32, len(t.RawData)/4)
			_, err := binary.Decode(t.RawData, binary.LittleEndian, values)
			return values, err
		}
	}
	return nil, fmt.Errorf("real-size model: %s has no initializer %s", path, biasName)
}
