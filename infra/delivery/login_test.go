package delivery

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets"
)

// TestOpenRefuses what can't be before anything is asked, and quotes no secret.
func TestOpenRefuses(t *testing.T) {
	const secret = "no-base64-but-secret"
	variables := func(pairs ...string) func(string) string {
		return func(name string) string {
			for i := 0; i < len(pairs); i += 2 {
				if pairs[i] == name {
					return pairs[i+1]
				}
			}
			return ""
		}
	}
	for _, c := range []struct {
		place       Place
		environment func(string) string
		want        string
	}{
		{Place{Container: "models"}, noVariables, `the storage account is "": must be 3 to 24`},
		{Place{Account: "Big", Container: "models"}, noVariables, `the storage account is "Big"`},
		{Place{Account: "account", Container: "a--b"}, noVariables, `the container is "a--b"`},
		{Place{Container: "A"}, variables(connectionVariable, "x"), `the container is "A"`},
		{Place{Container: "models", Endpoint: "host"}, noVariables, "the blob endpoint must be an address"},
		{Place{Container: "models", Endpoint: "https://host/?sig=" + secret}, noVariables, "the blob endpoint must be an address"},
		{Place{Container: "models", Endpoint: "http://host"}, noVariables, "tokens go over https only"},
		{Place{Container: "models", Endpoint: "http://host"}, variables(keyVariable, secret), "no storage account is named"},
		{Place{Account: "account", Container: "models"}, variables(keyVariable, secret), keyVariable + " is no account key"},
		{Place{Container: "models"}, variables(connectionVariable, "AccountKey="+secret), connectionVariable + " can't be read"},
	} {
		_, _, err := Open(c.place, Login{Environment: c.environment})
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), secret) {
			t.Errorf("%+v: got %v, want %q", c.place, err, c.want)
		}
	}
}

func TestScanRefuses(t *testing.T) {
	for name, want := range map[string]string{
		"": "has no files", "delivery.json": "a delivery's own file", "model.onnx.partial": "interrupted download", "folder/link": "no such file",
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		switch {
		case strings.HasSuffix(name, "link"):
			err = os.Symlink("nowhere", path)
		case name != "":
			err = os.WriteFile(path, []byte("x"), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Scan(t.Context(), dir, 0, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", name, err, want)
		}
	}
}

// TestLargeFilesHaveLargerBlocks: a blob has 50,000 at most.
func TestLargeFilesHaveLargerBlocks(t *testing.T) {
	f := &Folder{blockSize: defaultBlock}
	for _, size := range []int64{1, 2 << 30, 400 << 30, 4 << 40} {
		block := f.blockOf(size)
		if block < defaultBlock || (size+block-1)/block > mostBlocks {
			t.Errorf("%d bytes in blocks of %d", size, block)
		}
	}
}

type vaultToken struct{}

func (vaultToken) GetToken(_ context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "token for " + strings.Join(o.Scopes, " "), ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// TestSecret asks a vault that wants what Key Vault wants.
func TestSecret(t *testing.T) {
	vault := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer token for https://vault.azure.net/.default" {
			w.Header().Set("WWW-Authenticate", `Bearer authorization="https://login.example/tenant", resource="https://vault.azure.net"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		answer := map[string]any{}
		switch name := strings.Trim(strings.TrimPrefix(r.URL.Path, "/secrets/"), "/"); name {
		case "hf-token":
			answer["value"] = "hf_of_the_vault\n"
		case "empty":
			answer["value"] = ""
		case "forbidden":
			w.WriteHeader(http.StatusForbidden)
			answer["error"] = map[string]any{"code": "Forbidden", "message": "…"}
		case "outside": // Azure's own words
			w.WriteHeader(http.StatusForbidden)
			answer["error"] = map[string]any{
				"code": "Forbidden", "message": "Public network access is disabled and request is not from a trusted service nor via an approved private link.",
				"innererror": map[string]any{"code": "ForbiddenByConnection"},
			}
		default:
			w.WriteHeader(http.StatusNotFound)
			answer["error"] = map[string]any{"code": "SecretNotFound", "message": "…"}
		}
		_ = json.NewEncoder(w).Encode(answer)
	}))
	defer vault.Close()
	l := Login{Environment: noVariables, Credential: vaultToken{}, Transport: vault.Client(), RetryDelay: time.Millisecond}
	read := func(vault, name string) (string, error) {
		return secret(t.Context(), vault, name, l, &azsecrets.ClientOptions{DisableChallengeResourceVerification: true})
	}
	if got, err := read(vault.URL, "hf-token"); err != nil || got != "hf_of_the_vault" {
		t.Errorf("%q, %v", got, err)
	}
	for name, want := range map[string]string{
		"none": "has no secret none", "empty": "is empty", "forbidden": "Key Vault Secrets User", "outside": "is reached from its network alone", "a/b": `the secret's name is "a/b"`,
	} {
		if _, err := read(vault.URL, name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	if _, err := read("http://vault", "x"); err == nil || !strings.Contains(err.Error(), "must be an address") {
		t.Error(err)
	}
	// Without leave, a server that isn't a vault gets no token.
	if _, err := Secret(t.Context(), vault.URL, "hf-token", l); err == nil || strings.Contains(err.Error(), "hf_of") {
		t.Errorf("a host that is no vault was trusted: %v", err)
	}
}
