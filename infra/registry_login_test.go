package infra

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestRegistryToken(t *testing.T) {
	const token = "token-that-nobody-sees"
	for _, c := range []struct {
		status int
		body   string
		err    error
		want   string // password, or what the error says
	}{
		{http.StatusOK, `{"refresh_token": "password"}`, nil, "password"},
		{http.StatusOK, `{}`, nil, "without a token: is it an Azure Container Registry?"},
		{http.StatusOK, `<html>`, nil, "without a token"},
		{http.StatusUnauthorized, `{"errors": []}`, nil, "answers 401: whoever is signed in needs the role AcrPush on it"},
		{http.StatusForbidden, ``, nil, "needs the role AcrPush"},
		{http.StatusForbidden, `{"errors":[{"code":"DENIED","message":"client with IP '8.8.8.8' is not allowed access. Refer https://aka.ms/acr/firewall to grant access."}]}`, nil, "is reached from its network alone"},
		{http.StatusServiceUnavailable, ``, nil, "answers 503 Service Unavailable"},
		{0, ``, errors.New("no such host"), "the registry x.azurecr.io can't be reached: no such host"},
	} {
		client := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			if c.err != nil {
				return nil, c.err
			}
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			form, err := url.ParseQuery(string(body))
			if err != nil || r.URL.String() != "https://x.azurecr.io/oauth2/exchange" || form.Get("access_token") != token ||
				form.Get("service") != "x.azurecr.io" || form.Get("tenant") != "tenant" || form.Get("grant_type") != "access_token" {
				t.Errorf("%s %s, %v", r.URL, body, err)
			}
			return &http.Response{StatusCode: c.status, Body: io.NopCloser(strings.NewReader(c.body))}, nil
		})}
		password, err := registryToken(t.Context(), client, "x.azurecr.io", "tenant", token)
		if err == nil && password != c.want || err != nil && (!strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), token)) {
			t.Errorf("%d %s: %q, %v; want %q", c.status, c.body, password, err, c.want)
		}
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
