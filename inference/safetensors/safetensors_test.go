package safetensors

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// file is the content of a file with that header and so many bytes of data.
func file(header string, data ...byte) []byte {
	out := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(out, header...), data...)
}

func write(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestMalformed(t *testing.T) {
	const one = `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"empty":              {nil, "it has 0 bytes"},
		"cut in the length":  {[]byte{1, 2, 3}, "it has 3 bytes"},
		"header too long":    {[]byte{255, 255, 255, 255, 255, 255, 255, 255, '{'}, "its header would take 18446744073709551615"},
		"header is cut":      {file(one)[:20], "its header would take"},
		"no JSON":            {file(`{"a":`), "its header is no JSON"},
		"no object":          {file(`[]`), "its header is no JSON object"},
		"more than one":      {file(one+one, 0, 0, 0, 0), "something behind the JSON object"},
		"data is cut":        {file(one, 0, 0, 0), "its data_offsets are [0 4], the file has 3 bytes of data"},
		"data is longer":     {file(one, 0, 0, 0, 0, 0), "its tensors end at byte"},
		"unknown dtype":      {file(`{"a":{"dtype":"Q4","shape":[1],"data_offsets":[0,4]}}`, 0, 0, 0, 0), `its dtype is "Q4"`},
		"shape of other":     {file(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}`, 0, 0, 0, 0), "its shape [2] in F32 needs 8"},
		"shape overflows":    {file(`{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}`, 0, 0, 0, 0), "too large"},
		"negative shape":     {file(`{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}`, 0, 0, 0, 0), "can't be read"},
		"offsets backwards":  {file(`{"a":{"dtype":"F32","shape":[0],"data_offsets":[4,0]}}`, 0, 0, 0, 0), "its data_offsets are [4 0]"},
		"one offset":         {file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}`, 0, 0, 0, 0), "its data_offsets are [0]"},
		"overlap":            {file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 0, 0, 0, 0), `tensor "b" begins at byte 0 of the data, the one before it ends at 4`},
		"gap":                {file(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}`, 0, 0), `tensor "a" begins at byte 1`},
		"the same name":      {file(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}`, 0, 0), `the tensor "a" twice`},
		"too many dimension": {file(`{"a":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,1]}}`, 0), "9 dimensions"},
	} {
		t.Run(name, func(t *testing.T) {
			path := write(t, File, c.content)
			_, err := Open(path)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), again) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestFloats(t *testing.T) {
	le := binary.LittleEndian
	var data []byte
	for _, v := range []float32{1.5, -0.25} {
		data = le.AppendUint32(data, math.Float32bits(v))
	}
	for _, v := range []uint16{0x3e00, 0xb400, 0x0001, 0x8000, 0x7c00, 0x3c00} { // 1.5, -0.25, 2^-24, -0, +Inf, 1
		data = le.AppendUint16(data, v)
	}
	for _, v := range []uint16{0x3fc0, 0xbe80} { // 1.5, -0.25
		data = le.AppendUint16(data, v)
	}
	data = le.AppendUint64(data, 7)
	w, err := Open(write(t, File, file(`{"__metadata__":{"format":"pt"},"f":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},`+
		`"h":{"dtype":"F16","shape":[6],"data_offsets":[8,20]},"b":{"dtype":"BF16","shape":[2],"data_offsets":[20,24]},"i":{"dtype":"I64","shape":[],"data_offsets":[24,32]}}  `, data...)))
	if err != nil {
		t.Fatal(err)
	}
	if got := w.Names(); !slices.Equal(got, []string{"b", "f", "h", "i"}) {
		t.Errorf("the names are %v", got)
	}
	for name, want := range map[string][]float32{
		"f": {1.5, -0.25}, "b": {1.5, -0.25},
		"h": {1.5, -0.25, 1.0 / (1 << 24), float32(math.Copysign(0, -1)), float32(math.Inf(1)), 1},
	} {
		got, err := w.Floats(name)
		if err != nil || !slices.EqualFunc(got, want, func(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) }) {
			t.Errorf("%s is %v, %v, want %v", name, got, err, want)
		}
	}
	for _, name := range []string{"i", "none"} {
		if _, err := w.Floats(name); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestIndex(t *testing.T) {
	dir := t.TempDir()
	put := func(name string, content []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	index := func(of map[string]string) {
		t.Helper()
		data, err := json.Marshal(map[string]any{"metadata": map[string]int{"total_size": 8}, "weight_map": of})
		if err != nil {
			t.Fatal(err)
		}
		put(IndexFile, data)
	}
	put("model-00001-of-00002.safetensors", file(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"c":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}`, 1, 9))
	put("model-00002-of-00002.safetensors", file(`{"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}`, 2))
	index(map[string]string{"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"})
	w, err := Open(filepath.Join(dir, IndexFile))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(w.Names(), []string{"a", "b"}) || w.Tensors["b"].File != "model-00002-of-00002.safetensors" {
		t.Errorf("the tensors are %v", w.Tensors)
	}
	if want := []string{IndexFile, "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"}; !slices.Equal(w.Files, want) {
		t.Errorf("the files are %v", w.Files)
	}
	for name, c := range map[string]struct {
		of   map[string]string
		want string
	}{
		"outside":       {map[string]string{"a": "../x.safetensors"}, "safetensors file beside it"},
		"another kind":  {map[string]string{"a": "x.bin"}, "safetensors file beside it"},
		"nothing":       {nil, "0 tensors"},
		"not there":     {map[string]string{"z": "model-00001-of-00002.safetensors"}, `has the tensor "z", but it hasn't`},
		"a missing one": {map[string]string{"a": "model-00003-of-00002.safetensors"}, "no such file"},
	} {
		index(c.of)
		if _, err := Open(filepath.Join(dir, IndexFile)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 0, 0, 0, 0))
	f.Add(file(`{"a":{"dtype":"BF16","shape":[],"data_offsets":[0,2]},"__metadata__":{}}`, 0, 0))
	f.Fuzz(func(t *testing.T, data []byte) {
		tensors, err := parse(bytes.NewReader(data), int64(len(data)), File)
		if err != nil {
			return
		}
		for name, x := range tensors {
			if x.Offset < headerSize || x.Length < 0 || x.Offset+x.Length > int64(len(data)) {
				t.Errorf("%s lies at %d, %d bytes", name, x.Offset, x.Length)
			}
		}
	})
}
