// Package apps reads a Container App as it is in Azure, beside Pulumi: its
// revisions, traffic, logs, events and metrics. What it tells has the form that
// package online gives it, so that a rollout needs to know no host: a deployment is
// a revision, by its label in the traffic, which is its name in the stack's file.
package apps

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	azarm "github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/arm"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/online"
)

// apiVersion is that of Microsoft.App, as in infra/containerapps.
const apiVersion = "2024-03-01"

// gpuProfile is the workload profile with a GPU, as infra calls it.
const gpuProfile = "gpu-t4"

// Client asks for one app. It is safe for concurrent use.
type Client struct {
	arm  *arm.Client
	id   string
	name string
	logs string
}

// New makes a client for the app with an ARM id, whose logs are in the Log Analytics
// workspace with another.
func New(id, logs string, credential azcore.TokenCredential, options *azarm.ClientOptions) (*Client, error) {
	parsed, err := azarm.ParseResourceID(id)
	if err != nil || !strings.EqualFold(parsed.ResourceType.String(), "Microsoft.App/containerApps") {
		return nil, fmt.Errorf("%q isn't the id of a Container App", id)
	}
	raw, err := arm.New(credential, options)
	if err != nil {
		return nil, err
	}
	return &Client{arm: raw, id: id, name: parsed.Name, logs: logs}, nil
}

// app is what ARM says of an app.
type app struct {
	Properties struct {
		WorkloadProfileName string
		Configuration       struct {
			Ingress struct {
				FQDN    string
				Traffic []struct {
					RevisionName, Label string
					Weight              int
				}
			}
		}
	}
}

// revision is what ARM says of a revision.
type revision struct {
	Name       string
	Properties struct {
		CreatedTime       time.Time
		ProvisioningState string
		Replicas          int
		Template          struct {
			InitContainers []struct{ Args []string }
			Containers     []struct {
				Image     string
				Resources struct{ CPU float64 }
			}
		}
	}
}

// Get reads the app.
func (c *Client) Get(ctx context.Context) (*online.Endpoint, error) {
	var now app
	err := c.arm.Do(ctx, http.MethodGet, c.id, apiVersion, nil, nil, &now)
	if arm.Status(err) == http.StatusNotFound {
		return nil, online.ErrNoEndpoint
	}
	if err != nil {
		return nil, fmt.Errorf("read the app %s: %s", c.name, arm.Reason(err))
	}
	revisions, err := c.revisions(ctx)
	if err != nil {
		return nil, err
	}
	scope, err := c.scope(ctx)
	if err != nil {
		return nil, err
	}
	ingress := now.Properties.Configuration.Ingress
	out := &online.Endpoint{URL: "https://" + ingress.FQDN, Scope: scope, Traffic: map[string]int{}, Mirror: map[string]int{}}
	host, domain, _ := strings.Cut(ingress.FQDN, ".")
	out.Direct = func(deployment string) string { return "https://" + host + "---" + deployment + "." + domain }
	for _, share := range ingress.Traffic {
		if share.Weight > 0 {
			out.Traffic[share.Label] = share.Weight
		}
		if r, ok := revisions[share.RevisionName]; ok && share.Label != "" {
			d := r.deployment(share.Label)
			if now.Properties.WorkloadProfileName == gpuProfile {
				d.Size = "T4, " + d.Size
			}
			out.Deployments = append(out.Deployments, d)
		}
	}
	return out, nil
}

// deployment is a revision as a deployment with a name.
func (r revision) deployment(name string) online.Deployment {
	p := r.Properties
	out := online.Deployment{Name: name, State: p.ProvisioningState, Instances: p.Replicas, Created: p.CreatedTime}
	if out.State == "Provisioned" {
		out.State = "Succeeded"
	}
	if len(p.Template.Containers) > 0 {
		out.Environment = p.Template.Containers[0].Image
		out.Size = fmt.Sprintf("%g vCPUs", p.Template.Containers[0].Resources.CPU)
	}
	if len(p.Template.InitContainers) > 0 && len(p.Template.InitContainers[0].Args) > 1 {
		out.Model = p.Template.InitContainers[0].Args[1] // after the command, fetch
	}
	return out
}

func (c *Client) revisions(ctx context.Context) (map[string]revision, error) {
	var list struct{ Value []revision }
	if err := c.arm.Do(ctx, http.MethodGet, c.id+"/revisions", apiVersion, nil, nil, &list); err != nil {
		return nil, fmt.Errorf("list the revisions of %s: %s", c.name, arm.Reason(err))
	}
	all := map[string]revision{}
	for _, r := range list.Value {
		all[r.Name] = r
	}
	return all, nil
}

// scope is what callers ask a token for, as Azure was told.
func (c *Client) scope(ctx context.Context) (string, error) {
	var auth struct {
		Properties struct {
			IdentityProviders struct {
				AzureActiveDirectory struct{ Registration struct{ ClientID string } }
			}
		}
	}
	if err := c.arm.Do(ctx, http.MethodGet, c.id+"/authConfigs/current", apiVersion, nil, nil, &auth); err != nil {
		return "", fmt.Errorf("who may call %s: %s", c.name, arm.Reason(err))
	}
	return auth.Properties.IdentityProviders.AzureActiveDirectory.Registration.ClientID + "/.default", nil
}

// Key is none: an app takes tokens.
func (c *Client) Key(context.Context) (string, error) {
	return "", errors.New("a Container App has no keys")
}

// Delete stops the revision of a deployment, which Azure keeps for a while.
func (c *Client) Delete(ctx context.Context, deployment string) error {
	name, err := c.revisionOf(ctx, deployment)
	if err != nil || name == "" {
		return err
	}
	if err := c.arm.Do(ctx, http.MethodPost, c.id+"/revisions/"+name+"/deactivate", apiVersion, nil, nil, nil); err != nil {
		return fmt.Errorf("stop the revision %s: %s", name, arm.Reason(err))
	}
	return nil
}

// revisionOf is the name of a deployment's revision, "" where it has none.
func (c *Client) revisionOf(ctx context.Context, deployment string) (string, error) {
	var now app
	if err := c.arm.Do(ctx, http.MethodGet, c.id, apiVersion, nil, nil, &now); err != nil {
		return "", fmt.Errorf("read the app %s: %s", c.name, arm.Reason(err))
	}
	for _, share := range now.Properties.Configuration.Ingress.Traffic {
		if share.Label == deployment {
			return share.RevisionName, nil
		}
	}
	return "", nil
}

// Metrics reads Azure Monitor's counts of a deployment's requests, minute by
// minute. They come some minutes late. It knows no percentile of an app's latency,
// so that P95 stays 0.
func (c *Client) Metrics(ctx context.Context, deployment string, since, until time.Time) (online.Metrics, error) {
	var out online.Metrics
	name, err := c.revisionOf(ctx, deployment)
	if err != nil || name == "" {
		return out, err
	}
	counts, err := online.ReadMetric(ctx, c.arm, c.id, "Requests", "Total", fmt.Sprintf("revisionName eq '%s' and statusCode eq '*'", name), since, until)
	if err != nil {
		return out, err
	}
	for _, series := range counts {
		total := 0
		for _, value := range series.Values {
			total += int(value + 0.5)
		}
		out.Requests += total
		if online.ToBlame(series.Dimensions["statuscode"]) {
			out.Failed += total
		}
	}
	return out, nil
}

// Operations returns what Azure's activity log has on the app that didn't
// succeed, oldest first. It comes some minutes late.
func (c *Client) Operations(ctx context.Context, _ string, since time.Time) ([]online.Event, error) {
	return online.ReadOperations(ctx, c.arm, c.id, since)
}

// The tables of an environment whose logs go to Azure Monitor (Microsoft Learn,
// azure-monitor/reference/tables/containerappsystemlogs and -consolelogs). A
// revision is found by how its name begins: the app's, and the deployment's.
const (
	systemQuery = `ContainerAppSystemLogs
| where ContainerAppName == "%s" and RevisionName startswith "%s--%s-" and TimeGenerated >= datetime(%s)
| top 50 by TimeGenerated desc
| project TimeGenerated, Reason, Log
| order by TimeGenerated asc`
	consoleQuery = `ContainerAppConsoleLogs
| where ContainerAppName == "%s" and RevisionName startswith "%s--%s-" and ContainerName == "%s"
| top %d by TimeGenerated desc
| project TimeGenerated, Stream, Log
| order by TimeGenerated asc`
)

// ContainerEvents returns what the Log Analytics workspace with an ARM id has of
// a deployment's replicas, oldest first. It comes some minutes late.
func (c *Client) ContainerEvents(ctx context.Context, logAnalyticsID, deployment string, since time.Time) ([]online.Event, error) {
	return online.ReadEvents(ctx, c.arm, logAnalyticsID, fmt.Sprintf(systemQuery, c.name, c.name, deployment, since.UTC().Format(time.RFC3339)))
}

// The containers of a replica, as infra calls them.
var containers = map[online.LogKind]string{online.StorageInitializer: "model", online.InferenceServer: "scorer"}

// Logs returns the last lines of a container's log, which come some minutes late.
func (c *Client) Logs(ctx context.Context, deployment string, kind online.LogKind, lines int) (string, error) {
	events, err := online.ReadEvents(ctx, c.arm, c.logs, fmt.Sprintf(consoleQuery, c.name, c.name, deployment, containers[kind], lines))
	if err != nil {
		return "", err
	}
	var text strings.Builder
	for _, e := range events {
		text.WriteString(e.Message + "\n")
	}
	return text.String(), nil
}

// LogLines counts what a table of the Log Analytics workspace with an ARM id has of
// a deployment. Lines come some minutes late.
func (c *Client) LogLines(ctx context.Context, logAnalyticsID, table, deployment string, since time.Time) (int, error) {
	return online.ReadCount(ctx, c.arm, logAnalyticsID, fmt.Sprintf("%s\n| where RevisionName startswith \"%s--%s-\" and TimeGenerated >= datetime(%s)\n| count",
		table, c.name, deployment, since.UTC().Format(time.RFC3339)))
}
