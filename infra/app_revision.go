package infra

import (
	"maps"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// properties are ARM's of the app, with one revision's template and the traffic
// to those of all deployments; with none, nobody outside reaches the app.
func (a *hostedApp) properties(template pulumi.Input, all []revisionArgs) pulumi.Map {
	ingress := pulumi.Map{
		"external": pulumi.Bool(len(all) > 0), "allowInsecure": pulumi.Bool(false), "targetPort": pulumi.Int(api.Port), "transport": pulumi.String("auto"),
	}
	traffic := pulumi.Array{}
	for _, d := range all {
		traffic = append(traffic, pulumi.Map{
			"revisionName": pulumi.String(a.revisionName(d)),
			"label":        pulumi.String(d.Name), // has an address of its own, whatever the traffic
			"weight":       pulumi.Int(a.args.Traffic[d.Name]),
		})
	}
	if len(all) > 0 {
		ingress["traffic"] = traffic
	}
	secrets := pulumi.Array{}
	for _, name := range a.args.Secrets {
		secrets = append(secrets, appSecret(a.args.Names.KeyVault, name, a.args.Identity))
	}
	profile := consumptionProfile
	if a.args.GPU && len(all) > 0 {
		profile = gpuProfile
	}
	return pulumi.Map{
		"environmentId":       a.environment.ID(),
		"workloadProfileName": pulumi.String(profile),
		"configuration": pulumi.Map{
			"activeRevisionsMode":  pulumi.String("Multiple"),
			"maxInactiveRevisions": pulumi.Int(inactiveRevisions),
			"ingress":              ingress,
			"registries":           pulumi.Array{pulumi.Map{"server": a.args.Registry, "identity": a.args.Identity}},
			"secrets":              secrets,
		},
		"template": template,
	}
}

// inactiveRevisions are how many Azure keeps, for a way back.
const inactiveRevisions = 10

// revision is the template of a deployment's revision. The init container
// fetches the model into a volume of the replica, and checks it, unless the image holds it.
func (a *hostedApp) revision(d revisionArgs) pulumi.Map {
	fetch := pulumi.Array{pulumi.String("fetch"), d.Model, pulumi.String("--to"), pulumi.String(modelFolder)}
	if d.Deployment.Model.SHA256 != "" {
		fetch = append(fetch, pulumi.String("--sha256"), pulumi.String(d.Deployment.Model.SHA256))
	}
	resources := replicaResources(d.Deployment)
	scorer := pulumi.Map{
		"name": pulumi.String(scorerName), "image": d.Image, "resources": resources, "env": variables(d.Deployment), "probes": appProbes(d.Probes),
	}
	template := pulumi.Map{
		"revisionSuffix":                pulumi.String(d.Suffix),
		"terminationGracePeriodSeconds": pulumi.Int(stoppingTakes),
		"containers":                    pulumi.Array{scorer},
		"scale": pulumi.Map{
			"minReplicas": pulumi.Int(d.Replicas.Minimum), "maxReplicas": pulumi.Int(d.Replicas.Maximum),
			"rules": pulumi.Array{pulumi.Map{"name": pulumi.String("requests"), "http": pulumi.Map{
				"metadata": pulumi.Map{"concurrentRequests": pulumi.String(strconv.Itoa(scaleOutAt(d.Requests)))},
			}}},
		},
	}
	if d.Deployment.Model.Baked {
		return template
	}
	mounts := pulumi.Array{pulumi.Map{"volumeName": pulumi.String(modelName), "mountPath": pulumi.String(modelFolder)}}
	scorer["volumeMounts"] = mounts
	template["volumes"] = pulumi.Array{pulumi.Map{"name": pulumi.String(modelName), "storageType": pulumi.String("EmptyDir")}}
	template["initContainers"] = pulumi.Array{pulumi.Map{
		"name": pulumi.String(modelName), "image": d.Image, "args": fetch, "resources": resources, "volumeMounts": mounts,
		"env": pulumi.Array{pulumi.Map{"name": pulumi.String("AZURE_CLIENT_ID"), "value": a.args.ClientID}},
	}}
	return template
}

func replicaResources(d stackconfig.Deployment) pulumi.Map {
	return pulumi.Map{
		"cpu": pulumi.Float64(d.ReplicaVCPUs()), "memory": pulumi.String(strconv.FormatFloat(d.ReplicaMemoryGiB(), 'f', -1, 64) + "Gi"),
	}
}

// scaleOutAt is how many requests at a time a replica has when another one is
// due: half of what the scorer takes, so that it takes the rest until that is there.
func scaleOutAt(r stackconfig.Requests) int { return max(1, r.MaxConcurrent/2) }

// variables are the container's, in order.
func variables(d stackconfig.Deployment) pulumi.Array {
	all := d.Variables()
	if !d.Model.Baked { // where that is, the image says
		all["SCORER_MODEL_DIR"] = modelFolder
	}
	out := pulumi.Array{}
	for _, name := range slices.Sorted(maps.Keys(d.Secrets)) {
		out = append(out, pulumi.Map{"name": pulumi.String(name), "secretRef": pulumi.String(d.Secrets[name])})
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		out = append(out, pulumi.Map{"name": pulumi.String(name), "value": pulumi.String(all[name])})
	}
	return out
}

// Bounds of a startup probe.
const startupFailures = 10

// appProbes look every second whether a replica is ready, because a request may
// wait for it. A start of up to MaxQuickStart is liveness' delay before its first
// probe. A longer one needs a startup probe, which fails ten times at most, so that
// its period, a tenth of the time, is how late a replica that is ready is found.
func appProbes(p stackconfig.Probes) pulumi.Array {
	probe := func(kind, path string, delay, period, failures int) pulumi.Map {
		return pulumi.Map{
			"type": pulumi.String(kind), "httpGet": pulumi.Map{"path": pulumi.String(path), "port": pulumi.Int(api.Port)},
			"initialDelaySeconds": pulumi.Int(delay), "periodSeconds": pulumi.Int(period), "timeoutSeconds": pulumi.Int(p.TimeoutSeconds),
			"failureThreshold": pulumi.Int(failures), "successThreshold": pulumi.Int(1),
		}
	}
	delay := p.StartupSeconds
	var probes pulumi.Array
	if p.StartupSeconds > stackconfig.MaxQuickStart {
		delay = 1
		probes = pulumi.Array{probe("Startup", api.LivePath, 1, (p.StartupSeconds+startupFailures-1)/startupFailures, startupFailures)}
	}
	return append(probes,
		probe("Liveness", api.LivePath, delay, p.PeriodSeconds, failures),
		probe("Readiness", api.ReadyPath, 0, 1, failures))
}
