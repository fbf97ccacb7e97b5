package arm_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	azfake "github.com/Azure/azure-sdk-for-go/sdk/azcore/fake"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/arm"
)

// TestOptions refuses addresses to which a token would go in the clear.
func TestOptions(t *testing.T) {
	for address, good := range map[string]bool{
		"": true, "https://management.chinacloudapi.cn/": true, "http://127.0.0.1:8080": true, "http://localhost": true, "http://[::1]:1": true,
		"http://management.azure.com": false, "http://127.0.0.1.example.com": false, "management.azure.com": false, "ftp://x": false, "https://": false, "off": false,
	} {
		if _, err := arm.Options(address); (err == nil) != good {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestDo(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/subscriptions/s/bad":
			w.WriteHeader(http.StatusConflict)
			_, _ = w.Write([]byte(`{"error": {"code": "Taken", "message": "by another"}}`))
		case r.URL.Path == "/subscriptions/s/text":
			_, _ = w.Write([]byte(`<html>`))
		case r.Header.Get("Authorization") != "Bearer fake_token" || r.URL.RawQuery != "%24filter=a%20eq%20%27b%27&api-version=v":
			t.Errorf("%s with %q", r.URL.RawQuery, r.Header.Get("Authorization"))
		default:
			_, _ = w.Write([]byte(`{"Value": 7}`))
		}
	}))
	defer server.Close()
	options, err := arm.Options(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	client, err := arm.New(&azfake.TokenCredential{}, options)
	if err != nil {
		t.Fatal(err)
	}
	var out struct{ Value int }
	if err := client.Do(t.Context(), http.MethodGet, "/subscriptions/s/good", "v", map[string]string{"$filter": "a eq 'b'"}, nil, &out); err != nil || out.Value != 7 {
		t.Errorf("%+v, %v", out, err)
	}
	err = client.Do(t.Context(), http.MethodGet, "/subscriptions/s/bad", "v", nil, nil, nil)
	if arm.Status(err) != http.StatusConflict || arm.Code(err) != "Taken" || arm.Reason(err) != "409 Taken: by another" {
		t.Errorf("%d %q %q", arm.Status(err), arm.Code(err), arm.Reason(err))
	}
	err = client.Do(t.Context(), http.MethodGet, "/subscriptions/s/text", "v", nil, nil, &out)
	if err == nil || !strings.Contains(err.Error(), "…/s/text") {
		t.Errorf("an answer that is no JSON: %v", err)
	}
	if err := errors.New("first\nsecond"); arm.Status(err) != 0 || arm.Code(err) != "" || arm.Reason(err) != "first" {
		t.Errorf("an error that is no answer: %q", arm.Reason(err))
	}
}
