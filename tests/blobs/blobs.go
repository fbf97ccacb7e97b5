// Package blobs is the blob service of an offline Azure: Azurite, behind the
// roles that the cloud has given.
package blobs

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azurite"
)

const hostSuffix = ".blob.core.windows.net"

// Service sends what is meant for Azure's blob service to Azurite, whose account
// has another name. It implements http.RoundTripper.
type Service struct {
	T       testing.TB
	Azurite *azurite.Server
	// Token is the one that callers are to show.
	Token string
	// Cloud says who may: whoever has no role on the container is refused in Azure's
	// words (Microsoft Learn, "Authorize with Microsoft Entra", error
	// AuthorizationPermissionMismatch). Without a cloud the token is enough.
	Cloud *azure.Cloud
	// Other answers for other hosts; without it they are a fault.
	Other http.RoundTripper

	refused atomic.Int64
}

// Refused counts the requests of callers without a role.
func (s *Service) Refused() int64 { return s.refused.Load() }

// RoundTrip implements http.RoundTripper.
func (s *Service) RoundTrip(request *http.Request) (*http.Response, error) {
	account, ours := strings.CutSuffix(request.URL.Host, hostSuffix)
	if !ours && s.Other != nil {
		return s.Other.RoundTrip(request)
	}
	if !ours || request.Header.Get("Authorization") != "Bearer "+s.Token {
		s.T.Errorf("a request for %s with another token", request.URL.Host)
	}
	if s.Cloud != nil && !s.allowed(account, request.URL.Path) {
		s.refused.Add(1)
		const code = "AuthorizationPermissionMismatch"
		return &http.Response{StatusCode: http.StatusForbidden, Request: request, Header: http.Header{"X-Ms-Error-Code": {code}},
			Body: io.NopCloser(strings.NewReader("<Error><Code>" + code + "</Code></Error>"))}, nil
	}
	there, err := url.Parse(s.Azurite.Endpoint)
	if err != nil {
		return nil, err
	}
	passed := request.Clone(request.Context())
	passed.URL.Scheme, passed.URL.Host, passed.Host = there.Scheme, there.Host, there.Host
	passed.URL.Path, passed.URL.RawPath = there.Path+request.URL.Path, there.Path+request.URL.EscapedPath()
	passed.Header.Set("Authorization", "Bearer "+azurite.Token())
	return s.Azurite.HTTP.Transport.RoundTrip(passed)
}

// allowed says whether whoever is signed in may write to the container that a path
// names.
func (s *Service) allowed(account, path string) bool {
	name, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	for _, id := range s.Cloud.Find("Microsoft.Storage/storageAccounts/blobServices/containers") {
		if strings.HasSuffix(id, "/storageAccounts/"+account+"/blobServices/default/containers/"+name) {
			return s.Cloud.Allowed(s.Cloud.ObjectID, id, "Storage Blob Data Contributor")
		}
	}
	return false
}
