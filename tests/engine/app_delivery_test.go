package engine_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/delivery"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/preflight"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azurite"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// TestAppFetchesItsModel delivers a model to Azurite, deploys an app that uses it, and
// runs the init container's own command with the real scorer, as the app's identity:
// what it brings is a model that the scorer serves.
func TestAppFetchesItsModel(t *testing.T) {
	server := azurite.Start(t, true)
	container, err := server.NewContainer(t.Context(), "models")
	if err != nil {
		t.Fatal(err)
	}
	folder, err := delivery.Scan(t.Context(), scorerproc.BundledModel(), 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	up := delivery.Uploader{Container: container, Note: func(string) {}}
	if _, err := up.Upload(t.Context(), "distilbert-sst2", folder); err != nil {
		t.Fatal(err)
	}

	t.Setenv(preflight.BlobVariable, server.Endpoint)
	cloud := azure.New()
	cloud.Token = azurite.Token()
	gateway.Add(cloud)
	s := open(t, cloud, "dev", infra.Program{HTTP: server.HTTP}.Deploy)
	s.configure(hosted)
	s.configure(func(c map[string]any) {
		deployments(c)[s.liveDeployment()].(map[string]any)["model"].(map[string]any)["sha256"] = folder.Sum()
	})
	s.up("from nothing", nil)

	fetch := s.app()["template"].(map[string]any)["initContainers"].([]any)[0].(map[string]any)
	var args []string
	for _, arg := range fetch["args"].([]any) {
		args = append(args, arg.(string))
	}
	client := fetch["env"].([]any)[0].(map[string]any)
	identities := cloud.Find("Microsoft.ManagedIdentity/userAssignedIdentities")
	if len(identities) != 1 || client["name"] != "AZURE_CLIENT_ID" || client["value"] != s.property(identities[0], "clientId") {
		t.Errorf("the init container signs in as %v, the app as %v", client, identities)
	}
	login := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if q := r.URL.Query(); r.Header.Get("X-IDENTITY-HEADER") != "known" || q.Get("client_id") != client["value"] || q.Get("resource") != "https://storage.azure.com" {
			t.Errorf("a token was asked for with %v", q)
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"access_token": azurite.Token(), "expires_on": fmt.Sprint(time.Now().Add(time.Hour).Unix()), "token_type": "Bearer"})
	}))
	defer login.Close()

	dir := filepath.Join(t.TempDir(), "model")
	for i, arg := range args {
		if arg == "/model" { // the volume
			args[i] = dir
		}
	}
	command, err := scorerproc.Command(t.Context(), args...)
	if err != nil {
		t.Fatal(err)
	}
	command.Env = append(command.Env, "SSL_CERT_FILE="+server.CertFile, "IDENTITY_ENDPOINT="+login.URL, "IDENTITY_HEADER=known", "AZURE_CLIENT_ID="+client["value"].(string))
	if out, err := command.CombinedOutput(); err != nil || !strings.Contains(string(out), "manifest "+folder.Sum()) {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
	process, err := scorerproc.Start(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	process.Kill()
	if _, err := os.Stat(filepath.Join(dir, "config.json")); err != nil {
		t.Error(err)
	}
	s.destroy()
}
