package engine_test

import (
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
)

// TestAutoscaledInstancesStay lets Azure Monitor add instances; neither an up
// that changes nothing nor one that changes the image takes them away.
func TestAutoscaledInstancesStay(t *testing.T) {
	t.Parallel()
	s := open(t, azure.New(), "dev", infra.Deploy)
	live := s.liveDeployment()
	s.up("with autoscale", func(c map[string]any) {
		deployments(c)[live].(map[string]any)["autoscale"] = map[string]any{
			"minimum": 1, "maximum": 3, "cpuPercent": map[string]any{"out": 70, "in": 30},
		}
	})
	deployment := s.Cloud.Find(onlineDeployments)[0]
	s.edit(deployment, func(body map[string]any) { body["sku"].(map[string]any)["capacity"] = 3.0 })

	if steps := s.upSteps("without a change", nil); len(steps) != 0 {
		t.Errorf("an up after scaling out did: %v", steps)
	}
	s.up("another image", func(c map[string]any) { setDigest(c, live, "b") })
	body, err := s.Cloud.Get(deployment)
	if err != nil {
		t.Fatal(err)
	}
	if capacity := body["sku"].(map[string]any)["capacity"]; capacity != 3.0 {
		t.Errorf("another image set the scaled-out deployment to %v instances, want 3", capacity)
	}

	s.up("another deployment in its place", func(c map[string]any) {
		addDeployment(c, live, "green")
		removeDeployment(c, live)
		setTraffic(c, map[string]any{"green": 100})
	})
	for _, setting := range s.Cloud.Find("Microsoft.Insights/autoscaleSettings") {
		target, _ := s.property(setting, "targetResourceUri").(string)
		if _, err := s.Cloud.Get(target); err != nil {
			t.Errorf("the autoscale setting %s outlived what it scales: %v", setting, err)
		}
	}
	s.destroy()
	s.checkBodies()
}
