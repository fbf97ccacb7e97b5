package preflight

import (
	"strings"
	"testing"
)

// onContainerApps turns stack dev into one for Container Apps.
func onContainerApps(edits ...func(deployment object)) func(object) {
	return func(c object) {
		c["hosting"], c["alerts"] = "containerApp", object{"enabled": false}
		c["endpoint"] = object{"clientId": "11111111-2222-4333-8444-555555555555", "callers": []any{"aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"}}
		d := c["deployments"].(object)["blue"].(object)
		for _, key := range []string{"instanceType", "instanceCount", "autoscale"} {
			delete(d, key)
		}
		d["vCPUs"] = 2
		d["model"] = object{"name": "m", "sha256": strings.Repeat("a", 64), "sizeMiB": 300, "memoryMiB": 1024}
		for _, edit := range edits {
			edit(d)
		}
	}
}

// onT4 gives the deployment a GPU.
func onT4(d object) {
	delete(d, "vCPUs")
	d["model"].(object)["gpu"] = true
}

func model(key string, value int) func(object) {
	return func(d object) { d["model"].(object)[key] = value }
}

func vCPUs(n float64) func(object) { return func(d object) { d["vCPUs"] = n } }

// TestApp: what a replica needs, has, and costs.
func TestApp(t *testing.T) {
	for _, c := range []struct {
		name    string
		edits   []func(object)
		want    string // in the report
		finding bool
	}{
		{name: "fits", want: "estimated cost, by list prices of Central US gathered in November 2026, of blue: USD 0.00 to 0.22 an hour, 0 to 158 a month (0 to 1 x 2 vCPUs and 4 GiB)"},
		{name: "beside a managed endpoint", want: "beside it, by list prices of East US gathered in November 2026, blue on a managed endpoint: USD 0.08 an hour, 62 a month (1 x Standard_F2s_v2), always"},
		{name: "a GPU beside a managed endpoint", edits: []func(object){onT4}, want: "blue on a managed endpoint: USD 0.53 an hour, 384 a month (1 x Standard_NC4as_T4_v3), always"},
		{name: "a million texts", want: "blue, a million texts: USD 60 divided by the texts that an instance or replica answers in a second; for DistilBERT, as measured, 0.34 in fp32 and 0.16 in int8"},
		{name: "a million texts, not measured", edits: []func(object){vCPUs(1)}, want: "blue, a million texts: USD 30 divided by the texts that an instance or replica answers in a second"},
		{name: "always one", edits: []func(object){func(d object) { d["replicas"] = object{"minimum": 1, "maximum": 1} }}, want: "USD 0.22 an hour, 158 a month (1 x 2 vCPUs and 4 GiB)"},
		{name: "memory", edits: []func(object){model("memoryMiB", 3841)}, want: "the model needs 4.0 GiB of memory (with 0.2 GiB besides), a replica has 4.0 GiB: set vCPUs to more", finding: true},
		{name: "memory that no replica has", edits: []func(object){model("memoryMiB", 9000)}, want: "hosting managedEndpoint with a larger size", finding: true},
		{name: "disk", edits: []func(object){vCPUs(0.5), model("memoryMiB", 100), model("sizeMiB", 1900)}, want: "the model needs 2.1 GiB of disk (with 0.2 GiB besides), a replica has 2.0 GiB", finding: true},
		{name: "GPU memory", edits: []func(object){onT4, model("memoryMiB", 16300)}, want: "of GPU memory (with 0.2 GiB besides), a replica has 16.0 GiB", finding: true},
		{name: "a region without T4", edits: []func(object){onT4}, want: "Microsoft's pages name no serverless T4 there, but in westus3, australiaeast, swedencentral"},
		{name: "the price of a T4", edits: []func(object){onT4}, want: "cost of blue: not checked: no list names the price of a serverless T4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := newAzure(t).input(t, onContainerApps(c.edits...))
			in.Client, in.Unasked = nil, "nobody is signed in"
			report := in.Run(t.Context())
			all := strings.Join(append(report.Lines(), report.Findings...), "\n")
			if !strings.Contains(all, c.want) || c.finding != (len(report.Findings) == 1) {
				t.Errorf("want %q in:\n%s", c.want, all)
			}
			if strings.Contains(all, "instanceType") || strings.Contains(all, "sizes of the region") {
				t.Errorf("sizes of virtual machines are none of an app's:\n%s", all)
			}
		})
	}
}

// TestAppQuota: the environment's own usages say what there is, once it is there.
func TestAppQuota(t *testing.T) {
	usages := func(cores, t4s float64) object {
		usage := func(name string, limit float64) object {
			return object{"name": object{"value": name}, "currentValue": 0, "limit": limit}
		}
		return object{"value": []any{usage("ManagedEnvironmentConsumptionCores", cores), usage("SubscriptionConsumptionT4Gpus", t4s)}}
	}
	many := func(d object) { d["replicas"] = object{"maximum": 3} }
	for name, c := range map[string]struct {
		edits  []func(object)
		usages object
		want   string
	}{
		"none yet":      {nil, nil, "quota of Container Apps: not checked: the environment isn't there yet"},
		"enough":        {[]func(object){many}, usages(6, 0), ""},
		"too few cores": {[]func(object){many}, usages(5, 0), "quota ManagedEnvironmentConsumptionCores in westeurope: needed 6 at most, limit 5"},
		"no T4":         {[]func(object){onT4}, usages(100, 0), "quota SubscriptionConsumptionT4Gpus in westeurope: needed 1 at most, limit 0"},
		"T4s not told":  {[]func(object){onT4}, nil, "quota of serverless T4s: not checked: Azure lists none as SubscriptionConsumptionT4Gpus in westeurope"},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAzure(t)
			in := a.input(t, onContainerApps(c.edits...))
			if c.usages != nil {
				a.resources = map[string]any{
					"/subscriptions/" + testSubscription + "/resourceGroups/" + in.Names.ResourceGroup + "/providers/Microsoft.App/managedEnvironments/" + in.Names.AppsHost + "/usages": c.usages,
					"/subscriptions/" + testSubscription + "/providers/Microsoft.App/locations/westeurope/usages":                                                                        c.usages,
				}
			}
			report := in.Run(t.Context())
			all := strings.Join(append(report.Lines(), report.Findings...), "\n")
			if !strings.Contains(all, c.want) || c.want == "" && strings.Contains(all, "ManagedEnvironment") {
				t.Errorf("want %q in:\n%s", c.want, all)
			}
		})
	}
}

// TestBesides: a stack on a managed endpoint hears what an app would cost, and what its
// bot does.
func TestBesides(t *testing.T) {
	in := newAzure(t).input(t, func(c object) {
		c["bot"] = object{"enabled": true, "image": object{"repository": "bot", "digest": "sha256:" + strings.Repeat("b", 64), "uncompressedMiB": 40}}
		c["deployments"].(object)["blue"].(object)["instanceType"] = "Standard_F2s_v2"
	})
	in.Client, in.Unasked = nil, "nobody is signed in"
	all := strings.Join(in.Run(t.Context()).Lines(), "\n")
	for _, want := range []string{
		"beside it, by list prices of Central US gathered in November 2026, blue on Container Apps: 0 while nobody calls; USD 0.22 an hour, 158 a month (1 x 2 vCPUs and 4 GiB)",
		"for DistilBERT, as measured, 0.13 in fp32 and 0.06 in int8",
		"of the bot, at most: USD 0.03 an hour, 20 a month (1 x 0.25 vCPUs and 0.5 GiB)",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("want %q in:\n%s", want, all)
		}
	}
}
