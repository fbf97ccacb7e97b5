package infra

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/machinelearning"
)

// declareEndpoint makes the endpoint, without traffic, as no deployment
// exists yet. Whatever changes later is put by declareTraffic, together with
// the traffic: a PUT of the endpoint without it would take it all away, so
// this resource leaves the endpoint alone after its creation.
//
// It depends on all that its deployments need, although it needs none of it
// itself, so that a destroy removes endpoint and deployments before them.
func (s *stack) declareEndpoint() (err error) {
	needed := append([]pulumi.Resource{}, s.grants...)
	for _, model := range s.models {
		needed = append(needed, model)
	}
	for _, environment := range s.environments {
		needed = append(needed, environment)
	}
	s.endpoint, err = machinelearning.NewOnlineEndpoint(s.ctx, "endpoint", &machinelearning.OnlineEndpointArgs{
		ResourceGroupName: s.group.Name,
		WorkspaceName:     s.workspace.Name,
		EndpointName:      pulumi.String(s.names.Endpoint),
		Location:          s.location(),
		Kind:              pulumi.String(endpointKind),
		Identity: &machinelearning.ManagedServiceIdentityArgs{
			Type:                   pulumi.String("UserAssigned"),
			UserAssignedIdentities: pulumi.StringArray{s.identity.ID().ToStringOutput()},
		},
		OnlineEndpointProperties: &machinelearning.OnlineEndpointTypeArgs{
			AuthMode:            pulumi.String(authMode(s.cfg.Endpoint.AuthMode)),
			PublicNetworkAccess: pulumi.String(enabled(s.cfg.Endpoint.PublicNetworkAccess)),
			Description:         pulumi.String(endpointDescription),
		},
		Tags: s.tags,
	}, pulumi.DependsOn(needed), pulumi.IgnoreChanges([]string{"tags", "identity", "onlineEndpointProperties"}))
	if err != nil {
		return err
	}
	// A diagnostic setting can take an hour until it is active: it is made
	// with the endpoint, before a deployment has anything to say.
	s.diagnostics, err = s.diagnose("endpoint-diagnostics", s.endpoint.ID(),
		logCategories("AmlOnlineEndpointConsoleLog", "AmlOnlineEndpointTrafficLog", "AmlOnlineEndpointEventLog"))
	return err
}

const (
	endpointKind        = "Managed"
	endpointDescription = "NLP model behind the scorer"
	authModeKey         = "key"
)

// authMode is ARM's name for a configured mode.
func authMode(mode string) string {
	if mode == authModeKey {
		return "Key"
	}
	return "AADToken"
}
