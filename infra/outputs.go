package infra

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/machinelearning"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// outputs say where everything is and how to call it. Keys, where the
// endpoint has any, are secrets.
func (s *stack) outputs() pulumi.Map {
	uri := s.endpoint.OnlineEndpointProperties.ScoringUri()
	deployments, traffic := pulumi.StringMap{}, pulumi.IntMap{}
	for name, deployment := range s.deployments {
		deployments[name] = deployment.Name
		traffic[name] = pulumi.Int(s.cfg.Traffic[name])
	}
	out := pulumi.Map{
		"scoringUri":            uri,
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
		"curl":                  s.curl(uri),
		"readme":                s.readme(uri),
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
func (s *stack) curl(uri pulumi.StringOutput) pulumi.StringOutput {
	token := "$(az account get-access-token --resource https://ml.azure.com --query accessToken --output tsv)"
	if s.cfg.Endpoint.AuthMode == authModeKey {
		token = "$(pulumi stack output primaryKey --show-secrets)"
	}
	return pulumi.Sprintf(`curl --fail-with-body -H "Authorization: Bearer %s" -H "Content-Type: application/json" -d '{"text": "This is great!"}' %s`, token, uri)
}

// readme is what Pulumi Cloud shows on the stack's page.
func (s *stack) readme(uri pulumi.StringOutput) pulumi.StringOutput {
	var rows strings.Builder
	for _, name := range s.cfg.DeploymentNames() {
		d := s.cfg.Deployments[name]
		fmt.Fprintf(&rows, "| %s | %s %s | %s | %d %% |\n", stackconfig.DeploymentName(name, d.InstanceType), d.Model.Name, d.Model.Version,
			d.InstanceType, s.cfg.Traffic[name])
	}
	return pulumi.Sprintf("# %s\n\nScores texts at `%s`.\n\n    %s\n\n| Deployment | Model | Size | Traffic |\n|---|---|---|---|\n%s\n"+
		"A request with the header `azureml-model-deployment: NAME` goes to that deployment, whatever the traffic.\n",
		s.names.Endpoint, uri, s.curl(uri), rows.String())
}
