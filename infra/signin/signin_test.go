package signin

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

const (
	tenant = "00000000-0000-0000-0000-00000000000b"
	client = "00000000-0000-0000-0000-00000000000c"
)

// services are GitHub's token service and Microsoft Entra's, with a clock of their
// own. An assertion holds for 5 minutes, then Entra answers AADSTS700024
// (Azure/login#180, azure-cli#28708).
type services struct {
	t      *testing.T
	mu     sync.Mutex
	now    time.Duration
	issued map[string]time.Duration
	life   int // of an access token, in seconds
	broken bool
}

func newServices(t *testing.T) *services {
	return &services{t: t, issued: map[string]time.Duration{}, life: 1}
}

func (s *services) later(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now += d
}

// github serves what ACTIONS_ID_TOKEN_REQUEST_URL names.
func (s *services) github() *httptest.Server {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.broken || r.Header.Get("Authorization") != "Bearer job" || r.URL.Query().Get("audience") != "api://AzureADTokenExchange" || r.URL.Query().Get("api-version") != "2.0" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		value := "assertion-" + strconv.Itoa(len(s.issued))
		s.issued[value] = s.now
		_, _ = fmt.Fprintf(w, `{"value": %q}`, value)
	}))
	s.t.Cleanup(server.Close)
	return server
}

// Do implements policy.Transporter as Entra.
func (s *services) Do(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	w.Header().Set("Content-Type", "application/json")
	authority := "https://" + r.URL.Host + "/" + tenant
	switch {
	case strings.HasSuffix(r.URL.Path, "/discovery/instance"):
		_ = json.NewEncoder(w).Encode(map[string]any{"tenant_discovery_endpoint": authority + "/v2.0/.well-known/openid-configuration"})
	case strings.HasSuffix(r.URL.Path, "/openid-configuration"):
		_ = json.NewEncoder(w).Encode(map[string]any{
			"issuer": authority + "/v2.0", "token_endpoint": authority + "/oauth2/v2.0/token", "authorization_endpoint": authority + "/oauth2/v2.0/authorize",
		})
	default:
		_ = r.ParseForm()
		s.mu.Lock()
		defer s.mu.Unlock()
		at, known := s.issued[r.PostForm.Get("client_assertion")]
		if !known || s.now-at > 5*time.Minute {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = fmt.Fprint(w, `{"error": "invalid_client", "error_description": "AADSTS700024: Client assertion is not within its valid time range."}`)
			break
		}
		_ = json.NewEncoder(w).Encode(map[string]any{
			"token_type": "Bearer", "expires_in": s.life, "access_token": r.PostForm.Get("client_assertion") + " for " + r.PostForm.Get("scope"),
		})
	}
	response := w.Result()
	response.Request = r
	return response, nil
}

func (s *services) login() *Login {
	s.t.Helper()
	server := s.github()
	l, err := New(func(name string) string {
		return map[string]string{
			"ACTIONS_ID_TOKEN_REQUEST_URL": server.URL + "/?api-version=2.0", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "job",
			"ARM_CLIENT_ID": client, "ARM_TENANT_ID": tenant,
		}[name]
	}, Options{Transport: s, HTTP: server.Client()})
	if err != nil {
		s.t.Fatal(err)
	}
	return l
}

func token(ctx context.Context, credential azcore.TokenCredential, scope string) (string, error) {
	token, err := credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{scope}})
	return token.Token, err
}

// TestHoursLater signs in for Azure Resource Manager and for scoring again and
// again, long after the first assertion and the first tokens have expired.
func TestHoursLater(t *testing.T) {
	s := newServices(t)
	l := s.login()
	for range 3 {
		for _, scope := range []string{"https://management.azure.com/.default", "https://ml.azure.com/.default"} {
			if got, err := token(t.Context(), l, scope); err != nil || !strings.Contains(got, scope) {
				t.Fatalf("%s: %q, %v", scope, got, err)
			}
		}
		s.later(2 * time.Hour)
	}
}

// TestOneAssertionExpires is what happened to those who signed in once, as
// azure/login does: the services' own rule.
func TestOneAssertionExpires(t *testing.T) {
	s := newServices(t)
	once, err := s.login().github.assertion(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	credential, err := azidentity.NewClientAssertionCredential(tenant, client, func(context.Context) (string, error) { return once, nil },
		&azidentity.ClientAssertionCredentialOptions{ClientOptions: policy.ClientOptions{Transport: s}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := token(t.Context(), credential, "https://management.azure.com/.default"); err != nil {
		t.Fatal(err)
	}
	s.later(2 * time.Hour)
	if _, err := token(t.Context(), credential, "https://management.azure.com/.default"); err == nil || !strings.Contains(err.Error(), "AADSTS700024") {
		t.Errorf("%v", err)
	}
}

// TestChildren signs in as the state's backend does, by the file, hours after it
// began, and after GitHub had a bad moment and the command was interrupted.
func TestChildren(t *testing.T) {
	s := newServices(t)
	l := s.login()
	l.github.interval = time.Millisecond
	ctx, interrupt := context.WithCancel(t.Context())
	warned := make(chan error, 1)
	env, end, err := l.Children(ctx, func(err error) {
		select {
		case warned <- err:
		default:
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	interrupt()
	set := func(broken bool) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.broken = broken
	}
	set(true)
	if err := <-warned; !strings.Contains(err.Error(), "id-token: write") {
		t.Errorf("%v", err)
	}
	set(false)
	s.later(2 * time.Hour)
	file := env["AZURE_FEDERATED_TOKEN_FILE"]
	fresh := func() bool {
		content, err := os.ReadFile(file)
		s.mu.Lock()
		defer s.mu.Unlock()
		return err == nil && s.issued[string(content)] == s.now
	}
	for deadline := time.Now().Add(30 * time.Second); !fresh(); {
		if time.Now().After(deadline) {
			t.Fatal("the file keeps an old assertion")
		}
		time.Sleep(time.Millisecond)
	}
	credential, err := azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
		ClientOptions: policy.ClientOptions{Transport: s}, ClientID: env["AZURE_CLIENT_ID"], TenantID: env["AZURE_TENANT_ID"], TokenFilePath: file,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := token(t.Context(), credential, "https://storage.azure.com/.default"); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	end()
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("the assertion is left behind: %v", err)
	}
}

// TestElsewhere changes nothing for those who aren't in a workflow.
func TestElsewhere(t *testing.T) {
	l, err := New(func(string) string { return "" }, Options{})
	if err != nil {
		t.Fatal(err)
	}
	env, end, err := l.Children(t.Context(), nil)
	if err != nil || len(env) != 0 {
		t.Errorf("%v, %v", env, err)
	}
	end()
}
