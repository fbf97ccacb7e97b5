// Package signin signs the commands in to Azure, for as long as they run: a
// rollout takes hours, GitHub's assertions live for minutes and Azure's tokens for
// an hour. In a workflow with id-token: write it fetches a new assertion from
// GitHub whenever Azure wants one, also for the pulumi processes that the commands
// start; elsewhere it is azidentity's default: az login, a managed identity, and so
// on.
package signin

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// audience is whom Microsoft Entra wants an assertion to be for.
const audience = "api://AzureADTokenExchange"

// Login is whoever the environment says. It is safe for concurrent use.
type Login struct {
	azcore.TokenCredential
	github *github // nil where no workflow runs
}

// Options are what a test replaces; the zero value is the usual way.
type Options struct {
	// Transport reaches Microsoft Entra.
	Transport policy.Transporter
	// HTTP reaches GitHub.
	HTTP *http.Client
}

// New makes a login of the environment, whose variables getenv looks up:
// ACTIONS_ID_TOKEN_REQUEST_URL and ACTIONS_ID_TOKEN_REQUEST_TOKEN, which GitHub sets,
// with ARM_CLIENT_ID and ARM_TENANT_ID, or AZURE_CLIENT_ID and AZURE_TENANT_ID. It
// asks nobody yet.
func New(getenv func(string) string, o Options) (*Login, error) {
	g := &github{
		url: getenv("ACTIONS_ID_TOKEN_REQUEST_URL"), token: getenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN"),
		client:   cmp.Or(getenv("ARM_CLIENT_ID"), getenv("AZURE_CLIENT_ID")),
		tenant:   cmp.Or(getenv("ARM_TENANT_ID"), getenv("AZURE_TENANT_ID")),
		http:     cmp.Or(o.HTTP, http.DefaultClient),
		interval: refreshInterval,
	}
	if g.url == "" || g.token == "" || g.client == "" || g.tenant == "" {
		credential, err := azidentity.NewDefaultAzureCredential(&azidentity.DefaultAzureCredentialOptions{ClientOptions: policy.ClientOptions{Transport: o.Transport}})
		if err != nil {
			return nil, fmt.Errorf("sign in to Azure: %w", err)
		}
		return &Login{TokenCredential: credential}, nil
	}
	credential, err := azidentity.NewClientAssertionCredential(g.tenant, g.client, g.assertion,
		&azidentity.ClientAssertionCredentialOptions{ClientOptions: policy.ClientOptions{Transport: o.Transport}})
	if err != nil {
		return nil, fmt.Errorf("sign in to Azure: %w", err)
	}
	return &Login{TokenCredential: credential, github: g}, nil
}

// github is GitHub's token service, as a job may ask it.
type github struct {
	url, token     string
	client, tenant string
	http           *http.Client
	interval       time.Duration
}

// assertion fetches a new assertion, which lives for 5 to 10 minutes.
func (g *github) assertion(ctx context.Context) (string, error) {
	address, err := url.Parse(g.url)
	if err != nil {
		return "", errors.New("ACTIONS_ID_TOKEN_REQUEST_URL is no address")
	}
	query := address.Query()
	query.Set("audience", audience)
	address.RawQuery = query.Encode()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return "", err
	}
	request.Header.Set("Authorization", "Bearer "+g.token)
	response, err := g.http.Do(request)
	if err != nil {
		return "", fmt.Errorf("a new assertion of GitHub: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("a new assertion of GitHub: %s; the job needs the permission id-token: write", response.Status)
	}
	var answer struct {
		Value string `json:"value"`
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, 1<<20)).Decode(&answer); err != nil || answer.Value == "" {
		return "", errors.New("a new assertion of GitHub: the answer has no value")
	}
	return answer.Value, nil
}
