package engine_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig/stackconfigtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/engine"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/pulumicli"
)

// azShow stands in for the Azure CLI: --query id --output tsv prints the id of a
// resource bare (learn.microsoft.com/cli/azure/group#az-group-show,
// .../keyvault#az-keyvault-show, .../query-azure-cli).
const azShow = `#!/bin/sh
case "$*" in
"group show --name rg-nlp-dev-abc123 --query id --output tsv") echo "$GROUP" ;;
"keyvault show --name nlp-dev-abc123 --query id --output tsv") echo "$GROUP/providers/Microsoft.KeyVault/vaults/nlp-dev-abc123" ;;
*) echo "the stand-in for the Azure CLI doesn't know: az $*" >&2; exit 2 ;;
esac
`

// shell are the blocks of commands in a page.
var shell = regexp.MustCompile("(?s)```sh\n(.*?)```")

// TestImport types the commands of docs/reference/import.md into one shell: a group
// and a vault that somebody made become a stack's own, and go with it.
func TestImport(t *testing.T) {
	t.Parallel()
	project, err := pulumicli.Repository()
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(project, "docs", "reference", "import.md"))
	if err != nil {
		t.Fatal(err)
	}
	cloud := azure.New()
	signIn(t, cloud)
	group := "/subscriptions/" + cloud.SubscriptionID + "/resourceGroups/rg-nlp-dev-abc123"
	vault := group + "/providers/Microsoft.KeyVault/vaults/nlp-dev-abc123"
	for _, r := range []struct {
		id, version string
		body        map[string]any
	}{
		{group, "2022-09-01", map[string]any{}},
		{vault, "2023-07-01", map[string]any{"properties": map[string]any{
			"tenantId": cloud.TenantID, "sku": map[string]any{"family": "A", "name": "standard"}, "enableRbacAuthorization": true, "softDeleteRetentionInDays": 7,
		}}},
	} {
		r.body["location"] = "westeurope"
		if _, _, err := cloud.Put(r.id, r.version, r.body); err != nil {
			t.Fatal(err)
		}
	}
	folder, bin := t.TempDir(), t.TempDir()
	var out bytes.Buffer
	plain, err := engine.OpenPlain(t.Context(), cloud, project, "dev", folder, &out)
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	if err := plain.Configure(func(c map[string]any) {
		set(c, "nameSuffix", "abc123")
		for _, d := range deployments(c) {
			stackconfigtest.Ready(d.(map[string]any), strings.Repeat("a", 64))
		}
	}); err != nil {
		t.Fatal(err)
	}
	// The folder has the stack's file, and the repository the program.
	if err := plain.Main(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(bin, "az"), []byte(azShow), 0o700); err != nil {
		t.Fatal(err)
	}
	var script strings.Builder
	for _, block := range shell.FindAllStringSubmatch(string(page), -1) {
		script.WriteString(block[1])
	}
	command := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", script.String())
	command.Dir = folder
	command.Env = append(plain.Environment(), "GROUP="+group, "PULUMI_SKIP_CONFIRMATIONS=true") // yes to what pulumi asks
	for i, variable := range command.Env {
		if path, ok := strings.CutPrefix(variable, "PATH="); ok {
			command.Env[i] = fmt.Sprintf("PATH=%s%c%s", bin, os.PathListSeparator, path)
		}
	}
	said, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	for _, words := range []string{"azure-native:keyvault:Vault key-vault imported", "azure-native:resources:ResourceGroup resource-group imported", "azure-native:keyvault:Vault key-vault updated"} {
		if !strings.Contains(string(said), words) {
			t.Errorf("nothing says %q:\n%s", words, said)
		}
	}
	body, err := cloud.Get(vault)
	if err != nil {
		t.Fatal(err)
	}
	if tags, _ := body["tags"].(map[string]any); tags["stack"] != "dev" {
		t.Errorf("the vault has the tags %v", tags)
	}
	if got := cloud.Find("Microsoft.KeyVault/vaults"); len(got) != 1 {
		t.Errorf("vaults: %v", got)
	}
	out.Reset()
	if err := plain.Run(t.Context(), "destroy", "--yes", "--skip-preview"); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	if left := cloud.IDs(); len(left) > 0 {
		t.Errorf("destroy left %v", left)
	}
}
