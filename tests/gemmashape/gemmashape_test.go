package gemmashape

import (
	"bytes"
	"encoding/binary"
	"math"
	"path/filepath"
	"testing"

	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/tokenizer"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

func testdata() string { return filepath.Join(scorerproc.Root(), "tests", "testdata") }

func initializer(name string, elem pb.TensorProto_DataType, dims ...int64) *pb.TensorProto {
	t := int32(elem)
	return &pb.TensorProto{Name: &name, DataType: &t, Dims: dims}
}

func TestTensorsByTheirNames(t *testing.T) {
	write := func(name string, elem pb.TensorProto_DataType, length int64, dims ...int64) []byte {
		var b bytes.Buffer
		if err := writeTensor(&b, initializer(name, elem, dims...), length); err != nil {
			t.Fatal(err)
		}
		if int64(b.Len()) != length {
			t.Fatalf("%s: %d bytes, want %d", name, b.Len(), length)
		}
		return b.Bytes()
	}
	at := func(b []byte, i int) float64 {
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:])))
	}
	a := write("a.weight_Q4", pb.TensorProto_UINT8, 4096, 2, 2048)
	if bytes.Equal(a, write("b.weight_Q4", pb.TensorProto_UINT8, 4096, 2, 2048)) {
		t.Error("two matrices are the same")
	}
	if !bytes.Equal(a, write("a.weight_Q4", pb.TensorProto_UINT8, 4096, 2, 2048)) {
		t.Error("a matrix isn't the same when it is written again")
	}
	scales := write("a.weight_scales", pb.TensorProto_FLOAT, 4000, 1000)
	if low, high := at(scales, 0), at(scales, 1); low == high || low < 0.75*scale || high > 1.25*scale || bytes.Equal(scales, write("b.weight_scales", pb.TensorProto_FLOAT, 4000, 1000)) {
		t.Errorf("scales are %v, %v …", low, high)
	}
	if got := at(write("model.layers.0.input_layernorm.weight", pb.TensorProto_FLOAT, 8, 2), 1); got != 1 {
		t.Errorf("a norm's weight is %v, want 1", got)
	}
	// Position 2, frequency 1 of 4: 2 × 10000^(-1/4).
	sin := write("sin_cache_local", pb.TensorProto_FLOAT, 48, 3, 4)
	if got, want := at(sin, 9), math.Sin(0.2); math.Abs(got-want) > 1e-6 {
		t.Errorf("a sine is %v, want %v", got, want)
	}
	if err := writeTensor(&bytes.Buffer{}, initializer("unheard of", pb.TensorProto_FLOAT, 1), 4); err == nil {
		t.Error("an unknown initializer is written")
	}
}

func TestTokenizerHasGemmasSize(t *testing.T) {
	dir := t.TempDir()
	if err := writeTokenizer(dir, filepath.Join(testdata(), "gemma-tokenizer")); err != nil {
		t.Fatal(err)
	}
	b, err := tokenizer.Load(filepath.Join(dir, "tokenizer.json"))
	if err != nil {
		t.Fatal(err)
	}
	if b.VocabSize() != pieces {
		t.Errorf("%d pieces, want %d", b.VocabSize(), pieces)
	}
	if ids := b.Append(nil, tokenizer.Part{Text: "bqzj"}); len(ids) != 1 {
		t.Errorf("a made piece of four letters is %v", ids)
	}
}
