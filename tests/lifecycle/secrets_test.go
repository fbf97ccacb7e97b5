package lifecycle

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/internet"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// secretVault leads the test's processes to a vault, and to the identity that a managed
// online endpoint has, and returns how a variable refers to one of its secrets.
func secretVault(t *testing.T, secrets map[string]string) (refer func(secret string) string) {
	n := internet.New(t)
	n.Serve("team-vault.vault.azure.net", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer of-the-endpoint" {
			w.Header().Set("WWW-Authenticate", `Bearer authorization="https://login.microsoftonline.com/tenant", resource="https://vault.azure.net"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		value, ok := secrets[strings.Trim(strings.TrimPrefix(r.URL.Path, "/secrets/"), "/")]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(`{"error": {"code": "SecretNotFound", "message": "A secret with that name was not found in this key vault."}}`))
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"value": value})
	}))
	identity := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if q := r.URL.Query(); r.Header.Get("Secret") != "known" || q.Get("clientid") != "ours" || q.Get("resource") != "https://vault.azure.net" {
			t.Errorf("the identity was asked %s", r.URL)
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		_, _ = fmt.Fprintf(w, `{"access_token": "of-the-endpoint", "expires_on": "%d", "resource": "https://vault.azure.net", "token_type": "Bearer"}`, time.Now().Add(time.Hour).Unix())
	}))
	t.Cleanup(identity.Close)
	for _, variable := range append(n.Environment(), "MSI_ENDPOINT="+identity.URL, "MSI_SECRET=known", "AZURE_CLIENT_ID=ours") {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	return func(secret string) string {
		return "@Microsoft.KeyVault(SecretUri=https://team-vault.vault.azure.net/secrets/" + secret + ")"
	}
}

// TestVariableOfTheVault: a collector's key comes from the vault, goes to the collector,
// and nowhere else; where it isn't there, the scorer ends before it serves.
func TestVariableOfTheVault(t *testing.T) {
	refer := secretVault(t, map[string]string{"collector": "api-key=first-of-the-vault", "broken": "second-of-the-vault"})
	keys := make(chan string, 100)
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case keys <- r.Header.Get("Api-Key"):
		default:
		}
	}))
	defer collector.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	t.Setenv("SCORER_DRAIN_DELAY", "0s")
	for secret, want := range map[string]string{"collector": "first-of-the-vault", "broken": ""} {
		t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", refer(secret))
		p, err := scorerproc.Start(t.Context(), scorerproc.BundledModel())
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Terminate(); err != nil { // which flushes
			t.Fatal(err)
		}
		if err := p.Wait(); err != nil {
			t.Errorf("%v\n%s", err, p.Log())
		}
		if got := <-keys; got != want {
			t.Errorf("%s: the collector got the key %q, want %q", secret, got, want)
		}
		if strings.Contains(p.Log(), "-of-the-vault") {
			t.Errorf("%s: the log has the secret:\n%s", secret, p.Log())
		}
		if warned := strings.Contains(p.Log(), "parse headers"); warned != (want == "") {
			t.Errorf("%s: the log says of the headers: %v\n%s", secret, warned, p.Log())
		}
		for len(keys) > 0 {
			<-keys
		}
	}

	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", refer("none"))
	cmd, err := scorerproc.Command(t.Context(), "serve", "--model-dir", scorerproc.BundledModel())
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.CombinedOutput()
	if want := "scorer: OTEL_EXPORTER_OTLP_HEADERS: https://team-vault.vault.azure.net has no secret none: az keyvault secret set puts it there\n"; err == nil || string(out) != want {
		t.Errorf("%v, %q; want %q", err, out, want)
	}
}
