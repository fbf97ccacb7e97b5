package kerneltest_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/kerneltest"
)

type problem struct {
	x, w, panels, bias, skip []float32
	rows, k, n               int
}

func random(r *rand.Rand, rows, k, n int) problem {
	values := func(n int) []float32 {
		out := make([]float32, n)
		for i := range out {
			out[i] = float32(r.NormFloat64())
		}
		return out
	}
	p := problem{x: values(rows * k), w: values(k * n), bias: values(n), skip: values(rows * n), rows: rows, k: k, n: n}
	p.panels = make([]float32, (n+15)/16*16*k)
	for i := range k {
		for j := range n {
			p.panels[j/16*16*k+i*16+j%16] = p.w[i*n+j]
		}
	}
	return p
}

// exact gives element (row, column) in float64, and the sum of its summands' sizes.
func (p problem) exact(row, column int) (sum, size float64) {
	add := func(v float64) { sum, size = sum+v, size+math.Abs(v) }
	add(float64(p.bias[column]))
	add(float64(p.skip[row*p.n+column]))
	for i := range p.k {
		add(float64(p.x[row*p.k+i]) * float64(p.w[i*p.n+column]))
	}
	return sum, size
}

// TestMultiply compares products of many shapes with those in float64, for each
// instruction set: odd columns, blocks of k and of rows, tiles of every number of rows.
func TestMultiply(t *testing.T) {
	tried := 0
	for _, name := range kerneltest.Instructions {
		if !kerneltest.Use(name) {
			t.Logf("this processor has no %s", name)
			continue
		}
		tried++
		r := rand.New(rand.NewPCG(1, 2))
		shapes := [][3]int{{1, 1, 1}, {3, 5, 17}, {400, 770, 33}, {1000, 40, 16}, {49, 385, 48}}
		for rows := 1; rows <= 50; rows++ {
			shapes = append(shapes, [3]int{rows, 1 + r.IntN(400), 1 + r.IntN(100)})
		}
		for _, s := range shapes {
			p := random(r, s[0], s[1], s[2])
			y := kerneltest.Multiply(p.x, p.panels, p.bias, p.skip, p.rows, p.k, p.n, 1+r.IntN(9))
			for row := range p.rows {
				for column := range p.n {
					want, size := p.exact(row, column)
					if got := float64(y[row*p.n+column]); math.Abs(got-want) > size*1e-6 {
						t.Fatalf("%s: %v: y[%d, %d] is %v, want %v", name, s, row, column, got, want)
					}
				}
			}
		}
	}
	if tried == 0 {
		t.Error("no instruction set was tried")
	}
}

// TestRowsAreIndependent: a row's product is the same to the bit alone, among others,
// and in any number of tasks.
func TestRowsAreIndependent(t *testing.T) {
	for _, name := range kerneltest.Instructions {
		if !kerneltest.Use(name) {
			continue
		}
		r := rand.New(rand.NewPCG(3, 4))
		p := random(r, 500, 800, 70)
		all := kerneltest.Multiply(p.x, p.panels, p.bias, p.skip, p.rows, p.k, p.n, 8)
		for _, rows := range []int{1, 2, 5, 7, 13, 24, 25, 48, 49, 300} {
			from := r.IntN(p.rows - rows)
			some := kerneltest.Multiply(p.x[from*p.k:], p.panels, p.bias, p.skip[from*p.n:], rows, p.k, p.n, 1+r.IntN(8))
			if !slices.Equal(some, all[from*p.n:(from+rows)*p.n]) {
				t.Errorf("%s: %d rows differ from the same among %d", name, rows, p.rows)
			}
		}
	}
}

// TestMultiplyGroups: each group is the product of its columns of x alone, to the bit,
// whatever rows there are.
func TestMultiplyGroups(t *testing.T) {
	for _, name := range kerneltest.Instructions {
		if !kerneltest.Use(name) {
			continue
		}
		r := rand.New(rand.NewPCG(11, 12))
		for _, s := range []struct{ rows, k, n, groups int }{{1, 64, 32, 3}, {30, 20, 48, 5}, {250, 64, 64, 2}, {13, 800, 16, 4}, {40, 900, 32, 12}} {
			width, columns := s.groups*s.k, s.groups*s.n
			x, w, bias := normal(r, s.rows*width, 1), normal(r, s.k*columns, 1), normal(r, columns, 1)
			y := kerneltest.MultiplyGroups(x, w, bias, s.rows, s.k, columns, s.groups, 1+r.IntN(9))
			for group := range s.groups {
				var part []float32
				for row := range s.rows {
					part = append(part, x[row*width+group*s.k:row*width+(group+1)*s.k]...)
				}
				from := group * s.n
				want := kerneltest.Multiply(part, w[from*s.k:(from+s.n)*s.k], bias[from:from+s.n], nil, s.rows, s.k, s.n, 1)
				for row := range s.rows {
					if !slices.Equal(y[row*columns+from:row*columns+from+s.n], want[row*s.n:(row+1)*s.n]) {
						t.Fatalf("%s: %v: row %d of group %d differs from its own product", name, s, row, group)
					}
				}
			}
			last := (s.rows - 1) * width
			if alone := kerneltest.MultiplyGroups(x[last:], w, bias, 1, s.k, columns, s.groups, 3); !slices.Equal(alone, y[(s.rows-1)*columns:]) {
				t.Fatalf("%s: %v: a row differs alone", name, s)
			}
		}
	}
}
