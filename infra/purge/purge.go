// Package purge frees the names that a deleted stack still holds: Azure keeps
// deleted workspaces, vaults and logs for days, and nobody can use their names
// meanwhile.
package purge

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

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/arm"
)

// Names are what may have to be freed.
type Names struct {
	Subscription  string // id
	Location      string
	ResourceGroup string
	Workspace     string
	// What follows is "" where it isn't the stack's own.
	Logs     string
	KeyVault string
	Registry string
	Storage  string
}

// API versions of the resource providers.
const (
	groupVersion    = "2022-09-01"
	logsVersion     = "2023-09-01"
	vaultVersion    = "2023-07-01"
	registryVersion = "2023-07-01"
	storageVersion  = "2023-01-01"
)

// Client purges.
type Client struct {
	names      Names
	workspaces *armmachinelearning.WorkspacesClient
	arm        *arm.Client
	// Frequency is how often a long operation is asked for; 0 is the SDK's.
	Frequency time.Duration
}

// New makes a client for a stack's names.
func New(names Names, credential azcore.TokenCredential, options *azarm.ClientOptions) (*Client, error) {
	factory, err := armmachinelearning.NewClientFactory(names.Subscription, credential, options)
	if err != nil {
		return nil, err
	}
	raw, err := arm.New(credential, options)
	if err != nil {
		return nil, err
	}
	return &Client{names: names, workspaces: factory.NewWorkspacesClient(), arm: raw}, nil
}

// Workspace deletes the machine learning workspace for good, be it there or
// soft-deleted.
func (c *Client) Workspace(ctx context.Context) error {
	yes := true
	poller, err := c.workspaces.BeginDelete(ctx, c.names.ResourceGroup, c.names.Workspace,
		&armmachinelearning.WorkspacesClientBeginDeleteOptions{ForceToPurge: &yes})
	if err == nil {
		_, err = poller.PollUntilDone(ctx, &runtime.PollUntilDoneOptions{Frequency: c.Frequency})
	}
	return done("purge the workspace "+c.names.Workspace, err)
}

// Logs deletes the Log Analytics workspace for good. It must be there: one that
// is soft-deleted can't be purged, see Recover.
func (c *Client) Logs(ctx context.Context) error {
	err := c.arm.Do(ctx, http.MethodDelete, c.logsID(), logsVersion, map[string]string{"force": "true"}, nil, nil)
	return done("delete the logs "+c.names.Logs+" for good", err)
}

// Vault purges the Key Vault, which must be deleted. It is an error that says
// until when where purge protection forbids it.
func (c *Client) Vault(ctx context.Context) error {
	path := fmt.Sprintf("%s/providers/Microsoft.KeyVault/locations/%s/deletedVaults/%s", c.subscription(), c.names.Location, c.names.KeyVault)
	var deleted struct {
		Properties struct {
			ScheduledPurgeDate     string
			PurgeProtectionEnabled bool
		}
	}
	if err := c.arm.Do(ctx, http.MethodGet, path, vaultVersion, nil, nil, &deleted); err != nil {
		return done("look for the deleted vault "+c.names.KeyVault, err)
	}
	if deleted.Properties.PurgeProtectionEnabled {
		return fmt.Errorf("the vault %s has purge protection, and keeps its name until %s; set nameSuffix to make the stack again before",
			c.names.KeyVault, deleted.Properties.ScheduledPurgeDate)
	}
	return done("purge the vault "+c.names.KeyVault, c.arm.Do(ctx, http.MethodPost, path+"/purge", vaultVersion, nil, nil, nil))
}

// Leftovers purges what an earlier destroy left: soft-deleted workspace and
// logs, which need their resource group for it. Where it is gone, it is made,
// and deleted again.
func (c *Client) Leftovers(ctx context.Context) (err error) {
	group := c.group()
	exists := true
	if err := c.arm.Do(ctx, http.MethodGet, group, groupVersion, nil, nil, nil); arm.Status(err) == http.StatusNotFound {
		exists = false
	} else if err != nil {
		return done("look for the resource group "+c.names.ResourceGroup, err)
	}
	deleted, err := c.logsDeleted(ctx)
	if err != nil {
		return err
	}
	if !exists {
		body := map[string]any{"location": c.names.Location, "tags": map[string]string{"purpose": "purge"}}
		if err := c.arm.Do(ctx, http.MethodPut, group, groupVersion, nil, body, nil); err != nil {
			return done("make the resource group "+c.names.ResourceGroup+" for a moment", err)
		}
		defer func() {
			gone := c.arm.Do(context.WithoutCancel(ctx), http.MethodDelete, group, groupVersion, nil, nil, nil)
			err = errors.Join(err, done("delete the resource group "+c.names.ResourceGroup, gone))
		}()
	}
	err = c.Workspace(ctx)
	if deleted {
		// Making the workspace again recovers it; only then can it be deleted
		// for good.
		body := map[string]any{"location": c.names.Location, "properties": map[string]any{"sku": map[string]string{"name": "PerGB2018"}}}
		recovered := done("recover the logs "+c.names.Logs, c.arm.Do(ctx, http.MethodPut, c.logsID(), logsVersion, nil, body, nil))
		if recovered == nil {
			recovered = c.Logs(ctx)
		}
		err = errors.Join(err, recovered)
	}
	return err
}

// Taken says what holds a name.
type Taken struct {
	Name string
	By   string
}

// Check asks which of the names are still taken.
func (c *Client) Check(ctx context.Context) (taken []Taken, err error) {
	for _, name := range []struct{ name, provider, kind, version string }{
		{c.names.KeyVault, "Microsoft.KeyVault", "vaults", vaultVersion},
		{c.names.Registry, "Microsoft.ContainerRegistry", "registries", registryVersion},
		{c.names.Storage, "Microsoft.Storage", "storageAccounts", storageVersion},
	} {
		if name.name == "" {
			continue
		}
		var answer struct {
			NameAvailable   bool
			Reason, Message string
		}
		failure := c.arm.Do(ctx, http.MethodPost, c.subscription()+"/providers/"+name.provider+"/checkNameAvailability", name.version, nil,
			map[string]string{"name": name.name, "type": name.provider + "/" + name.kind}, &answer)
		switch {
		case failure != nil:
			err = errors.Join(err, done("ask whether the name "+name.name+" is free", failure))
		case !answer.NameAvailable:
			taken = append(taken, Taken{name.name, strings.TrimSpace(answer.Reason + ": " + answer.Message)})
		}
	}
	deleted, failure := c.logsDeleted(ctx)
	if deleted {
		taken = append(taken, Taken{c.names.Logs, "a soft-deleted Log Analytics workspace"})
	}
	by, asked := c.workspaceHeld(ctx)
	if by != "" {
		taken = append(taken, Taken{c.names.Workspace, by})
	}
	return taken, errors.Join(err, failure, asked)
}

// workspaceHeld says what holds the workspace's name. A GET of a soft-deleted
// one answers 404 once its resource group is gone, as purging it does, and the
// name is held all the same (Azure/azure-cli#33756); the subscription's list
// still has it (Azure/azure-powershell#28286).
func (c *Client) workspaceHeld(ctx context.Context) (by string, err error) {
	id := c.group() + "/providers/Microsoft.MachineLearningServices/workspaces/" + c.names.Workspace
	for pages := c.workspaces.NewListBySubscriptionPager(nil); pages.More(); {
		page, err := pages.NextPage(ctx)
		if arm.Code(err) == "MissingSubscriptionRegistration" {
			return "", nil // a subscription that has no workspaces
		}
		if err != nil {
			return "", fmt.Errorf("list the subscription's workspaces: %s", arm.Reason(err))
		}
		for _, workspace := range page.Value {
			if workspace != nil && workspace.ID != nil && strings.EqualFold(*workspace.ID, id) {
				return "a machine learning workspace, there or soft-deleted; run the command again, and if it stays, ask Azure's support to purge it or set nameSuffix", nil
			}
		}
	}
	return "", nil
}

func (c *Client) logsDeleted(ctx context.Context) (bool, error) {
	var answer struct{ Value []struct{ Name, ID string } }
	err := c.arm.Do(ctx, http.MethodGet, c.subscription()+"/providers/Microsoft.OperationalInsights/deletedWorkspaces", logsVersion, nil, nil, &answer)
	if err != nil {
		return false, done("list the soft-deleted logs", err)
	}
	for _, workspace := range answer.Value {
		if strings.EqualFold(workspace.Name, c.names.Logs) {
			return true, nil
		}
	}
	return false, nil
}

func (c *Client) subscription() string { return "/subscriptions/" + c.names.Subscription }
func (c *Client) group() string        { return c.subscription() + "/resourceGroups/" + c.names.ResourceGroup }
func (c *Client) logsID() string {
	return c.group() + "/providers/Microsoft.OperationalInsights/workspaces/" + c.names.Logs
}

// done adds what was tried to an error. That something isn't there is none.
func done(what string, err error) error {
	if err == nil || arm.Status(err) == http.StatusNotFound {
		return nil
	}
	return fmt.Errorf("%s: %s", what, arm.Reason(err))
}
