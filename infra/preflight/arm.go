package preflight

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/arm"
)

// Client asks Azure Resource Manager.
type Client struct {
	ARM          *arm.Client
	Subscription string // id
}

// New makes a client at the address that arm.EndpointVariable says. A preview that
// hangs is worse than one that says what it didn't check, so it gives up sooner than
// others.
func New(credential azcore.TokenCredential, subscription string) (*Client, error) {
	options, err := arm.Options(os.Getenv(arm.EndpointVariable))
	if err != nil {
		return nil, err
	}
	options.Retry.MaxRetries, options.Retry.TryTimeout = 3, 20*time.Second
	client, err := arm.New(credential, options)
	return &Client{client, subscription}, err
}

const apiVersion = "2024-04-01"

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
	err := c.list(ctx, c.location(location, "vmSizes"), apiVersion, nil, func(data json.RawMessage) error {
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
	err := c.list(ctx, c.location(location, "usages"), apiVersion, nil, func(data json.RawMessage) error {
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
	err := c.list(ctx, endpoint+"/deployments", apiVersion, nil, func(data json.RawMessage) error {
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
	if arm.Status(err) == http.StatusNotFound {
		return nil, nil
	}
	return all, err
}

func (c *Client) location(location, what string) string {
	return fmt.Sprintf("/subscriptions/%s/providers/Microsoft.MachineLearningServices/locations/%s/%s",
		url.PathEscape(c.Subscription), url.PathEscape(location), what)
}

// list gets a list of Azure's. query may be nil.
func (c *Client) list(ctx context.Context, path, version string, query map[string]string, item func(json.RawMessage) error) error {
	return because(path, c.ARM.List(ctx, path, version, query, item))
}

// get reads a resource. found is false where there is none.
func (c *Client) get(ctx context.Context, id, version string, out any) (found bool, err error) {
	err = c.ARM.Do(ctx, http.MethodGet, id, version, nil, nil, out)
	if arm.Status(err) == http.StatusNotFound {
		return false, nil
	}
	return err == nil, because(id, err)
}

// failure is why Azure didn't answer, without the subscription's id: messages end
// in CI's logs.
type failure struct {
	text  string
	cause error
}

func (f *failure) Error() string { return f.text }
func (f *failure) Unwrap() error { return f.cause }

func because(path string, err error) error {
	if err == nil {
		return nil
	}
	hint := ""
	switch arm.Status(err) {
	case http.StatusUnauthorized:
		hint = "; sign in again with az login"
	case http.StatusForbidden:
		hint = "; whoever is signed in needs " + rights(path)
	case http.StatusTooManyRequests:
		hint = "; try again later"
	}
	return &failure{"GET " + withoutSubscription(path) + ": " + arm.Reason(err) + hint, err}
}

// rights are what it takes to read a path.
func rights(path string) string {
	switch {
	case strings.HasSuffix(path, "Microsoft.Compute/skus"):
		return "Microsoft.Compute/skus/read on the subscription"
	case strings.HasSuffix(path, "Microsoft.Network/privateDnsZones"):
		return "Microsoft.Network/privateDnsZones/read on the subscription"
	case strings.HasSuffix(path, "/deployments"):
		return "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments/read on the workspace"
	case strings.Contains(path, "/resourceGroups/"):
		return "Reader on it"
	}
	return "Microsoft.MachineLearningServices/locations/usages/read and vmsizes/read on the subscription"
}

var subscriptionPart = regexp.MustCompile(`^/subscriptions/[^/]+`)

func withoutSubscription(path string) string {
	return subscriptionPart.ReplaceAllString(path, "/subscriptions/…")
}
