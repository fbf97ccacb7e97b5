package stackconfig

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"regexp"
	"slices"
)

// What runs a stack's deployments.
const (
	// ManagedEndpoint is a managed online endpoint of Azure Machine Learning.
	ManagedEndpoint = "managedEndpoint"
	// ContainerApp is an app of Azure Container Apps, which scales to zero.
	ContainerApp = "containerApp"
)

// Sizes of a replica (Microsoft Learn, container-apps/containers and
// gpu-serverless-overview).
const (
	MaxVCPUs      = 4 // of the profile Consumption
	GPUVCPUs      = 8 // of the profile Consumption-GPU-NC8as-T4, with MemoryGiB
	gpuMemoryGiB  = 56
	memoryPerVCPU = 2 // GiB
)

// MaxQuickStart is how many seconds a replica may take to start without a
// startup probe: the longest delay of Container Apps' liveness probe.
const MaxQuickStart = 60

// longestStart is ten failures of the longest period of a startup probe.
const longestStart = 10 * 240

var guidPattern = regexp.MustCompile(`^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$`)

// maxCallers is how many object ids fit into the 500 characters that the
// authorization policy takes (Microsoft Learn, app-service/
// configure-authentication-provider-aad, which Container Apps share).
const maxCallers = 13

// ReplicaVCPUs are those of a replica.
func (d Deployment) ReplicaVCPUs() float64 {
	if d.Model.GPU {
		return GPUVCPUs
	}
	return d.VCPUs
}

// ReplicaMemoryGiB is that of a replica.
func (d Deployment) ReplicaMemoryGiB() float64 {
	if d.Model.GPU {
		return gpuMemoryGiB
	}
	return memoryPerVCPU * d.VCPUs
}

// checkHosting refuses what the host can't do, with what can be done instead.
func (cfg *Config) checkHosting(c *checker) {
	c.oneOf("hosting", cfg.Hosting, []string{ManagedEndpoint, ContainerApp}, ManagedEndpoint+" is the default")
	if cfg.Hosting != ContainerApp {
		if cfg.Endpoint.ClientID != "" {
			c.report("endpoint.clientId", cfg.Endpoint.ClientID, "is for hosting "+ContainerApp, "remove it: a managed endpoint takes Azure Machine Learning's own tokens")
		}
		if len(cfg.Endpoint.Callers) > 0 {
			c.report("endpoint.callers", nil, "is for hosting "+ContainerApp, "remove it, and grant the callers a role: make bootstrap makes one for a group")
		}
		return
	}
	const app = "with hosting " + ContainerApp
	if !reflect.DeepEqual(cfg.Workspace, defaultConfig(cfg.Private).Workspace) {
		c.report("workspace", nil, "isn't made "+app, "remove it")
	}
	if cfg.Endpoint.AuthMode == "key" {
		c.report("endpoint.authMode", cfg.Endpoint.AuthMode, "must be aad_token "+app+", which has no keys", "remove it, and set endpoint.clientId and endpoint.callers")
	}
	if len(cfg.MirrorTraffic) > 0 {
		c.report("mirrorTraffic", nil, "can't be had "+app, "remove it, and give the new deployment a small share of the traffic")
	}
	c.match("endpoint.clientId", cfg.Endpoint.ClientID, guidPattern, "must be the application (client) id of the app registration that callers ask a token for",
		"make one with az ad app create --display-name NAME --sign-in-audience AzureADMyOrg, which prints its appId")
	most := maxCallers
	if cfg.Bot.Enabled {
		most-- // its identity is one more
	}
	if n := len(cfg.Endpoint.Callers); n < 1 || n > most {
		c.report("endpoint.callers", n, fmt.Sprintf("must be 1 to %d object ids: whoever in the tenant gets a token for the app could call it else", most),
			"list them: az ad signed-in-user show prints your own as id, az ad sp show --id APPID a service principal's")
	}
	for i, caller := range cfg.Endpoint.Callers {
		c.match(fmt.Sprintf("endpoint.callers[%d]", i), caller, guidPattern, "must be an object id in Microsoft Entra, in lower case", "az ad sp show --id APPID prints it as id")
	}
	cfg.checkRevisionTraffic(c)
	gpu := map[bool]bool{}
	for _, d := range cfg.Deployments {
		gpu[d.Model.GPU] = true
	}
	if len(gpu) > 1 {
		c.report("deployments", nil, "must all have model.gpu, or none, "+app+": an app runs on one workload profile", "make another stack for the other kind")
	}
}

// checkRevisionTraffic wants all requests to go somewhere: an app that is told of
// no traffic sends it to whatever revision came last.
func (cfg *Config) checkRevisionTraffic(c *checker) {
	sum := 0
	for _, percent := range cfg.Traffic {
		sum += percent
	}
	if len(cfg.Deployments) > 0 && sum == 0 {
		first := slices.Min(slices.Collect(maps.Keys(cfg.Deployments)))
		c.report("traffic", nil, "must total 100 with hosting "+ContainerApp+", which sends all requests to the last deployment else", "set traffic."+first+" to 100")
	}
}

// checkReplica looks at what a Container App's deployments have.
func (d Deployment) checkReplica(c *checker, at string) {
	const app = "isn't for hosting " + ContainerApp
	if d.InstanceType != "" {
		c.report(at+".instanceType", d.InstanceType, app, "set vCPUs instead, or model.gpu for a T4")
	}
	if d.InstanceCount != 0 {
		c.report(at+".instanceCount", d.InstanceCount, app, "set replicas.minimum and replicas.maximum instead")
	}
	if d.Collect != (Collect{}) {
		c.report(at+".collect", nil, app+", which collects no bodies", "remove it, or set hosting to "+ManagedEndpoint+"; the scorer's log and metrics have no texts")
	}
	if d.Autoscale != nil {
		c.report(at+".autoscale", nil, app, "set replicas.minimum and replicas.maximum: replicas come with the requests that run")
	}
	switch quarters := d.VCPUs * 4; {
	case d.Model.GPU && d.VCPUs != 0:
		c.report(at+".vCPUs", d.VCPUs, fmt.Sprintf("can't be set with model.gpu: a replica has its host's %d vCPUs, %d GiB and T4", GPUVCPUs, gpuMemoryGiB), "remove it")
	case !d.Model.GPU && (quarters != math.Trunc(quarters) || d.VCPUs <= 0 || d.VCPUs > MaxVCPUs):
		c.report(at+".vCPUs", d.VCPUs, fmt.Sprintf("must be 0.25 to %d in steps of 0.25; a replica has twice as many GiB of memory", MaxVCPUs),
			"set hosting to "+ManagedEndpoint+" for more")
	}
	c.between(at+".replicas.minimum", d.Replicas.Minimum, 0, 1000, "0 scales to zero")
	if d.Replicas.Maximum < max(1, d.Replicas.Minimum) || d.Replicas.Maximum > 1000 {
		c.report(at+".replicas.maximum", d.Replicas.Maximum, fmt.Sprintf("must be from %d to 1000", max(1, d.Replicas.Minimum)), "raise it")
	}
	c.between(at+".requests.timeoutSeconds", d.Requests.TimeoutSeconds, minTimeoutSeconds, 240, "the ingress waits at most 240 s")
	c.between(at+".probes.startupSeconds", d.Probes.StartupSeconds, 1, longestStart, fmt.Sprintf("the default is %d", MaxQuickStart))
	c.between(at+".probes.periodSeconds", d.Probes.PeriodSeconds, 1, 240, "the default is 10")
	c.between(at+".probes.timeoutSeconds", d.Probes.TimeoutSeconds, 1, 240, "the default is 2")
	switch {
	case d.Model.Baked && (d.Model.Source != "" || d.Model.SHA256 != ""):
		c.report(at+".model.baked", true, "can't be set with source or sha256, which say what is fetched", "remove one of the two")
	case !d.Model.Baked && d.Model.Source == "" && d.Model.SHA256 == "":
		c.report(at+".model.sha256", nil, "or model.source is required with hosting "+ContainerApp+", whose replicas check what they fetch",
			"deliver the model with nlp deliver, name its source, or set model.baked for an image that holds it")
	}
}
