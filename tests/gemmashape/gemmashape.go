// Package gemmashape writes a decoder of Gemma 3 1B's true shape (26 layers,
// hidden size 1,152, vocabulary 262,144, int4 in blocks of 32, 0.7 GB) with
// pseudo-random weights, so that benchmarks have one without a download and
// without Python.
//
// The repository holds everything of it but its weights and its large
// vocabulary: tests/testdata/gemma-1b-random has the graph as onnxruntime-genai's
// builder makes it, tests/testdata/gemma-tokenizer the tokenizer's first 20,000
// pieces.
package gemmashape

import (
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"google.golang.org/protobuf/proto"

	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
)

const graphFile = "model.onnx"

// Write makes dir the complete model folder. testdata is the repository's folder
// tests/testdata.
func Write(dir, testdata string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	source := filepath.Join(testdata, "gemma-1b-random")
	for _, name := range []string{"config.json", "generation_config.json", "genai_config.json"} {
		if err := copyFile(filepath.Join(source, name), filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	if err := writeTokenizer(dir, filepath.Join(testdata, "gemma-tokenizer")); err != nil {
		return err
	}
	packed, err := os.Open(filepath.Join(source, graphFile+".gz"))
	if err != nil {
		return err
	}
	defer func() { _ = packed.Close() }()
	unpacked, err := gzip.NewReader(packed)
	if err != nil {
		return err
	}
	data, err := io.ReadAll(unpacked)
	if err != nil {
		return err
	}
	m := &pb.ModelProto{}
	if err := proto.Unmarshal(data, m); err != nil {
		return err
	}
	if err := writeWeights(m, filepath.Join(dir, graphFile+".data")); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, graphFile), data, 0o644)
}

func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o644)
}

// writeWeights writes what the graph's initializers refer to.
func writeWeights(m *pb.ModelProto, path string) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	for _, t := range m.Graph.Initializer {
		if t.GetDataLocation() != pb.TensorProto_EXTERNAL {
			continue
		}
		var offset, length int64
		for _, e := range t.ExternalData {
			switch e.GetKey() {
			case "offset":
				_, err = fmt.Sscan(e.GetValue(), &offset)
			case "length":
				_, err = fmt.Sscan(e.GetValue(), &length)
			}
			if err != nil {
				return fmt.Errorf("%s: %w", t.GetName(), err)
			}
		}
		w := bufio.NewWriterSize(io.NewOffsetWriter(f, offset), 1<<20)
		if err := writeTensor(w, t, length); err != nil {
			return fmt.Errorf("%s: %w", t.GetName(), err)
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// scale of a block of 4-bit weights, in the mean: those then have the standard
// deviation that Gemma's initialisation has. Scales differ, for equal tensors
// would be stored once, and be read from the processor's cache.
const scale = 0.004

// writeTensor writes an initializer's data; its name says what it is.
func writeTensor(w io.Writer, t *pb.TensorProto, length int64) error {
	name := t.GetName()
	floats := func(at func(i int) float64) error {
		if t.GetDataType() != int32(pb.TensorProto_FLOAT) {
			return fmt.Errorf("its type is %d, float32 was expected", t.GetDataType())
		}
		var b [4]byte
		for i := range int(length / 4) {
			binary.LittleEndian.PutUint32(b[:], math.Float32bits(float32(at(i))))
			if _, err := w.Write(b[:]); err != nil {
				return err
			}
		}
		return nil
	}
	switch {
	case strings.HasSuffix(name, "_Q4"):
		_, err := io.CopyN(w, rand.NewChaCha8(sha256.Sum256([]byte(name))), length)
		return err
	case strings.HasSuffix(name, "_scales"):
		r := rand.New(rand.NewChaCha8(sha256.Sum256([]byte(name))))
		return floats(func(int) float64 { return scale * (0.75 + r.Float64()/2) })
	case strings.HasSuffix(name, "norm.weight"):
		return floats(func(int) float64 { return 1 })
	case strings.HasPrefix(name, "cos_cache"), strings.HasPrefix(name, "sin_cache"):
		return floats(rotary(name, int(t.Dims[1])))
	}
	return fmt.Errorf("it isn't known what it is")
}

// rotary is element i of a table of cosines or sines: a row for each position, a
// column for each frequency.
func rotary(name string, columns int) func(i int) float64 {
	base := 1e6
	if strings.HasSuffix(name, "_local") {
		base = 1e4
	}
	fn := math.Cos
	if strings.HasPrefix(name, "sin") {
		fn = math.Sin
	}
	frequencies := make([]float64, columns)
	for i := range frequencies {
		frequencies[i] = math.Pow(base, -float64(i)/float64(columns))
	}
	return func(i int) float64 { return fn(float64(i/columns) * frequencies[i%columns]) }
}
