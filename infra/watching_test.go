package infra

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// TestAlerts: who is told about what, with the configured thresholds.
func TestAlerts(t *testing.T) {
	d := mustDeploy(t, "gpu", everything, set("alerts.diskPercent", 77))
	got := map[string]string{}
	for _, r := range d.all("MetricAlert") {
		criterion := r.get("criteria.allOf").([]any)[0].(map[string]any)
		data, err := json.Marshal(criterion["threshold"])
		if err != nil {
			t.Fatal(err)
		}
		got[r.name] = strings.Join([]string{criterion["metricName"].(string), criterion["operator"].(string), string(data)}, " ")
		actions := r.get("actions").([]any)
		if len(actions) != 1 || actions[0].(map[string]any)["actionGroupId"] != d.one("ActionGroup").id {
			t.Errorf("%s tells %v", r.name, actions)
		}
	}
	want := map[string]string{
		"alert-slow-requests":                      "RequestLatency_P95 GreaterThan 60000",
		"alert-no-healthy-instance-blue-nc4ast4v3": "DeploymentCapacity LessThan 1",
		"alert-disk-full-blue-nc4ast4v3":           "DiskUtilization GreaterThan 77",
		"alert-memory-full-blue-nc4ast4v3":         "CpuMemoryUtilizationPercentage GreaterThan 90",
		"alert-gpu-memory-full-blue-nc4ast4v3":     "GpuMemoryUtilizationPercentage GreaterThan 95",
	}
	for name, alert := range want {
		if got[name] != alert {
			t.Errorf("%s: %q, want %q", name, got[name], alert)
		}
	}
	if len(got) != len(want) {
		t.Errorf("alerts %v", got)
	}
	query := d.named("ScheduledQueryRule", "alert-failed-requests").get("criteria.allOf").([]any)[0].(map[string]any)["query"].(string)
	if !strings.Contains(query, ">= 500") || !strings.Contains(query, "== 424 and coalesce(toint(ModelStatusCode), 0) !between (400 .. 499)") {
		t.Errorf("query %q", query)
	}
	silent := d.named("ScheduledQueryRule", "alert-silent-blue-nc4ast4v3")
	if window := silent.get("windowSize"); window != "PT6H" {
		t.Errorf("silence within %v", window)
	}
	if asleep := mustDeploy(t, "gpu", set("awake", false)); len(asleep.all("ScheduledQueryRule")) != 1 {
		t.Errorf("asleep: %d alerts on logs, want that on failed requests alone", len(asleep.all("ScheduledQueryRule")))
	}
	emails := d.one("ActionGroup").get("emailReceivers").([]any)
	if len(emails) != 1 || emails[0].(map[string]any)["emailAddress"] != "someone@example.org" {
		t.Errorf("receivers %v", emails)
	}
	off := mustDeploy(t, "gpu", set("alerts.enabled", false))
	if n := len(off.all("MetricAlert")) + len(off.all("ScheduledQueryRule")) + len(off.all("ActionGroup")); n != 0 {
		t.Errorf("%d of the alerts are left when they are off", n)
	}
}

// TestAutoscaleProfiles: a schedule has one profile that begins it and one
// that ends it, and the default comes beside them.
func TestAutoscaleProfiles(t *testing.T) {
	d := mustDeploy(t, "dev", everything)
	profiles := d.one("AutoscaleSetting").get("profiles").([]any)
	var names []string
	for _, p := range profiles {
		profile := p.(map[string]any)
		names = append(names, profile["name"].(string))
		var rules []string
		for _, r := range profile["rules"].([]any) {
			trigger, action := r.(map[string]any)["metricTrigger"].(map[string]any), r.(map[string]any)["scaleAction"].(map[string]any)
			rules = append(rules, trigger["metricName"].(string)+" "+action["direction"].(string))
			if trigger["metricName"] == "RequestLatency_P95" {
				if trigger["metricResourceUri"] != d.one("OnlineEndpoint").id {
					t.Errorf("latency is measured at %v", trigger["metricResourceUri"])
				}
				if values := trigger["dimensions"].([]any)[0].(map[string]any)["values"].([]any); values[0] != "blue-f4sv2" {
					t.Errorf("latency of %v", values)
				}
			} else if trigger["metricResourceUri"] != d.one("OnlineDeployment").id {
				t.Errorf("%v is measured at %v", trigger["metricName"], trigger["metricResourceUri"])
			}
		}
		if want := []string{"CpuUtilizationPercentage Increase", "CpuUtilizationPercentage Decrease", "RequestLatency_P95 Increase"}; !slices.Equal(rules, want) {
			t.Errorf("%v: rules %v, want %v", profile["name"], rules, want)
		}
	}
	if want := []string{"business-hours", `{"name":"default","for":"business-hours"}`, "default"}; !slices.Equal(names, want) {
		t.Errorf("profiles %v, want %v", names, want)
	}
	begin, end := profiles[0].(map[string]any), profiles[1].(map[string]any)
	at := func(p map[string]any, key string) any {
		return p["recurrence"].(map[string]any)["schedule"].(map[string]any)[key].([]any)[0]
	}
	if at(begin, "hours") != 8.0 || at(begin, "minutes") != 0.0 || at(end, "hours") != 18.0 || at(end, "minutes") != 30.0 {
		t.Errorf("from %v:%v to %v:%v", at(begin, "hours"), at(begin, "minutes"), at(end, "hours"), at(end, "minutes"))
	}
	if c := begin["capacity"].(map[string]any); c["minimum"] != "2" || c["maximum"] != "3" {
		t.Errorf("capacity in the schedule %v", c)
	}
}

// TestDashboard: the workbook is valid JSON and shows latency, errors, tokens
// and cost.
func TestDashboard(t *testing.T) {
	eachStack(t, func(t *testing.T, d *deployed) {
		var workbook struct {
			Version string
			Items   []struct {
				Type    int
				Content map[string]any
			}
		}
		data := d.one("Workbook").get("serializedData").(string)
		if err := json.Unmarshal([]byte(data), &workbook); err != nil {
			t.Fatal(err)
		}
		if workbook.Version != "Notebook/1.0" || len(workbook.Items) < 7 {
			t.Errorf("%s with %d items", workbook.Version, len(workbook.Items))
		}
		for _, want := range []string{"RequestLatency_P95", "AmlOnlineEndpointTrafficLog", "Line.tokens", "Microsoft.CostManagement/query"} {
			if !strings.Contains(data, want) {
				t.Errorf("the workbook has no %s", want)
			}
		}
		for _, item := range workbook.Items {
			if query, ok := item.Content["query"].(string); ok && item.Content["queryType"] == 12.0 && !json.Valid([]byte(query)) {
				t.Errorf("not JSON: %s", query)
			}
		}
	})
}

// TestManagedNetwork: hosts that may be reached are rules of the network.
func TestManagedNetwork(t *testing.T) {
	d := mustDeploy(t, "dev", set("registry.sku", "Premium"), set("workspace", map[string]any{
		"isolation": "AllowOnlyApprovedOutbound", "outboundHosts": []any{"hub.example.org"},
	}))
	workspace := d.named("Workspace", "workspace")
	if workspace.get("managedNetwork.isolationMode") != "AllowOnlyApprovedOutbound" {
		t.Errorf("workspace %v", workspace.inputs)
	}
	rules := workspace.get("managedNetwork.outboundRules").(map[string]any)
	for _, rule := range rules {
		if r := rule.(map[string]any); r["type"] != "FQDN" || r["destination"] != "hub.example.org" {
			t.Errorf("rule %v", r)
		}
	}
	if len(rules) != 1 {
		t.Errorf("rules %v", rules)
	}
}

// TestScorerHasTheGatewaysLimits: it must not queue what the gateway has
// given up on, nor refuse what the gateway lets through.
func TestScorerHasTheGatewaysLimits(t *testing.T) {
	r := mustDeploy(t, "dev", set("deployments.blue.requests", map[string]any{"timeoutSeconds": 20, "maxConcurrent": 48}),
		set("deployments.blue.environment.SCORER_LOG_LEVEL", "debug")).one("OnlineDeployment")
	properties := "onlineDeploymentProperties."
	if r.get(properties+"requestSettings.requestTimeout") != "PT20S" || r.get(properties+"requestSettings.maxConcurrentRequestsPerInstance") != 48.0 {
		t.Errorf("gateway: %v", r.get(properties+"requestSettings"))
	}
	want := map[string]any{"SCORER_REQUEST_TIMEOUT": "19s", "SCORER_MAX_CONCURRENT_REQUESTS": "48", "SCORER_LOG_LEVEL": "debug", "SCORER_HIDE": "metrics", "SCORER_HEARTBEAT": "1m"}
	got := r.get(properties + "environmentVariables").(map[string]any)
	for name, value := range want {
		if got[name] != value {
			t.Errorf("%s = %v, want %v", name, got[name], value)
		}
	}
	if len(got) != len(want) {
		t.Errorf("environment %v", got)
	}
}

// TestMetricsAreHidden from callers, unless the stack says what is.
func TestMetricsAreHidden(t *testing.T) {
	const variable = "onlineDeploymentProperties.environmentVariables.SCORER_HIDE"
	eachStack(t, func(t *testing.T, d *deployed) {
		for _, r := range d.all("OnlineDeployment") {
			if r.get(variable) != "metrics" {
				t.Errorf("hidden: %v", r.get(variable))
			}
		}
	})
	for _, hidden := range []string{"", "metrics,docs,page"} {
		if r := mustDeploy(t, "dev", set("deployments.blue.environment.SCORER_HIDE", hidden)).one("OnlineDeployment"); r.get(variable) != hidden {
			t.Errorf("hidden: %v, want %q", r.get(variable), hidden)
		}
	}
}

// TestScorerReadsItsLimits: the variables are options of the scorer.
func TestScorerReadsItsLimits(t *testing.T) {
	files, err := filepath.Glob("../inference/cmd/scorer/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, %v", files, err)
	}
	var source strings.Builder
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(data)
	}
	for name := range (stackconfig.Deployment{}).Variables() {
		if !strings.Contains(source.String(), `env:"`+name+`"`) {
			t.Errorf("the scorer has no option %s", name)
		}
	}
}
