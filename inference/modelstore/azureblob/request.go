package azureblob

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/retry"
)

// retry calls try until it succeeds, or fails for what stays.
func (f *fetcher) retry(ctx context.Context, name string, try func() error) error {
	return retry.Do(ctx, name, f.Backoff, func(text string) {
		f.noting.Lock()
		defer f.noting.Unlock()
		f.Note(text)
	}, try)
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
		e.code == "AuthorizationPermissionMismatch"
}

// storageVersion is a version of the blob service that takes tokens (2017-11-09
// is the first).
const storageVersion = "2021-08-06"

// get asks for a blob, or for its bytes from start up to end.
func (f *fetcher) get(ctx context.Context, name string, start, end int64) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(f.URL, "/")+"/"+(&url.URL{Path: name}).EscapedPath(), nil)
	if err != nil {
		return nil, retry.Permanent(err)
	}
	token, err := f.Token(ctx)
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
		return nil, retry.Permanent(err)
	}
	if err != nil {
		return nil, err
	}
	if answer.StatusCode == want {
		return answer, nil
	}
	_ = answer.Body.Close()
	status := &statusError{name, answer.StatusCode, answer.Header.Get("X-Ms-Error-Code")}
	if !status.temporary() {
		return nil, retry.Permanent(status)
	}
	return nil, status
}
