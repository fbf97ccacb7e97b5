package engine_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-azure-native-sdk/resources/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/engine"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/pulumicli"
)

// TestComponentExample previews docs/examples/component as a user does.
func TestComponentExample(t *testing.T) {
	t.Parallel()
	project, err := pulumicli.Repository()
	if err != nil {
		t.Fatal(err)
	}
	cloud := azure.New()
	signIn(t, cloud)
	if _, err := engine.AddTeam(cloud, "westeurope", "Standard"); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	plain, err := engine.OpenPlain(t.Context(), cloud, filepath.Join(project, "docs", "examples", "component"), "prod", t.TempDir(), &out)
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	out.Reset()
	if err := plain.Run(t.Context(), "preview"); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for _, words := range []string{
		"infra:Endpoint sentiment ", "infra:ManagedEndpoint sentiment-endpoint ", "OnlineDeployment sentiment-deployment-blue-f4sv2 ", "ResourceGroup texts ",
		`scoringUri: "https://nlp-sentimen-`,
	} {
		if !strings.Contains(strings.Join(strings.Fields(out.String()), " "), words) {
			t.Errorf("the preview doesn't say %q:\n%s", words, out.String())
		}
	}
}

// TestComponents has another program make one endpoint of each kind in the group
// that it makes itself, in one update; nothing changes then, and a destroy leaves
// nothing.
func TestComponents(t *testing.T) {
	t.Parallel()
	cloud := azure.New()
	signIn(t, cloud)
	deployment := stackconfig.Deployment{
		Image: stackconfig.Image{Repository: "scorer-cpu", Digest: "sha256:" + strings.Repeat("a", 64), UncompressedMiB: 150},
		Model: stackconfig.Model{Name: "sst2", Version: "1", SizeMiB: 300, MemoryMiB: 1024},
	}
	managed, hosted := deployment, deployment
	managed.InstanceType = "Standard_F4s_v2"
	hosted.VCPUs, hosted.Model.Baked = 2, true
	s := open(t, cloud, "dev", func(ctx *pulumi.Context) error {
		group, err := resources.NewResourceGroup(ctx, "texts", &resources.ResourceGroupArgs{
			ResourceGroupName: pulumi.String("rg-texts"), Location: pulumi.String("westeurope"),
		})
		if err != nil {
			return err
		}
		for name, cfg := range map[string]stackconfig.Config{
			"managed": {Deployments: map[string]stackconfig.Deployment{"blue": managed}},
			"hosted": {
				Hosting: stackconfig.ContainerApp, Deployments: map[string]stackconfig.Deployment{"blue": hosted},
				Endpoint: stackconfig.Endpoint{ClientID: "11111111-2222-4333-8444-555555555555", Callers: []string{"aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"}},
			},
		} {
			cfg.Location, cfg.ResourceGroup, cfg.Traffic = "westeurope", "rg-texts", map[string]int{"blue": 100}
			endpoint, err := infra.NewEndpoint(ctx, name, &infra.EndpointArgs{
				Config: cfg, Group: group, Set: map[string]any{"keyVault.purgeProtection": false},
			})
			if err != nil {
				return err
			}
			ctx.Export(name, endpoint.ScoringURI)
		}
		return nil
	})
	outputs := s.up("from nothing", nil)
	for _, name := range []string{"managed", "hosted"} {
		if uri, _ := outputs[name].Value.(string); !strings.HasPrefix(uri, "https://nlp-"+name) {
			t.Errorf("%s answers at %q", name, uri)
		}
	}
	if groups := cloud.Find("Microsoft.Resources/resourceGroups"); len(groups) > 1 {
		t.Errorf("groups: %v", groups)
	}
	if steps := s.upSteps("unchanged", nil); len(steps) != 0 {
		t.Errorf("an update of the same did %v", steps)
	}
	s.destroy()
}
