// Package entra is GitHub's token service and Microsoft Entra's, with a clock of
// their own. An assertion holds for 5 minutes, then Entra answers AADSTS700024
// (Azure/login#180, azure-cli#28708); an access token holds for Service.Life.
package entra

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Who signs in, and where.
const (
	Tenant = "00000000-0000-0000-0000-00000000000b"
	Client = "00000000-0000-0000-0000-00000000000c"
)

const assertionLife = 5 * time.Minute

// Service is both services. It is safe for concurrent use.
type Service struct {
	// Life is how long an access token holds, in whole seconds.
	Life time.Duration

	github *httptest.Server

	mu         sync.Mutex
	ahead      time.Duration
	broken     bool
	assertions map[string]time.Time // when they were issued
	tokens     map[string]Token
}

// Token is an access token that was issued.
type Token struct {
	Expires time.Time
	Scope   string // such as https://management.azure.com/.default
}

// New starts a service that ends with the test.
func New(t testing.TB, life time.Duration) *Service {
	s := &Service{Life: life, assertions: map[string]time.Time{}, tokens: map[string]Token{}}
	s.github = httptest.NewServer(http.HandlerFunc(s.serveGitHub))
	t.Cleanup(s.github.Close)
	return s
}

// Getenv looks up the variables of a job with the permission id-token: write.
func (s *Service) Getenv(name string) string {
	return map[string]string{
		"ACTIONS_ID_TOKEN_REQUEST_URL": s.github.URL + "/?api-version=2.0", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "job",
		"ARM_CLIENT_ID": Client, "ARM_TENANT_ID": Tenant,
	}[name]
}

// HTTP reaches GitHub.
func (s *Service) HTTP() *http.Client { return s.github.Client() }

// Later moves the clock.
func (s *Service) Later(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ahead += d
}

// Break has GitHub refuse, or not any more.
func (s *Service) Break(broken bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = broken
}

// Fresh reports whether Entra would take an assertion.
func (s *Service) Fresh(assertion string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	issued, known := s.assertions[assertion]
	return known && s.now().Sub(issued) <= assertionLife
}

// Issue returns a new access token for a scope, as Entra does.
func (s *Service) Issue(scope string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	token := "access-" + strconv.Itoa(len(s.tokens))
	s.tokens[token] = Token{s.now().Add(s.Life), scope}
	return token
}

// Issued is how many access tokens there have been.
func (s *Service) Issued() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.tokens)
}

// Find looks an access token up; ok is false for one that isn't Entra's.
func (s *Service) Find(token string) (t Token, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok = s.tokens[token]
	return t, ok
}

// Now is the service's time.
func (s *Service) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

// now is called with the service locked.
func (s *Service) now() time.Time { return time.Now().Add(s.ahead) }

// serveGitHub is what ACTIONS_ID_TOKEN_REQUEST_URL names.
func (s *Service) serveGitHub(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken || r.Header.Get("Authorization") != "Bearer job" || r.URL.Query().Get("audience") != "api://AzureADTokenExchange" || r.URL.Query().Get("api-version") != "2.0" {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	value := "assertion-" + strconv.Itoa(len(s.assertions))
	s.assertions[value] = s.now()
	_, _ = fmt.Fprintf(w, `{"value": %q}`, value)
}

// Do implements policy.Transporter as Entra.
func (s *Service) Do(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	w.Header().Set("Content-Type", "application/json")
	authority := "https://" + r.URL.Host + "/" + Tenant
	switch {
	case strings.HasSuffix(r.URL.Path, "/discovery/instance"):
		_ = json.NewEncoder(w).Encode(map[string]any{"tenant_discovery_endpoint": authority + "/v2.0/.well-known/openid-configuration"})
	case strings.HasSuffix(r.URL.Path, "/openid-configuration"):
		_ = json.NewEncoder(w).Encode(map[string]any{
			"issuer": authority + "/v2.0", "token_endpoint": authority + "/oauth2/v2.0/token", "authorization_endpoint": authority + "/oauth2/v2.0/authorize",
		})
	default:
		_ = r.ParseForm()
		if !s.Fresh(r.PostForm.Get("client_assertion")) {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = fmt.Fprint(w, `{"error": "invalid_client", "error_description": "AADSTS700024: Client assertion is not within its valid time range."}`)
			break
		}
		scope, _, _ := strings.Cut(r.PostForm.Get("scope"), " ") // MSAL adds openid and others
		_ = json.NewEncoder(w).Encode(map[string]any{"token_type": "Bearer", "expires_in": int(s.Life.Seconds()), "access_token": s.Issue(scope)})
	}
	response := w.Result()
	response.Request = r
	return response, nil
}
