package kerneltest_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnx/kerneltest"
)

// sameGelu compares values with GELU, by erf in float64, of others: to within the rounding
// of a float32 of the larger of the value and 1.
func sameGelu(t *testing.T, name string, got, of []float32) {
	t.Helper()
	for i, v := range of {
		x := float64(v)
		want := x * math.Erfc(-x/math.Sqrt2) / 2
		if d := math.Abs(float64(got[i]) - want); !(d <= 1.2e-7*max(1, math.Abs(x))) {
			t.Fatalf("%s: GELU of %v is %v, want %v", name, v, got[i], want)
		}
	}
}

// TestGelu compares over all values that count, and products of odd shapes in one block of k
// and in several.
func TestGelu(t *testing.T) {
	for _, name := range kerneltest.Instructions {
		if !kerneltest.Use(name) {
			continue
		}
		values := []float32{0, 1e-30, -1e-30, 15, -15, 40, -40, 1e9, -1e9, 1e30, -1e30}
		for i := range 4001 {
			values = append(values, float32(i-2000)/160)
		}
		n := len(values)
		panels := make([]float32, (n+15)/16*16)
		copy(panels, values) // [panels, 1, 16]
		sameGelu(t, name, kerneltest.MultiplyGelu([]float32{1}, panels, nil, nil, 1, 1, n, 1), values)
		for _, v := range kerneltest.MultiplyGelu([]float32{float32(math.NaN())}, panels, nil, nil, 1, 1, n, 1) {
			if v == v {
				t.Fatalf("%s: GELU of what is not a number is %v", name, v)
			}
		}
		r := rand.New(rand.NewPCG(5, 6))
		for _, s := range [][3]int{{1, 40, 70}, {24, 800, 16}, {25, 1700, 33}, {200, 900, 48}} {
			rows, k, n := s[0], s[1], s[2]
			p := random(r, rows, k, n)
			for i := range p.x {
				p.x[i] /= float32(math.Sqrt(float64(k)) / 2)
			}
			sameGelu(t, name, kerneltest.MultiplyGelu(p.x, p.panels, p.bias, p.skip, rows, k, n, 3),
				kerneltest.Multiply(p.x, p.panels, p.bias, p.skip, rows, k, n, 3))
			w := random8(r, k, n)
			for i := range w.scale {
				w.scale[i] /= 10
			}
			sameGelu(t, name, kerneltest.Multiply8Gelu(p.x, w.panels, w.scale, w.sum, p.bias, p.skip, rows, k, n, 3),
				kerneltest.Multiply8(p.x, w.panels, w.scale, w.sum, p.bias, p.skip, rows, k, n, 3))
		}
	}
}
