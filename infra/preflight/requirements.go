package preflight

import (
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// Requirements are what a stack's deployments need of Azure. endpoint is the
// endpoint's id, empty where it isn't known.
func Requirements(cfg *stackconfig.Config, endpoint string) Stack {
	stack := Stack{Location: cfg.Location, Endpoint: endpoint, Budget: cfg.Budget.MonthlyAmount > 0}
	for _, name := range cfg.DeploymentNames() {
		d := cfg.Deployments[name]
		minimum, maximum := d.InstanceCount, d.InstanceCount
		if a := d.Autoscale; a != nil {
			minimum, maximum = a.Minimum, a.Maximum
			for _, schedule := range a.Schedules {
				minimum, maximum = min(minimum, schedule.Minimum), max(maximum, schedule.Maximum)
			}
		}
		stack.Deployments = append(stack.Deployments, Deployment{
			Name: name, Azure: stackconfig.DeploymentName(name, d.InstanceType), Size: d.InstanceType,
			Minimum: minimum, Maximum: maximum,
			ImageMiB: d.Image.UncompressedMiB, ModelMiB: d.Model.SizeMiB, MemoryMiB: d.Model.MemoryMiB, GPU: d.Model.GPU,
		})
	}
	return stack
}

// DeliveredModels are the models whose files can be checked.
func DeliveredModels(cfg *stackconfig.Config) []Model {
	var all []Model
	for _, name := range cfg.DeploymentNames() {
		if m := cfg.Deployments[name].Model; m.SHA256 != "" {
			all = append(all, Model{Deployment: name, Name: m.Name, SHA256: m.SHA256})
		}
	}
	return all
}
