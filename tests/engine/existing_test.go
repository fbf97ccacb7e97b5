package engine_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/engine"
)

// TestExistingThings has a stack make its endpoint among what a team has: group,
// vault, logs, registry and storage stay as they are, whatever becomes of the
// stack. What isn't there is found by the preview, all at once.
func TestExistingThings(t *testing.T) {
	t.Parallel()
	cloud := azure.New()
	signIn(t, cloud)
	team, err := engine.AddTeam(cloud, "westeurope", "Standard")
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, cloud, "dev", infra.Deploy)
	s.configure(func(c map[string]any) {
		set(c, "resourceGroup", "absent")
		for _, key := range []string{"keyVault", "logs", "registry", "storage"} {
			set(c, key, map[string]any{"resourceGroup": "team", "name": "absent"})
		}
		set(c, "storage", map[string]any{"resourceGroup": "team", "accountName": "absent"})
	})
	run, err := s.PreviewRun(t.Context())
	for _, key := range []string{"resourceGroup", "keyVault", "logs", "registry", "storage"} {
		if want := key + ": Azure has no /subscriptions/"; err == nil || !strings.Contains(run.Output+err.Error(), want) {
			t.Errorf("a preview with what isn't there doesn't say %q: %v\n%s", want, err, run.Output)
		}
	}

	outputs := s.up("among the team's", func(c map[string]any) {
		for key, value := range team {
			set(c, key, value)
		}
		set(c, "deleteLocks", true)
	})
	checkOutputs(t, outputs)
	for name, want := range map[string]string{
		"resourceGroup": engine.TeamGroup, "registry": "teamregistry.azurecr.io", "keyVaultUri": "https://team-vault.vault.azure.net/",
		"registryId":     "/subscriptions/" + cloud.SubscriptionID + "/resourceGroups/team/providers/Microsoft.ContainerRegistry/registries/teamRegistry",
		"logAnalyticsId": "/subscriptions/" + cloud.SubscriptionID + "/resourceGroups/team/providers/Microsoft.OperationalInsights/workspaces/team-logs",
	} {
		if got := outputs[name].Value; got != want {
			t.Errorf("output %s is %v, want %s", name, got, want)
		}
	}
	for _, typ := range []string{"Microsoft.KeyVault/vaults", "Microsoft.OperationalInsights/workspaces", "Microsoft.ContainerRegistry/registries", "Microsoft.Storage/storageAccounts"} {
		if ids := cloud.Find(typ); len(ids) != 1 || !strings.Contains(ids[0], "/resourceGroups/team/") {
			t.Errorf("%s: %v, want the team's alone", typ, ids)
		}
	}
	if locks := cloud.Find("Microsoft.Authorization/locks"); len(locks) != 0 {
		t.Errorf("locks on the team's: %v", locks)
	}
	if pulls := slices.ContainsFunc(cloud.Find("Microsoft.Authorization/roleAssignments"), func(id string) bool {
		return strings.Contains(id, "/registries/teamRegistry/")
	}); !pulls {
		t.Error("the endpoint may not pull from the team's registry")
	}
	if steps := s.upSteps("without a change", nil); len(steps) != 0 {
		t.Errorf("an up that changes nothing did: %v", steps)
	}
	s.checkBodies()

	s.configure(func(c map[string]any) {
		set(c, "workspace", map[string]any{"isolation": "AllowInternetOutbound"})
	})
	if run, err = s.PreviewRun(t.Context()); err == nil || !strings.Contains(run.Output+err.Error(), "it is Standard, but must be Premium") {
		t.Errorf("a managed network with a Standard registry: %v\n%s", err, run.Output)
	}
	s.configure(func(c map[string]any) { set(c, "workspace", map[string]any{"isolation": "Disabled"}) })
	s.destroy()
}

// TestAppAmongExistingThings does the same with a stack on Container Apps.
func TestAppAmongExistingThings(t *testing.T) {
	t.Parallel()
	cloud := azure.New()
	signIn(t, cloud)
	team, err := engine.AddTeam(cloud, "westeurope", "Basic")
	if err != nil {
		t.Fatal(err)
	}
	s := openApp(t, cloud, "dev")
	s.configure(func(c map[string]any) { set(c, "registry", map[string]any{"resourceGroup": "team", "name": "absent"}) })
	if run, err := s.PreviewRun(t.Context()); err == nil || !strings.Contains(run.Output+err.Error(), "registry: Azure has no /subscriptions/") {
		t.Errorf("a preview with a registry that isn't there: %v\n%s", err, run.Output)
	}
	s.up("among the team's", func(c map[string]any) {
		for key, value := range team {
			set(c, key, value)
		}
	})
	s.wantRevisions(map[string]float64{"blue": 100}, 1)
	s.nothing("an app among existing things")
	s.destroy()
}
