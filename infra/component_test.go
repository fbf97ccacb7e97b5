package infra

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi-azure-native-sdk/resources/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// embedded runs another program with mocks.
func embedded(t *testing.T, program pulumi.RunFunc) (*recorder, error) {
	t.Helper()
	offline(t)
	mocks := signedIn(t, nil)
	return mocks, pulumi.RunErr(program, pulumi.WithMocks("texts", "prod", mocks))
}

// small is an endpoint with one deployment.
func small() *EndpointArgs {
	return &EndpointArgs{Config: stackconfig.Config{
		Location: "westeurope",
		Deployments: map[string]stackconfig.Deployment{"blue": {
			Image:        stackconfig.Image{Repository: "scorer", Digest: "sha256:" + strings.Repeat("ab", 32), UncompressedMiB: 150},
			Model:        stackconfig.Model{Name: "sst2", Version: "1", SizeMiB: 300, MemoryMiB: 1024},
			InstanceType: "Standard_F4s_v2",
		}},
		Traffic: map[string]int{"blue": 100},
	}}
}

// TestEndpointProblems: all that is wrong with an endpoint's arguments is one error,
// before anything is declared.
func TestEndpointProblems(t *testing.T) {
	mocks, err := embedded(t, func(ctx *pulumi.Context) error {
		args := small()
		blue := args.Config.Deployments["blue"]
		blue.InstanceType, blue.Requests.TimeoutSeconds = "small", 1
		args.Config.Deployments["blue"] = blue
		args.Set = map[string]any{"alerts.enabeld": false}
		args.Group = &section{}
		_, err := NewEndpoint(ctx, "my endpoint", args)
		return err
	})
	for _, want := range []string{
		"endpoint my endpoint: the configuration of stack prod has 5 problem(s):",
		`the endpoint's name = "my endpoint": must be 1 to 40 letters, digits and hyphens`,
		"resourceGroup: is required with Group",
		"alerts.enabeld: no such key (known: ",
		`deployments.blue.instanceType = "small"`,
		"deployments.blue.requests.timeoutSeconds = 1",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
	if len(mocks.resources) != 0 || len(mocks.invoked) != 0 {
		t.Errorf("declared %d resources and asked %v", len(mocks.resources), mocks.invoked)
	}
	if _, err := embedded(t, func(ctx *pulumi.Context) error {
		_, err := NewEndpoint(ctx, "none", nil)
		return err
	}); err == nil || !strings.Contains(err.Error(), "args are required") {
		t.Errorf("without args: %v", err)
	}
}

// TestEndpointsInOneProgram: two endpoints and a bot share no name, neither Pulumi's
// nor, where that must be unique, Azure's.
func TestEndpointsInOneProgram(t *testing.T) {
	mocks, err := embedded(t, func(ctx *pulumi.Context) error {
		for _, name := range []string{"sentiment", "sentiment-2"} {
			args := small()
			args.Set = map[string]any{"deleteLocks": true, "budget.monthlyAmount": 10, "alerts.emails": []any{"someone@example.org"}}
			if _, err := (Program{}).newEndpoint(ctx, name, args); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	urns, azure := map[string]bool{}, map[string]string{}
	for _, r := range mocks.resources {
		if r.typ == "pulumi:pulumi:Stack" {
			continue
		}
		if !strings.HasPrefix(r.name, "sentiment") {
			t.Errorf("%s is named %s", r.typ, r.name)
		}
		if key := r.typ + r.name; urns[key] {
			t.Errorf("%s twice", key)
		} else {
			urns[key] = true
		}
		for _, field := range []string{"vaultName", "registryName", "accountName", "resourceGroupName"} {
			made := map[string]string{"vaultName": "Vault", "registryName": "Registry", "accountName": "StorageAccount", "resourceGroupName": "ResourceGroup"}[field]
			if name, _ := r.get(field).(string); name != "" && strings.HasSuffix(r.typ, ":"+made) {
				if other, ok := azure[field+name]; ok {
					t.Errorf("%s and %s are both %s %s", r.name, other, field, name)
				}
				azure[field+name] = r.name
			}
		}
	}
	if len(azure) != 8 {
		t.Errorf("%d names of vaults, registries, accounts and groups, want 8: %v", len(azure), azure)
	}
}

// TestEndpointInTheProgramsGroup waits for the group that the program makes, and
// makes none.
func TestEndpointInTheProgramsGroup(t *testing.T) {
	mocks, err := embedded(t, func(ctx *pulumi.Context) error {
		group, err := resources.NewResourceGroup(ctx, "own", &resources.ResourceGroupArgs{ResourceGroupName: pulumi.String("rg-texts")})
		if err != nil {
			return err
		}
		args := small()
		args.Group, args.Config.ResourceGroup = group, "rg-texts"
		_, err = (Program{}).newEndpoint(ctx, "sentiment", args)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	d := &deployed{t, mocks.resources, nil}
	if groups := d.all("ResourceGroup"); len(groups) != 1 {
		t.Errorf("made %v beside the program's", groups)
	}
	vault := d.one("Vault")
	if got := vault.get("resourceGroupName"); got != "rg-texts" {
		t.Errorf("the vault is in %v", got)
	}
	if needs := vault.args.RegisterRPC.GetDependencies(); len(needs) != 1 || !strings.HasSuffix(needs[0], "ResourceGroup::own") {
		t.Errorf("the vault waits for %v", needs)
	}
}
