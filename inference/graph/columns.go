package graph

import (
	"encoding/binary"
	"fmt"
	"math"

	pb "github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph/onnxpb"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/safetensors"
)

// columns is the second matrix of a product, which is read a few columns at a time.
type columns interface {
	size() (rows, columns int)
	// read reads n columns from first on, one behind the other.
	read(first, n int, to []float32) error
}

// tileBytes bounds the columns that are in memory at once, in float32.
const tileBytes = 64 << 20

// tile is how many columns of so many rows that are.
func tile(rows int) int { return max(1, tileBytes/4/max(rows, 1)) }

// matrixData is a matrix of numbers in a file.
type matrixData struct {
	stretch
	kind       pb.TensorProto_DataType // FLOAT, FLOAT16 or BFLOAT16
	rows, cols int
	transposed bool // columns lie one behind the other
}

func newMatrixData(t *pb.TensorProto, s stretch, transposed bool) (*matrixData, error) {
	m := &matrixData{stretch: s, transposed: transposed, kind: pb.TensorProto_DataType(t.GetDataType())}
	m.rows, m.cols = int(t.Dims[0]), int(t.Dims[1])
	if transposed {
		m.rows, m.cols = m.cols, m.rows
	}
	if m.rows < 1 || m.cols < 1 || int64(m.rows)*int64(m.cols)*int64(m.bytes()) != s.length {
		return nil, fmt.Errorf("the weight %s has %d bytes, its shape %v needs others: export the model again", t.GetName(), s.length, t.Dims)
	}
	return m, nil
}

func (m *matrixData) bytes() int {
	if m.kind == pb.TensorProto_FLOAT {
		return 4
	}
	return 2
}

func (m *matrixData) size() (rows, columns int) { return m.rows, m.cols }

func (m *matrixData) float(raw []byte, i int) float32 {
	switch m.kind {
	case pb.TensorProto_FLOAT16:
		return safetensors.Half(binary.LittleEndian.Uint16(raw[2*i:]))
	case pb.TensorProto_BFLOAT16:
		return math.Float32frombits(uint32(binary.LittleEndian.Uint16(raw[2*i:])) << 16)
	}
	return math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
}

// strip is how many rows are read before they are put into their columns.
const strip = 16

func (m *matrixData) read(first, n int, to []float32) error {
	size := m.bytes()
	if m.transposed {
		raw := make([]byte, n*m.rows*size)
		if _, err := m.at.ReadAt(raw, m.offset+int64(first)*int64(m.rows)*int64(size)); err != nil {
			return err
		}
		for i := range to[:n*m.rows] {
			to[i] = m.float(raw, i)
		}
		return nil
	}
	raw := make([]byte, strip*n*size)
	for row := 0; row < m.rows; row += strip {
		k := min(strip, m.rows-row)
		for i := range k {
			if _, err := m.at.ReadAt(raw[i*n*size:][:n*size], m.offset+(int64(row+i)*int64(m.cols)+int64(first))*int64(size)); err != nil {
				return err
			}
		}
		for c := range n {
			column := to[c*m.rows+row:][:k]
			for i := range column {
				column[i] = m.float(raw, i*n+c)
			}
		}
	}
	return nil
}

// writeQuantized writes a matrix in blocks, and returns the tensors of its values and scales.
func (d *dataFile) writeQuantized(m columns, b Blocks, name string, scaleType pb.TensorProto_DataType) (values, scales *pb.TensorProto, err error) {
	rows, cols := m.size()
	blocks := b.blocks(rows)
	size := 4
	round := func(v float32) float32 { return v }
	if scaleType == pb.TensorProto_FLOAT16 {
		size = 2
		round = func(v float32) float32 {
			h, ok := half(v)
			if !ok {
				return float32(math.Inf(1))
			}
			return safetensors.Half(h)
		}
	}
	tensor := func(name string, kind pb.TensorProto_DataType, sizes ...int64) *pb.TensorProto {
		return &pb.TensorProto{Name: &name, DataType: ptr(int32(kind)), Dims: sizes}
	}
	values = tensor(fmt.Sprintf("%s_Q%d", name, b.Bits), pb.TensorProto_UINT8, int64(cols), int64(blocks), int64(b.bytes()))
	scales = tensor(name+"_scales", scaleType, int64(cols), int64(blocks))
	stride := blocks * b.bytes()
	valuesAt, scalesAt := d.reserve(values, int64(cols)*int64(stride)), d.reserve(scales, int64(cols)*int64(blocks)*int64(size))
	most := min(tile(rows), cols)
	column, packed, factors := make([]float32, most*rows), make([]byte, most*stride), make([]float32, blocks)
	raw := make([]byte, 0, most*blocks*size)
	for first := 0; first < cols; first += most {
		n := min(most, cols-first)
		if err := m.read(first, n, column); err != nil {
			return nil, nil, fmt.Errorf("the weight %s: %w", name, err)
		}
		clear(packed)
		raw = raw[:0]
		for i := range n {
			if err := b.quantize(column[i*rows:][:rows], packed[i*stride:][:stride], factors, round); err != nil {
				return nil, nil, fmt.Errorf("the weight %s: %w, so it can't be quantized: export the model again", name, err)
			}
			for _, v := range factors {
				if size == 4 {
					raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
				} else {
					h, _ := half(v)
					raw = binary.LittleEndian.AppendUint16(raw, h)
				}
			}
		}
		if _, err := d.WriteAt(packed[:n*stride], valuesAt+int64(first)*int64(stride)); err != nil {
			return nil, nil, err
		}
		if _, err := d.WriteAt(raw, scalesAt+int64(first)*int64(blocks)*int64(size)); err != nil {
			return nil, nil, err
		}
	}
	return values, scales, nil
}
