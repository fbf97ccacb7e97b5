package main

import (
	"strings"
	"testing"
)

func TestWriteBeside(t *testing.T) {
	peak := func() (float64, error) { return 5e8, nil }
	own, other := engine{name: "ours", weight: 6.25e8, peak: peak}, engine{name: "other 1.0", weight: 5.62e8, peak: peak}
	measured := figures{
		at("ours", 64): {50, 60, 70}, at("other 1.0", 64): {50, 50, 50},
		at("ours", 1000): {40, 40, 40}, at("other 1.0", 1000): {80, 40, 80},
		firstOf(own): {900, 800, 700}, firstOf(other): {1000, 1000, 1000},
	}
	var out strings.Builder
	if err := writeBeside(&out, forms{name: "A model"}, []engine{own, other}, measured); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\n### A model\n",
		"| ours | 60.0 | 40.0 | 625 | 800 | 500 | 0.0 |",
		"| other 1.0 | 50.0 | 80.0 | 562 | 1000 | 500 | 0.0 |",
		"| other 1.0 | tokens/s at 64 | 1.20 | at least 1 | yes |",
		"| other 1.0 | tokens/s at 1000 | 0.50 | at least 1 | no |",
		"| other 1.0 | first token of 500 new ones, ms | 0.80 | at most 1 | yes |",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it lacks %q:\n%s", want, out.String())
		}
	}
	if got := measured.ratio("nothing", at("ours", 64)); got != 0 {
		t.Errorf("a ratio of nothing is %v", got)
	}
}
