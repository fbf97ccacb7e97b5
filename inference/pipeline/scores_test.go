package pipeline

import (
	"math"
	"slices"
	"testing"
)

func TestApply(t *testing.T) {
	logits := []float32{1, -2, 0.5}
	for _, c := range []struct {
		function Function
		want     []float32
	}{
		// numpy 2: e = np.exp(x - x.max()); e / e.sum() and 1 / (1 + np.exp(-x))
		{Softmax, []float32{0.6037489, 0.03005889, 0.36619222}},
		{Sigmoid, []float32{0.7310586, 0.11920293, 0.62245935}},
		{None, []float32{1, -2, 0.5}},
	} {
		got := apply(c.function, logits)
		for i := range got {
			if math.Abs(float64(got[i]-c.want[i])) > 1e-6 {
				t.Errorf("%s: got %v, want %v", c.function, got, c.want)
				break
			}
		}
	}
	if !slices.Equal(logits, []float32{1, -2, 0.5}) {
		t.Errorf("the logits were changed to %v", logits)
	}
}

func TestSoftmaxOfLargeLogits(t *testing.T) {
	got := apply(Softmax, []float32{1e30, -1e30, 1e30})
	if !slices.Equal(got, []float32{0.5, 0, 0.5}) {
		t.Errorf("got %v", got)
	}
}

func TestBest(t *testing.T) {
	labels := []string{"a", "b", "c", "d"}
	scores := []float32{0.1, 0.4, 0.4, 0.1}
	for _, c := range []struct {
		k    int
		want []LabelScore
	}{
		{0, []LabelScore{{"b", 0.4, 1}, {"c", 0.4, 2}, {"a", 0.1, 0}, {"d", 0.1, 3}}},
		{1, []LabelScore{{"b", 0.4, 1}}},
		{9, []LabelScore{{"b", 0.4, 1}, {"c", 0.4, 2}, {"a", 0.1, 0}, {"d", 0.1, 3}}},
	} {
		if got := best(scores, labels, c.k); !slices.Equal(got, c.want) {
			t.Errorf("k=%d: got %v, want %v", c.k, got, c.want)
		}
	}
}

func TestFinite(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(-1))
	if !finite([]float32{0, -1e30}) || finite([]float32{0, nan}) || finite([]float32{inf, 0}) {
		t.Error("finite is wrong")
	}
}
