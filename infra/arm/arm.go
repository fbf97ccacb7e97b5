// Package arm calls Azure Resource Manager where go.mod has no typed client:
// metrics, logs, events, purges. It also says how the typed ones are to call
// it.
package arm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// EndpointVariable is the environment variable that names another address of
// Azure Resource Manager, as in preflight: a sovereign cloud's, or a test's.
const EndpointVariable = "AZURE_RESOURCE_MANAGER_ENDPOINT"

const publicEndpoint = "https://management.azure.com"

// Options are those of every client, for an address of Azure Resource Manager;
// "" is Azure's public one. A token goes over plain HTTP only on this machine.
func Options(endpoint string) (*arm.ClientOptions, error) {
	if endpoint == "" {
		endpoint = publicEndpoint
	}
	address, err := url.Parse(endpoint)
	local := err == nil && address.Scheme == "http" && loopback(address.Hostname())
	if err != nil || address.Host == "" || address.Scheme != "https" && !local {
		return nil, fmt.Errorf("%s is %q, it must be an https address, such as %s", EndpointVariable, endpoint, publicEndpoint)
	}
	return &arm.ClientOptions{ClientOptions: policy.ClientOptions{
		Cloud: cloud.Configuration{
			ActiveDirectoryAuthorityHost: cloud.AzurePublic.ActiveDirectoryAuthorityHost,
			Services: map[cloud.ServiceName]cloud.ServiceConfiguration{
				cloud.ResourceManager: {Endpoint: strings.TrimRight(endpoint, "/"), Audience: publicEndpoint},
			},
		},
		InsecureAllowCredentialWithHTTP: local,
		// The default gives up after seconds; a rollout has minutes.
		Retry: policy.RetryOptions{MaxRetries: 5, MaxRetryDelay: 30 * time.Second},
	}}, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Client sends requests. It is safe for concurrent use.
type Client struct {
	client *arm.Client
	// Frequency is how often a long operation is asked for; 0 leaves it to
	// Azure and the SDK.
	Frequency time.Duration
}

// New makes a client.
func New(credential azcore.TokenCredential, options *arm.ClientOptions) (*Client, error) {
	client, err := arm.NewClient("azure-nlp-endpoint", "v1.0.0", credential, options)
	if err != nil {
		return nil, err
	}
	return &Client{client: client}, nil
}

const largestAnswer = 32 << 20

// Do sends a request, waits for the operation that it starts if it does, and
// decodes the answer into the value that out points to, unless that is nil. path
// is a resource id and what follows. A body of nil sends none.
func (c *Client) Do(ctx context.Context, method, path, apiVersion string, query map[string]string, body, out any) error {
	request, err := runtime.NewRequest(ctx, method, address(c.client.Endpoint(), path, apiVersion, query))
	if err != nil {
		return err
	}
	request.Raw().Header.Set("Accept", "application/json")
	if body != nil {
		if err := runtime.MarshalAsJSON(request, body); err != nil {
			return err
		}
	}
	response, err := c.client.Pipeline().Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if !runtime.HasStatusCode(response, http.StatusOK, http.StatusCreated, http.StatusAccepted, http.StatusNoContent) {
		return runtime.NewResponseError(response)
	}
	if response.StatusCode == http.StatusAccepted || method == http.MethodPut {
		poller, err := runtime.NewPoller[json.RawMessage](response, c.client.Pipeline(), nil)
		if err != nil {
			return err
		}
		_, err = poller.PollUntilDone(ctx, &runtime.PollUntilDoneOptions{Frequency: c.Frequency})
		return err
	}
	content, err := io.ReadAll(io.LimitReader(response.Body, largestAnswer))
	if err != nil || out == nil {
		return err
	}
	if err := json.Unmarshal(content, out); err != nil {
		return fmt.Errorf("the answer of %s %s: %w", method, lastSegments(path), err)
	}
	return nil
}

// mostPages is more than any list has.
const mostPages = 100

// List gets a list, page by page.
func (c *Client) List(ctx context.Context, path, apiVersion string, query map[string]string, item func(json.RawMessage) error) error {
	next := address(c.client.Endpoint(), path, apiVersion, query)
	for seen := map[string]bool{}; next != ""; {
		// The token goes along, so it stays on this list's host.
		if seen[next] || !strings.HasPrefix(next, strings.TrimRight(c.client.Endpoint(), "/")+"/") {
			return fmt.Errorf("a next page at %q, which is no page of this list", next)
		}
		if seen[next] = true; len(seen) > mostPages {
			return fmt.Errorf("more than %d pages", mostPages)
		}
		var page struct {
			Value    []json.RawMessage
			NextLink string
		}
		if err := c.get(ctx, next, &page); err != nil {
			return err
		}
		for _, data := range page.Value {
			if err := item(data); err != nil {
				return fmt.Errorf("an item of the answer: %w", err)
			}
		}
		next = page.NextLink
	}
	return nil
}

// get decodes the answer of one address into the value that out points to.
func (c *Client) get(ctx context.Context, address string, out any) error {
	request, err := runtime.NewRequest(ctx, http.MethodGet, address)
	if err != nil {
		return err
	}
	request.Raw().Header.Set("Accept", "application/json")
	response, err := c.client.Pipeline().Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if !runtime.HasStatusCode(response, http.StatusOK) {
		return runtime.NewResponseError(response)
	}
	content, err := io.ReadAll(io.LimitReader(response.Body, largestAnswer))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(content, out); err != nil {
		return fmt.Errorf("the answer isn't what was asked for: %w", err)
	}
	return nil
}

// address is that of a path, which is a resource id and what follows.
func address(endpoint, path, apiVersion string, query map[string]string) string {
	values := url.Values{"api-version": {apiVersion}}
	for name, value := range query {
		values.Set(name, value)
	}
	// Azure Monitor wants %20 in filters, not Encode's plus.
	return runtime.JoinPaths(endpoint, path) + "?" + strings.ReplaceAll(values.Encode(), "+", "%20")
}

// Status is the HTTP status of an answer that is an error, 0 if it is no
// answer.
func Status(err error) int {
	var response *azcore.ResponseError
	if errors.As(err, &response) {
		return response.StatusCode
	}
	return 0
}

// Code is the error code that Azure gave, "" if there is none.
func Code(err error) string {
	var response *azcore.ResponseError
	if errors.As(err, &response) {
		return response.ErrorCode
	}
	return ""
}

// Reason is what an error says without what the SDK adds: its text has the
// whole request, with the subscription's id, over many lines.
func Reason(err error) string {
	var response *azcore.ResponseError
	if cause := (*url.Error)(nil); errors.As(err, &cause) {
		return "Azure can't be reached: " + cause.Err.Error() // the address has the subscription
	}
	if !errors.As(err, &response) || response.RawResponse == nil {
		first, _, _ := strings.Cut(strings.TrimSpace(err.Error()), "\n")
		return first
	}
	out := fmt.Sprintf("%d %s", response.StatusCode, response.ErrorCode)
	content, readErr := runtime.Payload(response.RawResponse)
	var body struct{ Error struct{ Message string } }
	if readErr == nil && json.Unmarshal(content, &body) == nil && body.Error.Message != "" {
		out += ": " + body.Error.Message
	}
	return out
}

// lastSegments is the end of a path, for messages.
func lastSegments(path string) string {
	parts := strings.Split(path, "/")
	return "…/" + strings.Join(parts[max(0, len(parts)-2):], "/")
}
