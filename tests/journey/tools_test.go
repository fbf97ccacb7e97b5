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

// azureCLI stands in for the Azure CLI. Before its login it does nothing.
const azureCLI = `#!/bin/sh
case "$*" in
login) touch "$STANDINS/signed-in"; exit ;;
esac
[ -e "$STANDINS/signed-in" ] || { echo "Please run 'az login' to setup account." >&2; exit 1; }
case "$*" in
"account show --query id --output tsv") echo "$STANDINS_SUBSCRIPTION" ;;
"account get-access-token "*"--output tsv"*) echo "$STANDINS_TOKEN" ;;
"account get-access-token "*) printf '{"accessToken": "%s", "expires_on": 4102444800, "tokenType": "Bearer"}\n' "$STANDINS_TOKEN" ;;
"acr login --name "*) touch "$STANDINS/$4.azurecr.io" ;;
*) echo "the stand-in for the Azure CLI doesn't know: az $*" >&2; exit 2 ;;
esac
`

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
