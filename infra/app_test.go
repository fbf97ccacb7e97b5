package infra

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/preflight"
)

// onContainerApps turns a stack into one for Container Apps, with a model that was
// delivered to a storage account that lets nobody look.
func onContainerApps(t *testing.T) func(values map[string]any) {
	storage := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	t.Cleanup(storage.Close)
	t.Setenv(preflight.BlobVariable, storage.URL)
	return func(values map[string]any) {
		set("hosting", "containerApp")(values)
		set("endpoint", map[string]any{"clientId": "11111111-2222-4333-8444-555555555555", "callers": []any{"aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"}})(values)
		for _, d := range values["deployments"].(map[string]any) {
			deployment := d.(map[string]any)
			for _, key := range []string{"instanceType", "instanceCount", "autoscale"} {
				delete(deployment, key)
			}
			model := deployment["model"].(map[string]any)
			if model["gpu"] != true {
				deployment["vCPUs"] = 2
			}
			for _, key := range []string{"version", "source", "file", "precision"} {
				delete(model, key)
			}
			model["sha256"] = strings.Repeat("d", 64)
		}
	}
}

// opened is the app's properties as the template puts them.
func opened(d *deployed) map[string]any {
	template := d.one("Deployment").get("properties.template").(map[string]any)
	return template["resources"].([]any)[0].(map[string]any)["properties"].(map[string]any)
}

// first returns the first of a list below a key.
func first(m map[string]any, key string) map[string]any { return m[key].([]any)[0].(map[string]any) }

// TestAppRevision: what a replica is told, and how it is looked at.
func TestAppRevision(t *testing.T) {
	d := mustDeploy(t, "dev", onContainerApps(t), set("deployments.blue.requests", map[string]any{"timeoutSeconds": 200, "maxConcurrent": 48}))
	template := opened(d)["template"].(map[string]any)
	fetch, scorer := first(template, "initContainers"), first(template, "containers")
	args := fetch["args"].([]any)
	if len(args) != 6 || args[0] != "fetch" || !strings.HasSuffix(args[1].(string), "/models/distilbert-sst2/"+strings.Repeat("d", 64)) ||
		!reflect.DeepEqual(args[2:], []any{"--to", "/model", "--sha256", strings.Repeat("d", 64)}) {
		t.Errorf("the model is fetched with %v", args)
	}
	if fetch["image"] != scorer["image"] {
		t.Errorf("images %v and %v", fetch["image"], scorer["image"])
	}
	variables := map[string]any{}
	for _, v := range scorer["env"].([]any) {
		variables[v.(map[string]any)["name"].(string)] = v.(map[string]any)["value"]
	}
	want := map[string]any{"SCORER_MODEL_DIR": "/model", "SCORER_REQUEST_TIMEOUT": "199s", "SCORER_MAX_CONCURRENT_REQUESTS": "48", "SCORER_HIDE": "metrics", "SCORER_HEARTBEAT": "1m"}
	if !reflect.DeepEqual(variables, want) {
		t.Errorf("variables %v, want %v", variables, want)
	}
	scale := template["scale"].(map[string]any)
	rule := first(scale, "rules")["http"].(map[string]any)["metadata"].(map[string]any)
	if scale["minReplicas"] != 0.0 || scale["maxReplicas"] != 1.0 || rule["concurrentRequests"] != "24" {
		t.Errorf("scale %v", scale)
	}
	ingress := opened(d)["configuration"].(map[string]any)["ingress"].(map[string]any)
	if ingress["external"] != true || ingress["allowInsecure"] != false || first(ingress, "traffic")["label"] != "blue" {
		t.Errorf("ingress %v", ingress)
	}
	for stack, want := range map[string][]string{
		"dev": {"Liveness 60 10", "Readiness 0 1"},                // quick enough for liveness' delay
		"gpu": {"Startup 1 60", "Liveness 1 10", "Readiness 0 1"}, // 600 s, a tenth at a time
	} {
		var got []string
		for _, p := range first(opened(mustDeploy(t, stack, onContainerApps(t)))["template"].(map[string]any), "containers")["probes"].([]any) {
			probe := p.(map[string]any)
			data, err := json.Marshal([]any{probe["initialDelaySeconds"], probe["periodSeconds"]})
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, probe["type"].(string)+" "+strings.NewReplacer("[", "", "]", "", ",", " ").Replace(string(data)))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: probes %v, want %v", stack, got, want)
		}
	}
}

// TestAppBaked: an image that holds its model fetches none.
func TestAppBaked(t *testing.T) {
	d := mustDeploy(t, "dev", onContainerApps(t), set("deployments.blue.model", map[string]any{
		"name": "distilbert-sst2", "version": "1", "baked": true, "sizeMiB": 100, "memoryMiB": 512,
	}))
	template := opened(d)["template"].(map[string]any)
	scorer := first(template, "containers")
	if template["initContainers"] != nil || template["volumes"] != nil || scorer["volumeMounts"] != nil {
		t.Errorf("template %v", template)
	}
	for _, v := range scorer["env"].([]any) {
		if name := v.(map[string]any)["name"]; name == "SCORER_MODEL_DIR" {
			t.Error("the model is looked for where none is fetched to")
		}
	}
}

// TestAppOpensLast: the app is made closed, and opened once Azure knows who may call.
func TestAppOpensLast(t *testing.T) {
	d := mustDeploy(t, "dev", onContainerApps(t))
	app, callers := d.one("ContainerApp"), d.one("ContainerAppsAuthConfig")
	if app.get("configuration.ingress.external") != false || strings.Contains(first(app.get("template").(map[string]any), "containers")["image"].(string), "azurecr.io") {
		t.Errorf("the app is made with %v", app.inputs)
	}
	if got := app.args.RegisterRPC.GetIgnoreChanges(); !slices.Contains(got, "configuration") || !slices.Contains(got, "template") {
		t.Errorf("an update of the app would close it: it ignores %v", got)
	}
	for r, firsts := range map[*registered][]string{
		&app:     {"endpoint-pulls-images", "endpoint-reads-models", "apps-diagnostics"},
		&callers: {"app"},
	} {
		needs := d.needs(*r)
		for _, name := range firsts {
			if !slices.Contains(needs, name) {
				t.Errorf("%s doesn't wait for %s, only for %v", r.name, name, needs)
			}
		}
	}
	if needs := d.needs(d.one("Deployment")); !slices.Contains(needs, "app-callers") {
		t.Errorf("the app opens after %v", needs)
	}
	if with := callers.args.RegisterRPC.GetDeletedWith(); !strings.HasSuffix(with, "ContainerApp::app") {
		t.Errorf("destroying opens the app: its callers go with %q", with)
	}
	if got := callers.get("globalValidation.unauthenticatedClientAction"); got != "Return401" {
		t.Errorf("an anonymous call: %v", got)
	}
	directory := callers.get("identityProviders.azureActiveDirectory").(map[string]any)
	if issuer := directory["registration"].(map[string]any)["openIdIssuer"]; issuer != "https://login.microsoftonline.com/"+tenant+"/v2.0" {
		t.Errorf("issuer %v", issuer)
	}
}

// TestAppAlerts: who is told about what.
func TestAppAlerts(t *testing.T) {
	d := mustDeploy(t, "dev", onContainerApps(t), set("deployments.blue.replicas", map[string]any{"minimum": 1, "maximum": 2}))
	var names []string
	for _, typ := range []string{"ScheduledQueryRule", "MetricAlert"} {
		for _, r := range d.all(typ) {
			names = append(names, r.name)
		}
	}
	want := []string{"alert-failed-requests", "alert-memory-full", "alert-restarts", "alert-silent-blue", "alert-slow-requests"}
	if slices.Sort(names); !slices.Equal(names, want) {
		t.Errorf("alerts %v, want %v", names, want)
	}
	toZero := mustDeploy(t, "dev", onContainerApps(t))
	if got := toZero.all("ScheduledQueryRule"); len(got) != 2 {
		t.Errorf("%d alerts on the logs of an app that scales to zero, want none on silence", len(got))
	}
	if off := mustDeploy(t, "dev", onContainerApps(t), set("alerts.enabled", false)); len(off.all("MetricAlert"))+len(off.all("ScheduledQueryRule"))+len(off.all("ActionGroup")) != 0 {
		t.Error("alerts that are off")
	}
	if data := d.one("Workbook").get("serializedData").(string); !json.Valid([]byte(data)) || !strings.Contains(data, "ContainerAppConsoleLogs") || !strings.Contains(data, "MemoryPercentage") {
		t.Errorf("workbook %s", data)
	}
}
