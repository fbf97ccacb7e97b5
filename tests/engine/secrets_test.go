package engine_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
)

// secretInVault puts a secret into the stack's vault, as a person does.
func (s *stack) secretInVault(name, value string) {
	s.t.Helper()
	vault := s.Cloud.Find("Microsoft.KeyVault/vaults")[0]
	if _, _, err := s.Cloud.Put(vault+"/secrets/"+name, "2023-07-01", map[string]any{"properties": map[string]any{"value": value}}); err != nil {
		s.t.Fatal(err)
	}
}

// TestSecretsOfTheVault: a deployment's variable gets a secret of the vault, on either
// host; the stack grants the right to read it, and holds no value.
func TestSecretsOfTheVault(t *testing.T) {
	const value, variable = "x-api-key=of-the-collector", "OTEL_EXPORTER_OTLP_HEADERS"
	refer := func(c map[string]any) {
		deployments(c)["blue"].(map[string]any)["secrets"] = map[string]any{variable: "Collector-Key"}
	}
	forget := func(c map[string]any) { delete(deployments(c)["blue"].(map[string]any), "secrets") }
	granted := func(s *stack) bool {
		return slices.ContainsFunc(s.Cloud.Find("Microsoft.Authorization/roleAssignments"), func(id string) bool {
			return strings.Contains(id, "/secrets/collector-key/")
		})
	}
	start := func(t *testing.T, s *stack) {
		s.up("without a secret", nil)
		s.configure(refer)
		run, err := s.PreviewRun(t.Context())
		if want := `deployments.blue.secrets.` + variable + ` = "collector-key": the vault `; err == nil || !strings.Contains(run.Output+err.Error(), want) {
			t.Errorf("a preview before the secret is there doesn't say %q: %v\n%s", want, err, run.Output)
		}
		s.secretInVault("collector-key", value)
		s.up("with the secret", nil)
		if state, err := s.State(); err != nil || strings.Contains(string(state), "of-the-collector") {
			t.Errorf("the state holds the secret: %v", err)
		}
		if !granted(s) {
			t.Error("nobody may read the secret")
		}
		s.nothing("with the secret")
	}
	t.Run("managed endpoint", func(t *testing.T) {
		t.Parallel()
		cloud := azure.New()
		signIn(t, cloud)
		s := open(t, cloud, "dev", infra.Program{Pause: 100 * time.Millisecond}.Deploy)
		start(t, s)
		vault := s.Cloud.Find("Microsoft.KeyVault/vaults")[0]
		variables := s.property(s.Cloud.Find(onlineDeployments)[0], "environmentVariables").(map[string]any)
		want := "@Microsoft.KeyVault(SecretUri=https://" + vault[strings.LastIndex(vault, "/")+1:] + ".vault.azure.net/secrets/collector-key)"
		identity := s.property(s.Cloud.Find("Microsoft.ManagedIdentity/userAssignedIdentities")[0], "clientId")
		if variables[variable] != want || variables["AZURE_CLIENT_ID"] != identity {
			t.Errorf("variables %v; want %s, of %v", variables, want, identity)
		}
		run, err := s.PreviewRun(t.Context())
		if err != nil || strings.Contains(run.Output, "personal data") {
			t.Errorf("texts are said to be kept, or not: %v\n%s", err, run.Output)
		}
		collect := map[string]any{"requests": 10}
		s.configure(func(c map[string]any) { deployments(c)["blue"].(map[string]any)["collect"] = collect })
		if run, err = s.PreviewRun(t.Context()); err != nil || !strings.Contains(run.Output, "deployments.blue.collect: 10 % of the requests and 0 % of the answers are kept") {
			t.Errorf("a preview doesn't say that texts are kept: %v\n%s", err, run.Output)
		}
		s.up("without it again, keeping requests", forget)
		if rate := s.property(s.Cloud.Find(onlineDeployments)[0], "dataCollector", "collections", "request", "samplingRate"); rate != 0.1 {
			t.Errorf("sampling rate %v", rate)
		}
		if granted(s) {
			t.Error("the right to read it stays")
		}
		s.checkBodies()
	})
	t.Run("container app", func(t *testing.T) {
		t.Parallel()
		cloud := azure.New()
		signIn(t, cloud)
		s := openApp(t, cloud, "dev")
		start(t, s)
		secrets := func() any { return s.property(s.Cloud.Find(apps)[0], "configuration", "secrets") }
		list, _ := secrets().([]any)
		if len(list) != 1 || !strings.HasSuffix(list[0].(map[string]any)["keyVaultUrl"].(string), ".vault.azure.net/secrets/collector-key") {
			t.Fatalf("secrets of the app: %v", list)
		}
		// The revision that runs until the traffic has moved keeps it, with the right to
		// read it; the next update takes both.
		size := func(vCPUs float64) {
			s.configure(func(c map[string]any) { deployments(c)["blue"].(map[string]any)["vCPUs"] = vCPUs })
		}
		size(4)
		s.up("without it again", forget)
		if list, _ := secrets().([]any); len(list) != 1 || !granted(s) {
			t.Errorf("secrets while the old revision ran: %v", list)
		}
		s.up("once more", nil)
		if list, _ := secrets().([]any); len(list) != 0 || granted(s) {
			t.Errorf("secrets after that: %v", list)
		}
		s.nothing("without it")
		size(2)
		s.up("with it once more", refer) // the revision of then can't start any more
		s.nothing("with it once more")
		s.checkBodies()
	})
}
