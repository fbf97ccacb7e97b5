package journey

import (
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore/hub/hubtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azurite"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/blobs"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/internet"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/pulumicli"
)

// world is what a person has before the first command: a clone, an empty
// subscription, and the internet as far as the commands need it.
type world struct {
	clone       string
	cloud       *azure.Cloud
	host        *host
	internet    *internet.Internet
	environment []string
}

// newWorld has no more of Azure than a subscription. The commands reach it, the
// hub and the registry under their public names.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{clone: clone(t), cloud: azure.New(), internet: internet.New(t)}

	w.cloud.Token = "the." + base64.RawURLEncoding.EncodeToString([]byte(`{"idtyp":"app"}`)) + ".token"
	storage := azurite.Start(t, true)
	container, err := storage.NewContainer(t.Context(), "models")
	if err != nil {
		t.Fatal(err)
	}
	w.host = newHost(t, container)
	w.cloud.Host = w.host.instance
	providers, err := azure.Serve(w.cloud)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(providers.Close)

	manager := &azure.Gateway{}
	manager.Add(w.cloud)
	w.internet.Serve("management.azure.com", manager)
	w.internet.Serve(".inference.ml.azure.com", w.cloud.Endpoints())
	w.internet.Serve(".azurecr.io", internet.Through(w.cloud.RegistryClient().Transport))
	w.internet.Serve(".blob.core.windows.net", internet.Through(&blobs.Service{T: t, Azurite: storage, Token: w.cloud.Token, Cloud: w.cloud}))
	w.internet.Serve("huggingface.co", hub(t, w.clone))

	w.environment = append(os.Environ(), w.internet.Environment()...)
	state := t.TempDir()
	for name, value := range pulumicli.Environment(state, providers.Providers()) {
		w.environment = append(w.environment, name+"="+value)
	}
	w.environment = append(w.environment, tools(t, w.cloud)...)
	return w
}

// hub has the two models that the committed stacks name, at the commits that they
// name. Their files are those of the bundled toys.
func hub(t *testing.T, project string) http.Handler {
	t.Helper()
	settings, err := stackconfig.ReadProject(project)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*hubtest.Hub{}
	for stack, toy := range map[string]string{"dev": "distilbert-tiny-sentiment", "gpu": "gemma-tiny-chat"} {
		config, err := settings.Read(stack, true)
		if err != nil {
			t.Fatal(err)
		}
		for _, deployment := range config.Deployments {
			files := map[string][]byte{}
			root := os.DirFS(goldens.ModelDir(toy))
			err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
				if err == nil && !d.IsDir() {
					name := path
					if path == "model.onnx" && deployment.Model.File != "" {
						name = deployment.Model.File
					} else if strings.HasPrefix(path, "model.onnx") && deployment.Model.File != "" {
						name = filepath.ToSlash(filepath.Join(filepath.Dir(deployment.Model.File), path))
					}
					files[name], err = fs.ReadFile(root, path)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			repository, commit := deployment.Model.Repository()
			h := hubtest.New(t, repository, files)
			h.Commit = commit
			all[repository] = h
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for repository, h := range all {
			if strings.Contains(r.URL.Path, "/"+repository+"/") {
				h.ServeHTTP(w, r)
				return
			}
		}
		w.WriteHeader(http.StatusNotFound)
	})
}

// tools are the programs that a person has installed: Pulumi, signed out of its
// cloud, and the Azure CLI, of which there is a stand-in.
func tools(t *testing.T, cloud *azure.Cloud) (environment []string) {
	t.Helper()
	root, err := pulumicli.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	az := fmt.Sprintf(`#!/bin/sh
signed_in=%q
case "$*" in
login) touch "$signed_in"; exit ;;
esac
[ -e "$signed_in" ] || { echo "Please run 'az login' to setup account." >&2; exit 1; }
case "$*" in
"account get-access-token "*"--output tsv"*) echo %[2]q ;;
"account get-access-token "*) echo '{"accessToken": "%[2]s", "expires_on": 4102444800, "tokenType": "Bearer"}' ;;
*) echo "the stand-in for the Azure CLI doesn't know: az $*" >&2; exit 2 ;;
esac
`, filepath.Join(folder, "signed-in"), cloud.Token)
	if err := os.WriteFile(filepath.Join(folder, "az"), []byte(az), 0o700); err != nil {
		t.Fatal(err)
	}
	return []string{
		"PATH=" + strings.Join([]string{folder, filepath.Join(root, "bin"), os.Getenv("PATH")}, string(os.PathListSeparator)),
		"AZURE_TOKEN_CREDENTIALS=AzureCLICredential", // asks no metadata service of a virtual machine first
		"PULUMI_SKIP_CONFIRMATIONS=true",             // yes to what pulumi up asks
		"XDG_CACHE_HOME=" + cache(t),
	}
}

// cache is the user's cache folder with all that was fetched and built before, but
// without models: what a test fetches is none of the user's.
func cache(t *testing.T) string {
	t.Helper()
	user, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	const own = "azure-nlp-endpoint"
	folder := t.TempDir()
	if err := os.MkdirAll(filepath.Join(folder, own), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"", own} {
		entries, err := os.ReadDir(filepath.Join(user, part))
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			if name := filepath.Join(part, entry.Name()); name != own && name != filepath.Join(own, "models") {
				if err := os.Symlink(filepath.Join(user, name), filepath.Join(folder, name)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	return folder
}
