package infra

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/machinelearning"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// declareDeployments makes the deployments. They are removed with the
// endpoint where that is removed: Azure refuses to delete a deployment that
// has traffic, and an endpoint takes its deployments along.
func (e *managedEndpoint) declareDeployments(ctx *pulumi.Context) error {
	after := append([]pulumi.Resource{e.logging}, e.args.Needs...)
	for _, d := range e.args.Deployments {
		made, err := e.declareDeployment(ctx, d, after)
		if err != nil {
			return err
		}
		e.deployments[d.Name] = made
		e.Deployments[d.Name] = known(made, d.AzureName())
		// One after another: while an endpoint is Updating, Azure takes no
		// other operation on it (azure-sdk-for-net#36961).
		after = append(slices.Clone(after), made)
	}
	return nil
}

func (e *managedEndpoint) declareDeployment(ctx *pulumi.Context, d deploymentArgs, after []pulumi.Resource) (*machinelearning.OnlineDeployment, error) {
	azureName := d.AzureName()
	options := e.options(
		pulumi.DependsOn(after),
		e.args.retries.of(e.named("deployment-"+azureName), target{e.args.ID + "/deployments/" + azureName, machinelearning.APIVersion}),
		pulumi.DeletedWith(e.endpoint),
		// For pulumi up --replace, which mends a failed deployment: its name is
		// taken until it is gone.
		pulumi.DeleteBeforeReplace(true),
		// An instance takes up to 20 minutes to come, an update one by one.
		pulumi.Timeouts(&pulumi.CustomTimeouts{Create: "90m", Update: "90m", Delete: "60m"}),
	)
	capacity, tags := d.InstanceCount, e.args.Tags
	if d.Autoscale != nil {
		tags = maps.Clone(tags)
		tags[configurationTag] = pulumi.String(d.Fingerprint)
		if d.Live.same(d.Fingerprint) {
			options = append(options, pulumi.IgnoreChanges([]string{"sku.capacity"}))
		} else {
			capacity = d.Live.capacityOr(d.InstanceCount)
		}
	}
	liveness, readiness := probes(d.Probes)
	return machinelearning.NewOnlineDeployment(ctx, e.named("deployment-"+azureName), &machinelearning.OnlineDeploymentArgs{
		ResourceGroupName: e.args.ResourceGroup,
		WorkspaceName:     e.args.Workspace,
		EndpointName:      known(e.endpoint, e.args.Names.Endpoint),
		DeploymentName:    pulumi.String(azureName),
		Location:          pulumi.String(e.args.Location),
		Sku: &machinelearning.SkuArgs{
			Name:     pulumi.String("Default"),
			Capacity: pulumi.Int(capacity),
		},
		OnlineDeploymentProperties: &machinelearning.ManagedOnlineDeploymentArgs{
			EndpointComputeType:  pulumi.String("Managed"),
			Description:          pulumi.String(fmt.Sprintf("%s %s on %s", d.Model.Name, d.Model.Version, d.Image.Repository)),
			InstanceType:         pulumi.String(d.InstanceType),
			Model:                d.ModelVersion,
			EnvironmentId:        d.Environment,
			EnvironmentVariables: referring(d.Deployment, e.args.Names.KeyVault, e.args.ClientID),
			LivenessProbe:        liveness,
			ReadinessProbe:       readiness,
			RequestSettings: &machinelearning.OnlineRequestSettingsArgs{
				RequestTimeout:                   pulumi.String(seconds(d.Requests.TimeoutSeconds)),
				MaxConcurrentRequestsPerInstance: pulumi.Int(d.Requests.MaxConcurrent),
			},
			AppInsightsEnabled: pulumi.Bool(true),
			DataCollector:      collector(d.Collect),
		},
		Tags: tags,
	}, options...)
}

// collector has Azure write bodies to the workspace's own storage, under the names that
// it reserves for them (how-to-collect-production-data, "Payload logging"); nil is none.
func collector(c stackconfig.Collect) pulumi.MapInput {
	collections := pulumi.Map{}
	for name, percent := range map[string]int{"request": c.Requests, "response": c.Responses} {
		if percent > 0 {
			collections[name] = pulumi.Map{"dataCollectionMode": pulumi.String("Enabled"), "samplingRate": pulumi.Float64(float64(percent) / 100)}
		}
	}
	if len(collections) == 0 {
		return nil
	}
	return pulumi.Map{"collections": collections, "rollingRate": pulumi.String("Day")}
}

// failures is how many probes in a row must fail until Azure acts.
const failures = 3

// probes bear a start of StartupSeconds and still notice within half a minute
// that an instance hangs: the time to start is liveness' delay before its first
// probe, not a threshold, which would hold for good. A readiness failure takes
// an instance out of rotation, a liveness failure restarts it
// (reference-yaml-deployment-managed-online, ProbeSettings). Readiness begins at
// once, so that a quick start counts, and is false until the model is loaded.
func probes(p stackconfig.Probes) (liveness, readiness *machinelearning.ProbeSettingsArgs) {
	probe := func(delay, threshold int) *machinelearning.ProbeSettingsArgs {
		return &machinelearning.ProbeSettingsArgs{
			InitialDelay:     pulumi.String(seconds(delay)),
			Period:           pulumi.String(seconds(p.PeriodSeconds)),
			Timeout:          pulumi.String(seconds(p.TimeoutSeconds)),
			SuccessThreshold: pulumi.Int(1),
			FailureThreshold: pulumi.Int(threshold),
		}
	}
	return probe(max(p.StartupSeconds, p.PeriodSeconds), failures), probe(p.PeriodSeconds, failures)
}

// seconds is a duration as ARM writes it, ISO 8601.
func seconds(n int) string { return fmt.Sprintf("PT%dS", n) }
