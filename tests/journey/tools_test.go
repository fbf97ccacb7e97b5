package journey

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/pulumicli"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// azureCLI stands in for the Azure CLI. Before its login it does nothing. What its
// commands print, as bare text for --query and --output tsv, and what they need, is in
// learn.microsoft.com/cli/azure (account, acr, ad/app, ad/sp, ad/signed-in-user,
// keyvault, keyvault/secret, role/assignment, query-azure-cli). A role is granted by
// ARM's PUT (rest/api/authorization/role-assignments/create), a secret set by the
// vault's (rest/api/keyvault/secrets/set-secret). The id of Key Vault Secrets Officer
// is from azure/role-based-access-control/built-in-roles. Vault and group have names
// that follow from each other in this project. Who is signed in is a service principal.
const azureCLI = `#!/bin/sh
case "$*" in
login) touch "$STANDINS/signed-in"; exit ;;
esac
send() { curl --silent --show-error --fail-with-body -X PUT "$1" -H "Authorization: Bearer $STANDINS_TOKEN" -H 'Content-Type: application/json' --data "$2"; }
[ -e "$STANDINS/signed-in" ] || { echo "Please run 'az login' to setup account." >&2; exit 1; }
case "$*" in
"account show --query id --output tsv") echo "$STANDINS_SUBSCRIPTION" ;;
"account get-access-token "*"--output tsv"*) echo "$STANDINS_TOKEN" ;;
"account get-access-token "*) printf '{"accessToken": "%s", "expires_on": 4102444800, "tokenType": "Bearer"}\n' "$STANDINS_TOKEN" ;;
"ad app create --display-name nlp --sign-in-audience AzureADMyOrg --query appId --output tsv") echo "$STANDINS_APP" ;;
"ad sp create --id $STANDINS_APP") echo '{}' ;;
"ad signed-in-user show --query id --output tsv") echo "$STANDINS_OBJECT" ;;
"keyvault show --name "*" --query id --output tsv") echo "/subscriptions/$STANDINS_SUBSCRIPTION/resourceGroups/rg-$4/providers/Microsoft.KeyVault/vaults/$4" ;;
"role assignment create --role Key Vault Secrets Officer --assignee "*" --scope "*)
  role=/subscriptions/$STANDINS_SUBSCRIPTION/providers/Microsoft.Authorization/roleDefinitions/b86a8fe4-44ce-4948-aee5-eccb2c155cd7
  send "https://management.azure.com$9/providers/Microsoft.Authorization/roleAssignments/$(cat /proc/sys/kernel/random/uuid)?api-version=2022-04-01" \
    "{\"properties\": {\"roleDefinitionId\": \"$role\", \"principalId\": \"$7\", \"principalType\": \"ServicePrincipal\"}}" ;;
"keyvault secret set --vault-name "*" --name "*" --file "*)
  send "https://$5.vault.azure.net/secrets/$7?api-version=7.4" "{\"value\": \"$(cat "$9")\"}" ;;
"acr login --name "*) touch "$STANDINS/$4.azurecr.io" ;;
*) echo "the stand-in for the Azure CLI doesn't know: az $*" >&2; exit 2 ;;
esac
`

// callersApp is the registration whose tokens a Container App's callers show.
const callersApp = "11111111-2222-4333-8444-555555555555"

// dockerCLI stands in for Docker, whose base images aren't available everywhere. It builds
// nothing, and pushes only where az acr login was.
const dockerCLI = `#!/bin/sh
command=$1
for last; do :; done
image() { printf %s "$1" | sha256sum | cut -c 1-64; }
case "$command" in
build)
  [ -d "$last" ] || { echo "no folder $last" >&2; exit 1; }
  while [ $# -gt 1 ]; do
    case "$1" in
    --file) file=$2 ;;
    --target) target=$2 ;;
    --tag) tag=$2 ;;
    esac
    shift
  done
  grep -q "^FROM .* AS $target\$" "$file" || { echo "$file has no target $target" >&2; exit 1; }
  touch "$STANDINS/built-$(image "$tag")" ;;
push)
  [ -e "$STANDINS/built-$(image "$last")" ] || { echo "there is no image $last" >&2; exit 1; }
  [ -e "$STANDINS/${last%%/*}" ] || { echo "unauthorized: authentication required" >&2; exit 1; }
  touch "$STANDINS/pushed-$(image "$last")" ;;
inspect)
  [ -e "$STANDINS/pushed-$(image "$last")" ] || { echo "$last was never pushed" >&2; exit 1; }
  echo "${last%:*}@sha256:$(image "$last")" ;;
*) echo "the stand-in for Docker doesn't know: docker $*" >&2; exit 2 ;;
esac
`

// tools are the programs that a person has installed: Pulumi, and stand-ins for the
// Azure CLI and Docker.
func tools(t *testing.T, cloud *azure.Cloud, python string) (environment []string) {
	t.Helper()
	root, err := pulumicli.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for name, script := range map[string]string{"az": azureCLI, "docker": dockerCLI} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	path := []string{folder, filepath.Join(root, "bin")}
	if python != "" {
		// A virtual environment made by this one finds its packages there, so that
		// nothing is fetched.
		path = append(path, filepath.Dir(python))
		packages, err := filepath.Glob(filepath.Join(filepath.Dir(python), "..", "lib", "python3*", "site-packages"))
		if err != nil || len(packages) != 1 {
			t.Fatalf("packages of %s: %v, %v", python, packages, err)
		}
		environment = append(environment, "PYTHONPATH="+packages[0])
	}
	return append(environment,
		"PATH="+strings.Join(append(path, os.Getenv("PATH")), string(os.PathListSeparator)),
		"STANDINS="+t.TempDir(), "STANDINS_TOKEN="+cloud.Token, "STANDINS_SUBSCRIPTION="+cloud.SubscriptionID,
		"STANDINS_APP="+callersApp, "STANDINS_OBJECT="+cloud.ObjectID,
		"AZURE_TOKEN_CREDENTIALS=AzureCLICredential", // asks no metadata service of a virtual machine first
		"PULUMI_SKIP_CONFIRMATIONS=true",             // yes to what pulumi asks
	)
}

// python is the one that has the official clients; "" where there is none, which is no
// fault except in CI.
func python(t *testing.T) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), filepath.Join(scorerproc.Root(), "scripts", "fetch-python-clients.sh")).Output()
	if err != nil && os.Getenv("CI") != "" {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// own is the project's folder in the user's cache.
const own = "azure-nlp-endpoint"

// home is a person's folder: with what was built and fetched before, but without
// models, because what a test fetches is none of the user's.
func home(t *testing.T) (environment []string) {
	t.Helper()
	user, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	cache := filepath.Join(folder, ".cache")
	for _, made := range []string{own, "huggingface"} {
		if err := os.MkdirAll(filepath.Join(cache, made), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(cache, "huggingface", "token"), []byte(hubToken), 0o600); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(filepath.Join(user, own))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if entry.Name() == "models" {
			continue
		}
		if err := os.Symlink(filepath.Join(user, own, entry.Name()), filepath.Join(cache, own, entry.Name())); err != nil {
			t.Fatal(err)
		}
	}
	environment = []string{"HOME=" + folder, "XDG_CACHE_HOME=" + cache}
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH", "GOENV"} {
		value, err := exec.CommandContext(t.Context(), "go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		environment = append(environment, fmt.Sprintf("%s=%s", name, strings.TrimSpace(string(value))))
	}
	return environment
}
