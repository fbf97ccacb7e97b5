package infra

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/identity"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/vault"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// secretGrants let the endpoint's identity read secrets of the vault, each by itself.
func (r run) secretGrants(base platform, secrets []string) (grants []grant) {
	for _, name := range secrets {
		grants = append(grants, grant{
			name: "endpoint-reads-secret-" + name, role: r.builtin(roleSecretsUser), scope: pulumi.Sprintf("%s/secrets/%s", base.vault.ID(), name), why: "The deployments read a secret",
		})
	}
	return grants
}

// deploymentGrants are what the deployments of a managed endpoint want besides.
func (r run) deploymentGrants(base platform) []grant {
	grants := r.secretGrants(base, r.cfg.Secrets())
	if r.cfg.Collects() { // into a container whose name the workspace chooses
		grants = append(grants, grant{name: "endpoint-writes-requests", role: r.builtin(roleBlobDataContributor), scope: base.account.ID().ToStringOutput(), why: "The endpoint keeps requests and answers"})
	}
	return grants
}

// referring are a managed deployment's variables: Azure Machine Learning fills in no
// secrets, so the scorer reads those that a variable refers to, as the endpoint's
// identity.
func referring(d stackconfig.Deployment, vaultName string, clientID pulumi.StringInput) pulumi.StringMap {
	all := pulumi.ToStringMap(d.Variables())
	for variable, secret := range d.Secrets {
		all[variable] = pulumi.String(vault.Reference(vaultAddress(vaultName), secret))
	}
	if len(d.Secrets) > 0 {
		all[identity.ClientVariable] = clientID
	}
	return all
}

func vaultAddress(name string) string { return "https://" + name + ".vault.azure.net" }

// appSecret is a secret of an app, which Azure reads from the vault.
func appSecret(vaultName, secret string, identity pulumi.StringInput) pulumi.Map {
	return pulumi.Map{
		"name": pulumi.String(secret), "identity": identity, "keyVaultUrl": pulumi.String(vaultAddress(vaultName) + "/secrets/" + secret),
	}
}

// secrets are those that the app has: the deployments', and those of revisions that run
// until the traffic has moved, or whose template is put once more. Azure takes none away
// from a revision that runs (microsoft/azure-container-apps#395), so that what a
// deployment doesn't have any more goes with the update after that one.
func (l liveApp) secrets(cfg *stackconfig.Config) []string {
	all := map[string]bool{}
	for _, name := range cfg.Secrets() {
		all[name] = true
	}
	refer := func(template map[string]any) {
		for _, name := range references(template) {
			all[name] = all[name] || l.hasSecret(name)
		}
	}
	refer(l.Properties.Template)
	for _, revision := range l.revisions {
		if revision.Properties.Active {
			refer(revision.Properties.Template)
		}
	}
	maps.DeleteFunc(all, func(_ string, has bool) bool { return !has })
	return slices.Sorted(maps.Keys(all))
}

// hasSecret reports whether the app has a secret of the stack's, by its name in the vault.
func (l liveApp) hasSecret(name string) bool {
	return slices.ContainsFunc(l.Properties.Configuration.Secrets, func(s liveSecret) bool {
		return s.Name == name && strings.EqualFold(path.Base(s.KeyVaultURL), name)
	})
}

type liveSecret struct {
	Name        string
	KeyVaultURL string `json:"keyVaultUrl"`
}

// lacks reports whether a revision that doesn't run refers to a secret that the app has
// no more, so that it couldn't start again.
func (l liveApp) lacks(revision liveRevision) bool {
	return !revision.Properties.Active && slices.ContainsFunc(references(revision.Properties.Template), func(name string) bool { return !l.hasSecret(name) })
}

// references are the secrets that a revision's containers refer to.
func references(template map[string]any) (names []string) {
	containers, _ := template["containers"].([]any)
	for _, container := range containers {
		fields, _ := container.(map[string]any)
		variables, _ := fields["env"].([]any)
		for _, variable := range variables {
			of, _ := variable.(map[string]any)
			if name, _ := of["secretRef"].(string); name != "" {
				names = append(names, name)
			}
		}
	}
	return names
}
