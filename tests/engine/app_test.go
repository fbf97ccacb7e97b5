package engine_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
)

const (
	apps      = "Microsoft.App/containerApps"
	revisions = apps + "/revisions"
	appsHosts = "Microsoft.App/managedEnvironments"
	callers   = apps + "/authConfigs"
)

// closed is a storage account that lets nobody look: what a stack says of its
// models is believed.
type closed struct{}

func (closed) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusForbidden, Body: io.NopCloser(strings.NewReader("")), Request: r}, nil
}

// openApp makes the stack from a committed file, hosted on Container Apps.
func openApp(t *testing.T, cloud *azure.Cloud, name string) *stack {
	t.Helper()
	cloud.SetQuota("Consumption-GPU-NC8as-T4", 2)
	s := open(t, cloud, name, infra.Program{HTTP: &http.Client{Transport: closed{}}, Pause: 100 * time.Millisecond}.Deploy)
	s.configure(hosted)
	return s
}

// hosted turns a stack's configuration into one for Container Apps.
func hosted(c map[string]any) {
	set(c, "hosting", "containerApp")
	set(c, "endpoint", map[string]any{
		"clientId": "11111111-2222-4333-8444-555555555555", "callers": []any{"aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"},
	})
	for _, d := range deployments(c) {
		deployment := d.(map[string]any)
		for _, key := range []string{"instanceType", "instanceCount", "autoscale"} {
			delete(deployment, key)
		}
		model := deployment["model"].(map[string]any)
		if model["gpu"] != true {
			deployment["vCPUs"] = 2
		}
		delete(model, "version")
		model["sha256"] = strings.Repeat("d", 64)
	}
}

// app is the body of the stack's app.
func (s *stack) app() map[string]any {
	s.t.Helper()
	ids := s.Cloud.Find(apps)
	if len(ids) != 1 {
		s.t.Fatalf("apps: %v, want one", ids)
	}
	body, err := s.Cloud.Get(ids[0])
	if err != nil {
		s.t.Fatal(err)
	}
	return body["properties"].(map[string]any)
}

// wantRevisions compares the traffic of the app, by deployment, and which
// revisions are active.
func (s *stack) wantRevisions(want map[string]float64, active int) {
	s.t.Helper()
	ingress := s.app()["configuration"].(map[string]any)["ingress"].(map[string]any)
	if ingress["external"] != true {
		s.t.Error("nobody outside can call the app")
	}
	got := map[string]float64{}
	for _, entry := range ingress["traffic"].([]any) {
		share := entry.(map[string]any)
		got[share["label"].(string)] = share["weight"].(float64)
	}
	if len(got) != len(want) {
		s.t.Errorf("traffic %v, want %v", got, want)
	}
	for name, weight := range want {
		if got[name] != weight {
			s.t.Errorf("traffic %v, want %v", got, want)
		}
	}
	running := 0
	for _, id := range s.Cloud.Find(revisions) {
		if s.property(id, "active") == true {
			running++
		}
	}
	if running != active {
		s.t.Errorf("%d revisions are active, want %d", running, active)
	}
}

// nothing wants an up to do nothing.
func (s *stack) nothing(after string) {
	s.t.Helper()
	if steps := s.upSteps("without a change after "+after, nil); len(steps) != 0 {
		s.t.Errorf("an up that changes nothing did: %v", steps)
	}
}

// TestAppLifecycle takes each committed stack, hosted on Container Apps, through a
// life: from nothing, over what users change, back to nothing.
func TestAppLifecycle(t *testing.T) {
	for _, name := range stacks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openApp(t, azure.New(), name)
			live := s.liveDeployment()
			before := len(s.Cloud.Requests())
			s.preview("preview of nothing", nil)
			if requests := s.Cloud.Requests(); len(requests) != before {
				t.Fatalf("a preview sent %d PUTs", len(requests)-before)
			}

			outputs := s.up("from nothing", nil)
			s.wantRevisions(map[string]float64{live: 100}, 1)
			if uri, _ := outputs["scoringUri"].Value.(string); !strings.HasPrefix(uri, "https://") || !strings.HasSuffix(uri, ".westeurope.azurecontainerapps.io/") {
				t.Errorf("scoringUri %q", uri)
			}
			s.neverOpen()
			for _, typ := range []string{workspaces, endpoints} {
				if ids := s.Cloud.Find(typ); len(ids) > 0 {
					t.Errorf("%v was made for nothing", ids)
				}
			}
			s.nothing("the first")

			s.up("add green", func(c map[string]any) {
				addDeployment(c, live, "green")
				setTraffic(c, map[string]any{live: 90, "green": 10})
			})
			s.wantRevisions(map[string]float64{live: 90, "green": 10}, 2)
			s.nothing("green")

			steps := s.upSteps("traffic to green", func(c map[string]any) { setTraffic(c, map[string]any{"green": 100}) })
			s.wantRevisions(map[string]float64{live: 0, "green": 100}, 2)
			if len(steps) != 1 || len(steps["update"]) != 1 {
				t.Errorf("a change of traffic should update the one resource that sets it, did: %v", steps)
			}
			s.up("and back", func(c map[string]any) { setTraffic(c, map[string]any{live: 100}) })
			s.wantRevisions(map[string]float64{live: 100, "green": 0}, 2)

			s.up("take green out", func(c map[string]any) { removeDeployment(c, "green") })
			s.wantRevisions(map[string]float64{live: 100}, 1)
			s.nothing("green is out")
			s.up("green again", func(c map[string]any) { addDeployment(c, live, "green") })
			s.wantRevisions(map[string]float64{live: 100, "green": 0}, 2)
			if got := s.Cloud.Find(revisions); len(got) != 3 {
				t.Errorf("revisions %v, want green's again, which was there", got)
			}

			s.up("another image", func(c map[string]any) { setDigest(c, live, "e") })
			s.wantRevisions(map[string]float64{live: 100, "green": 0}, 2)
			s.up("another tag", func(c map[string]any) { set(c, "tags", map[string]any{"owner": "[tests]"}) })
			if got := s.Cloud.Find(revisions); len(got) != 4 {
				t.Errorf("revisions %v, want one more for the image, none for the tag", got)
			}
			s.nothing("all of it")
			s.refresh()
			if run := s.preview("after a refresh", nil); len(run.Steps) != 0 {
				t.Errorf("a preview after a refresh: %v", run.Steps)
			}
			s.nothing("a refresh")

			s.configure(func(c map[string]any) {
				setDigest(c, live, "f")
				setDigest(c, "green", "f")
			})
			if run, err := s.PreviewRun(t.Context()); err == nil || !strings.Contains(run.Output+err.Error(), "are new or changed") {
				t.Errorf("two changes at once: %v\n%s", err, run.Output)
			}
			s.configure(func(c map[string]any) {
				setDigest(c, live, "e")
				setDigest(c, "green", "c")
			})
			s.up("take all out", func(c map[string]any) {
				set(c, "deployments", map[string]any{})
				setTraffic(c, map[string]any{})
			})
			if got := s.Cloud.Find(apps); len(got) != 0 {
				t.Errorf("apps left: %v", got)
			}
			s.destroy()
			s.checkBodies()
		})
	}
}

// neverOpen wants the app to have been closed to the outside until Azure knew who
// may call it.
func (s *stack) neverOpen() {
	s.t.Helper()
	known := false
	for _, r := range s.Cloud.Requests()[s.seen:] {
		known = known || r.Type == callers
		if r.Type != apps {
			continue
		}
		ingress := r.Body["properties"].(map[string]any)["configuration"].(map[string]any)["ingress"].(map[string]any)
		if ingress["external"] == true && !known {
			s.t.Error("the app was open before Azure knew who may call it")
		}
	}
	if !known {
		s.t.Error("Azure wasn't told who may call the app")
	}
}

// TestAppWaitsForItsRole: a role that isn't in effect yet fails the first
// revision, which gives up. The update tries again by itself.
func TestAppWaitsForItsRole(t *testing.T) {
	t.Parallel()
	cloud := azure.New()
	cloud.Propagation = 1500 * cloud.Latency
	s := openApp(t, cloud, "dev")
	s.up("from nothing", nil)
	s.wantRevisions(map[string]float64{s.liveDeployment(): 100}, 1)
	s.neverOpen()
	// Pulumi puts once more what failed at first, which changes nothing.
	s.up("once more", nil)
	s.wantRevisions(map[string]float64{s.liveDeployment(): 100}, 1)
	s.nothing("the role")
	s.destroy()
}

// TestAppRevisionFailed: a revision that gave up is made again under another name,
// once, because Azure makes none of the same name.
func TestAppRevisionFailed(t *testing.T) {
	t.Parallel()
	s := openApp(t, azure.New(), "dev")
	s.up("from nothing", nil)
	live := s.liveDeployment()
	for _, id := range s.Cloud.Find(revisions) {
		if strings.Contains(id, "--"+live+"-") {
			s.edit(id, func(body map[string]any) { body["properties"].(map[string]any)["provisioningState"] = "Failed" })
		}
	}
	s.up("again", nil)
	s.wantRevisions(map[string]float64{live: 100}, 1)
	if ids := s.Cloud.Find(revisions); !slices.ContainsFunc(ids, func(id string) bool { return strings.HasSuffix(id, "-2") }) {
		t.Errorf("revisions %v, want a second of %s", ids, live)
	}
	s.nothing("the recovery")
	s.destroy()
}

// TestAppFailures lets Azure fail midway, one thing after the other; the next up goes
// on from there.
func TestAppFailures(t *testing.T) {
	t.Parallel()
	s := openApp(t, azure.New(), "dev")
	for _, fault := range []azure.Fault{
		{Type: appsHosts, Err: &azure.Error{Status: 500, Code: "InternalServerError", Message: "oops"}},
		{Type: apps, Accepted: true, Err: &azure.Error{Status: 400, Code: "ContainerAppOperationError", Message: "oops"}},
		{Type: callers, Err: &azure.Error{Status: 500, Code: "InternalServerError", Message: "oops"}},
	} {
		fault.Operation = azure.OperationPut
		s.Cloud.Inject(fault)
		if run, _, err := s.UpRun(t.Context()); err == nil || !strings.Contains(run.Output+err.Error(), "oops") {
			t.Fatalf("%s: %v\n%s", fault.Type, err, run.Output)
		}
		s.neverOpenYet()
	}
	s.up("again", nil)
	s.wantRevisions(map[string]float64{s.liveDeployment(): 100}, 1)
	s.nothing("the recovery")
	s.neverOpen()
	s.destroy()
}

// neverOpenYet is neverOpen where Azure may not know the callers.
func (s *stack) neverOpenYet() {
	s.t.Helper()
	for _, id := range s.Cloud.Find(apps) {
		if ingress := s.property(id, "configuration", "ingress", "external"); ingress == true {
			s.t.Error("the app is open, and Azure wasn't told who may call it")
		}
	}
}

// TestAppFreshSubscription: Container Apps need their own service, and none of
// Azure Machine Learning's.
func TestAppFreshSubscription(t *testing.T) {
	t.Parallel()
	cloud := azure.New()
	cloud.Fresh, cloud.Latency = true, 20*time.Millisecond
	s := openApp(t, cloud, "dev")
	run, err := s.PreviewRun(t.Context())
	if err != nil || !strings.Contains(run.Output, "Microsoft.App") || strings.Contains(run.Output, "Microsoft.MachineLearningServices") {
		t.Errorf("a preview: %v\n%s", err, run.Output)
	}
	s.up("from nothing", nil)
	s.wantRevisions(map[string]float64{s.liveDeployment(): 100}, 1)
}

// TestAppRefuses what the other host alone can do, before anything is sent.
func TestAppRefuses(t *testing.T) {
	t.Parallel()
	s := openApp(t, azure.New(), "dev")
	s.configure(func(c map[string]any) {
		set(c, "mirrorTraffic", map[string]any{s.liveDeployment(): 10})
		deployments(c)[s.liveDeployment()].(map[string]any)["instanceType"] = "Standard_F4s_v2"
	})
	before := len(s.Cloud.Requests())
	run, err := s.PreviewRun(t.Context())
	for _, words := range []string{"mirrorTraffic", "instanceType", "set vCPUs instead"} {
		if err == nil || !strings.Contains(run.Output+err.Error(), words) {
			t.Errorf("the message has no %q: %v\n%s", words, err, run.Output)
		}
	}
	if n := len(s.Cloud.Requests()); n != before {
		t.Errorf("a refused preview sent %d PUTs", n-before)
	}
}
