package stackconfig_test

import (
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig/stackconfigtest"
)

const (
	application = "11111111-2222-4333-8444-555555555555"
	caller      = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
)

// onContainerApps turns a committed stack into one for Container Apps.
func onContainerApps(values map[string]any) {
	for _, edit := range []func(map[string]any){
		withDigests, set("hosting", "containerApp"), set("endpoint.clientId", application), set("endpoint.callers", []any{caller}),
	} {
		edit(values)
	}
	for _, d := range values["deployments"].(map[string]any) {
		deployment := d.(map[string]any)
		for _, key := range []string{"instanceType", "instanceCount", "autoscale"} {
			delete(deployment, key)
		}
		model := deployment["model"].(map[string]any)
		delete(model, "version")
		model["sha256"] = deliveredSum
		if model["gpu"] != true {
			deployment["vCPUs"] = 2
		}
	}
}

func TestHosting(t *testing.T) {
	for _, stack := range []string{"dev", "gpu"} {
		cfg, err := stackconfig.Load(stack, "../..", stackconfigtest.Texts(t, stackValues(t, stack, onContainerApps)), false)
		if err != nil {
			t.Fatal(err)
		}
		d := cfg.Deployments["blue"]
		vCPUs, memory := 2.0, 4.0
		if stack == "gpu" {
			vCPUs, memory = 8, 56
		}
		if d.ReplicaVCPUs() != vCPUs || d.ReplicaMemoryGiB() != memory || d.Replicas != (stackconfig.Replicas{Maximum: 1}) {
			t.Errorf("%s: %g vCPUs, %g GiB, %+v", stack, d.ReplicaVCPUs(), d.ReplicaMemoryGiB(), d.Replicas)
		}
	}
}

// TestHostsDiffer: what one host alone can do is refused on the other, with what to
// do instead.
func TestHostsDiffer(t *testing.T) {
	for _, c := range []struct {
		stack string
		edits []func(map[string]any)
		want  string
	}{
		{"dev", edit(withDigests, set("hosting", "containerapp")), `hosting = "containerapp": must be one of managedEndpoint, containerApp; did you mean containerApp?`},
		{"dev", edit(withDigests, set("deployments.blue.vCPUs", 2)), "deployments.blue.vCPUs = 2: is for hosting containerApp; set instanceType"},
		{"dev", edit(withDigests, set("deployments.blue.replicas.maximum", 2)), "deployments.blue.replicas: is for hosting containerApp; set instanceCount"},
		{"dev", edit(withDigests, set("endpoint.clientId", application)), "endpoint.clientId"},
		{"dev", edit(withDigests, set("deployments.blue.model.baked", true)), "deployments.blue.model.baked = true: is for hosting containerApp"},
		{"dev", edit(onContainerApps, set("deployments.blue.model.baked", true)), "deployments.blue.model.baked = true: can't be set with source or sha256"},
		{"dev", edit(withDigests, set("endpoint.callers", []any{caller})), "endpoint.callers: is for hosting containerApp"},

		{"dev", edit(onContainerApps, set("workspace.isolation", "AllowInternetOutbound"), set("registry.sku", "Premium")), "workspace: isn't made with hosting containerApp"},
		{"dev", edit(onContainerApps, set("endpoint.authMode", "key")), `endpoint.authMode = "key": must be aad_token with hosting containerApp, which has no keys`},
		{"dev", edit(onContainerApps, set("mirrorTraffic.blue", 0)), "mirrorTraffic: can't be had"},
		{"dev", edit(onContainerApps, set("traffic", map[string]any{})), "traffic: must total 100 with hosting containerApp"},
		{"dev", edit(onContainerApps, set("endpoint.clientId", "mine")), `endpoint.clientId = "mine": must be the application (client) id`},
		{"dev", edit(onContainerApps, set("endpoint.callers", []any{})), "endpoint.callers = 0: must be 1 to 13 object ids"},
		{"dev", edit(onContainerApps, set("endpoint.callers", []any{"me"})), `endpoint.callers[0] = "me": must be an object id`},
		{"dev", edit(onContainerApps, set("deployments.blue.instanceType", "Standard_F4s_v2")), "deployments.blue.instanceType = \"Standard_F4s_v2\": isn't for hosting containerApp; set vCPUs"},
		{"dev", edit(onContainerApps, set("deployments.blue.instanceCount", 2)), "deployments.blue.instanceCount = 2: isn't for hosting containerApp"},
		{"dev", edit(onContainerApps, set("deployments.blue.collect", map[string]any{"responses": 5})), "deployments.blue.collect: isn't for hosting containerApp, which collects no bodies; remove it, or set hosting to managedEndpoint"},
		{"dev", edit(onContainerApps, set("deployments.blue.autoscale", map[string]any{"minimum": 1, "maximum": 1})), "deployments.blue.autoscale: isn't for hosting containerApp"},
		{"dev", edit(onContainerApps, set("deployments.blue.vCPUs", 5)), "deployments.blue.vCPUs = 5: must be 0.25 to 4 in steps of 0.25"},
		{"dev", edit(onContainerApps, set("deployments.blue.vCPUs", 0.3)), "deployments.blue.vCPUs = 0.3: must be 0.25 to 4"},
		{"dev", edit(onContainerApps, set("deployments.blue.replicas.maximum", 0)), "deployments.blue.replicas.maximum = 0: must be from 1 to 1000"},
		{"dev", edit(onContainerApps, set("deployments.blue.replicas", map[string]any{"minimum": 3, "maximum": 2})), "deployments.blue.replicas.maximum = 2: must be from 3 to 1000"},
		{"dev", edit(onContainerApps, set("deployments.blue.requests.timeoutSeconds", 241)), "deployments.blue.requests.timeoutSeconds = 241: must be from 2 to 240"},
		{"dev", edit(onContainerApps, set("deployments.blue.probes.startupSeconds", 2401)), "deployments.blue.probes.startupSeconds = 2401: must be from 1 to 2400"},
		{"dev", edit(onContainerApps, set("deployments.blue.model.sha256", ""), set("deployments.blue.model.version", "1")), "deployments.blue.model.sha256: or model.source is required"},
		{"gpu", edit(onContainerApps, set("deployments.blue.vCPUs", 2)), "deployments.blue.vCPUs = 2: can't be set with model.gpu"},
		{"gpu", edit(onContainerApps, func(values map[string]any) {
			deployments := values["deployments"].(map[string]any)
			cpu := stackValues(t, "dev", onContainerApps)["deployments"].(map[string]any)["blue"]
			deployments["green"] = cpu
		}), "deployments: must all have model.gpu, or none"},
	} {
		_, err := stackconfig.Load(c.stack, "../..", stackconfigtest.Texts(t, stackValues(t, c.stack, c.edits...)), false)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "has 1 problem(s)") {
			t.Errorf("%v\nwant one problem with %q", err, c.want)
		}
	}
}
