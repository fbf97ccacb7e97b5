package main

import (
	"math"
	"testing"
)

func TestAgree(t *testing.T) {
	quarter := float32(math.Log(3)) // scores 0.25 and 0.75
	fp32 := [][]float32{{0, quarter}, {0, 0.01}, {quarter, 0}}
	other := [][]float32{{0, 0}, {0.01, 0}, {quarter, 0}}
	a := agree(fp32, other)
	// [0, 0] has the first label, as the scorer has it.
	if a.texts != 3 || a.same != 1 || a.sure != 2 || a.sureSame != 1 {
		t.Errorf("%+v: of 3 texts 1 has the same label, and of 2 sure ones 1", a)
	}
	if math.Abs(a.largest-0.25) > 1e-6 || math.Abs(a.mean-(0.5+0.01)/6) > 1e-4 {
		t.Errorf("scores differ by %g at most and %g in the mean, 0.25 and 0.085 are right", a.largest, a.mean)
	}
	if c := cosine([]float32{1, 0}, []float32{3, 4}); math.Abs(c-0.6) > 1e-12 {
		t.Errorf("cosine %g, 0.6 is right", c)
	}
}
