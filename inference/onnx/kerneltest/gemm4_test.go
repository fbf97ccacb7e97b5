package kerneltest_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/kerneltest"
)

// weights4 are random weights in 4 bits, as they are and as graph.PackedMatMul4 has them.
type weights4 struct {
	plain          []float64 // [n, k]
	halves, floats kerneltest.Weights4
}

func random4(r *rand.Rand, k, n int) weights4 {
	blocks := k / 32
	w := weights4{plain: make([]float64, k*n)}
	w.halves.Values, w.halves.Halves = make([]uint8, k*n/2), make([]uint16, n*blocks)
	w.floats.Values, w.floats.Floats = w.halves.Values, make([]float32, n*blocks)
	for column := range n {
		for b := range blocks {
			// Halves of every exponent, of both signs, and those that are not normal.
			h := uint16(r.IntN(2)<<15 | r.IntN(20)<<10 | r.IntN(1024))
			at := (column/16*blocks+b)*16 + column%16
			step := math.Ldexp(float64(h&0x3ff|0x400), int(h>>10&31)-25)
			if h>>10&31 == 0 {
				step = math.Ldexp(float64(h&0x3ff), -24)
			}
			if h>>15 == 1 {
				step = -step
			}
			w.halves.Halves[at], w.floats.Floats[at] = h, float32(step)
			for i := range 32 {
				v := r.IntN(16)
				w.plain[column*k+32*b+i] = step * float64(v-8)
				w.halves.Values[(column/16*blocks+b)*256+i%16/4*64+column%16*4+i%4] |= uint8(v << (i / 16 * 4))
			}
		}
	}
	return w
}

// quantized4 is a row as it is multiplied: rounded to 127 steps of its block's largest.
func quantized4(x []float32) []float64 {
	out := make([]float64, len(x))
	for from := 0; from < len(x); from += 32 {
		largest := float32(0)
		for _, v := range x[from : from+32] {
			largest = max(largest, v, -v)
		}
		if largest == 0 {
			continue
		}
		inverse, step := 127/largest, largest/127
		for i := from; i < from+32; i++ {
			out[i] = math.RoundToEven(float64(x[i]*inverse)) * float64(step)
		}
	}
	return out
}

// TestMultiply4 compares products with those in float64 of the same rounded rows, for each
// instruction set, tiles of every number of rows and both types of scales.
func TestMultiply4(t *testing.T) {
	for _, name := range kerneltest.Instructions {
		if !kerneltest.Use(name) {
			continue
		}
		r := rand.New(rand.NewPCG(17, 18))
		shapes := [][3]int{{1, 32, 16}, {130, 6912, 16}, {70, 1152, 48}}
		for rows := 1; rows <= 30; rows++ {
			shapes = append(shapes, [3]int{rows, 32 * (1 + r.IntN(12)), 16 * (1 + r.IntN(6))})
		}
		for _, s := range shapes {
			rows, k, n := s[0], s[1], s[2]
			x, w := rows8(r, rows, k), random4(r, k, n)
			y := kerneltest.Multiply4(x, w.halves, rows, k, n, 1+r.IntN(9))
			if floats := kerneltest.Multiply4(x, w.floats, rows, k, n, 1+r.IntN(9)); !slices.Equal(y, floats) {
				t.Fatalf("%s: %v: halves and floats give other products", name, s)
			}
			for row := range rows {
				values := quantized4(x[row*k : (row+1)*k])
				for c := range n {
					want, size := 0.0, 0.0
					for i, v := range values {
						want += v * w.plain[c*k+i]
						size += math.Abs(v * w.plain[c*k+i])
					}
					if got := float64(y[row*n+c]); !(math.Abs(got-want) <= 1e-6*size) {
						t.Fatalf("%s: %v: y[%d, %d] is %v, want %v, within %v", name, s, row, c, got, want, 1e-6*size)
					}
				}
			}
		}
	}
}

// TestRows4AreIndependent: in 4 bits too, a row is the same to the bit beside any other.
func TestRows4AreIndependent(t *testing.T) {
	const rows, k, n = 300, 2048, 64
	r := rand.New(rand.NewPCG(19, 20))
	x, w := normal(r, rows*k, 1), random4(r, k, n)
	for _, name := range kerneltest.Instructions {
		if !kerneltest.Use(name) {
			continue
		}
		all := kerneltest.Multiply4(x, w.halves, rows, k, n, 8)
		for _, some := range []int{1, 2, 3, 5, 12, 13, 24, 64, 230} {
			from := r.IntN(rows - some)
			y := kerneltest.Multiply4(x[from*k:], w.halves, some, k, n, 1+r.IntN(8))
			if !slices.Equal(y, all[from*n:(from+some)*n]) {
				t.Errorf("%s: %d rows differ from the same among %d", name, some, rows)
			}
		}
	}
}

// TestNotANumber4: what isn't finite makes its row not a number, and no other.
func TestNotANumber4(t *testing.T) {
	for _, name := range kerneltest.Instructions {
		if !kerneltest.Use(name) {
			continue
		}
		const rows, k, n = 5, 96, 32
		for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))} {
			for _, at := range []int{0, 40, 95} {
				r := rand.New(rand.NewPCG(21, 22))
				x, w := normal(r, rows*k, 1), random4(r, k, n)
				x[2*k+at] = bad
				y := kerneltest.Multiply4(x, w.halves, rows, k, n, 2)
				for row := range rows {
					for c := range n {
						if v := y[row*n+c]; math.IsNaN(float64(v)) != (row == 2) {
							t.Fatalf("%s: %v at %d of row 2 gives %v in row %d", name, bad, at, v, row)
						}
					}
				}
			}
		}
	}
}

// TestColumn4: a column is what the weights stand for.
func TestColumn4(t *testing.T) {
	const k, n = 160, 48
	w := random4(rand.New(rand.NewPCG(23, 24)), k, n)
	for column := range n {
		halves, floats := kerneltest.Column4(w.halves, k, column), kerneltest.Column4(w.floats, k, column)
		for i := range k {
			if want := float32(w.plain[column*k+i]); halves[i] != want || floats[i] != want {
				t.Fatalf("value %d of column %d is %v and %v, want %v", i, column, halves[i], floats[i], want)
			}
		}
	}
}
