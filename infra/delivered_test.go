package infra

import (
	"strings"
	"testing"
)

var deliveredSum = strings.Repeat("0123456789abcdef", 4)

// delivered makes the deployment blue use a delivered model.
func delivered(values map[string]any) {
	model := values["deployments"].(map[string]any)["blue"].(map[string]any)["model"].(map[string]any)
	delete(model, "version")
	delete(model, "source")
	model["sha256"] = deliveredSum
}

// TestDeliveredModelGoesByItsHash: version and path follow from sha256.
func TestDeliveredModelGoesByItsHash(t *testing.T) {
	d := mustDeploy(t, "dev", delivered)
	version := d.one("ModelVersion")
	if version.name != "model-distilbert-sst2:0123456789abcdef" || version.get("version") != "0123456789abcdef" {
		t.Errorf("model version %s: %v", version.name, version.inputs)
	}
	if uri, _ := version.get("modelVersionProperties.modelUri").(string); !strings.HasSuffix(uri, "/paths/distilbert-sst2/"+deliveredSum) {
		t.Errorf("modelUri %s", uri)
	}
}
