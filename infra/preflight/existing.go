package preflight

import (
	"context"
	"fmt"
	"path"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// checkExisting wants what the stack only refers to, to be there and to fit.
func (r *Report) checkExisting(ctx context.Context, in Input) {
	group := func(name string) string { return in.subscriptionID() + "/resourceGroups/" + name }
	cfg := in.Config
	if !in.GroupMade {
		r.checkThere(ctx, in, "resourceGroup", cfg.ResourceGroup, group(cfg.ResourceGroup), "2022-09-01", nil)
	}
	var vault struct {
		Properties struct {
			EnableRbacAuthorization bool
			access
		}
	}
	if r.checkThere(ctx, in, "keyVault", cfg.KeyVault.Name, group(cfg.KeyVault.ResourceGroup)+"/providers/Microsoft.KeyVault/vaults/"+cfg.KeyVault.Name, vaultVersion, &vault) {
		r.checkClosed(ctx, in, "keyVault.name", cfg.KeyVault.Name, vault.Properties.access)
		if (cfg.Bot.Enabled || len(cfg.Secrets()) > 0) && !vault.Properties.EnableRbacAuthorization {
			r.find("keyVault.name = %q: it lets in by access policies, for which the roles that the stack grants mean nothing, so that no secret could be read: "+
				"give those who use it roles and run az keyvault update --name %[1]s --enable-rbac-authorization true, or name another", cfg.KeyVault.Name)
		}
	}
	r.checkThere(ctx, in, "logs", cfg.Logs.Name, group(cfg.Logs.ResourceGroup)+"/providers/Microsoft.OperationalInsights/workspaces/"+cfg.Logs.Name, "2023-09-01", nil)
	var registry struct {
		SKU        struct{ Name string }
		Properties access
	}
	if r.checkThere(ctx, in, "registry", cfg.Registry.Name, group(cfg.Registry.ResourceGroup)+"/providers/Microsoft.ContainerRegistry/registries/"+cfg.Registry.Name, "2023-07-01", &registry) {
		if cfg.Isolated() && registry.SKU.Name != stackconfig.Premium {
			r.find("registry.name = %q: it is %s, but must be Premium with workspace.isolation %s: a managed network reaches the registry by private endpoint; change its SKU, or name another",
				cfg.Registry.Name, registry.SKU.Name, cfg.Workspace.Isolation)
		} else {
			r.checkClosed(ctx, in, "registry.name", cfg.Registry.Name, registry.Properties)
		}
	}
	var account account
	if r.checkThere(ctx, in, "storage", cfg.Storage.AccountName, group(cfg.Storage.ResourceGroup)+accounts+cfg.Storage.AccountName, accountVersion, &account) {
		learning := cfg.Hosting != stackconfig.ContainerApp
		if learning && account.Properties.IsHnsEnabled {
			r.find("storage.accountName = %q: it has a hierarchical namespace, which an Azure ML workspace's account can't have: name another, or none to have one made", cfg.Storage.AccountName)
		}
		if learning && cfg.Storage.SharedKeyAccess && !account.keys() {
			r.find("storage.sharedKeyAccess = true: the account %s takes no keys, with which the workspace would reach its datastores: remove it, or allow keys on the account", cfg.Storage.AccountName)
		}
		r.checkClosed(ctx, in, "storage.accountName", cfg.Storage.AccountName, account.Properties.access)
	}
	if !cfg.Storage.Existing() && !cfg.Storage.SharedKeyAccess {
		r.warnOfKeys(ctx, in, group(in.Names.ResourceGroup)+accounts+in.Names.Storage)
	}
}

// access is who reaches a vault, registry or storage account.
type access struct {
	PublicNetworkAccess        string
	PrivateEndpointConnections []struct {
		Properties struct {
			PrivateEndpoint                   struct{ ID string }
			PrivateLinkServiceConnectionState struct{ Status string }
		}
	}
}

// checkClosed wants what a private stack only refers to, to be closed to the internet
// and to have a private endpoint, which had better be in the stack's network.
func (r *Report) checkClosed(ctx context.Context, in Input, key, name string, now access) {
	if !in.Config.Private {
		return
	}
	if now.PublicNetworkAccess != "Disabled" {
		r.find("%s = %q: the internet reaches it, and the stack is private: set its public network access to Disabled, or private to false", key, name)
	}
	approved, elsewhere, unread := false, "", error(nil)
	for _, c := range now.PrivateEndpointConnections {
		if c.Properties.PrivateLinkServiceConnectionState.Status != "Approved" {
			continue
		}
		approved = true
		var endpoint struct {
			Properties struct{ Subnet struct{ ID string } }
		}
		found, err := in.Client.get(ctx, c.Properties.PrivateEndpoint.ID, networkVersion, &endpoint)
		subnet := endpoint.Properties.Subnet.ID
		switch {
		case err != nil:
			unread = err
		case found && within(subnet, in.Config.Network.ID()):
			return
		case found:
			elsewhere = place(subnet)
		}
	}
	switch {
	case !approved:
		r.find("%s = %q: it has no approved private endpoint, by which alone a private stack reaches it: make one in the stack's network, or remove it to have one made", key, name)
	case unread != nil:
		r.skip("whether "+name+" has a private endpoint in the stack's network", unread.Error())
	case elsewhere != "":
		r.warn("%s = %q: its private endpoint is in %s, and the stack's network is %s: the stack reaches it only if the two networks are peered and its name resolves to that endpoint in both; "+
			"if not, make another one in the stack's network", key, name, elsewhere, path.Base(in.Config.Network.ID()))
	}
}

// within reports whether a subnet is of a network.
func within(subnet, network string) bool {
	return strings.HasPrefix(strings.ToLower(subnet), strings.ToLower(network)+"/subnets/")
}

const (
	accounts       = "/providers/Microsoft.Storage/storageAccounts/"
	accountVersion = "2023-01-01"
)

type account struct {
	Properties struct {
		IsHnsEnabled         bool
		AllowSharedKeyAccess *bool
		access
	}
}

// keys reports whether the account takes keys, as it does unless it is told not to.
func (a account) keys() bool {
	return a.Properties.AllowSharedKeyAccess == nil || *a.Properties.AllowSharedKeyAccess
}

// warnOfKeys says before an update that it turns off the keys of the stack's own
// account: those of stacks were on by default once.
func (r *Report) warnOfKeys(ctx context.Context, in Input, id string) {
	var now account
	found, err := in.Client.get(ctx, id, accountVersion, &now)
	if err != nil {
		r.skip("whether the storage account's keys stay as they are", err.Error())
	}
	if err != nil || !found || !now.keys() {
		return
	}
	r.warn("storage.sharedKeyAccess = false: an update turns off the keys of %s, which are on, and its workspace, where there is one, goes by identity; "+
		"whoever reads the workspace's own datastores then needs Storage Blob Data Contributor and Storage File Data Privileged Contributor there; set it to true to leave all as it is", in.Names.Storage)
}

// checkThere reports whether a resource that is named is there, and reads it into out.
func (r *Report) checkThere(ctx context.Context, in Input, key, name, id, version string, out any) bool {
	if name == "" {
		return false
	}
	if out == nil {
		out = &struct{}{}
	}
	found, err := in.Client.get(ctx, id, version, out)
	switch {
	case err != nil:
		r.skip(fmt.Sprintf("whether %s is there", id), err.Error())
		return false
	case !found:
		r.find("%s: Azure has no %s: correct resource group and name, or leave them out to have one made", key, id)
	}
	return found
}

func (in Input) subscriptionID() string { return "/subscriptions/" + in.Client.Subscription }
