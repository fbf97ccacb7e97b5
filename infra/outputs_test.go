package infra

import (
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig/stackconfigtest"
)

// exported runs the program and returns its outputs' values, and which of
// them are secrets.
func exported(t *testing.T, preview bool, edits ...func(map[string]any)) (values map[string]any, secrets map[string]bool, mocks *recorder) {
	t.Helper()
	offline(t)
	config := map[string]string{}
	for key, text := range stackconfigtest.Texts(t, stackValues(t, "dev", append(edits, withDigests)...)) {
		config[project+":"+key] = text
	}
	values, secrets, mocks = map[string]any{}, map[string]bool{}, signedIn(t, nil)
	var mu sync.Mutex
	var wait sync.WaitGroup
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		endpoint, err := Program{}.stack(ctx)
		if err != nil {
			return err
		}
		for name, input := range endpoint.Outputs {
			output := pulumi.ToOutput(input)
			secrets[name] = pulumi.IsSecret(output)
			// A preview lists no keys: they stay unknown, and nobody is told.
			if preview && strings.HasSuffix(name, "Key") {
				continue
			}
			wait.Add(1)
			output.ApplyT(func(v any) any {
				defer wait.Done()
				mu.Lock()
				defer mu.Unlock()
				values[name] = v
				return v
			})
		}
		wait.Wait()
		return nil
	}, pulumi.WithMocks(project, "dev", mocks), func(info *pulumi.RunInfo) {
		info.Config = config
		info.DryRun = preview
	})
	if err != nil {
		t.Fatal(err)
	}
	return values, secrets, mocks
}

func TestOutputs(t *testing.T) {
	values, secrets, _ := exported(t, false, everything)
	for name, secret := range secrets {
		if secret {
			t.Errorf("%s is a secret, but an endpoint with Entra's tokens has none", name)
		}
	}
	curl, _ := values["curl"].(string)
	for name, want := range map[string]string{"scoringUri": "https://endpoint.example/", "openaiBaseUrl": "https://endpoint.example/v1"} {
		if values[name] != want {
			t.Errorf("%s is %v, want %s", name, values[name], want)
		}
	}
	for _, want := range []string{"https://endpoint.example/score", "--resource https://ml.azure.com", `{"inputs": "This is great!"}`} {
		if !strings.Contains(curl, want) {
			t.Errorf("curl %q lacks %q", curl, want)
		}
	}
	if readme, _ := values["readme"].(string); !strings.Contains(readme, "| blue-f4sv2 | distilbert-sst2 1 | Standard_F4s_v2 | 100 % |") || !strings.Contains(readme, curl) || !strings.Contains(readme, "https://endpoint.example/v1`") {
		t.Errorf("readme %q", readme)
	}
	for _, name := range []string{"endpointName", "endpointId", "workspaceId", "registry", "registryId", "storageAccount", "storageAccountId", "keyVaultUri"} {
		if values[name] == nil || values[name] == "" {
			t.Errorf("%s is %v", name, values[name])
		}
	}
}

func TestKeysAreSecrets(t *testing.T) {
	key := set("endpoint", map[string]any{"authMode": "key"})
	values, secrets, _ := exported(t, false, key)
	if !secrets["primaryKey"] || !secrets["secondaryKey"] {
		t.Errorf("secrets: %v", secrets)
	}
	// The line works whichever stack is selected.
	if curl, _ := values["curl"].(string); !strings.Contains(curl, "$(pulumi stack output primaryKey --show-secrets --stack dev)") {
		t.Errorf("curl is %q", curl)
	}
	for name, value := range values {
		if s, ok := value.(string); ok && !secrets[name] && (strings.Contains(s, "first-key") || strings.Contains(s, "second-key")) {
			t.Errorf("%s shows a key: %q", name, s)
		}
	}
}

// TestPreviewKnows what the program itself computed: names, ids and addresses.
func TestPreviewKnows(t *testing.T) {
	values, secrets, _ := exported(t, true, set("location", "westeurope"))
	for name := range secrets {
		if values[name] == nil || values[name] == "" {
			t.Errorf("a preview doesn't know %s", name)
		}
	}
	uri, _ := values["scoringUri"].(string)
	if !regexp.MustCompile(`^https://nlp-dev-[a-z0-9]{6}\.westeurope\.inference\.ml\.azure\.com/$`).MatchString(uri) || values["openaiBaseUrl"] != uri+"v1" {
		t.Errorf("scoringUri %q, openaiBaseUrl %v", uri, values["openaiBaseUrl"])
	}
}

// TestPreviewListsNoKeys: a pull request's identity may not.
func TestPreviewListsNoKeys(t *testing.T) {
	_, secrets, mocks := exported(t, true, set("endpoint", map[string]any{"authMode": "key"}))
	if !secrets["primaryKey"] {
		t.Errorf("secrets: %v", secrets)
	}
	for _, token := range mocks.invoked {
		if strings.Contains(token, "Keys") {
			t.Errorf("a preview calls %s", token)
		}
	}
}
