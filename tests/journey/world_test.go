package journey

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/telegram/telegramtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azurite"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/blobs"
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
	telegram    *telegramtest.Telegram
	environment []string
	python      string // that has the official clients; "" if there is none
}

// vaults take secrets from who may write them. The refusal is Azure's (Microsoft Learn,
// key-vault/general/rbac-guide).
func (w *world) vaults(answer http.ResponseWriter, r *http.Request) {
	name, _, _ := strings.Cut(r.Host, ".")
	for _, id := range w.cloud.Find("Microsoft.KeyVault/vaults") {
		if path.Base(id) != name || r.Method != http.MethodPut {
			continue
		}
		var secret struct{ Value string }
		if r.Header.Get("Authorization") != "Bearer "+w.cloud.Token || !w.cloud.Allowed(w.cloud.ObjectID, id, "Key Vault Secrets Officer") {
			http.Error(answer, `{"error": {"code": "Forbidden", "innererror": {"code": "ForbiddenByRbac"}}}`, http.StatusForbidden)
			return
		}
		err := json.NewDecoder(r.Body).Decode(&secret)
		if err == nil {
			_, _, err = w.cloud.Put(id+r.URL.Path, "2023-07-01", map[string]any{"properties": map[string]any{"value": secret.Value}})
		}
		if err != nil {
			http.Error(answer, err.Error(), http.StatusBadRequest)
			return
		}
		_, _ = io.WriteString(answer, `{"id": "https://`+r.Host+r.URL.Path+`/1"}`)
		return
	}
	http.NotFound(answer, r)
}

// newWorld has no more of Azure than a subscription. The commands reach it, the
// hub and the registry under their public names.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{clone: clone(t), cloud: azure.New(), internet: internet.New(t), telegram: telegramtest.New(t)}

	w.cloud.Fresh = true // none of its services was ever used
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
	telegram, err := url.Parse(w.telegram.URL)
	if err != nil {
		t.Fatal(err)
	}
	w.internet.Serve("api.telegram.org", httputil.NewSingleHostReverseProxy(telegram))
	w.internet.Serve(".azurecontainerapps.io", internet.Through(w.cloud.AppsClient().Transport))
	w.internet.Serve(".vault.azure.net", http.HandlerFunc(w.vaults))
	w.internet.Serve(".azurecr.io", internet.Through(w.cloud.RegistryClient().Transport))
	w.internet.Serve(".blob.core.windows.net", internet.Through(&blobs.Service{T: t, Azurite: storage, Token: w.cloud.Token, Cloud: w.cloud}))
	w.internet.Serve("huggingface.co", hub(t, w.clone))

	w.environment = append(os.Environ(), w.internet.Environment()...)
	state := t.TempDir()
	for name, value := range pulumicli.Environment(state, providers.Providers()) {
		w.environment = append(w.environment, name+"="+value)
	}
	w.python = python(t)
	w.environment = append(w.environment, tools(t, w.cloud, w.python)...)
	w.environment = append(w.environment, home(t)...)
	// A rollout takes hours by default. Every option is a variable.
	w.environment = append(w.environment, "ROLLOUT_MIRROR=0", "ROLLOUT_STEPS=100", "ROLLOUT_OBSERVE=100ms", "ROLLOUT_OBSERVE_MOST=30s", "ROLLOUT_PROBE_RATE=100",
		"ROLLOUT_MIN_REQUESTS=30", "ROLLOUT_MAX_ERROR_PERCENT=10", "ROLLOUT_P95_RATIO=0", "ROLLOUT_MAX_P95=10s", "ROLLOUT_POLL=1s", "ROLLOUT_WAIT=100ms",
		"ROLLOUT_PATIENCE=1m")
	return w
}
