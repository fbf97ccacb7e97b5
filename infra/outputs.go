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
func (s *stack) outputs() pulumi.Map {
	deployments, traffic := pulumi.StringMap{}, pulumi.IntMap{}
	for name, deployment := range s.deployments {
		deployments[name] = deployment.Name
		traffic[name] = pulumi.Int(s.cfg.Traffic[name])
	}
	out := pulumi.Map{
		"scoringUri":            s.address(api.ScoringRoute),
		"openaiBaseUrl":         s.address(api.OpenAIPath),
		"endpointName":          s.endpoint.Name,
		"endpointId":            s.endpoint.ID(),
		"authMode":              pulumi.String(s.cfg.Endpoint.AuthMode),
		"resourceGroup":         s.group.Name,
		"workspaceName":         s.workspace.Name,
		"workspaceId":           s.workspace.ID(),
		"registry":              s.registry.LoginServer,
		"storageAccount":        s.account.Name,
		"modelsContainer":       s.container.Name,
		"modelsDatastore":       s.datastore.Name,
		"keyVaultUri":           s.vault.Properties.VaultUri(),
		"logAnalyticsId":        s.logs.ID(),
		"applicationInsightsId": s.insights.ID(),
		"endpointIdentityId":    s.identity.ID(),
		"deployments":           deployments,
		"traffic":               traffic,
		"curl":                  s.curl(),
		"readme":                s.readme(),
	}
	if s.cfg.Endpoint.AuthMode == authModeKey {
		out["primaryKey"], out["secondaryKey"] = s.keys()
	}
	if s.ci != nil {
		out["ciPreviewClientId"] = s.ci.preview
		out["ciDeployClientId"] = s.ci.deploy
		out["tenantId"] = pulumi.String(s.tenant)
		out["subscriptionId"] = pulumi.String(s.subscription)
	}
	if s.callers != nil {
		out["callersGroupId"] = s.callers
	}
	return out
}

// address is where a route of the scorer is reached. Azure gives the endpoint's
// scoring URI; a preview of an endpoint that isn't there yet makes it of name and
// region, as Azure does.
func (s *stack) address(route string) pulumi.StringInput {
	if s.ctx.DryRun() {
		return pulumi.String("https://" + s.names.Endpoint + "." + s.cfg.Location + ".inference.ml.azure.com" + route)
	}
	return s.endpoint.OnlineEndpointProperties.ScoringUri().ApplyT(func(uri string) string { return api.BaseURL(uri) + route }).(pulumi.StringOutput)
}

// keys asks Azure for the endpoint's two keys. A preview doesn't: whoever may
// only read, such as a pull request's identity, may not list them.
func (s *stack) keys() (primary, secondary pulumi.Output) {
	if s.ctx.DryRun() {
		unknown := pulumi.ToSecret(pulumi.UnsafeUnknownOutput([]pulumi.Resource{s.endpoint}))
		return unknown, unknown
	}
	// An endpoint that took tokens until now has keys when the template has
	// put its new authMode.
	endpoint := pulumi.All(s.endpoint.Name, s.traffic.ID()).ApplyT(func(v []any) string { return v[0].(string) }).(pulumi.StringOutput)
	keys := machinelearning.ListOnlineEndpointKeysOutput(s.ctx, machinelearning.ListOnlineEndpointKeysOutputArgs{
		ResourceGroupName: s.group.Name,
		WorkspaceName:     s.workspace.Name,
		EndpointName:      endpoint,
	})
	return pulumi.ToSecret(keys.PrimaryKey()), pulumi.ToSecret(keys.SecondaryKey())
}

// curl is a line that scores a text, for a shell. It fetches the token or key
// when it runs, and holds none.
func (s *stack) curl() pulumi.StringOutput {
	token := "$(az account get-access-token --resource https://ml.azure.com --query accessToken --output tsv)"
	if s.cfg.Endpoint.AuthMode == authModeKey {
		token = "$(pulumi stack output primaryKey --show-secrets)"
	}
	return pulumi.Sprintf(`curl --fail-with-body -H "Authorization: Bearer %s" -H "Content-Type: application/json" -d '{"text": "This is great!"}' %s`,
		token, s.address(api.ScorePath))
}

// readme is what Pulumi Cloud shows on the stack's page.
func (s *stack) readme() pulumi.StringOutput {
	var rows strings.Builder
	for _, name := range s.cfg.DeploymentNames() {
		d := s.cfg.Deployments[name]
		fmt.Fprintf(&rows, "| %s | %s %s | %s | %d %% |\n", stackconfig.DeploymentName(name, d.InstanceType), d.Model.Name, d.Model.Version,
			d.InstanceType, s.cfg.Traffic[name])
	}
	return pulumi.Sprintf("# %s\n\nAnswers at `%s`, OpenAI's clients with the base URL `%s`; the key or token of the endpoint is their API key.\n\n    %s\n\n| Deployment | Model | Size | Traffic |\n|---|---|---|---|\n%s\n"+
		"A request with the header `azureml-model-deployment: NAME` goes to that deployment, whatever the traffic.\n",
		s.names.Endpoint, s.address(api.ScoringRoute), s.address(api.OpenAIPath), s.curl(), rows.String())
}
