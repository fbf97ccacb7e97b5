package preflight

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Client asks Azure Resource Manager.
type Client struct {
	// Endpoint is the API's address; empty is Azure's public one.
	Endpoint     string
	Subscription string // id
	// Token is a bearer token for the API.
	Token string
	HTTP  *http.Client
	// Wait waits between two tries; nil is to wait for real.
	Wait func(context.Context, time.Duration) error
}

const (
	publicEndpoint = "https://management.azure.com"
	apiVersion     = "2024-04-01"
	// tries is how often a request is made that Azure refuses for the moment.
	tries = 4
	// longestWait bounds what a Retry-After may ask for: a preview that
	// hangs is worse than one that says what it didn't check.
	longestWait = 30 * time.Second
	largestBody = 16 << 20
	mostPages   = 100
)

// sizes lists the sizes that a region has for machine learning, by their name
// in lower case.
func (c *Client) sizes(ctx context.Context, location string) (map[string]size, error) {
	type price struct {
		RetailPrice float64
		OSType      string `json:"osType"`
		VMTier      string `json:"vmTier"`
	}
	type vmSize struct {
		Name, Family        string
		VCPUs               int `json:"vCPUs"`
		GPUs                int `json:"gpus"`
		MemoryGB            float64
		MaxResourceVolumeMB int
		// SupportedComputeTypes has "MIR", managed inference, where managed
		// online endpoints offer the size.
		SupportedComputeTypes []string
		EstimatedVMPrices     *struct {
			BillingCurrency string
			Values          []price
		}
	}
	all := map[string]size{}
	told := false
	err := c.list(ctx, c.location(location, "vmSizes"), apiVersion, "", func(data json.RawMessage) error {
		var v vmSize
		if err := json.Unmarshal(data, &v); err != nil {
			return err
		}
		s := size{
			Name: v.Name, Family: v.Family, VCPUs: v.VCPUs, GPUs: v.GPUs, GPUMemoryMiB: gpuMemory(v.Name),
			MemoryMiB: int(v.MemoryGB * 1024), DiskMiB: v.MaxResourceVolumeMB, Offer: offerNone,
		}
		if slices.Contains(v.SupportedComputeTypes, "MIR") {
			s.Offer, told = offerManaged, true
		}
		if v.EstimatedVMPrices != nil {
			for _, p := range v.EstimatedVMPrices.Values {
				if strings.EqualFold(p.OSType, "Linux") && strings.EqualFold(p.VMTier, "Standard") {
					s.HourPrice, s.Currency = p.RetailPrice, v.EstimatedVMPrices.BillingCurrency
				}
			}
		}
		all[strings.ToLower(v.Name)] = s
		return nil
	})
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("azure lists no sizes for the region %s", location)
	}
	if !told { // an answer that marks no size says nothing of any
		for name, s := range all {
			s.Offer = offerUnknown
			all[name] = s
		}
	}
	return all, err
}

// usage is a quota.
type usage struct {
	Type         string
	CurrentValue int
	Limit        int // -1 is none
	Name         struct{ Value, LocalizedValue string }
}

// usages lists the machine learning quotas of a region.
func (c *Client) usages(ctx context.Context, location string) ([]usage, error) {
	var all []usage
	err := c.list(ctx, c.location(location, "usages"), apiVersion, "", func(data json.RawMessage) error {
		var u usage
		if err := json.Unmarshal(data, &u); err != nil {
			return err
		}
		all = append(all, u)
		return nil
	})
	return all, err
}

// running is a deployment that exists.
type running struct {
	Name      string
	Size      string
	Instances int
}

// running lists an endpoint's deployments; none where there is no endpoint.
func (c *Client) running(ctx context.Context, endpoint string) ([]running, error) {
	var all []running
	err := c.list(ctx, endpoint+"/deployments", apiVersion, "", func(data json.RawMessage) error {
		var d struct {
			Name       string
			Sku        struct{ Capacity int }
			Properties struct{ InstanceType string }
		}
		if err := json.Unmarshal(data, &d); err != nil {
			return err
		}
		all = append(all, running{d.Name, d.Properties.InstanceType, d.Sku.Capacity})
		return nil
	})
	if status := (*statusError)(nil); errors.As(err, &status) && status.code == http.StatusNotFound {
		return nil, nil
	}
	return all, err
}

func (c *Client) location(location, what string) string {
	return fmt.Sprintf("/subscriptions/%s/providers/Microsoft.MachineLearningServices/locations/%s/%s",
		url.PathEscape(c.Subscription), url.PathEscape(location), what)
}

// list gets a list, page by page. filter is OData's, "" is none.
func (c *Client) list(ctx context.Context, path, version, filter string, item func(json.RawMessage) error) error {
	base := c.Endpoint
	if base == "" {
		base = publicEndpoint
	}
	next := strings.TrimRight(base, "/") + path + "?api-version=" + version
	if filter != "" {
		next += "&$filter=" + url.QueryEscape(filter)
	}
	path = withoutSubscription(path) // from here on it is for messages, which end in CI's logs
	for seen := map[string]bool{}; next != ""; {
		if len(seen) == mostPages {
			return fmt.Errorf("GET %s: more than %d pages", path, mostPages)
		}
		if seen[next] || !strings.HasPrefix(next, strings.TrimRight(base, "/")+"/") {
			return fmt.Errorf("GET %s: a next page at %q, which is no page of this list", path, next)
		}
		seen[next] = true
		body, err := c.get(ctx, next)
		if err != nil {
			if status := (*statusError)(nil); errors.As(err, &status) {
				status.path = path
			}
			return fmt.Errorf("GET %s: %w", path, err)
		}
		var page struct {
			Value    []json.RawMessage
			NextLink string
		}
		if err := json.Unmarshal(body, &page); err != nil {
			return fmt.Errorf("GET %s: the answer isn't a list: %w", path, err)
		}
		for _, data := range page.Value {
			if err := item(data); err != nil {
				return fmt.Errorf("GET %s: an item of the answer: %w", path, err)
			}
		}
		next = page.NextLink
	}
	return nil
}

var subscriptionPart = regexp.MustCompile(`^/subscriptions/[^/]+`)

func withoutSubscription(path string) string {
	return subscriptionPart.ReplaceAllString(path, "/subscriptions/…")
}

// statusError is an answer other than 200.
type statusError struct {
	code   int
	reason string
	path   string
}

func (e *statusError) Error() string {
	hint := ""
	switch e.code {
	case http.StatusUnauthorized:
		hint = "; sign in again with az login"
	case http.StatusForbidden:
		hint = "; whoever is signed in needs Microsoft.MachineLearningServices/locations/usages/read and vmsizes/read on the subscription"
		if strings.HasSuffix(e.path, "/deployments") {
			hint = "; whoever is signed in needs Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments/read on the workspace"
		}
	case http.StatusTooManyRequests:
		hint = "; try again later"
	}
	return fmt.Sprintf("%d %s: %s%s", e.code, http.StatusText(e.code), e.reason, hint)
}

// get makes a request, again where Azure says that it may succeed later.
func (c *Client) get(ctx context.Context, address string) ([]byte, error) {
	for try := 1; ; try++ {
		body, wait, err := c.once(ctx, address)
		if err == nil || wait < 0 || try == tries {
			return body, err
		}
		if wait == 0 {
			wait = time.Second << (try - 1)
		}
		if err := c.wait(ctx, min(wait, longestWait)); err != nil {
			return nil, err
		}
	}
}

// once makes a request. wait is negative where another try is in vain, and 0
// where Azure doesn't say how long to wait.
func (c *Client) once(ctx context.Context, address string) (body []byte, wait time.Duration, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, -1, err
	}
	request.Header.Set("Authorization", "Bearer "+c.Token)
	client := c.HTTP
	if client == nil {
		client = &http.Client{Timeout: 20 * time.Second}
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, -1, fmt.Errorf("azure can't be reached: %w", errors.Unwrap(err)) // the address holds the subscription
	}
	defer response.Body.Close()
	body, err = io.ReadAll(io.LimitReader(response.Body, largestBody))
	if err != nil {
		return nil, 0, err
	}
	if response.StatusCode == http.StatusOK {
		return body, 0, nil
	}
	failure := &statusError{code: response.StatusCode, reason: reason(body)}
	if response.StatusCode != http.StatusTooManyRequests && response.StatusCode < http.StatusInternalServerError {
		return nil, -1, failure
	}
	seconds, _ := strconv.Atoi(response.Header.Get("Retry-After"))
	return nil, time.Duration(max(seconds, 0)) * time.Second, failure
}

// reason is what an ARM error says.
func reason(body []byte) string {
	var failure struct {
		Error struct{ Code, Message string }
	}
	if json.Unmarshal(body, &failure) == nil && failure.Error.Code != "" {
		return failure.Error.Code + ": " + failure.Error.Message
	}
	text := strings.Join(strings.Fields(string(body)), " ")
	return text[:min(len(text), 120)]
}

func (c *Client) wait(ctx context.Context, d time.Duration) error {
	if c.Wait != nil {
		return c.Wait(ctx, d)
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
