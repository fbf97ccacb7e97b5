package infra

import (
	"strings"

	"github.com/pulumi/pulumi-azure-native-sdk/resources/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/machinelearning"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// declareTraffic sends requests to the deployments, by an ARM template that
// puts the whole endpoint with its traffic once the deployments are there.
// Azure has no other way that fits in a program: traffic can't name a
// deployment that doesn't exist, it is part of the endpoint, and the endpoint
// exists before its deployments.
//
// The template is declared even with no traffic at all, because Pulumi
// removes what left the program at the end: a deployment that is taken out
// has lost its traffic by then and Azure lets it go.
func (s *stack) declareTraffic() error {
	var after []pulumi.Resource
	for _, name := range s.cfg.DeploymentNames() {
		after = append(after, s.deployments[name])
	}
	template := pulumi.All(s.workspace.Name, s.endpoint.Name, s.identity.ID().ToStringOutput(), s.tags.ToStringMapOutput()).ApplyT(
		func(args []any) any {
			return s.trafficTemplate(args[0].(string), args[1].(string), args[2].(string), args[3].(map[string]string))
		})
	var err error
	s.traffic, err = resources.NewDeployment(s.ctx, "endpoint-traffic", &resources.DeploymentArgs{
		ResourceGroupName: s.group.Name,
		DeploymentName:    pulumi.String("endpoint-traffic"),
		Properties: &resources.DeploymentPropertiesArgs{
			Mode:     resources.DeploymentModeIncremental,
			Template: template,
		},
		Tags: s.tags,
	}, pulumi.DependsOn(after), s.retries.of("endpoint-traffic", target{
		s.subscriptionID() + "/resourceGroups/" + s.names.ResourceGroup + "/providers/Microsoft.Resources/deployments/endpoint-traffic", templateVersion,
	}))
	return err
}

// templateVersion is the API version of template deployments.
const templateVersion = "2022-09-01"

func (s *stack) trafficTemplate(workspace, endpoint, identity string, tags map[string]string) map[string]any {
	escaped := map[string]any{}
	for key, value := range tags {
		escaped[key] = literal(value)
	}
	return map[string]any{
		"$schema":        "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
		"contentVersion": "1.0.0.0",
		"resources": []any{map[string]any{
			"type":       "Microsoft.MachineLearningServices/workspaces/onlineEndpoints",
			"apiVersion": machinelearning.APIVersion,
			"name":       workspace + "/" + endpoint,
			"location":   s.cfg.Location,
			"kind":       endpointKind,
			"tags":       escaped,
			"identity": map[string]any{
				"type":                   "UserAssigned",
				"userAssignedIdentities": map[string]any{identity: map[string]any{}},
			},
			"properties": map[string]any{
				"authMode":            authMode(s.cfg.Endpoint.AuthMode),
				"publicNetworkAccess": enabled(s.cfg.Endpoint.PublicNetworkAccess),
				"description":         endpointDescription,
				"traffic":             s.share(s.cfg.Traffic),
				"mirrorTraffic":       s.share(s.cfg.MirrorTraffic),
			},
		}},
	}
}

// share is a percentage by Azure's name of each deployment that gets any.
func (s *stack) share(percent map[string]int) map[string]any {
	out := map[string]any{}
	for name, n := range percent {
		if n > 0 {
			out[stackconfig.DeploymentName(name, s.cfg.Deployments[name].InstanceType)] = n
		}
	}
	return out
}

// literal keeps ARM from reading a text that begins with a bracket as an
// expression.
func literal(text string) string {
	if strings.HasPrefix(text, "[") {
		return "[" + text
	}
	return text
}
