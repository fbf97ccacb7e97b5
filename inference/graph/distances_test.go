package graph

import (
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// TestDistances: they are sorted as transformers sorts them, at the size of the models that
// are used.
func TestDistances(t *testing.T) {
	for name, bucket := range map[string]func(d int) int{
		"deberta": func(d int) int { return debertaBucket(d, 256, 512) },
		"mpnet":   func(d int) int { return int(mpnetBucket(d)) },
	} {
		g, err := goldens.LoadArchitecture(name)
		if err != nil {
			t.Fatal(err)
		}
		if len(g.Distances) != 1023 {
			t.Fatalf("%s has %d distances", name, len(g.Distances))
		}
		for i, want := range g.Distances {
			if got := bucket(i - 511); got != want {
				t.Errorf("%s: %d is in %d, want %d", name, i-511, got, want)
			}
		}
	}
}
