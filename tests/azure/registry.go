package azure

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Build is an image that was built and pushed.
type Build struct {
	// Inputs are the resource's, without the password.
	Inputs map[string]any
	Digest string
}

// images is what the cloud knows of images: who may push, and what was built.
type images struct {
	exchanges int
	passwords map[string]bool // that the registries take
	builds    []Build
}

// Builds lists the images that were built and pushed so far.
func (c *Cloud) Builds() []Build {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Build{}, c.images.builds...)
}

// Exchanges is how often a registry gave a password for a token.
func (c *Cloud) Exchanges() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.images.exchanges
}

// RegistryClient reaches the cloud's registries, and nothing else: they give
// passwords for tokens of whoever is signed in.
func (c *Cloud) RegistryClient() *http.Client { return &http.Client{Transport: registries{c}} }

type registries struct{ cloud *Cloud }

// RoundTrip answers POST /oauth2/exchange, as Azure Container Registry does.
func (r registries) RoundTrip(request *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	status, answer := r.cloud.exchange(request, body)
	data, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(bytes.NewReader(data)), Request: request}, nil
}

func (c *Cloud) exchange(request *http.Request, body []byte) (int, map[string]any) {
	refuse := func(status int, message string) (int, map[string]any) {
		return status, map[string]any{"errors": []any{map[string]any{"code": http.StatusText(status), "message": message}}}
	}
	request.Body = io.NopCloser(bytes.NewReader(body))
	if err := request.ParseForm(); err != nil || request.Method != http.MethodPost || request.URL.Path != "/oauth2/exchange" {
		return refuse(http.StatusNotFound, "want a form for /oauth2/exchange")
	}
	form := request.PostForm
	refusal, _ := c.refuses(form.Get("access_token"), armScope)
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case request.URL.Scheme != "https" || !c.hasRegistry(request.URL.Host):
		return refuse(http.StatusNotFound, "no registry "+request.URL.Host)
	case form.Get("grant_type") != "access_token" || form.Get("service") != request.URL.Host || form.Get("tenant") != c.TenantID:
		return refuse(http.StatusBadRequest, "grant_type, service or tenant")
	case refusal != nil:
		return refuse(http.StatusUnauthorized, refusal.Message)
	}
	c.images.exchanges++
	password := fmt.Sprintf("offline-refresh-token-%d-%s", c.images.exchanges, guid(request.URL.Host))
	if c.images.passwords == nil {
		c.images.passwords = map[string]bool{}
	}
	c.images.passwords[password] = true
	return http.StatusOK, map[string]any{"refresh_token": password}
}

// hasRegistry is called with the cloud locked.
func (c *Cloud) hasRegistry(host string) bool {
	for _, r := range c.resources {
		if strings.EqualFold(r.Type, registryType) && text(r.Body, "properties", "loginServer") == host {
			return true
		}
	}
	return false
}
