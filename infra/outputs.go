package infra

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"azure-nlp-endpoint/infra/machinelearning"
)

// exportOutputs says where everything is and how to call it. Keys, where the
// endpoint has any, are secrets.
func (s *stack) exportOutputs() error {
	ctx := s.ctx
	uri := s.endpoint.OnlineEndpointProperties.ScoringUri()
	ctx.Export("scoringUri", uri)
	ctx.Export("endpointName", s.endpoint.Name)
	ctx.Export("endpointId", s.endpoint.ID())
	ctx.Export("authMode", pulumi.String(s.cfg.Endpoint.AuthMode))
	ctx.Export("resourceGroup", s.group.Name)
	ctx.Export("workspaceName", s.workspace.Name)
	ctx.Export("workspaceId", s.workspace.ID())
	ctx.Export("registry", s.registry.LoginServer)
	ctx.Export("storageAccount", s.account.Name)
	ctx.Export("modelsContainer", s.container.Name)
	ctx.Export("modelsDatastore", s.datastore.Name)
	ctx.Export("keyVaultUri", s.vault.Properties.VaultUri())
	ctx.Export("logAnalyticsId", s.logs.ID())
	ctx.Export("applicationInsightsId", s.insights.ID())
	ctx.Export("endpointIdentityId", s.identity.ID())
	deployments, traffic := pulumi.StringMap{}, pulumi.IntMap{}
	for name, deployment := range s.deployments {
		deployments[name] = deployment.Name
		traffic[name] = pulumi.Int(s.cfg.Traffic[name])
	}
	ctx.Export("deployments", deployments)
	ctx.Export("traffic", traffic)
	ctx.Export("curl", s.curl(uri))
	ctx.Export("readme", s.readme(uri))
	if s.cfg.Endpoint.AuthMode == authModeKey {
		s.exportKeys()
	}
	if s.ci != nil {
		ctx.Export("ciPreviewClientId", s.ci.preview)
		ctx.Export("ciDeployClientId", s.ci.deploy)
		ctx.Export("tenantId", pulumi.String(s.tenant))
		ctx.Export("subscriptionId", pulumi.String(s.subscription))
	}
	if s.callers != nil {
		ctx.Export("callersGroupId", s.callers)
	}
	return nil
}

// exportKeys asks Azure for the keys. A preview doesn't: whoever may only
// read, such as a pull request's identity, may not list them.
func (s *stack) exportKeys() {
	if s.ctx.DryRun() {
		unknown := pulumi.UnsafeUnknownOutput([]pulumi.Resource{s.endpoint})
		s.ctx.Export("primaryKey", pulumi.ToSecret(unknown))
		s.ctx.Export("secondaryKey", pulumi.ToSecret(unknown))
		return
	}
	keys := machinelearning.ListOnlineEndpointKeysOutput(s.ctx, machinelearning.ListOnlineEndpointKeysOutputArgs{
		ResourceGroupName: s.group.Name,
		WorkspaceName:     s.workspace.Name,
		EndpointName:      s.endpoint.Name,
	})
	s.ctx.Export("primaryKey", pulumi.ToSecret(keys.PrimaryKey()))
	s.ctx.Export("secondaryKey", pulumi.ToSecret(keys.SecondaryKey()))
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
	for _, name := range s.cfg.deploymentNames() {
		d := s.cfg.Deployments[name]
		fmt.Fprintf(&rows, "| %s | %s %s | %s | %d %% |\n", deploymentName(name, d.InstanceType), d.Model.Name, d.Model.Version,
			d.InstanceType, s.cfg.Traffic[name])
	}
	return pulumi.Sprintf("# %s\n\nScores texts at `%s`.\n\n    %s\n\n| Deployment | Model | Size | Traffic |\n|---|---|---|---|\n%s\n"+
		"A request with the header `azureml-model-deployment: NAME` goes to that deployment, whatever the traffic.\n",
		s.names.Endpoint, uri, s.curl(uri), rows.String())
}
