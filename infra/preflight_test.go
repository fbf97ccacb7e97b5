package infra

import (
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/preflight"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig/stackconfigtest"
)

// TestCommittedStacksFit: what can be checked without Azure holds.
func TestCommittedStacksFit(t *testing.T) {
	for _, stack := range committedStacks(t) {
		cfg, err := stackconfigtest.Project().Read(stack, true)
		if err != nil {
			t.Error(err)
			continue
		}
		if err := preflight.Check(t.Context(), preflight.Requirements(cfg, ""), nil).Err(); err != nil {
			t.Errorf("%s: %v", stack, err)
		}
	}
}

// TestNothingIsDeclaredBeforePreflight has found nothing.
func TestNothingIsDeclaredBeforePreflight(t *testing.T) {
	d, err := deploy(t, "dev", stackValues(t, "dev", set("deployments.blue.model.memoryMiB", 64<<10)), true)
	if err == nil || !strings.Contains(err.Error(), "preflight found 1 problem(s), nothing was changed") {
		t.Errorf("error %v", err)
	}
	if len(d.resources) > 1 { // the stack itself
		t.Errorf("declared: %v", d.resources)
	}
}

func TestRequirementsCountSchedules(t *testing.T) {
	values := stackValues(t, "dev", everything, set("deployments.blue.autoscale.minimum", 2), set("deployments.blue.instanceCount", 2))
	schedule := values["deployments"].(map[string]any)["blue"].(map[string]any)["autoscale"].(map[string]any)["schedules"].([]any)[0].(map[string]any)
	schedule["minimum"], schedule["maximum"] = 1, 9
	cfg, err := stackconfig.Load("dev", ".", stackconfigtest.Texts(t, values), true)
	if err != nil {
		t.Fatal(err)
	}
	got := preflight.Requirements(cfg, "").Deployments[0]
	want := preflight.Deployment{Name: "blue", Azure: "blue-f4sv2", Size: "Standard_F4s_v2", Minimum: 1, Maximum: 9,
		ImageMiB: 150, ModelMiB: 300, MemoryMiB: 1024}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
