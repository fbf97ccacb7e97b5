package infra

import (
	"slices"

	"github.com/pulumi/pulumi-azure-native-sdk/insights/v2"
	"github.com/pulumi/pulumi-azure-native-sdk/resources/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/machinelearning"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// managedEndpoint is a managed online endpoint with its deployments, the traffic to
// them, what scales them and what watches over them.
type managedEndpoint struct {
	pulumi.ResourceState
	served
	logical

	// Traffic is the resource that has sent the requests to the deployments.
	Traffic *resources.Deployment

	args        managedEndpointArgs
	endpoint    *machinelearning.OnlineEndpoint
	logging     *insights.DiagnosticSetting
	deployments map[string]*machinelearning.OnlineDeployment // by configured name
	alerting    *alerting
}

// served is what callers reach, whatever hosts it.
type served struct {
	// Name and ID are known to a preview.
	Name pulumi.StringOutput
	ID   pulumi.StringOutput
	// ScoringURI is Azure's word for the address, known once it is made.
	ScoringURI pulumi.StringOutput
	// Deployments are the deployments' names in Azure, by their configured ones.
	Deployments pulumi.StringMap
}

// managedEndpointArgs are what a managedEndpoint is made of.
type managedEndpointArgs struct {
	Logical       logical
	Names         stackconfig.Names
	Location      string
	ResourceGroup pulumi.StringInput // name
	Workspace     pulumi.StringInput // name
	ID            string             // the endpoint's, which follows from the names
	Identity      pulumi.StringInput // ARM id of the user-assigned one
	ClientID      pulumi.StringInput // of the identity
	Logs          pulumi.StringInput // ARM id of the Log Analytics workspace
	Access        stackconfig.Endpoint
	Private       bool // callers reach it through the workspace's private endpoint alone
	Deployments   []deploymentArgs
	Traffic       map[string]int // percent, by configured name
	Mirror        map[string]int // likewise, of copies
	Alerts        stackconfig.Alerts
	ShortName     string // of the action group, at most 12 characters
	Tags          pulumi.StringMap
	// Needs are what the deployments can't do without: roles, models, images.
	// The endpoint waits for them, although it needs none itself, so that a
	// destroy removes endpoint and deployments before them.
	Needs []pulumi.Resource

	retries *retries
}

// deploymentArgs are what a deployment is made of.
type deploymentArgs struct {
	stackconfig.Deployment
	Name         string             // the configured one
	ModelVersion pulumi.StringInput // ARM id
	Environment  pulumi.StringInput // ARM id of its version
	// Live is the deployment as it is in Azure, for its instance count.
	Live liveDeployment
	// Fingerprint stands for all of the configuration but the count.
	Fingerprint string
}

// AzureName is the deployment's name in Azure.
func (d deploymentArgs) AzureName() string { return stackconfig.DeploymentName(d.Name, d.InstanceType) }

// newManagedEndpoint declares an endpoint.
func newManagedEndpoint(ctx *pulumi.Context, name string, args managedEndpointArgs, options ...pulumi.ResourceOption) (*managedEndpoint, error) {
	e := &managedEndpoint{args: args, logical: args.Logical, served: served{Deployments: pulumi.StringMap{}}, deployments: map[string]*machinelearning.OnlineDeployment{}}
	if err := ctx.RegisterComponentResource("azure-nlp-endpoint:infra:ManagedEndpoint", name, e, options...); err != nil {
		return nil, err
	}
	if err := e.declareEndpoint(ctx); err != nil {
		return nil, err
	}
	if err := e.declareDeployments(ctx); err != nil {
		return nil, err
	}
	traffic, err := e.declareTraffic(ctx)
	if err != nil {
		return nil, err
	}
	if err := e.declareScaling(ctx); err != nil {
		return nil, err
	}
	if err := e.declareAlerts(ctx); err != nil {
		return nil, err
	}
	e.Traffic = traffic
	e.Name, e.ID = known(e.endpoint, args.Names.Endpoint), known(e.endpoint, args.ID)
	e.ScoringURI = e.endpoint.OnlineEndpointProperties.ScoringUri()
	return e, ctx.RegisterResourceOutputs(e, pulumi.Map{"name": e.Name, "id": e.ID, "scoringUri": e.ScoringURI, "deployments": e.Deployments})
}

// options are those of what the component is made of.
func (e *managedEndpoint) options(more ...pulumi.ResourceOption) []pulumi.ResourceOption {
	return append(more, pulumi.Parent(e))
}

// declareEndpoint makes the endpoint, without traffic, as no deployment exists
// yet. Whatever changes later is put by declareTraffic, together with the
// traffic: a PUT of the endpoint without it would take it all away, so this
// resource leaves the endpoint alone after its creation.
func (e *managedEndpoint) declareEndpoint(ctx *pulumi.Context) (err error) {
	e.endpoint, err = machinelearning.NewOnlineEndpoint(ctx, e.named("endpoint"), &machinelearning.OnlineEndpointArgs{
		ResourceGroupName: e.args.ResourceGroup,
		WorkspaceName:     e.args.Workspace,
		EndpointName:      pulumi.String(e.args.Names.Endpoint),
		Location:          pulumi.String(e.args.Location),
		Kind:              pulumi.String(endpointKind),
		Identity: &machinelearning.ManagedServiceIdentityArgs{
			Type:                   pulumi.String("UserAssigned"),
			UserAssignedIdentities: pulumi.StringArray{e.args.Identity},
		},
		OnlineEndpointProperties: &machinelearning.OnlineEndpointTypeArgs{
			AuthMode:            pulumi.String(authMode(e.args.Access.AuthMode)),
			PublicNetworkAccess: pulumi.String(enabled(!e.args.Private)),
			Description:         pulumi.String(endpointDescription),
		},
		Tags: e.args.Tags,
	}, e.options(pulumi.DependsOn(e.args.Needs), pulumi.IgnoreChanges([]string{"tags", "identity", "onlineEndpointProperties"}))...)
	if err != nil {
		return err
	}
	// A diagnostic setting can take an hour until it is active: it is made
	// with the endpoint, before a deployment has anything to say.
	e.logging, err = diagnose(ctx, e.named("endpoint-diagnostics"), e.endpoint.ID(), e.args.Logs,
		logCategories("AmlOnlineEndpointConsoleLog", "AmlOnlineEndpointTrafficLog", "AmlOnlineEndpointEventLog"), e.options()...)
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

// endpoint declares the stack's endpoint.
func (r run) endpoint(work learning) (*managedEndpoint, error) {
	args := managedEndpointArgs{
		Logical: r.logical, Names: r.names, Location: r.cfg.Location, ResourceGroup: work.name, Workspace: r.provisioned(work.workspace), ID: r.endpointID(),
		Identity: work.identity.ID().ToStringOutput(), ClientID: work.identity.ClientId, Logs: work.logs.ID().ToStringOutput(),
		Access: r.cfg.Endpoint, Private: r.cfg.Private, Traffic: r.cfg.Traffic, Mirror: r.cfg.MirrorTraffic,
		Alerts: r.cfg.Alerts, ShortName: r.cfg.Name, Tags: r.tags,
		Needs: slices.Clone(work.grants), retries: r.retries,
	}
	for _, name := range r.cfg.DeploymentNames() {
		d := deploymentArgs{Deployment: r.cfg.Deployments[name], Name: name}
		model, environment := work.models[d.Model.Name+":"+d.Model.Version], work.environments[name]
		d.ModelVersion, d.Environment = model.ID().ToStringOutput(), environment.ID().ToStringOutput()
		args.Needs = append(args.Needs, model, environment)
		if d.Autoscale != nil {
			var err error
			d.Fingerprint = r.fingerprint(d.AzureName(), r.builds[stackconfig.ImageKey(name)], d.Deployment)
			if d.Live, err = r.liveDeployment(d.AzureName()); err != nil {
				return nil, err
			}
		}
		args.Deployments = append(args.Deployments, d)
	}
	return newManagedEndpoint(r.ctx, r.named("endpoint"), args, r.options()...)
}
