// Package online reads and changes a managed online endpoint as it is in Azure,
// beside Pulumi: its deployments, traffic, keys, logs, events and metrics.
package online

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	azarm "github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/machinelearning/armmachinelearning/v4"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/arm"
)

// Client asks for one endpoint. It is safe for concurrent use.
type Client struct {
	endpoints   *armmachinelearning.OnlineEndpointsClient
	deployments *armmachinelearning.OnlineDeploymentsClient
	arm         *arm.Client
	id          string
	group       string
	workspace   string
	name        string
	// Frequency is how often a deletion is asked for; 0 is the SDK's.
	Frequency time.Duration
}

// New makes a client for the endpoint with an ARM id.
func New(id string, credential azcore.TokenCredential, options *azarm.ClientOptions) (*Client, error) {
	parsed, err := azarm.ParseResourceID(id)
	if err != nil || parsed.Parent == nil || !strings.EqualFold(parsed.ResourceType.String(), "Microsoft.MachineLearningServices/workspaces/onlineEndpoints") {
		return nil, fmt.Errorf("%q isn't the id of an online endpoint", id)
	}
	factory, err := armmachinelearning.NewClientFactory(parsed.SubscriptionID, credential, options)
	if err != nil {
		return nil, err
	}
	raw, err := arm.New(credential, options)
	if err != nil {
		return nil, err
	}
	return &Client{
		endpoints: factory.NewOnlineEndpointsClient(), deployments: factory.NewOnlineDeploymentsClient(), arm: raw,
		id: id, group: parsed.ResourceGroupName, workspace: parsed.Parent.Name, name: parsed.Name,
	}, nil
}

// scoringScope is what a managed endpoint's callers ask a token for.
const scoringScope = "https://ml.azure.com/.default"

// Endpoint is the endpoint at one moment.
type Endpoint struct {
	URL   string // the scorer's address, without a route
	Scope string // that a token is asked for
	// Direct is the address of one deployment; nil where the header of package api
	// chooses it.
	Direct      func(deployment string) string
	UsesKeys    bool
	Traffic     map[string]int // percent by deployment, only those above 0
	Mirror      map[string]int
	Deployments []Deployment
}

// Deployment is one deployment at one moment.
type Deployment struct {
	Name        string
	State       string // Succeeded, Failed, Creating, ...
	Size        string
	Instances   int
	Model       string // ARM id of the version
	Environment string // likewise
	Created     time.Time
}

// Failed reports whether provisioning ended without success.
func (d Deployment) Failed() bool { return d.State == "Failed" || d.State == "Canceled" }

// ErrNoEndpoint says that the endpoint doesn't exist.
var ErrNoEndpoint = errors.New("the endpoint doesn't exist; pulumi up makes it")

// Get reads the endpoint.
func (c *Client) Get(ctx context.Context) (*Endpoint, error) {
	answer, err := c.endpoints.Get(ctx, c.group, c.workspace, c.name, nil)
	if arm.Status(err) == http.StatusNotFound {
		return nil, ErrNoEndpoint
	}
	if err != nil {
		return nil, fmt.Errorf("read the endpoint %s: %s", c.name, arm.Reason(err))
	}
	out := &Endpoint{Scope: scoringScope, Traffic: map[string]int{}, Mirror: map[string]int{}}
	if p := answer.Properties; p != nil {
		out.URL = api.BaseURL(value(p.ScoringURI))
		out.UsesKeys = value(p.AuthMode) == armmachinelearning.EndpointAuthModeKey
		positive(out.Traffic, p.Traffic)
		positive(out.Mirror, p.MirrorTraffic)
	}
	for pager := c.deployments.NewListPager(c.group, c.workspace, c.name, nil); pager.More(); {
		page, err := pager.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list the deployments of %s: %s", c.name, arm.Reason(err))
		}
		for _, d := range page.Value {
			out.Deployments = append(out.Deployments, deployment(d))
		}
	}
	return out, nil
}

// Deployment returns the deployment of a name, nil where there is none.
func (e *Endpoint) Deployment(name string) *Deployment {
	for i := range e.Deployments {
		if strings.EqualFold(e.Deployments[i].Name, name) {
			return &e.Deployments[i]
		}
	}
	return nil
}

func deployment(d *armmachinelearning.OnlineDeployment) Deployment {
	out := Deployment{Name: value(d.Name)}
	if d.SKU != nil {
		out.Instances = int(value(d.SKU.Capacity))
	}
	if d.SystemData != nil {
		out.Created = value(d.SystemData.CreatedAt)
	}
	if d.Properties != nil {
		p := d.Properties.GetOnlineDeploymentProperties()
		out.State, out.Size = string(value(p.ProvisioningState)), value(p.InstanceType)
		out.Model, out.Environment = value(p.Model), value(p.EnvironmentID)
	}
	return out
}

// Key returns a key of the endpoint. It is a secret.
func (c *Client) Key(ctx context.Context) (string, error) {
	keys, err := c.endpoints.ListKeys(ctx, c.group, c.workspace, c.name, nil)
	if err != nil {
		return "", fmt.Errorf("list the keys of %s: %s", c.name, arm.Reason(err))
	}
	if value(keys.PrimaryKey) == "" {
		return "", fmt.Errorf("list the keys of %s: the answer has no primary key", c.name)
	}
	return *keys.PrimaryKey, nil
}

// Delete deletes a deployment and waits until it is gone.
func (c *Client) Delete(ctx context.Context, deployment string) error {
	poller, err := c.deployments.BeginDelete(ctx, c.group, c.workspace, c.name, deployment, nil)
	if err == nil {
		_, err = poller.PollUntilDone(ctx, &runtime.PollUntilDoneOptions{Frequency: c.Frequency})
	}
	if err != nil && arm.Status(err) != http.StatusNotFound {
		return fmt.Errorf("delete the deployment %s: %s", deployment, arm.Reason(err))
	}
	return nil
}

// LogKind is a container of a deployment that keeps a log.
type LogKind = armmachinelearning.ContainerType

// The containers: one fetches the model, the other is the image's.
const (
	StorageInitializer = armmachinelearning.ContainerTypeStorageInitializer
	InferenceServer    = armmachinelearning.ContainerTypeInferenceServer
)

// Logs returns the last lines of a container's log; none where the container
// never started.
func (c *Client) Logs(ctx context.Context, deployment string, kind LogKind, lines int) (string, error) {
	tail := int32(lines)
	answer, err := c.deployments.GetLogs(ctx, c.group, c.workspace, c.name, deployment,
		armmachinelearning.DeploymentLogsRequest{ContainerType: &kind, Tail: &tail}, nil)
	if err != nil {
		return "", fmt.Errorf("get the log of %s: %s", deployment, arm.Reason(err))
	}
	return value(answer.Content), nil
}

func positive(into map[string]int, from map[string]*int32) {
	for name, percent := range from {
		if n := int(value(percent)); n > 0 {
			into[name] = n
		}
	}
}

// value is what a pointer points to, the zero value if it is nil.
func value[T any](p *T) T {
	var zero T
	if p == nil {
		return zero
	}
	return *p
}
