package delivery

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/signin"
)

// The environment variables that sign in, as the Azure CLI knows them.
const (
	connectionVariable = "AZURE_STORAGE_CONNECTION_STRING"
	keyVariable        = "AZURE_STORAGE_KEY"
)

// Place is where models are kept.
type Place struct {
	Account   string // storage account
	Container string
	// Endpoint is the blob service's address; empty is Azure's public one for
	// the account.
	Endpoint string
}

var (
	accountPattern   = regexp.MustCompile(`^[a-z0-9]{3,24}$`)
	containerPattern = regexp.MustCompile(`^[a-z0-9](-?[a-z0-9]){2,62}$`)
)

// url is the container's address.
func (p Place) url() (string, error) {
	if !containerPattern.MatchString(p.Container) {
		return "", fmt.Errorf("the container is %q: must be 3 to 63 lower-case letters, digits and single hyphens", p.Container)
	}
	endpoint := p.Endpoint
	if endpoint == "" {
		if !accountPattern.MatchString(p.Account) {
			return "", fmt.Errorf("the storage account is %q: must be 3 to 24 lower-case letters and digits", p.Account)
		}
		endpoint = "https://" + p.Account + ".blob.core.windows.net"
	}
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.User != nil {
		return "", errors.New("the blob endpoint must be an address such as https://NAME.blob.core.windows.net")
	}
	return strings.TrimRight(endpoint, "/") + "/" + p.Container, nil
}

// Login is how Open signs in.
type Login struct {
	// Environment looks variables up: AZURE_STORAGE_CONNECTION_STRING, or
	// AZURE_STORAGE_KEY with the account's key. Without either, whoever is
	// signed in with Microsoft Entra is asked for by signin.
	Environment func(name string) string
	// Credential is used for Entra; nil is signin's.
	Credential azcore.TokenCredential
	Transport  policy.Transporter
	// Retries is how often a request is made again that fails for what may be
	// temporary, RetryDelay the pause before the first; it doubles. The
	// defaults, 6 and a second, are two minutes in all; less than 0 is none.
	Retries    int
	RetryDelay time.Duration
}

// Open returns a client for the container, and how it signs in. Nothing is
// asked yet.
func Open(p Place, l Login) (client *container.Client, how string, err error) {
	options := &container.ClientOptions{ClientOptions: l.options()}
	if connection := l.Environment(connectionVariable); connection != "" {
		if !containerPattern.MatchString(p.Container) {
			_, err = p.url()
			return nil, "", err
		}
		if client, err = container.NewClientFromConnectionString(connection, p.Container, options); err != nil {
			// The library's error could quote it.
			return nil, "", errors.New(connectionVariable + " can't be read: take it from the account's page of access keys")
		}
		return client, "the connection string in " + connectionVariable, nil
	}
	address, err := p.url()
	if err != nil {
		return nil, "", err
	}
	if key := l.Environment(keyVariable); key != "" {
		if p.Account == "" {
			return nil, "", fmt.Errorf("%s is set, but no storage account is named: name the one that the key is for", keyVariable)
		}
		credential, err := container.NewSharedKeyCredential(p.Account, key)
		if err != nil { // it isn't base64; the library's error could quote it
			return nil, "", errors.New(keyVariable + " is no account key: take it from the account's page of access keys")
		}
		client, err = container.NewClientWithSharedKeyCredential(address, credential, options)
		return client, "the key in " + keyVariable, err
	}
	if !strings.HasPrefix(address, "https://") {
		return nil, "", fmt.Errorf("%s: Microsoft Entra's tokens go over https only: name an https endpoint, or set %s", address, keyVariable)
	}
	credential, err := l.credential()
	if err != nil {
		return nil, "", err
	}
	client, err = container.NewClient(address, credential, options)
	return client, "Microsoft Entra", err
}

func (l Login) credential() (azcore.TokenCredential, error) {
	if l.Credential != nil {
		return l.Credential, nil
	}
	return signin.New(l.Environment, signin.Options{Transport: l.Transport})
}

// options try again what may be temporary.
func (l Login) options() azcore.ClientOptions {
	delay, retries := cmp.Or(l.RetryDelay, time.Second), int32(cmp.Or(l.Retries, 6))
	return azcore.ClientOptions{
		Transport: l.Transport,
		Telemetry: policy.TelemetryOptions{ApplicationID: "azure-nlp-endpoint"},
		Retry: policy.RetryOptions{
			MaxRetries: retries, RetryDelay: delay, MaxRetryDelay: 60 * delay,
			TryTimeout: 5 * time.Minute, // a block over 0.2 Mbit/s
		},
	}
}

// explain makes one line of an error of Azure's, with what to do about it.
func explain(err error) error {
	var broken *url.Error
	if errors.As(err, &broken) {
		return &azureError{fmt.Sprintf("the connection to %s failed: %v", hostOf(broken.URL), broken.Err), err}
	}
	var answer *azcore.ResponseError
	if !errors.As(err, &answer) {
		return err
	}
	remedy := ""
	switch {
	case answer.ErrorCode == "ContainerNotFound":
		remedy = "; pulumi up makes the container, also with awake false"
	case answer.ErrorCode == "KeyBasedAuthenticationNotPermitted":
		remedy = "; the account's keys are turned off: unset " + keyVariable + " and sign in with az login"
	case answer.ErrorCode == "AuthorizationFailure":
		remedy = "; the account doesn't let this machine in: a private stack's is reached from its network alone, see docs/reference/private.md"
	case answer.StatusCode == http.StatusForbidden:
		remedy = "; whoever is signed in needs the role Storage Blob Data Contributor on the container"
	case answer.StatusCode == http.StatusUnauthorized:
		remedy = "; sign in again with az login"
	}
	return &azureError{fmt.Sprintf("azure answers %d %s%s", answer.StatusCode, answer.ErrorCode, remedy), err}
}

// hostOf leaves the path out of an address, which is long, and the query, which
// could be a signature.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "storage"
	}
	return u.Host
}

// azureError has a short text and keeps the whole error for errors.As.
type azureError struct {
	text string
	err  error
}

func (e *azureError) Error() string { return e.text }
func (e *azureError) Unwrap() error { return e.err }

// Reach asks the container for something, to find out early whether it is
// there and lets us in.
func Reach(ctx context.Context, c *container.Client) error {
	pages := c.NewListBlobsFlatPager(&container.ListBlobsFlatOptions{MaxResults: to.Ptr[int32](1)})
	_, err := pages.NextPage(ctx)
	return explain(err)
}
