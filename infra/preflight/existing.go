package preflight

import (
	"context"
	"fmt"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// checkExisting wants what the stack only refers to, to be there and to fit.
func (r *Report) checkExisting(ctx context.Context, in Input) {
	group := func(name string) string { return in.subscriptionID() + "/resourceGroups/" + name }
	cfg := in.Config
	r.checkThere(ctx, in, "resourceGroup", cfg.ResourceGroup, group(cfg.ResourceGroup), "2022-09-01", nil)
	r.checkThere(ctx, in, "keyVault", cfg.KeyVault.Name, group(cfg.KeyVault.ResourceGroup)+"/providers/Microsoft.KeyVault/vaults/"+cfg.KeyVault.Name, "2023-07-01", nil)
	r.checkThere(ctx, in, "logs", cfg.Logs.Name, group(cfg.Logs.ResourceGroup)+"/providers/Microsoft.OperationalInsights/workspaces/"+cfg.Logs.Name, "2023-09-01", nil)
	var registry struct{ SKU struct{ Name string } }
	if r.checkThere(ctx, in, "registry", cfg.Registry.Name, group(cfg.Registry.ResourceGroup)+"/providers/Microsoft.ContainerRegistry/registries/"+cfg.Registry.Name, "2023-07-01", &registry) &&
		cfg.Workspace.Isolation != NotIsolated && registry.SKU.Name != "Premium" {
		r.find("registry.name = %q: it is %s, but must be Premium with workspace.isolation %s: a managed network reaches the registry by private endpoint; change its SKU, or name another",
			cfg.Registry.Name, registry.SKU.Name, cfg.Workspace.Isolation)
	}
	var account struct{ Properties struct{ IsHnsEnabled bool } }
	if r.checkThere(ctx, in, "storage", cfg.Storage.AccountName, group(cfg.Storage.ResourceGroup)+"/providers/Microsoft.Storage/storageAccounts/"+cfg.Storage.AccountName, "2023-01-01", &account) &&
		account.Properties.IsHnsEnabled && cfg.Hosting != stackconfig.ContainerApp {
		r.find("storage.accountName = %q: it has a hierarchical namespace, which an Azure ML workspace's account can't have: name another, or none to have one made", cfg.Storage.AccountName)
	}
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
