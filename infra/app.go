package infra

import (
	"cmp"
	"strings"

	"github.com/pulumi/pulumi-azure-native-sdk/insights/v2"
	"github.com/pulumi/pulumi-azure-native-sdk/resources/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/containerapps"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// hostedApp is a Container App with its revisions, the traffic to them, and who may
// call it.
type hostedApp struct {
	pulumi.ResourceState
	served
	logical

	args        hostedAppArgs
	environment *containerapps.ManagedEnvironment
	app         *containerapps.ContainerApp
	auth        *containerapps.AuthConfig
}

// hostedAppArgs are what a hostedApp is made of.
type hostedAppArgs struct {
	Logical       logical
	Names         stackconfig.Names
	Location      string
	ResourceGroup pulumi.StringInput // name
	ID            string             // the app's, which follows from the names
	Tenant        string
	Identity      pulumi.StringInput // ARM id of the user-assigned one
	IdentityID    string             // the same, known before it is made
	ClientID      pulumi.StringInput // of the identity
	Registry      pulumi.StringInput // host
	Logs          pulumi.StringInput // ARM id of the Log Analytics workspace
	Subnet        pulumi.StringInput // ARM id of the subnet of a private app, nil else
	Access        stackconfig.Endpoint
	Callers       pulumi.StringArray // object ids of who may call the app
	Alerts        stackconfig.Alerts
	ShortName     string // of the action group, at most 12 characters
	GPU           bool   // of all deployments, or none
	Deployments   []revisionArgs
	Traffic       map[string]int // percent, by configured name
	Live          liveApp
	Secrets       []string // of the app, by their names in the vault
	Tags          pulumi.StringMap
	// Needs are what a revision can't do without: roles, the models' files. The
	// app waits for them, and is destroyed before them.
	Needs []pulumi.Resource

	retries *retries
	// activate and retire start and stop revisions in an update; nil else.
	activate, retire func() error
}

// revisionArgs are what a deployment's revision is made of.
type revisionArgs struct {
	stackconfig.Deployment
	Name   string // the configured one
	Suffix string // of the revision's name
	Image  pulumi.StringInput
	Model  pulumi.StringInput // the folder's address, once its files are there
}

// Names of what a stack has one of.
const (
	consumptionProfile = "Consumption"
	gpuProfile         = "gpu-t4"
	gpuT4              = "Consumption-GPU-NC8as-T4"
	authName           = "current" // the only one that Azure takes
	openName           = "app-open"
	scorerName         = "scorer"
	modelName          = "model" // of the init container and the volume
	modelFolder        = "/model"
	// What the app runs until it is opened: what the Azure CLI takes as well.
	closedSuffix  = "closed"
	closedImage   = "mcr.microsoft.com/k8se/quickstart:latest"
	stoppingTakes = 45 // seconds: longer than the scorer's drain delay and grace
)

// newHostedApp declares an app in an environment of its own.
func newHostedApp(ctx *pulumi.Context, name string, args hostedAppArgs, options ...pulumi.ResourceOption) (*hostedApp, error) {
	a := &hostedApp{args: args, logical: args.Logical, served: served{Deployments: pulumi.StringMap{}}}
	if err := ctx.RegisterComponentResource("azure-nlp-endpoint:infra:App", name, a, options...); err != nil {
		return nil, err
	}
	logging, err := a.declareEnvironment(ctx)
	if err != nil {
		return nil, err
	}
	a.Name, a.ID = known(a.environment, args.Names.Endpoint), known(a.environment, args.ID)
	a.ScoringURI = pulumi.Sprintf("https://%s.%s%s", args.Names.Endpoint, a.environment.DefaultDomain, api.ScoringRoute)
	if len(args.Deployments) > 0 {
		if err := a.declareApp(ctx, logging); err != nil {
			return nil, err
		}
	}
	return a, ctx.RegisterResourceOutputs(a, pulumi.Map{"name": a.Name, "id": a.ID, "scoringUri": a.ScoringURI, "deployments": a.Deployments})
}

// options are those of what the component is made of.
func (a *hostedApp) options(more ...pulumi.ResourceOption) []pulumi.ResourceOption {
	return append(more, pulumi.Parent(a))
}

func (a *hostedApp) declareEnvironment(ctx *pulumi.Context) (logging *insights.DiagnosticSetting, err error) {
	a.environment, logging, err = newEnvironment(ctx, environmentArgs{
		Logical: a.logical, Name: a.args.Names.AppsHost, Location: a.args.Location, ResourceGroup: a.args.ResourceGroup, Logs: a.args.Logs, Subnet: a.args.Subnet, GPU: a.args.GPU, Tags: a.args.Tags,
	}, a.options()...)
	return logging, err
}

// environmentArgs are what an environment is made of.
type environmentArgs struct {
	Logical        logical
	Name, Location string
	ResourceGroup  pulumi.StringInput // name
	Logs           pulumi.StringInput // ARM id of the Log Analytics workspace
	Subnet         pulumi.StringInput // ARM id of the subnet in which alone the apps are reached; nil is everywhere
	GPU            bool
	Tags           pulumi.StringMap
}

// newEnvironment makes the environment of apps. Its logs go through a diagnostic
// setting, which needs no key of the Log Analytics workspace.
func newEnvironment(ctx *pulumi.Context, args environmentArgs, options ...pulumi.ResourceOption) (*containerapps.ManagedEnvironment, *insights.DiagnosticSetting, error) {
	profiles := pulumi.Array{profile(consumptionProfile, consumptionProfile)}
	if args.GPU {
		profiles = append(profiles, profile(gpuProfile, gpuT4))
	}
	properties := pulumi.Map{
		"resourceGroupName":    args.ResourceGroup,
		"environmentName":      pulumi.String(args.Name),
		"location":             pulumi.String(args.Location),
		"appLogsConfiguration": pulumi.Map{"destination": pulumi.String("azure-monitor")},
		"workloadProfiles":     profiles,
		"tags":                 args.Tags,
	}
	if args.Subnet != nil {
		properties["vnetConfiguration"] = pulumi.Map{"infrastructureSubnetId": args.Subnet, "internal": pulumi.Bool(true)}
	}
	made, err := containerapps.NewManagedEnvironment(ctx, args.Logical.named("apps-environment"), properties, options...)
	if err != nil {
		return nil, nil, err
	}
	logging, err := diagnose(ctx, args.Logical.named("apps-diagnostics"), made.ID(), args.Logs, logCategories("ContainerAppConsoleLogs", "ContainerAppSystemLogs"), options...)
	return made, logging, err
}

func profile(name, typ string) pulumi.Map {
	return pulumi.Map{"name": pulumi.String(name), "workloadProfileType": pulumi.String(typ)}
}

// declareApp makes the app closed to the outside, says who may call it, and only
// then opens it: until Azure knows that, whoever found the address could call.
// The app's own resource makes it once, with a public image that is never called and
// without a GPU, of which there may be one, and leaves it alone then. A template puts
// all that changes; it may be put again at any time, as it is where a role wasn't in
// effect at first.
func (a *hostedApp) declareApp(ctx *pulumi.Context, logging *insights.DiagnosticSetting) (err error) {
	first := a.properties(pulumi.Map{
		"revisionSuffix": pulumi.String(closedSuffix),
		"containers": pulumi.Array{pulumi.Map{
			"name": pulumi.String(scorerName), "image": pulumi.String(closedImage),
			"resources": pulumi.Map{"cpu": pulumi.Float64(1), "memory": pulumi.String("2Gi")},
		}},
		"scale": pulumi.Map{"minReplicas": pulumi.Int(0), "maxReplicas": pulumi.Int(1)},
	}, nil)
	for key, value := range (pulumi.Map{
		"resourceGroupName": a.args.ResourceGroup,
		"containerAppName":  pulumi.String(a.args.Names.Endpoint),
		"location":          pulumi.String(a.args.Location),
		"identity":          pulumi.Map{"type": pulumi.String("UserAssigned"), "userAssignedIdentities": pulumi.Array{a.args.Identity}},
		"tags":              a.args.Tags,
	}) {
		first[key] = value
	}
	a.app, err = containerapps.NewContainerApp(ctx, a.named("app"), first, a.options(
		pulumi.DependsOn(append([]pulumi.Resource{logging}, a.args.Needs...)),
		pulumi.IgnoreChanges([]string{"tags", "identity", "configuration", "template", "environmentId", "workloadProfileName"}),
		pulumi.Timeouts(&pulumi.CustomTimeouts{Create: "30m", Delete: "30m"}),
	)...)
	if err != nil {
		return err
	}
	if err := a.declareCallers(ctx); err != nil {
		return err
	}
	opened, err := a.open(ctx)
	if err != nil {
		return err
	}
	for _, d := range a.args.Deployments {
		a.Deployments[d.Name] = known(opened, a.revisionName(d))
	}
	if err := a.declareAlerts(ctx); err != nil {
		return err
	}
	uri := a.ScoringURI
	a.ScoringURI = pulumi.All(uri, opened.ID()).ApplyT(func(v []any) (string, error) {
		if a.args.retire == nil {
			return v[0].(string), nil
		}
		return v[0].(string), a.args.retire()
	}).(pulumi.StringOutput)
	return nil
}

func (a *hostedApp) revisionName(d revisionArgs) string {
	return a.args.Names.Endpoint + "--" + d.Suffix
}

// open puts the whole app, with the revision that is new, if one is, and the
// traffic to all of them.
//
// An app's template is that of its latest revision, whichever deployment that is.
// While no revision is new it stays that: putting an older one's again is refused,
// because its name is taken (microsoft/azure-container-apps#1278).
func (a *hostedApp) open(ctx *pulumi.Context) (*resources.Deployment, error) {
	properties := a.properties(a.latest(), a.args.Deployments)
	template := pulumi.All(properties, a.args.Tags, a.auth.ID()).ApplyT(func(v []any) (any, error) {
		if a.args.activate != nil {
			if err := a.args.activate(); err != nil {
				return nil, err
			}
		}
		return a.template(v[0], v[1]), nil
	})
	group, _, _ := strings.Cut(a.args.ID, "/providers/")
	name := a.named(openName)
	options := a.options(a.args.retries.of(name, target{group + "/providers/Microsoft.Resources/deployments/" + name, templateVersion}))
	return resources.NewDeployment(ctx, name, &resources.DeploymentArgs{
		ResourceGroupName: a.args.ResourceGroup,
		DeploymentName:    pulumi.String(name),
		Properties:        &resources.DeploymentPropertiesArgs{Mode: resources.DeploymentModeIncremental, Template: template},
		Tags:              a.args.Tags,
	}, options...)
}

// latest is the template of the revision that is to be the app's latest: a new one's,
// or that of the one that is. What no deployment has any more, as one that failed,
// stays as Azure has it.
func (a *hostedApp) latest() pulumi.Input {
	var there *revisionArgs
	for _, d := range a.args.Deployments {
		switch name := a.revisionName(d); {
		case !a.args.Live.has(name):
			return a.revision(d)
		case name == a.args.Live.Properties.LatestRevisionName:
			there = &d
		}
	}
	if there == nil {
		return pulumi.Any(a.args.Live.template())
	}
	// An image that is built may be built again with another digest.
	there.Image = pulumi.String(a.args.Live.image())
	return a.revision(*there)
}

func (a *hostedApp) template(properties, tags any) any {
	return map[string]any{
		"$schema":        "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
		"contentVersion": "1.0.0.0",
		"resources": []any{map[string]any{
			"type":       "Microsoft.App/containerApps",
			"apiVersion": containerapps.APIVersion,
			"name":       a.args.Names.Endpoint,
			"location":   a.args.Location,
			"tags":       literals(tags),
			"identity":   map[string]any{"type": "UserAssigned", "userAssignedIdentities": map[string]any{a.args.IdentityID: map[string]any{}}},
			"properties": literals(properties),
		}},
	}
}

// literals are a value's texts as a template holds them.
func literals(value any) any {
	switch v := value.(type) {
	case string:
		return literal(v)
	case map[string]any:
		out := map[string]any{}
		for key, inner := range v {
			out[key] = literals(inner)
		}
		return out
	case map[string]string:
		out := map[string]any{}
		for key, inner := range v {
			out[key] = literal(inner)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			out[i] = literals(inner)
		}
		return out
	}
	return value
}

// declareCallers says who may call: those who have a token for the app's
// registration and are named, nobody else. An anonymous call gets 401.
func (a *hostedApp) declareCallers(ctx *pulumi.Context) (err error) {
	audience := a.args.Access.ClientID
	a.auth, err = containerapps.NewAuthConfig(ctx, a.named("app-callers"), pulumi.Map{
		"resourceGroupName": a.args.ResourceGroup,
		"containerAppName":  known(a.app, a.args.Names.Endpoint),
		"authConfigName":    pulumi.String(authName),
		"platform":          pulumi.Map{"enabled": pulumi.Bool(true)},
		"globalValidation":  pulumi.Map{"unauthenticatedClientAction": pulumi.String("Return401")},
		"httpSettings":      pulumi.Map{"requireHttps": pulumi.Bool(true)},
		"identityProviders": pulumi.Map{"azureActiveDirectory": pulumi.Map{
			"enabled": pulumi.Bool(true),
			"registration": pulumi.Map{
				"clientId":     pulumi.String(audience),
				"openIdIssuer": pulumi.String("https://login.microsoftonline.com/" + cmp.Or(a.args.Tenant, "common") + "/v2.0"),
			},
			"validation": pulumi.Map{
				"allowedAudiences": pulumi.ToStringArray([]string{audience, "api://" + audience}),
				"defaultAuthorizationPolicy": pulumi.Map{
					"allowedPrincipals": pulumi.Map{"identities": a.args.Callers},
				},
			},
		}},
		// It goes with the app: without it the app would be open until it is gone.
	}, a.options(pulumi.DeletedWith(a.app))...)
	return err
}
