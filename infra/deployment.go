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
func (s *stack) declareDeployments() error {
	s.deployments = map[string]*machinelearning.OnlineDeployment{}
	after := append([]pulumi.Resource{s.diagnostics}, s.grants...)
	for _, name := range s.cfg.DeploymentNames() {
		deployment, err := s.declareDeployment(name, s.cfg.Deployments[name], after)
		if err != nil {
			return err
		}
		s.deployments[name] = deployment
		// One after another: while an endpoint is Updating, Azure takes no
		// other operation on it (azure-sdk-for-net#36961).
		after = append(slices.Clone(after), deployment)
	}
	return nil
}

func (s *stack) declareDeployment(name string, d stackconfig.Deployment, after []pulumi.Resource) (*machinelearning.OnlineDeployment, error) {
	azureName := stackconfig.DeploymentName(name, d.InstanceType)
	options := []pulumi.ResourceOption{
		pulumi.DependsOn(after),
		s.retries.of("deployment-"+azureName, target{s.endpointID() + "/deployments/" + azureName, machinelearning.APIVersion}),
		pulumi.DeletedWith(s.endpoint),
		// For pulumi up --replace, which mends a failed deployment: its name is
		// taken until it is gone.
		pulumi.DeleteBeforeReplace(true),
		// An instance takes up to 20 minutes to come, an update one by one.
		pulumi.Timeouts(&pulumi.CustomTimeouts{Create: "90m", Update: "90m", Delete: "60m"}),
	}
	capacity, tags := d.InstanceCount, s.tags
	if d.Autoscale != nil {
		tags = maps.Clone(s.tags)
		tags[configurationTag] = pulumi.String(s.fingerprint(azureName, s.builds[name], d))
		live, err := s.liveDeployment(azureName)
		switch {
		case err != nil:
			return nil, err
		case live.same(s.fingerprint(azureName, s.builds[name], d)):
			options = append(options, pulumi.IgnoreChanges([]string{"sku.capacity"}))
		default:
			capacity = live.capacityOr(d.InstanceCount)
		}
	}
	return machinelearning.NewOnlineDeployment(s.ctx, "deployment-"+azureName, &machinelearning.OnlineDeploymentArgs{
		ResourceGroupName: s.group.Name,
		WorkspaceName:     s.workspace.Name,
		EndpointName:      s.endpoint.Name,
		DeploymentName:    pulumi.String(azureName),
		Location:          s.location(),
		Sku: &machinelearning.SkuArgs{
			Name:     pulumi.String("Default"),
			Capacity: pulumi.Int(capacity),
		},
		OnlineDeploymentProperties: &machinelearning.ManagedOnlineDeploymentArgs{
			EndpointComputeType:  pulumi.String("Managed"),
			Description:          pulumi.String(fmt.Sprintf("%s %s on %s", d.Model.Name, d.Model.Version, d.Image.Repository)),
			InstanceType:         pulumi.String(d.InstanceType),
			Model:                s.models[d.Model.Name+":"+d.Model.Version].ID().ToStringOutput(),
			EnvironmentId:        s.environments[name].ID().ToStringOutput(),
			EnvironmentVariables: pulumi.ToStringMap(d.Variables()),
			LivenessProbe:        probe(d.Probes),
			ReadinessProbe:       probe(d.Probes),
			RequestSettings: &machinelearning.OnlineRequestSettingsArgs{
				RequestTimeout:                   pulumi.String(seconds(d.Requests.TimeoutSeconds)),
				MaxConcurrentRequestsPerInstance: pulumi.Int(d.Requests.MaxConcurrent),
			},
			AppInsightsEnabled: pulumi.Bool(true),
		},
		Tags: tags,
	}, options...)
}

// probe bears a start of StartupSeconds: only then do failures count. Azure
// would otherwise restart an instance that still loads its model.
func probe(p stackconfig.Probes) *machinelearning.ProbeSettingsArgs {
	return &machinelearning.ProbeSettingsArgs{
		InitialDelay:     pulumi.String(seconds(p.PeriodSeconds)),
		Period:           pulumi.String(seconds(p.PeriodSeconds)),
		Timeout:          pulumi.String(seconds(p.TimeoutSeconds)),
		SuccessThreshold: pulumi.Int(1),
		FailureThreshold: pulumi.Int(max(3, (p.StartupSeconds+p.PeriodSeconds-1)/p.PeriodSeconds)),
	}
}

// seconds is a duration as ARM writes it, ISO 8601.
func seconds(n int) string { return fmt.Sprintf("PT%dS", n) }
