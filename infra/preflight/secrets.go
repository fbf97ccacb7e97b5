package preflight

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
)

// vaultVersion is that of Microsoft.KeyVault.
const vaultVersion = "2023-07-01"

// checkSecrets wants the secrets that deployments refer to, to be in the vault: without,
// no replica and no instance starts. ARM tells them by name, to whoever may read the
// vault and not what is in it.
func (r *Report) checkSecrets(ctx context.Context, in Input) {
	cfg, vault := in.Config, in.Names.KeyVault
	group := cmp.Or(cfg.KeyVault.ResourceGroup, in.Names.ResourceGroup)
	missing := map[string]bool{}
	for _, secret := range cfg.Secrets() {
		id := in.subscriptionID() + "/resourceGroups/" + group + "/providers/Microsoft.KeyVault/vaults/" + vault + "/secrets/" + secret
		found, err := in.Client.get(ctx, id, vaultVersion, &struct{}{})
		if err != nil {
			r.skip(fmt.Sprintf("whether the vault %s has the secret %s", vault, secret), err.Error())
		}
		missing[secret] = err == nil && !found
	}
	for _, name := range cfg.DeploymentNames() {
		for _, variable := range slices.Sorted(maps.Keys(cfg.Deployments[name].Secrets)) {
			if secret := cfg.Deployments[name].Secrets[variable]; missing[secret] {
				r.find("deployments.%s.secrets.%s = %q: the vault %s has no such secret: put it there with az keyvault secret set --vault-name %[4]s --name %[3]s --file FILE, "+
					"after an update without it if the vault isn't there yet", name, variable, secret, vault)
			}
		}
	}
}

// warnOfTexts says in every preview that bodies are kept: by nothing else does the stack
// keep a text.
func (r *Report) warnOfTexts(in Input) {
	for _, name := range in.Config.DeploymentNames() {
		c := in.Config.Deployments[name].Collect
		if c.Requests == 0 && c.Responses == 0 {
			continue
		}
		r.warn("deployments.%s.collect: %d %% of the requests and %d %% of the answers are kept, texts and all, in the storage account %s, under modelDataCollector in the workspace's own container: "+
			"texts are personal data; whoever may read the account reads them, and they stay until somebody deletes them", name, c.Requests, c.Responses, in.Config.StorageAccount(in.Names))
	}
}
