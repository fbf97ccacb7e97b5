package identity

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/retry"
)

// TestTokens signs in where containers run, each with its own protocol. The library's
// cache is the process's, so that each case has a client of its own.
func TestTokens(t *testing.T) {
	for name, c := range map[string]struct {
		endpoint, secret, header, query string // as the platform has them
		version, client                 string
	}{
		"Container Apps":   {"IDENTITY_ENDPOINT", "IDENTITY_HEADER", "X-Identity-Header", "client_id", "2019-08-01", "apps"},
		"managed endpoint": {"MSI_ENDPOINT", "MSI_SECRET", "Secret", "clientid", "2017-09-01", "learning"},
	} {
		t.Run(name, func(t *testing.T) {
			given := 0
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				q := r.URL.Query()
				if r.Header.Get(c.header) != "of-the-container" || q.Get("api-version") != c.version || q.Get("resource") != "https://vault.azure.net" || q.Get(c.query) != c.client {
					w.WriteHeader(http.StatusBadRequest)
					_, _ = w.Write([]byte("{}"))
					return
				}
				given++
				w.Header().Set("Content-Type", "application/json")
				_, _ = fmt.Fprintf(w, `{"access_token": "token-%d", "expires_on": "%d", "resource": "https://vault.azure.net", "token_type": "Bearer"}`, given, time.Now().Add(time.Hour).Unix())
			}))
			defer s.Close()
			t.Setenv(c.endpoint, s.URL)
			t.Setenv(c.secret, "of-the-container")
			t.Setenv(ClientVariable, c.client)
			own, err := New(nil)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // the second one is kept
				if token, err := Tokens(own, "https://vault.azure.net/.default")(t.Context()); token != "token-1" || err != nil {
					t.Errorf("%q, %v", token, err)
				}
			}
			// A refusal is one line, which names the identity and how it is named.
			_, err = Tokens(own, "https://other.example/.default")(t.Context())
			if want := "it answers 400: does what runs here have the identity that AZURE_CLIENT_ID names (" + c.client + ")?"; err == nil || !strings.HasSuffix(err.Error(), want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v; want %q at the end", err, want)
			}
		})
	}
}

// refused is a network on which nobody is.
type refused struct{}

func (refused) Do(*http.Request) (*http.Response, error) { return nil, errors.New("no route to host") }

// TestNoIdentity: where there is none, trying again doesn't mend it, and it takes no
// longer than the library's own tries within the patience.
func TestNoIdentity(t *testing.T) {
	t.Setenv(ClientVariable, "none")
	synctest.Test(t, func(t *testing.T) {
		own, err := New(refused{})
		if err != nil {
			t.Fatal(err)
		}
		start, tries := time.Now(), 0
		err = retry.Do(t.Context(), "it", time.Millisecond, func(string) {}, func() error {
			tries++
			_, err := Tokens(own, "https://vault.azure.net/.default")(t.Context())
			return err
		})
		if want := "there is no managed identity to sign in with"; err == nil || !strings.Contains(err.Error(), want) || tries != 1 || time.Since(start) > patience {
			t.Errorf("after %d tries in %v: %v", tries, time.Since(start), err)
		}
	})
}
