package delivery

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/entra"
)

// azure is Entra, and a blob service that wants tokens of it.
type azure struct {
	*entra.Service
	t     *testing.T
	asked int
}

func (a *azure) Do(r *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(r.URL.Host, ".blob.core.windows.net") {
		return a.Service.Do(r)
	}
	a.asked++
	token, ok := a.Find(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	if !ok || token.Scope != "https://storage.azure.com/.default" {
		a.t.Errorf("a token %+v, known: %v", token, ok)
	}
	w := httptest.NewRecorder()
	w.Header().Set("Content-Type", "application/xml")
	_, _ = w.WriteString(`<?xml version="1.0" encoding="utf-8"?><EnumerationResults><Blobs></Blobs><NextMarker/></EnumerationResults>`)
	response := w.Result()
	response.Request = r
	return response, nil
}

// TestStorageOutlivesGitHubsAssertion: storage is signed in to as everything else is,
// hours after the job's first assertion.
func TestStorageOutlivesGitHubsAssertion(t *testing.T) {
	a := &azure{Service: entra.New(t, 0), t: t}
	client, how, err := Open(Place{Account: "account", Container: "models"}, Login{Environment: a.Getenv, Transport: a})
	if err != nil || how != "Microsoft Entra" {
		t.Fatal(how, err)
	}
	for range 3 {
		if err := Reach(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		a.Later(10 * time.Minute) // an assertion lives for 5
	}
	if a.asked != 3 || a.Issued() < 3 {
		t.Errorf("storage was asked %d times, with %d tokens", a.asked, a.Issued())
	}
}
