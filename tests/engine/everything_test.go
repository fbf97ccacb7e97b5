package engine_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/engine"
)

// everything turns on what the committed stacks leave off.
func everything(c map[string]any) {
	set(c, "deleteLocks", true)
	set(c, "keyVault", map[string]any{"purgeProtection": true, "softDeleteRetentionDays": 30})
	set(c, "registry", map[string]any{"sku": "Premium"})
	set(c, "storage", map[string]any{"resourceGroup": "team", "accountName": "teamstorage", "container": "models"})
	set(c, "workspace", map[string]any{"isolation": "AllowOnlyApprovedOutbound", "outboundHosts": []any{"huggingface.co"}})
	set(c, "endpoint", map[string]any{"authMode": "aad_token"})
	set(c, "alerts", map[string]any{"emails": []any{"ops@example.com"}})
	for _, deployment := range deployments(c) {
		deployment.(map[string]any)["autoscale"] = map[string]any{
			"minimum": 1, "maximum": 4, "cpuPercent": map[string]any{"out": 70, "in": 30}, "latencyP95Milliseconds": 500,
			"schedules": []any{map[string]any{
				"name": "office", "days": []any{"Monday", "Tuesday"}, "from": "08:00", "to": "18:00",
				"timeZone": "W. Europe Standard Time", "minimum": 2, "maximum": 4,
			}},
		}
	}
}

// TestEverythingOn runs a stack with all features: an existing storage account,
// a managed network, keys, locks, schedules.
func TestEverythingOn(t *testing.T) {
	t.Parallel()
	cloud := azure.New()
	if err := engine.AddStorage(cloud, "westeurope", "team", "teamstorage"); err != nil {
		t.Fatal(err)
	}
	s := open(t, cloud, "dev", infra.Deploy)
	outputs := s.up("with everything", everything)
	checkOutputs(t, outputs)
	for _, typ := range []string{
		"Microsoft.Authorization/locks", "Microsoft.Authorization/roleAssignments",
	} {
		if len(cloud.Find(typ)) == 0 {
			t.Errorf("no %s", typ)
		}
	}
	if got := cloud.Find("Microsoft.Storage/storageAccounts"); len(got) != 1 {
		t.Errorf("storage accounts %v, want the team's alone", got)
	}
	if steps := s.upSteps("without a change", nil); len(steps) != 0 {
		t.Errorf("an up that changes nothing did: %v", steps)
	}
	s.up("another tag", func(c map[string]any) { set(c, "tags", map[string]any{"owner": "tests"}) })

	outputs = s.up("with keys", func(c map[string]any) {
		set(c, "endpoint", map[string]any{"authMode": "key"})
	})
	checkOutputs(t, outputs)
	state, err := s.State()
	if err != nil {
		t.Fatal(err)
	}
	keys := 0
	for name, output := range outputs {
		if text, _ := output.Value.(string); strings.HasPrefix(text, "offline-") {
			keys++
			if !output.Secret {
				t.Errorf("the key in output %s is no secret", name)
			}
			if strings.Contains(string(state), text) {
				t.Errorf("the state holds the key in output %s in the clear", name)
			}
		}
	}
	if keys == 0 {
		t.Errorf("no output is the endpoint's key")
	}
	s.noGap()

	// A managed network can't be turned off again, which is found before anything is
	// changed.
	before := len(cloud.Requests())
	s.configure(func(c map[string]any) { set(c, "workspace", map[string]any{}) })
	run, err := s.PreviewRun(t.Context())
	if err == nil || !strings.Contains(run.Output+err.Error(), "can't be turned back") || len(cloud.Requests()) != before {
		t.Errorf("%v\n%s", err, run.Output)
	}
	s.destroy()
	if !slices.ContainsFunc(cloud.IDs(), func(id string) bool { return strings.HasSuffix(id, "/teamstorage") }) {
		t.Error("destroy took the team's storage account along")
	}
	s.checkBodies()
}
