package infra

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/machinelearning"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// outputs say where everything is and how to call it. Keys, where the
// endpoint has any, are secrets.
// What the program itself computes, a preview knows.
func (r run) outputs(base platform, work learning, endpoint *managedEndpoint) pulumi.Map {
	out := r.servedOutputs(base, endpoint.served, work.identity)
	out["workspaceName"] = work.workspaceName
	out["workspaceId"] = known(work.made, r.workspaceID())
	out["modelsDatastore"] = work.datastoreName
	if r.cfg.Endpoint.AuthMode == authModeKey {
		out["primaryKey"], out["secondaryKey"] = r.keys(base, work, endpoint)
	}
	return out
}

// servedOutputs are those that every host has.
func (r run) servedOutputs(base platform, endpoint served, identity pulumi.Resource) pulumi.Map {
	traffic := pulumi.IntMap{}
	for _, name := range r.cfg.DeploymentNames() {
		traffic[name] = pulumi.Int(r.cfg.Traffic[name])
	}
	out := pulumi.Map{
		"scoringUri":            r.address(endpoint, api.ScoringRoute),
		"openaiBaseUrl":         r.address(endpoint, api.OpenAIPath),
		"endpointName":          endpoint.Name,
		"endpointId":            endpoint.ID,
		"authMode":              pulumi.String(r.cfg.Endpoint.AuthMode),
		"resourceGroup":         base.name,
		"registry":              base.registry.host,
		"registryId":            known(base.registry, r.registryID()),
		"storageAccount":        base.accountName,
		"storageAccountId":      known(base.account, r.accountID()),
		"modelsContainer":       base.containerName,
		"keyVaultUri":           r.vaultURI(base),
		"logAnalyticsId":        known(base.logs, r.logsID()),
		"applicationInsightsId": known(base.insights, r.id("Microsoft.Insights/components", r.names.Insights)),
		"endpointIdentityId":    known(identity, r.id("Microsoft.ManagedIdentity/userAssignedIdentities", r.names.Identity)),
		"deployments":           endpoint.Deployments,
		"traffic":               traffic,
		"curl":                  r.curl(endpoint),
		"readme":                r.readme(endpoint),
	}
	if base.network != nil {
		out["networkId"] = base.network.id
	}
	return out
}

// address is where a route of the scorer is reached. Azure gives the endpoint's
// scoring URI; a preview of an endpoint that isn't there yet makes it of name and
// region, as Azure does. The domain of an app only Azure knows.
func (r run) address(endpoint served, route string) pulumi.StringInput {
	if r.ctx.DryRun() && r.cfg.Hosting != stackconfig.ContainerApp {
		return pulumi.String("https://" + r.names.Endpoint + "." + r.cfg.Location + ".inference.ml.azure.com" + route)
	}
	return endpoint.ScoringURI.ApplyT(func(uri string) string { return api.BaseURL(uri) + route }).(pulumi.StringOutput)
}

// vaultURI is the vault's address, which a preview makes of its name, as Azure
// does.
func (r run) vaultURI(base platform) pulumi.StringInput {
	if r.ctx.DryRun() {
		return known(base.vault, "https://"+r.names.KeyVault+".vault.azure.net/")
	}
	return base.vault.Properties.VaultUri()
}

// keys asks Azure for the endpoint's two keys. A preview doesn't: whoever may
// only read, such as a pull request's identity, may not list them.
func (r run) keys(base platform, work learning, endpoint *managedEndpoint) (primary, secondary pulumi.Output) {
	if r.ctx.DryRun() {
		unknown := pulumi.ToSecret(pulumi.UnsafeUnknownOutput([]pulumi.Resource{endpoint}))
		return unknown, unknown
	}
	// An endpoint that took tokens until now has keys when the template has
	// put its new authMode.
	name := pulumi.All(endpoint.Name, endpoint.Traffic.ID()).ApplyT(func(v []any) string { return v[0].(string) }).(pulumi.StringOutput)
	keys := machinelearning.ListOnlineEndpointKeysOutput(r.ctx, machinelearning.ListOnlineEndpointKeysOutputArgs{
		ResourceGroupName: base.name,
		WorkspaceName:     work.workspaceName,
		EndpointName:      name,
	})
	return pulumi.ToSecret(keys.PrimaryKey()), pulumi.ToSecret(keys.SecondaryKey())
}

// curl is a line that asks the model something, for a shell: whatever it is, a
// classifier or a chat model, takes inputs. It fetches the token or key
// when it runs, and holds none.
func (r run) curl(endpoint served) pulumi.StringOutput {
	resource := "https://ml.azure.com"
	if r.cfg.Hosting == stackconfig.ContainerApp {
		resource = r.cfg.Endpoint.ClientID
	}
	token := "$(az account get-access-token --resource " + resource + " --query accessToken --output tsv)"
	if r.cfg.Endpoint.AuthMode == authModeKey {
		token = "$(pulumi stack output primaryKey --show-secrets --stack " + r.ctx.Stack() + ")"
	}
	return pulumi.Sprintf(`curl --fail-with-body -H "Authorization: Bearer %s" -H "Content-Type: application/json" -d '{"inputs": "This is great!"}' %s`,
		token, r.address(endpoint, api.ScorePath))
}

// readme is what Pulumi Cloud shows on the stack's page.
func (r run) readme(endpoint served) pulumi.StringOutput {
	var rows strings.Builder
	for _, name := range r.cfg.DeploymentNames() {
		d := r.cfg.Deployments[name]
		azureName, size := name, fmt.Sprintf("%g vCPUs, %g GiB", d.ReplicaVCPUs(), d.ReplicaMemoryGiB())
		if d.InstanceType != "" {
			azureName, size = stackconfig.DeploymentName(name, d.InstanceType), d.InstanceType
		}
		fmt.Fprintf(&rows, "| %s | %s %s | %s | %d %% |\n", azureName, d.Model.Name, d.Model.Version, size, r.cfg.Traffic[name])
	}
	direct := "A request with the header `azureml-model-deployment: NAME` goes to that deployment, whatever the traffic."
	if r.cfg.Hosting == stackconfig.ContainerApp {
		direct = "A deployment's own address has its name behind the app's, " + r.names.Endpoint + "---NAME, and answers whatever the traffic."
	}
	return pulumi.Sprintf("# %s\n\nAnswers at `%s`, OpenAI's clients with the base URL `%s`; the key or token of the endpoint is their API key.\n\n    %s\n\n| Deployment | Model | Size | Traffic |\n|---|---|---|---|\n%s\n%s\n",
		r.names.Endpoint, r.address(endpoint, api.ScoringRoute), r.address(endpoint, api.OpenAIPath), r.curl(endpoint), rows.String(), direct)
}
