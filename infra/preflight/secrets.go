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
	missing := map[string]bool{}
	for _, secret := range cfg.Secrets() {
		missing[secret] = r.lacks(ctx, in, secret)
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

// lacks reports whether the vault is known to have no such secret.
func (r *Report) lacks(ctx context.Context, in Input, secret string) bool {
	group := cmp.Or(in.Config.KeyVault.ResourceGroup, in.Names.ResourceGroup)
	id := in.subscriptionID() + "/resourceGroups/" + group + "/providers/Microsoft.KeyVault/vaults/" + in.Names.KeyVault + "/secrets/" + secret
	found, err := in.Client.get(ctx, id, vaultVersion, &struct{}{})
	if err != nil {
		r.skip(fmt.Sprintf("whether the vault %s has the secret %s", in.Names.KeyVault, secret), err.Error())
	}
	return err == nil && !found
}

// checkBotSecrets wants those of a bot that is there to be there still: it doesn't start
// again without. One that isn't there yet is made once they are.
func (r *Report) checkBotSecrets(ctx context.Context, in Input) {
	bot := in.Config.Bot
	if !bot.Enabled {
		return
	}
	id := in.subscriptionID() + "/resourceGroups/" + in.Names.ResourceGroup + "/providers/Microsoft.App/containerApps/" + in.Names.Bot
	found, err := in.Client.get(ctx, id, appsVersion, &struct{}{})
	if err != nil {
		r.skip("whether the bot still has its secrets", err.Error())
	}
	if err != nil || !found {
		return
	}
	for _, secret := range []struct{ key, name string }{{"bot.tokenSecret", bot.TokenSecret}, {"bot.keySecret", bot.KeySecret}} {
		if secret.name != "" && r.lacks(ctx, in, secret.name) {
			r.find("%s = %q: the vault %s has no such secret any more, without which the bot, which runs, doesn't start again: take it back with az keyvault secret recover --vault-name %[3]s --name %[2]s, "+
				"or put another there with az keyvault secret set --vault-name %[3]s --name %[2]s --file FILE; bot.enabled false takes the bot away", secret.key, secret.name, in.Names.KeyVault)
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
