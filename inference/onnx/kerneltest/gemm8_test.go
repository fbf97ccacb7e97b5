package kerneltest_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/kerneltest"
)

// weights8 are random weights in 8 bits, the largest among them, in panels and as they are.
type weights8 struct {
	plain, panels []int8 // [k, n] and as graph.PackedMatMul8 has them
	scale         []float32
	sum           []int32
	blocks        int
}

// at is where the scale and the sum are of a block's value i of column j.
func (w weights8) at(i, j int) int { return (j/16*w.blocks+i/64)*16 + j%16 }

func random8(r *rand.Rand, k, n int) weights8 {
	columns, quads, blocks := (n+15)/16*16, (k+3)/4, (k+63)/64
	w := weights8{make([]int8, k*n), make([]int8, columns*quads*4), make([]float32, columns*blocks), make([]int32, columns*blocks), blocks}
	for j := range w.scale {
		w.scale[j] = 0.001 + r.Float32()/100
	}
	for i := range k {
		for j := range n {
			v := int8(r.IntN(255) - 127)
			if r.IntN(10) == 0 {
				v = 127
			}
			w.plain[i*n+j] = v
			w.sum[w.at(i, j)] += int32(v)
			w.panels[((j/16*quads+i/4)*16+j%16)*4+i%4] = v
		}
	}
	return w
}

// rows8 are rows of different ranges: on both sides of zero, on one, all zeros, all large.
func rows8(r *rand.Rand, rows, k int) []float32 {
	x := make([]float32, rows*k)
	for row := range rows {
		for i := range k {
			v := r.NormFloat64()
			switch row % 5 {
			case 1:
				v = math.Abs(v)
			case 2:
				v = -math.Abs(v) * 100
			case 3:
				v = 0
			case 4:
				v = 1e6
			}
			x[row*k+i] = float32(v)
		}
	}
	return x
}

// steps are a row's in 8 bits, of every 64 values.
func steps(values []float32) (out []float64) {
	for block := range slices.Chunk(values, 64) {
		out = append(out, float64(max(0, slices.Max(block))-min(0, slices.Min(block)))/255)
	}
	return out
}

// TestMultiply8 compares with float64. A row's values are off by half of their step at
// most, so a sum is off by half a step of each weight at most, and by a good deal less than
// that of all: by what so many random errors add up to.
func TestMultiply8(t *testing.T) {
	for _, name := range kerneltest.Instructions {
		if !kerneltest.Use(name) {
			continue
		}
		r := rand.New(rand.NewPCG(11, 12))
		shapes := [][3]int{{1, 1, 1}, {3, 5, 17}, {600, 770, 33}, {30, 3072, 16}, {49, 385, 48}}
		for rows := 1; rows <= 50; rows++ {
			shapes = append(shapes, [3]int{rows, 1 + r.IntN(400), 1 + r.IntN(100)})
		}
		for _, s := range shapes {
			rows, k, n := s[0], s[1], s[2]
			x, w := rows8(r, rows, k), random8(r, k, n)
			bias, skip := normal(r, n, 1), normal(r, rows*n, 1)
			y := kerneltest.Multiply8(x, w.panels, w.scale, w.sum, bias, skip, rows, k, n, 1+r.IntN(9))
			for row := range rows {
				values := x[row*k : (row+1)*k]
				step := steps(values)
				for c := range n {
					want, squares, equal := float64(bias[c])+float64(skip[row*n+c]), 0.0, 0.0
					for i, v := range values {
						weight := float64(w.plain[i*n+c]) * float64(w.scale[w.at(i, c)])
						want += float64(v) * weight
						squares += step[i/64] * step[i/64] * weight * weight
						if i%64 == 0 {
							equal += step[i/64] * math.Abs(float64(w.sum[w.at(i, c)])) * float64(w.scale[w.at(i, c)])
						}
					}
					allowed := 6/math.Sqrt(12)*math.Sqrt(squares) + 1e-5*math.Abs(want) + 1e-5
					if row%5 >= 3 { // equal values are met, but for the rounding of zero and step
						allowed = 1e-4*math.Abs(want) + 1e-5 + equal/100
					}
					if got := float64(y[row*n+c]); !(math.Abs(got-want) <= allowed) {
						t.Fatalf("%s: %v: y[%d, %d] is %v, want %v, off by %v at most", name, s, row, c, got, want, allowed)
					}
				}
			}
		}
	}
}

// TestRows8AreIndependent: in 8 bits too, a row is the same to the bit beside any other,
// and whatever the processor: sums of integers are exact.
func TestRows8AreIndependent(t *testing.T) {
	const rows, k, n = 700, 801, 70
	r := rand.New(rand.NewPCG(13, 14))
	x, w := normal(r, rows*k, 1), random8(r, k, n)
	for _, name := range kerneltest.Instructions {
		if !kerneltest.Use(name) {
			continue
		}
		all := kerneltest.Multiply8(x, w.panels, w.scale, w.sum, nil, nil, rows, k, n, 8)
		for _, some := range []int{1, 2, 3, 5, 24, 25, 48, 300} {
			from := r.IntN(rows - some)
			y := kerneltest.Multiply8(x[from*k:], w.panels, w.scale, w.sum, nil, nil, some, k, n, 1+r.IntN(8))
			if !slices.Equal(y, all[from*n:(from+some)*n]) {
				t.Errorf("%s: %d rows differ from the same among %d", name, some, rows)
			}
		}
	}
}

// TestNotANumber8: what isn't finite makes its row not a number, and no other.
func TestNotANumber8(t *testing.T) {
	for _, name := range kerneltest.Instructions {
		if !kerneltest.Use(name) {
			continue
		}
		const rows, k, n = 5, 41, 20
		for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))} {
			for _, at := range []int{0, 17, 40} {
				r := rand.New(rand.NewPCG(15, 16))
				x, w := normal(r, rows*k, 1), random8(r, k, n)
				x[2*k+at] = bad
				y := kerneltest.Multiply8(x, w.panels, w.scale, w.sum, nil, nil, rows, k, n, 2)
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

// TestBlocksAreApart: a large value costs those in its own block precision, and no others.
func TestBlocksAreApart(t *testing.T) {
	const k, n = 130, 16
	r := rand.New(rand.NewPCG(17, 18))
	x, w := normal(r, k, 1), random8(r, k, n)
	clear(w.panels[:16*4*16]) // of the first block
	clear(w.sum[:16])
	for _, name := range kerneltest.Instructions {
		if !kerneltest.Use(name) {
			continue
		}
		x[5] = 0
		want := kerneltest.Multiply8(x, w.panels, w.scale, w.sum, nil, nil, 1, k, n, 1)
		x[5] = 1e6
		if got := kerneltest.Multiply8(x, w.panels, w.scale, w.sum, nil, nil, 1, k, n, 1); !slices.Equal(got, want) {
			t.Errorf("%s: a large value in the first block changes what others give: %v, want %v", name, got, want)
		}
	}
}
