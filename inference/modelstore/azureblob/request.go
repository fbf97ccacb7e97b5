package azureblob

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// attempts is how often in a row a request is made before Fetch gives up. With a
// backoff of a second that is four minutes, because a role that was granted a
// moment ago takes some until it is in effect.
const attempts = 8

// permanent is an error that trying again won't mend.
type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// retry calls try until it succeeds, or fails for what stays.
func (f *fetcher) retry(ctx context.Context, name string, try func() error) error {
	pause := f.Backoff
	for attempt := 1; ; attempt++ {
		err := try()
		var stays permanent
		var status *statusError
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.As(err, &stays), errors.As(err, &status) && !status.temporary():
			return err
		case attempt == attempts:
			return fmt.Errorf("%s: after %d attempts: %w", name, attempts, err)
		}
		f.note("%s: %v; trying again in %v", name, err, pause)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
		pause = min(2*pause, time.Minute)
	}
}

func (f *fetcher) note(format string, arguments ...any) {
	f.noting.Lock()
	defer f.noting.Unlock()
	f.Note(fmt.Sprintf(format, arguments...))
}

// statusError is an answer of storage that isn't the content.
type statusError struct {
	name   string
	status int
	code   string // Azure's, such as BlobNotFound
}

func (e *statusError) Error() string {
	text := fmt.Sprintf("storage answers %d %s for %s", e.status, e.code, e.name)
	if e.status == http.StatusForbidden {
		text += ": the container's identity needs the role Storage Blob Data Reader on the account"
	}
	return text
}

// temporary reports whether the same request may succeed later. A role that isn't
// in effect yet is refused with AuthorizationPermissionMismatch (Microsoft Learn,
// "Blob Storage error codes").
func (e *statusError) temporary() bool {
	return e.status >= 500 || e.status == http.StatusTooManyRequests || e.status == http.StatusRequestTimeout ||
		e.status == http.StatusUnauthorized || e.code == "AuthorizationPermissionMismatch"
}

// storageVersion is a version of the blob service that takes tokens (2017-11-09
// is the first).
const storageVersion = "2021-08-06"

// get asks for a blob, or for its bytes from start up to end.
func (f *fetcher) get(ctx context.Context, name string, start, end int64) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(f.URL, "/")+"/"+(&url.URL{Path: name}).EscapedPath(), nil)
	if err != nil {
		return nil, permanent{err}
	}
	token, err := f.identity.token(ctx)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("X-Ms-Version", storageVersion)
	want := http.StatusOK
	if end > 0 {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-%d", start, end-1))
		want = http.StatusPartialContent
	}
	answer, err := f.HTTP.Do(request)
	if untrusted := new(tls.CertificateVerificationError); errors.As(err, &untrusted) {
		return nil, permanent{err}
	}
	if err != nil {
		return nil, err
	}
	if answer.StatusCode == want {
		return answer, nil
	}
	_ = answer.Body.Close()
	if answer.StatusCode == http.StatusUnauthorized {
		f.identity.forget(token)
	}
	return nil, &statusError{name, answer.StatusCode, answer.Header.Get("X-Ms-Error-Code")}
}

// The variables that sign in: Container Apps sets the first two, and the third
// names the identity of several (Microsoft Learn, container-apps/managed-identity,
// "REST endpoint reference").
const (
	identityEndpoint = "IDENTITY_ENDPOINT"
	identityHeader   = "IDENTITY_HEADER"
	identityClient   = "AZURE_CLIENT_ID"
)

// identity is the container's managed identity.
type identity struct {
	environment func(string) string
	http        *http.Client

	mu    sync.Mutex
	known string
}

// token is one for Azure Storage. It lives for hours, longer than Fetch.
func (i *identity) token(ctx context.Context) (string, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.known != "" {
		return i.known, nil
	}
	endpoint := i.environment(identityEndpoint)
	if endpoint == "" {
		return "", permanent{fmt.Errorf("%s isn't set, so there is no managed identity to sign in with: a container of Azure Container Apps has it once the app has an identity", identityEndpoint)}
	}
	query := url.Values{"api-version": {"2019-08-01"}, "resource": {"https://storage.azure.com"}}
	if client := i.environment(identityClient); client != "" {
		query.Set("client_id", client)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, endpoint+"?"+query.Encode(), nil)
	if err != nil {
		return "", permanent{fmt.Errorf("%s is no address", identityEndpoint)}
	}
	request.Header.Set("X-Identity-Header", i.environment(identityHeader))
	answer, err := i.http.Do(request)
	if err != nil {
		return "", fmt.Errorf("the managed identity: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	var got struct {
		AccessToken string `json:"access_token"`
	}
	switch {
	case err != nil:
		return "", fmt.Errorf("the managed identity: %w", err)
	case answer.StatusCode != http.StatusOK:
		return "", fmt.Errorf("the managed identity answers %d: does the app have the identity that %s names?", answer.StatusCode, identityClient)
	case json.Unmarshal(data, &got) != nil || got.AccessToken == "":
		return "", errors.New("the managed identity answers without a token")
	}
	i.known = got.AccessToken
	return i.known, nil
}

// forget drops a token that storage doesn't take.
func (i *identity) forget(token string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.known == token {
		i.known = ""
	}
}
