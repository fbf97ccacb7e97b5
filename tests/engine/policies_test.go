package engine_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-azure-native-sdk/containerregistry/v2"
	"github.com/pulumi/pulumi-azure-native-sdk/storage/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/pulumicli"
)

// TestPolicies previews a stack with the policy pack of this project, and beside it
// a registry and an account that break one policy each. With one off and the other
// advisory, the stack holds all of them.
func TestPolicies(t *testing.T) {
	t.Parallel()
	project, err := pulumicli.Repository()
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, azure.New(), "dev", func(ctx *pulumi.Context) error {
		if _, err := containerregistry.NewRegistry(ctx, "beside", &containerregistry.RegistryArgs{
			ResourceGroupName: pulumi.String("team"), RegistryName: pulumi.String("besides"), Location: pulumi.String("westeurope"),
			Sku: &containerregistry.SkuArgs{Name: pulumi.String("Standard")}, AdminUserEnabled: pulumi.Bool(true),
		}); err != nil {
			return err
		}
		if _, err := storage.NewStorageAccount(ctx, "beside", &storage.StorageAccountArgs{
			ResourceGroupName: pulumi.String("team"), AccountName: pulumi.String("besides"), Location: pulumi.String("westeurope"), Kind: pulumi.String("StorageV2"),
			Sku: &storage.SkuArgs{Name: pulumi.String("Standard_LRS")}, AllowBlobPublicAccess: pulumi.Bool(true), MinimumTlsVersion: pulumi.String("TLS1_2"),
		}); err != nil {
			return err
		}
		return infra.Deploy(ctx)
	})
	pack := optpreview.PolicyPacks(filepath.Join(project, "policies"))
	const admin, public = "registry-admin-user", "storage-public-blobs"
	_, err = s.Preview(t.Context(), pack)
	for _, want := range []string{admin, public, "adminUserEnabled is true: a registry has no admin user", "set adminUserEnabled to false"} {
		if err == nil || !strings.Contains(strings.Join(strings.Fields(err.Error()), " "), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
	config := filepath.Join(t.TempDir(), "policies.json")
	if err := os.WriteFile(config, []byte(`{"registry-admin-user": "disabled", "storage-public-blobs": "advisory"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	result, err := s.Preview(t.Context(), pack, optpreview.PolicyPackConfigs(config))
	if err != nil || strings.Contains(result.StdOut, admin) || !strings.Contains(result.StdOut, public) {
		t.Errorf("one off and one advisory: %v\n%s", err, result.StdOut)
	}
}
