package telemetry

import (
	"os"
	"strings"
	"testing"
	"time"
)

// TestMetricsAreDocumented observes everything once, and looks up each of the
// scorer's own metrics in the documentation.
func TestMetricsAreDocumented(t *testing.T) {
	m := NewMetrics()
	m.SetModel(Classifier, "m", "a", "fp32", "packed", "v")
	m.ObserveScored(Scored{Texts: 2, Tokens: 9, Truncated: 1, Tokenize: time.Millisecond})
	m.RequestStarted()
	m.RequestDone("POST /score", 200, time.Millisecond)
	m.ObserveBatch(2, 9, time.Millisecond)
	m.SetQueue(1)
	m.SetReady(true)
	observeGeneration(m)
	families, err := m.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	documented, err := os.ReadFile("../../docs/reference/scorer.md")
	if err != nil {
		t.Fatal(err)
	}
	own := 0
	for _, f := range families {
		name := f.GetName()
		if !strings.HasPrefix(name, "scorer_") {
			continue
		}
		own++
		if !strings.Contains(string(documented), "`"+name) {
			t.Errorf("docs/reference/scorer.md lacks %s", name)
		}
		if f.GetHelp() == "" {
			t.Errorf("%s has no help", name)
		}
	}
	if own != 26 {
		t.Errorf("%d metrics were gathered, want 26", own)
	}
}

// TestModelInfoIsOne checks that a second model takes the place of the first.
func TestModelInfoIsOne(t *testing.T) {
	m := NewMetrics()
	m.SetModel(Classifier, "first", "a", "fp32", "packed", "v")
	m.SetModel(Classifier, "second", "a", "int8", "packed", "v")
	families, err := m.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() != "scorer_model_info" {
			continue
		}
		if n := len(f.GetMetric()); n != 1 || !strings.Contains(f.GetMetric()[0].String(), "second") {
			t.Errorf("%d series: %v", n, f.GetMetric())
		}
		return
	}
	t.Error("scorer_model_info is missing")
}
