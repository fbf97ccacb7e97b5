package telemetry

import (
	"strings"
	"testing"
	"time"
)

func observeGeneration(m *Metrics) {
	m.Admitted(time.Millisecond, 100, 64)
	m.FirstToken(20 * time.Millisecond)
	m.Step(4, 10*time.Millisecond)
	m.Finished("stop", 12, 10*time.Millisecond)
	m.State(3, 4, 1<<20, 4<<20)
}

func TestGenerationAllocatesNothing(t *testing.T) {
	m := NewMetrics()
	if n := testing.AllocsPerRun(1000, func() { observeGeneration(m) }); n != 0 {
		t.Errorf("%v allocations a round of reports, want 0", n)
	}
}

func TestGenerationIsCounted(t *testing.T) {
	m := NewMetrics()
	observeGeneration(m)
	m.Finished("cancelled", 1, 0)
	families, err := m.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, f := range families {
		for _, s := range f.GetMetric() {
			got[f.GetName()] += s.String() + "\n"
		}
	}
	for name, want := range map[string]string{
		"scorer_prompt_tokens_total":           "value:100",
		"scorer_prefix_cache_hit_tokens_total": "value:64",
		"scorer_output_tokens_total":           "value:13",
		"scorer_time_to_first_token_seconds":   "sample_sum:0.02",
		"scorer_time_per_output_token_seconds": "sample_count:1",
		"scorer_generation_batch_size":         "sample_sum:4",
		"scorer_generation_queue":              "value:3",
		"scorer_generation_running":            "value:4",
		"scorer_kv_cache_used_bytes":           "value:1.048576e+06",
		"scorer_kv_cache_bytes":                "value:4.194304e+06",
	} {
		if !strings.Contains(got[name], want) {
			t.Errorf("%s is %q, want %s", name, got[name], want)
		}
	}
	if !strings.Contains(got["scorer_generations_total"], `value:"cancelled"`) {
		t.Errorf("the reasons are %s", got["scorer_generations_total"])
	}
}
