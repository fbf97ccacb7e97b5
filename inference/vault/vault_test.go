package vault

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets"
)

type token struct{}

func (token) GetToken(_ context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "token for " + strings.Join(o.Scopes, " "), ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// newVault wants what Key Vault wants. The role for the secret "late" is in effect after
// some tries.
func newVault(t *testing.T) (address string, options *azsecrets.ClientOptions) {
	tries := 0
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer token for https://vault.azure.net/.default" {
			w.Header().Set("WWW-Authenticate", `Bearer authorization="https://login.example/tenant", resource="https://vault.azure.net"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		answer := map[string]any{}
		name := strings.Trim(strings.TrimPrefix(r.URL.Path, "/secrets/"), "/")
		if name == "late" {
			if tries++; tries > 2 {
				name = "hf-token"
			} else {
				name = "forbidden"
			}
		}
		switch name {
		case "hf-token":
			answer["value"] = "hf_of_the_vault\n"
		case "empty":
			answer["value"] = ""
		case "zero":
			answer["value"] = "hf_\x00"
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
	t.Cleanup(s.Close)
	return s.URL, &azsecrets.ClientOptions{
		ClientOptions:                        policy.ClientOptions{Transport: s.Client(), Retry: policy.RetryOptions{RetryDelay: time.Millisecond}},
		DisableChallengeResourceVerification: true,
	}
}

// TestSecret asks a vault that wants what Key Vault wants.
func TestSecret(t *testing.T) {
	address, options := newVault(t)
	read := func(vault, name string) (string, error) {
		return secret(t.Context(), vault, name, token{}, "whoever is signed in", options)
	}
	if got, err := read(address, "hf-token"); err != nil || got != "hf_of_the_vault" {
		t.Errorf("%q, %v", got, err)
	}
	for name, want := range map[string]string{
		"none": "has no secret none", "empty": "is empty", "forbidden": "whoever is signed in needs the role Key Vault Secrets User", "outside": "is reached from its network alone", "a/b": `the secret's name is "a/b"`,
	} {
		if _, err := read(address, name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	if _, err := read("http://vault", "x"); err == nil || !strings.Contains(err.Error(), "must be an address") {
		t.Error(err)
	}
	// Without leave, a server that isn't a vault gets no token.
	if _, err := Secret(t.Context(), address, "hf-token", token{}, "", options.ClientOptions); err == nil || strings.Contains(err.Error(), "hf_of") {
		t.Errorf("a host that is no vault was trusted: %v", err)
	}
}

// TestResolve puts secrets in place of references, or names variable, vault and remedy,
// and never a value.
func TestResolve(t *testing.T) {
	address, options := newVault(t)
	for name, c := range map[string]struct {
		variable string
		notes    int
		want     string // of the error
	}{
		"a secret":               {"OTEL_HEADERS=@Microsoft.KeyVault(SecretUri=" + address + "/secrets/hf-token)", 0, ""},
		"a slash at the end":     {"OTEL_HEADERS=@Microsoft.KeyVault(SecretUri=" + address + "/secrets/hf-token/)", 0, ""},
		"a role that comes late": {"OTEL_HEADERS=" + Reference(address, "late"), 2, ""},
		"no secret":              {"OTEL_HEADERS=@Microsoft.KeyVault(SecretUri=" + address + "/secrets/none)", 0, "OTEL_HEADERS: " + address + " has no secret none: az keyvault secret set"},
		"no role": {"OTEL_HEADERS=@Microsoft.KeyVault(SecretUri=" + address + "/secrets/forbidden)", 7,
			"OTEL_HEADERS: after 8 attempts: " + address + " refuses to show the secret forbidden: the container's identity needs the role Key Vault Secrets User on the vault"},
		"a zero byte":  {"OTEL_HEADERS=@Microsoft.KeyVault(SecretUri=" + address + "/secrets/zero)", 0, "the secret zero of " + address + " has a zero byte"},
		"another form": {"OTEL_HEADERS=@Microsoft.KeyVault(VaultName=v;SecretName=s)", 0, "OTEL_HEADERS refers to a Key Vault, but not as @Microsoft.KeyVault(SecretUri=https://VAULT"},
		"a version":    {"OTEL_HEADERS=@Microsoft.KeyVault(SecretUri=" + address + "/secrets/hf-token/1)", 0, "but not as"},
		"an option":    {"SCORER_PORT=@Microsoft.KeyVault(SecretUri=" + address + "/secrets/hf-token)", 0, "SCORER_PORT can't refer to a secret: it is an option"},
	} {
		t.Run(name, func(t *testing.T) {
			set, notes := map[string]string{}, 0
			e := Environment{Set: func(name, value string) error { set[name] = value; return nil }}
			err := e.resolve(t.Context(), c.variable, token{}, options, time.Millisecond, func(text string) {
				notes++
				if !strings.HasPrefix(text, "OTEL_HEADERS: ") || strings.Contains(text, "hf_") {
					t.Errorf("note %q", text)
				}
			})
			switch {
			case c.want == "" && (err != nil || len(set) != 1 || set["OTEL_HEADERS"] != "hf_of_the_vault"):
				t.Errorf("%v, set %v", err, set)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || len(set) > 0 || strings.Contains(fmt.Sprint(err), "hf_\x00")):
				t.Errorf("%v, set %v; want %q", err, set, c.want)
			case notes != c.notes:
				t.Errorf("%d notes, want %d", notes, c.notes)
			}
		})
	}
	// Without references nobody is asked.
	e := Environment{Variables: []string{"PATH=/bin", "NOTHING", "MAIL=a@Microsoft.KeyVault(x"}, Set: func(string, string) error { panic("set") }}
	if err := e.Resolve(t.Context(), nil); err != nil {
		t.Error(err)
	}
}
