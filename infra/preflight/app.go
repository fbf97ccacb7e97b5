package preflight

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// appsVersion is that of Microsoft.App.
const appsVersion = "2024-03-01"

// gpuRegions have serverless T4s, as far as Microsoft's pages name them
// (container-apps/workload-profiles-overview and gpu-serverless-overview, read in
// November 2026); more have come since, so that another one is only warned of.
var gpuRegions = []string{"westus3", "australiaeast", "swedencentral"}

// appHeadroomMiB is what a replica needs besides the model, of memory and of disk.
const appHeadroomMiB = 256

// gpuMemoryMiB is a T4's.
const gpuMemoryMiB = 16 << 10

// checkApp checks what a Container App's replicas need.
func (r *Report) checkApp(ctx context.Context, in Input) {
	cfg, gpus, cores := in.Config, 0, 0.0
	for _, name := range cfg.DeploymentNames() {
		d := cfg.Deployments[name]
		r.checkReplica(name, d)
		r.Costs = append(r.Costs, replicaCost(name, d)...)
		r.beside(name, d)
		if d.Model.GPU {
			gpus += d.Replicas.Maximum
			r.skip("cost of "+name, "no list names the price of a serverless T4; a replica that doesn't run costs nothing")
		} else {
			cores += d.VCPUs * float64(d.Replicas.Maximum)
		}
	}
	if gpus > 0 && !slices.Contains(gpuRegions, cfg.Location) {
		r.warn("location = %q: Microsoft's pages name no serverless T4 there, but in %s", cfg.Location, strings.Join(gpuRegions, ", "))
	}
	if in.Client == nil {
		r.skip("quota of Container Apps", cmp.Or(in.Unasked, "not signed in to Azure"))
		return
	}
	r.checkGPUQuota(ctx, in, gpus)
	r.checkAppQuota(ctx, in, map[string]float64{consumptionCores: cores})
}

// checkReplica compares a deployment with its replica: memory, GPU memory, and the
// replica's disk, which the model is fetched to.
func (r *Report) checkReplica(name string, d stackconfig.Deployment) {
	at := "deployments." + name
	if disk := replicaDisk(d.ReplicaVCPUs()); !d.Model.Baked && d.Model.SizeMiB+appHeadroomMiB > disk {
		r.find("%s.vCPUs = %g: the model needs %s of disk (with %s besides), a replica has %s: %s", at, d.ReplicaVCPUs(),
			gib(d.Model.SizeMiB+appHeadroomMiB), gib(appHeadroomMiB), gib(disk), "take a smaller or quantized model, more vCPUs up to 1.25, or hosting managedEndpoint")
	}
	has, what := int(d.ReplicaMemoryGiB()*1024), "memory"
	if d.Model.GPU {
		has, what = gpuMemoryMiB, "GPU memory"
	}
	if needs := d.Model.MemoryMiB + appHeadroomMiB; needs > has {
		remedy := "set vCPUs to more: each has 2 GiB"
		if d.Model.GPU || needs > 8<<10 {
			remedy = "take a smaller or quantized model, or hosting managedEndpoint with a larger size"
		}
		r.find("%s.vCPUs = %g: the model needs %s of %s (with %s besides), a replica has %s: %s", at, d.ReplicaVCPUs(), gib(needs), what, gib(appHeadroomMiB), gib(has), remedy)
	}
}

// replicaDisk is a replica's ephemeral storage in MiB, by its vCPUs (Microsoft
// Learn, container-apps/storage-mounts).
func replicaDisk(vCPUs float64) int {
	for _, step := range []struct {
		vCPUs float64
		gib   int
	}{{0.25, 1}, {0.5, 2}, {1, 4}} {
		if vCPUs <= step.vCPUs {
			return step.gib << 10
		}
	}
	return 8 << 10
}

// List prices of a running replica, pay as you go, USD a second: of a vCPU and of a
// GiB (Microsoft's "Understanding idle usage in Azure Container Apps",
// techcommunity.microsoft.com, 2025, read in November 2026). The free grant of each
// month isn't taken off.
const (
	vCPUSecond     = 0.000024
	gibSecond      = 0.000003
	appListedWhere = "list prices of Central US gathered in November 2026"
)

// replicaCost is what a deployment's replicas cost while they run.
func replicaCost(name string, d stackconfig.Deployment) []Cost {
	if d.Model.GPU {
		return nil
	}
	memory := d.ReplicaMemoryGiB()
	hour := 3600 * (d.VCPUs*vCPUSecond + memory*gibSecond)
	return []Cost{{name, fmt.Sprintf("%g vCPUs and %g GiB", d.VCPUs, memory), "USD", hour, d.Replicas.Minimum, d.Replicas.Maximum, appListedWhere}}
}

// beside notes what a managed endpoint costs that the deployment fits on, at its
// smallest, which runs whether anybody calls or not.
func (r *Report) beside(name string, d stackconfig.Deployment) {
	needs := Deployment{ImageMiB: d.Image.UncompressedMiB, ModelMiB: d.Model.SizeMiB, MemoryMiB: d.Model.MemoryMiB, GPU: d.Model.GPU}
	for _, s := range fits(needs, knownSizes, nil) {
		if hour, ok := listed[strings.ToLower(s.Name)]; ok {
			r.Beside = append(r.Beside, fmt.Sprintf("beside it, by %s, %s on a managed endpoint: %s, always", listedWhere, name, price("USD", hour, hour, 1, 1, s.Name)))
			return
		}
	}
}

// Quotas of an environment, as its usages name them.
const (
	consumptionCores = "ManagedEnvironmentConsumptionCores"
)

// subscriptionT4s is the subscription's quota of serverless T4s in a region. The name was
// read in the public code of a tool that grants such quota ("quota for consumption GPUs
// for T4 VMs per subscription"), not in an answer of Azure's.
const subscriptionT4s = "SubscriptionConsumptionT4Gpus"

// checkGPUQuota compares the T4s that replicas need at most with the subscription's.
func (r *Report) checkGPUQuota(ctx context.Context, in Input, gpus int) {
	if gpus == 0 {
		return
	}
	var list appUsages
	found, err := in.Client.get(ctx, in.subscriptionID()+"/providers/Microsoft.App/locations/"+in.Config.Location+"/usages", appsVersion, &list)
	if err != nil {
		r.skip("quota of serverless T4s", err.Error())
		return
	}
	for _, usage := range list.Value {
		if !strings.EqualFold(usage.Name.Value, subscriptionT4s) {
			continue
		}
		if usage.Limit >= 0 && float64(gpus) > usage.Limit {
			r.find("quota %s in %s: needed %d at most, limit %g; lower replicas.maximum, or ask for more quota of Container Apps in the portal, under Quotas",
				subscriptionT4s, in.Config.Location, gpus, usage.Limit)
		}
		return
	}
	r.skip("quota of serverless T4s", fmt.Sprintf("Azure lists none as %s in %s (any list: %t); the portal shows it under Quotas", subscriptionT4s, in.Config.Location, found))
}

// appUsages are quotas of Container Apps.
type appUsages struct {
	Value []struct {
		Name         struct{ Value string }
		CurrentValue float64
		Limit        float64
	}
}

// checkAppQuota compares what the replicas need at most with the environment's
// quota, once there is an environment: before, Azure lists none.
func (r *Report) checkAppQuota(ctx context.Context, in Input, needed map[string]float64) {
	id := "/subscriptions/" + in.Client.Subscription + "/resourceGroups/" + in.Names.ResourceGroup + "/providers/Microsoft.App/managedEnvironments/" + in.Names.AppsHost
	var list appUsages
	found, err := in.Client.get(ctx, id+"/usages", appsVersion, &list)
	switch {
	case err != nil:
		r.skip("quota of Container Apps", err.Error())
		return
	case !found:
		r.skip("quota of Container Apps", "the environment isn't there yet; az containerapp env list-usages shows it once it is")
		return
	}
	for _, usage := range list.Value {
		need := needed[usage.Name.Value]
		if need > 0 && usage.Limit >= 0 && need > usage.Limit {
			r.find("quota %s in %s: needed %g at most, limit %g; lower replicas.maximum, or ask for more quota of Container Apps in the portal, under Quotas",
				usage.Name.Value, in.Config.Location, need, usage.Limit)
		}
	}
}
