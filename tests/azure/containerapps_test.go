package azure

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const (
	appsEnvironment = "/providers/Microsoft.App/managedEnvironments/cae-nlp"
	theApp          = "/providers/Microsoft.App/containerApps/nlp-dev-abcdef"
)

// appWorld is a world with an environment, and an identity that may pull.
func appWorld(t *testing.T) *world {
	w := newWorld(t)
	w.grant()
	w.must(appsEnvironment, map[string]any{"location": "westeurope", "properties": map[string]any{
		"appLogsConfiguration": map[string]any{"destination": "azure-monitor"},
		"workloadProfiles": []any{
			map[string]any{"name": "Consumption", "workloadProfileType": "Consumption"},
			map[string]any{"name": "gpu-t4", "workloadProfileType": "Consumption-GPU-NC8as-T4"},
		},
	}})
	return w
}

// app is the body of an app whose latest revision has a suffix; edits change its
// properties.
func (w *world) app(suffix string, edits ...func(p map[string]any)) map[string]any {
	identity := w.group + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/endpoint"
	p := map[string]any{
		"environmentId": w.group + appsEnvironment, "workloadProfileName": "Consumption",
		"configuration": map[string]any{
			"activeRevisionsMode": "Multiple",
			"ingress": map[string]any{"external": true, "targetPort": 5001.0, "traffic": []any{
				map[string]any{"revisionName": "nlp-dev-abcdef--" + suffix, "weight": 100.0},
			}},
			"registries": []any{map[string]any{"server": "registry1.azurecr.io", "identity": identity}},
		},
		"template": map[string]any{
			"revisionSuffix": suffix,
			"containers": []any{map[string]any{"name": "scorer", "image": "registry1.azurecr.io/scorer@sha256:" + suffix,
				"resources": map[string]any{"cpu": 2.0, "memory": "4Gi"}, "probes": []any{map[string]any{"type": "Liveness", "failureThreshold": 3.0}}}},
			"scale": map[string]any{"minReplicas": 0.0, "maxReplicas": 1.0},
		},
	}
	for _, edit := range edits {
		edit(p)
	}
	return map[string]any{"location": "westeurope", "properties": p,
		"identity": map[string]any{"type": "UserAssigned", "userAssignedIdentities": map[string]any{identity: map[string]any{}}}}
}

// inContainer sets a value of the container.
func inContainer(key string, value any) func(map[string]any) {
	return func(p map[string]any) {
		list(p, "template", "containers")[0][key] = value
	}
}

func traffic(shares ...any) func(map[string]any) {
	return func(p map[string]any) {
		var entries []any
		for i := 0; i < len(shares); i += 2 {
			entries = append(entries, map[string]any{"revisionName": "nlp-dev-abcdef--" + shares[i].(string), "weight": shares[i+1]})
		}
		object(p, "configuration", "ingress")["traffic"] = entries
	}
}

func TestContainerAppRules(t *testing.T) {
	probe := func(field string, value float64) func(map[string]any) {
		return inContainer("probes", []any{map[string]any{"type": "Startup", field: value}})
	}
	resources := func(cpu float64, memory string) func(map[string]any) {
		return inContainer("resources", map[string]any{"cpu": cpu, "memory": memory})
	}
	gpu := func(p map[string]any) { p["workloadProfileName"] = "gpu-t4" }
	blue := func(w *world) { w.must(theApp, w.app("blue")) }
	for _, c := range []struct {
		name   string
		before func(w *world)
		body   func(w *world) map[string]any
		want   string // in the error; "" is success
	}{
		{"an app", nil, func(w *world) map[string]any { return w.app("blue") }, ""},
		{"a T4", nil, func(w *world) map[string]any { return w.app("blue", gpu, resources(8, "56Gi")) }, ""},
		{"more than Consumption has", nil, func(w *world) map[string]any { return w.app("blue", resources(8, "16Gi")) }, "ContainerAppInvalidResourceTotal"},
		{"another ratio", nil, func(w *world) map[string]any { return w.app("blue", resources(2, "8Gi")) }, "ContainerAppInvalidResourceTotal"},
		{"more than the T4's host has", nil, func(w *world) map[string]any { return w.app("blue", gpu, resources(8, "64Gi")) }, "ContainerAppInvalidResourceTotal"},
		{"no such profile", nil, func(w *world) map[string]any {
			return w.app("blue", func(p map[string]any) { p["workloadProfileName"] = "D4" })
		}, "WorkloadProfileNotFound"},
		{"a probe that fails too often", nil, func(w *world) map[string]any { return w.app("blue", probe("failureThreshold", 11)) }, "ContainerAppProbeFailureThresholdOutOfRange"},
		{"a probe that begins too late", nil, func(w *world) map[string]any { return w.app("blue", probe("initialDelaySeconds", 61)) }, "ContainerAppProbeInitialDelaySecondsOutOfRange"},
		{"a probe that looks too seldom", nil, func(w *world) map[string]any { return w.app("blue", probe("periodSeconds", 241)) }, "ContainerAppProbePeriodSecondsOutOfRange"},
		{"no right to pull", func(w *world) {
			if err := w.Delete(w.group + "/providers/Microsoft.ContainerRegistry/registries/registry1/providers/Microsoft.Authorization/roleAssignments/" + guid("7f951dda-4ed3-4680-a7ca-43fe172d538d")); err != nil {
				w.t.Fatal(err)
			}
		}, func(w *world) map[string]any { return w.app("blue") }, "UNAUTHORIZED: authentication required"},
		{"an identity that isn't the app's", nil, func(w *world) map[string]any {
			return w.app("blue", func(p map[string]any) {
				list(p, "configuration", "registries")[0]["identity"] = w.group + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/other"
			})
		}, "the app hasn't the identity"},
		{"a name that is too long", nil, func(w *world) map[string]any { return w.app(strings.Repeat("b", 39)) }, "ContainerAppInvalidRevisionName"},
		{"a name with capitals", nil, func(w *world) map[string]any { return w.app("Blue") }, "ContainerAppInvalidRevisionName"},

		{"the same again", blue, func(w *world) map[string]any { return w.app("blue") }, ""},
		{"the same name with another content", blue, func(w *world) map[string]any { return w.app("blue", resources(1, "2Gi")) }, "revision with suffix blue already exists"},
		{"an older revision again", func(w *world) {
			blue(w)
			w.must(theApp, w.app("green", traffic("blue", 90.0, "green", 10.0)))
		}, func(w *world) map[string]any { return w.app("blue") }, "revision with suffix blue already exists"},
		{"traffic to both", blue, func(w *world) map[string]any { return w.app("green", traffic("blue", 90.0, "green", 10.0)) }, ""},
		{"traffic to nowhere", blue, func(w *world) map[string]any { return w.app("blue", traffic("blue", 90.0, "green", 10.0)) }, "does not exist"},
		{"traffic to one that is stopped", func(w *world) {
			blue(w)
			w.must(theApp, w.app("green", traffic("blue", 0.0, "green", 100.0)))
			if _, failure, _ := w.revisions("POST", w.group+theApp+"/revisions/nlp-dev-abcdef--blue/deactivate"); failure != nil {
				w.t.Fatal(failure)
			}
		}, func(w *world) map[string]any { return w.app("green", traffic("blue", 50.0, "green", 50.0)) }, "is not active"},
		{"traffic that isn't all", blue, func(w *world) map[string]any { return w.app("blue", traffic("blue", 90.0)) }, "total 90"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := appWorld(t)
			if c.before != nil {
				c.before(w)
			}
			err := w.put(theApp, c.body(w))
			switch {
			case c.want == "" && err != nil:
				t.Error(err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("%v; want %q", err, c.want)
			}
		})
	}
}

// TestContainerAppScalesToZero: the first request waits for a replica, the next ones
// don't, and after a while without requests there is none again.
func TestContainerAppScalesToZero(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := appWorld(t)
		w.ColdStart = 10 * time.Second
		w.must(theApp, w.app("blue"))
		get := func() (int, time.Duration) {
			body, err := w.Get(w.group + theApp)
			if err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			answer, err := w.AppsClient().Get("https://" + text(body, "properties", "configuration", "ingress", "fqdn") + "/v1/models")
			if err != nil {
				t.Fatal(err)
			}
			_ = answer.Body.Close()
			return answer.StatusCode, time.Since(start)
		}
		for i, c := range []struct {
			idle, held time.Duration
			starts     int
		}{{0, 10 * time.Second, 1}, {4 * time.Minute, 0, 1}, {6 * time.Minute, 10 * time.Second, 2}} {
			time.Sleep(c.idle)
			status, held := get()
			if got := w.Starts("nlp-dev-abcdef--blue"); status != 200 || held != c.held || got != c.starts {
				t.Errorf("%d: status %d after %v, %d starts; want %v, %d", i, status, held, got, c.held, c.starts)
			}
		}
	})
}

// TestContainerAppCallers: who may call an app, and until when nobody is asked.
func TestContainerAppCallers(t *testing.T) {
	w := appWorld(t)
	w.Token = "token"
	w.must(theApp, w.app("blue", func(p map[string]any) { object(p, "configuration", "ingress")["external"] = false }))
	body, err := w.Get(w.group + theApp)
	if err != nil {
		t.Fatal(err)
	}
	host := strings.Replace(text(body, "properties", "configuration", "ingress", "fqdn"), ".internal.", ".", 1)
	ask := func(token string) int {
		request, err := http.NewRequest(http.MethodGet, "https://"+host+"/v1/models", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+token)
		answer, err := w.AppsClient().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		return answer.StatusCode
	}
	if got := ask("token"); got != http.StatusNotFound {
		t.Errorf("a closed app answers %d", got)
	}
	w.must(theApp, w.app("blue"))
	if got := ask(""); got != http.StatusOK {
		t.Errorf("an app that nobody told who may call answers %d", got)
	}
	may := func(caller string) {
		w.must(theApp+"/authConfigs/current", map[string]any{"properties": map[string]any{
			"globalValidation": map[string]any{"unauthenticatedClientAction": "Return401"},
			"identityProviders": map[string]any{"azureActiveDirectory": map[string]any{
				"registration": map[string]any{"clientId": guid("app")},
				"validation":   map[string]any{"defaultAuthorizationPolicy": map[string]any{"allowedPrincipals": map[string]any{"identities": []any{caller}}}},
			}},
		}})
	}
	may(guid("somebody else"))
	if anonymous, other := ask(""), ask("token"); anonymous != http.StatusUnauthorized || other != http.StatusForbidden {
		t.Errorf("an anonymous call gets %d, one by somebody else %d", anonymous, other)
	}
	may(w.ObjectID)
	if got := ask("token"); got != http.StatusOK {
		t.Errorf("who may call gets %d", got)
	}
}
