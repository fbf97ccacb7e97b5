package infra

import (
	"strings"

	"github.com/pulumi/pulumi-azure-native-sdk/resources/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/machinelearning"
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
func (e *managedEndpoint) declareTraffic(ctx *pulumi.Context) (*resources.Deployment, error) {
	var after []pulumi.Resource
	for _, d := range e.args.Deployments {
		after = append(after, e.deployments[d.Name])
	}
	template := pulumi.All(e.args.Workspace, known(e.endpoint, e.args.Names.Endpoint), e.args.Identity, e.args.Tags.ToStringMapOutput()).ApplyT(
		func(args []any) any {
			return e.trafficTemplate(args[0].(string), args[1].(string), args[2].(string), args[3].(map[string]string))
		})
	group, _, _ := strings.Cut(e.args.ID, "/providers/")
	name := e.named(trafficName)
	return resources.NewDeployment(ctx, name, &resources.DeploymentArgs{
		ResourceGroupName: e.args.ResourceGroup,
		DeploymentName:    pulumi.String(name),
		Properties: &resources.DeploymentPropertiesArgs{
			Mode:     resources.DeploymentModeIncremental,
			Template: template,
		},
		Tags: e.args.Tags,
	}, e.options(pulumi.DependsOn(after),
		e.args.retries.of(name, target{group + "/providers/Microsoft.Resources/deployments/" + name, templateVersion}))...)
}

const (
	trafficName = "endpoint-traffic"
	// templateVersion is the API version of template deployments.
	templateVersion = "2022-09-01"
)

func (e *managedEndpoint) trafficTemplate(workspace, endpoint, identity string, tags map[string]string) map[string]any {
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
			"location":   e.args.Location,
			"kind":       endpointKind,
			"tags":       escaped,
			"identity": map[string]any{
				"type":                   "UserAssigned",
				"userAssignedIdentities": map[string]any{identity: map[string]any{}},
			},
			"properties": map[string]any{
				"authMode":            authMode(e.args.Access.AuthMode),
				"publicNetworkAccess": enabled(!e.args.Private),
				"description":         endpointDescription,
				"traffic":             e.share(e.args.Traffic),
				"mirrorTraffic":       e.share(e.args.Mirror),
			},
		}},
	}
}

// share is a percentage by Azure's name of each deployment that gets any.
func (e *managedEndpoint) share(percent map[string]int) map[string]any {
	out := map[string]any{}
	for _, d := range e.args.Deployments {
		if n := percent[d.Name]; n > 0 {
			out[d.AzureName()] = n
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
