package realsize

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The whole model is made once and its data file's hash is the one that numpy's
// file had; Write itself refuses any other.
func TestWriteMakesTheWholeModelOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "model")
	if err := Write(dir); err != nil {
		t.Fatal(err)
	}
	src, err := Source()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		want, err := os.ReadFile(filepath.Join(src, name))
		if err != nil {
			t.Fatal(err)
		}
		have, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || string(have) != string(want) {
			t.Errorf("%s differs from the committed file (%v)", name, err)
		}
	}
	path := filepath.Join(dir, "onnx", "model.onnx.data")
	old := time.Unix(1_000_000_000, 0)
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
	if err := Write(dir); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || !info.ModTime().Equal(old) {
		t.Errorf("a second call wrote the data file anew (%v)", err)
	}
	left, err := os.ReadDir(filepath.Join(dir, "onnx"))
	if err != nil || len(left) != 2 {
		t.Errorf("onnx/ holds %v (%v), want the graph and its data alone", left, err)
	}
}

// Bits as numpy computes them in tests/reference/prng.py.
func TestValueAsInNumpy(t *testing.T) {
	for _, test := range []struct {
		name          string
		center, scale float32
		at            []uint64
		want          []uint32
	}{
		{"classifier.weight", 0, 0.125, []uint64{0, 1, 2, 767}, []uint32{0x3d5e082c, 0xbdec9e88, 0x3b988b60, 0x3d39857c}},
		{"distilbert.embeddings.LayerNorm.weight", 1, 0.125, []uint64{0, 1, 2, 767}, []uint32{0x3f767c93, 0x3f8371a1, 0x3f70c02b, 0x3f775fc4}},
		{"distilbert.transformer.layer.5.ffn.lin2.weight", 0, 0.0703125, []uint64{0, 1, 2, 768*3072 - 1}, []uint32{0x3d7d3898, 0xbd08952d, 0xbc6aa46d, 0x3bb3a690}},
	} {
		for k, i := range test.at {
			if got := math.Float32bits(value(seed(test.name), i, test.center, test.scale)); got != test.want[k] {
				t.Errorf("%s[%d] has bits %#08x, want %#08x", test.name, i, got, test.want[k])
			}
		}
	}
}

// small is a model of two tensors with a gap between them.
func small(t *testing.T) (src string, m manifest, data []byte) {
	t.Helper()
	src = t.TempDir()
	for _, name := range files {
		path := filepath.Join(src, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	m = manifest{File: "onnx/model.onnx.data", Size: 72, Tensors: []tensor{
		{Initializer: "a", Parameter: "a.weight", Shape: []int{2, 3}, Transposed: true, Scale: 0.5},
		{Initializer: "b", Parameter: "b.bias", Shape: []int{2}, Offset: 64, Center: 1, Scale: 0.25},
	}}
	data = make([]byte, 72)
	put := func(at int, v float32) { binary.LittleEndian.PutUint32(data[at:], math.Float32bits(v)) }
	for r := range 2 {
		for c := range 3 {
			// a.weight itself has shape [3, 2].
			put(4*(3*r+c), value(seed("a.weight"), uint64(2*c+r), 0, 0.5))
		}
	}
	for i := range 2 {
		put(64+4*i, value(seed("b.bias"), uint64(i), 1, 0.25))
	}
	sum := sha256.Sum256(data)
	m.SHA256 = hex.EncodeToString(sum[:])
	return src, m, data
}

func (m manifest) save(t *testing.T, src string) {
	t.Helper()
	raw, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(src, manifestName), raw, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestWriteRepairsDamagedData(t *testing.T) {
	src, m, want := small(t)
	m.save(t, src)
	dir := t.TempDir()
	path := filepath.Join(dir, "onnx", "model.onnx.data")
	flipped := append([]byte(nil), want...)
	flipped[5] ^= 1
	for _, damage := range [][]byte{nil, want[:40], flipped, append(append([]byte(nil), want...), 0)} {
		if damage != nil {
			if err := os.WriteFile(path, damage, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if err := write(src, dir); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != string(want) {
			t.Errorf("the data file holds %x (%v), want %x", got, err, want)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*manifest)
		want   string
	}{
		"another hash":     {func(m *manifest) { m.SHA256 = "00" }, "the manifest says 00"},
		"overlap":          {func(m *manifest) { m.Tensors[1].Offset = 20 }, `tensor "b" starts at 20`},
		"another size":     {func(m *manifest) { m.Size = 80 }, "size is 80, but the tensors end at 72"},
		"no elements":      {func(m *manifest) { m.Tensors[0].Shape = []int{2, 0} }, "shape is [2 0]"},
		"transposed row":   {func(m *manifest) { m.Tensors[1].Transposed = true }, "want two sizes"},
		"path outside":     {func(m *manifest) { m.File = "../model.onnx.data" }, `"../model.onnx.data"`},
		"too many, in int": {func(m *manifest) { m.Tensors[0].Shape = []int{1 << 31, 1 << 31, 1 << 31} }, "fewer than 2^31"},
	} {
		t.Run(name, func(t *testing.T) {
			src, m, _ := small(t)
			test.change(&m)
			m.save(t, src)
			dir := t.TempDir()
			err := write(src, dir)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error is %v, want one with %q", err, test.want)
			}
			left, err := filepath.Glob(filepath.Join(dir, "onnx", "*.data*"))
			if err != nil || len(left) > 0 {
				t.Errorf("left behind: %v (%v)", left, err)
			}
		})
	}
}

func TestSourceOutsideTheRepository(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := Write(t.TempDir()); err == nil || !strings.Contains(err.Error(), "inside the repository") {
		t.Errorf("error is %v, want one that says where to run this", err)
	}
}
