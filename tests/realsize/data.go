package realsize

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
)

const manifestName = "manifest.json"

// manifest says what the data file holds.
type manifest struct {
	File    string   `json:"file"` // path in the model folder
	Size    int64    `json:"size"` // bytes
	SHA256  string   `json:"sha256"`
	Tensors []tensor `json:"tensors"` // by ascending offset
}

// tensor is one float32 tensor of the data file, little-endian, row by row.
type tensor struct {
	Initializer string  `json:"initializer"` // its name in the graph
	Parameter   string  `json:"parameter"`   // the model's name, which seeds the values
	Shape       []int   `json:"shape"`       // as stored
	Transposed  bool    `json:"transposed"`  // the graph stores the parameter's transpose
	Offset      int64   `json:"offset"`      // bytes
	Center      float32 `json:"center"`
	Scale       float32 `json:"scale"` // values lie in [center-scale, center+scale)
}

func readManifest(path string) (*manifest, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("real-size model: %w", err)
	}
	var m manifest
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, fmt.Errorf("real-size model: %s: %w", path, err)
	}
	if !filepath.IsLocal(filepath.FromSlash(m.File)) {
		return nil, fmt.Errorf("real-size model: %s: file is %q, want a path inside the model folder", path, m.File)
	}
	end := int64(0)
	for _, t := range m.Tensors {
		n, err := t.elements()
		if err != nil {
			return nil, fmt.Errorf("real-size model: %s: tensor %q: %w", path, t.Initializer, err)
		}
		if t.Offset < end {
			return nil, fmt.Errorf("real-size model: %s: tensor %q starts at %d, before the end of the one ahead of it at %d", path, t.Initializer, t.Offset, end)
		}
		end = t.Offset + 4*n
	}
	if end != m.Size {
		return nil, fmt.Errorf("real-size model: %s: size is %d, but the tensors end at %d", path, m.Size, end)
	}
	return &m, nil
}

func (t tensor) elements() (int64, error) {
	n := int64(1)
	for _, d := range t.Shape {
		if d <= 0 || n > math.MaxInt32/int64(d) {
			return 0, fmt.Errorf("shape is %v, want positive sizes with fewer than 2^31 elements", t.Shape)
		}
		n *= int64(d)
	}
	if t.Transposed && len(t.Shape) != 2 {
		return 0, fmt.Errorf("transposed with shape %v, want two sizes", t.Shape)
	}
	return n, nil
}

// writeData makes path the data file, unless it is there and right. A file that
// is not finished or does not have the manifest's hash never gets that name.
func (m *manifest) writeData(path string) error {
	right, err := m.matches(path)
	if err != nil || right {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.part")
	if err != nil {
		return fmt.Errorf("real-size model: %w", err)
	}
	defer os.Remove(tmp.Name())
	sum, err := m.writeTensors(tmp)
	if err == nil {
		err = tmp.Chmod(0o644)
	}
	if closed := tmp.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("real-size model: writing %s: %w", path, err)
	}
	if sum != m.SHA256 {
		return fmt.Errorf("real-size model: %s has SHA-256 %s, the manifest says %s; run tests/reference/make_real_size.py if the generator changed", path, sum, m.SHA256)
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return fmt.Errorf("real-size model: %w", err)
	}
	return nil
}

// matches says whether path is the whole data file already.
func (m *manifest) matches(path string) (bool, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("real-size model: %w", err)
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || info.Size() != m.Size {
		return false, err
	}
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return false, fmt.Errorf("real-size model: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)) == m.SHA256, nil
}

// writeTensors writes every tensor at its offset, with zeros between them, and
// returns the SHA-256 of what it wrote.
func (m *manifest) writeTensors(w io.Writer) (string, error) {
	h := sha256.New()
	out := bufio.NewWriterSize(io.MultiWriter(w, h), 1<<20)
	at := int64(0)
	for _, t := range m.Tensors {
		if _, err := out.Write(make([]byte, t.Offset-at)); err != nil {
			return "", err
		}
		if err := t.write(out); err != nil {
			return "", err
		}
		n, err := t.elements()
		if err != nil {
			return "", err
		}
		at = t.Offset + 4*n
	}
	if err := out.Flush(); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// write writes the tensor's values row by row.
func (t tensor) write(w io.Writer) error {
	s := seed(t.Parameter)
	rows, columns := 1, t.Shape[len(t.Shape)-1]
	for _, d := range t.Shape[:len(t.Shape)-1] {
		rows *= d
	}
	row := make([]byte, 4*columns)
	for r := range rows {
		// The parameter's index of the row's first value, and the step to the next.
		i, step := uint64(r*columns), uint64(1)
		if t.Transposed {
			i, step = uint64(r), uint64(rows)
		}
		for c := range columns {
			binary.LittleEndian.PutUint32(row[4*c:], math.Float32bits(value(s, i, t.Center, t.Scale)))
			i += step
		}
		if _, err := w.Write(row); err != nil {
			return err
		}
	}
	return nil
}
