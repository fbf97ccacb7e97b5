package engine_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
)

// stacks are the committed stacks; each has its Pulumi.NAME.yaml.
var stacks = []string{"dev", "gpu"}

// TestLifecycle takes each committed stack through a life: from nothing, over
// what users change, back to nothing. Everything that went to ARM on the way is
// checked by Microsoft's validator and schemas in the end.
func TestLifecycle(t *testing.T) {
	for _, name := range stacks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, azure.New(), name, infra.Deploy)
			live := s.liveDeployment()
			before := len(s.Cloud.Requests())

			preview := s.preview("preview of nothing", nil)
			if requests := s.Cloud.Requests(); len(requests) != before {
				t.Fatalf("a preview sent %d PUTs", len(requests)-before)
			}

			outputs := s.up("from nothing", nil)
			s.wantTraffic(map[string]float64{live: 100})
			checkOutputs(t, outputs)
			s.foretold(preview, outputs)

			steps := s.upSteps("without a change", nil)
			if len(steps) != 0 {
				t.Errorf("an up that changes nothing did: %v", steps)
			}

			ids := s.Cloud.Find(onlineDeployments)
			steps = s.upSteps("another image", func(c map[string]any) { setDigest(c, live, "b") })
			s.wantTraffic(map[string]float64{live: 100})
			if got := s.Cloud.Find(onlineDeployments); !slices.Equal(got, ids) {
				t.Errorf("another image replaced the deployment: %v, before %v", got, ids)
			}
			if len(steps["create"]) == 0 || !slices.Contains(flat(steps, "update"), s.deploymentResource(live)) {
				t.Errorf("another image should make a version and update the deployment, did: %v", steps)
			}

			// Its versions stayed in Azure, and are taken over from there.
			s.up("the first image again", func(c map[string]any) { setDigest(c, live, "a") })
			if steps := s.upSteps("without a change after that", nil); len(steps) != 0 {
				t.Errorf("an up that changes nothing did: %v", steps)
			}

			s.up("add green", func(c map[string]any) {
				addDeployment(c, live, "green")
				setTraffic(c, map[string]any{live: 90, "green": 10})
			})
			s.wantTraffic(map[string]float64{live: 90, "green": 10})

			steps = s.upSteps("traffic to green", func(c map[string]any) { setTraffic(c, map[string]any{"green": 100}) })
			s.wantTraffic(map[string]float64{"green": 100})
			for op, names := range steps {
				if op != "update" || len(names) != 1 {
					t.Errorf("a change of traffic should update the one resource that sets it, did: %v", steps)
				}
			}

			s.up("mirror to "+live, func(c map[string]any) { set(c, "mirrorTraffic", map[string]any{live: 10}) })
			s.up("take "+live+" out", func(c map[string]any) {
				set(c, "mirrorTraffic", nil)
				removeDeployment(c, live)
			})
			s.wantTraffic(map[string]float64{"green": 100})
			if got := s.Cloud.Find(onlineDeployments); len(got) != 1 {
				t.Errorf("deployments left: %v, want green's alone", got)
			}

			s.up("another size", func(c map[string]any) { deployments(c)["green"].(map[string]any)["instanceType"] = larger[name] })
			s.wantTraffic(map[string]float64{"green": 100})
			if got := s.Cloud.Find(onlineDeployments); len(got) != 1 {
				t.Errorf("deployments after another size: %v, want one", got)
			}

			s.up("another tag", func(c map[string]any) { set(c, "tags", map[string]any{"owner": "tests"}) })
			s.wantTraffic(map[string]float64{"green": 100})

			s.noGap()

			s.up("take the last one out", func(c map[string]any) {
				removeDeployment(c, "green")
				setTraffic(c, map[string]any{})
			})
			s.wantTraffic(map[string]float64{})
			if got := s.Cloud.Find(onlineDeployments); len(got) != 0 {
				t.Errorf("deployments left: %v, want none", got)
			}
			s.destroy()
			s.checkBodies()
		})
	}
}

// TestDrift changes resources behind the program's back; a refresh sees it and
// the next up puts it right.
func TestDrift(t *testing.T) {
	t.Parallel()
	s := open(t, azure.New(), "dev", infra.Deploy)
	s.up("from nothing", nil)
	live := s.liveDeployment()

	registry := s.Cloud.Find("Microsoft.ContainerRegistry/registries")[0]
	s.edit(registry, func(body map[string]any) { body["properties"].(map[string]any)["adminUserEnabled"] = true })
	deployment := s.Cloud.Find(onlineDeployments)[0]
	s.edit(deployment, func(body map[string]any) {
		body["properties"].(map[string]any)["requestSettings"].(map[string]any)["maxConcurrentRequestsPerInstance"] = 1.0
	})
	alert := s.Cloud.Find("Microsoft.Insights/metricAlerts")[0]
	if err := s.Cloud.Delete(alert); err != nil {
		t.Fatal(err)
	}

	s.refresh()
	steps := s.upSteps("after drift", nil)
	if len(flat(steps, "update")) < 2 || len(steps["create"]) != 1 {
		t.Errorf("want the registry and the deployment updated and the alert made again, did: %v", steps)
	}
	if s.property(registry, "adminUserEnabled") != false {
		t.Error("the registry's admin user is still on")
	}
	if got := s.property(deployment, "requestSettings", "maxConcurrentRequestsPerInstance"); got == 1.0 {
		t.Errorf("maxConcurrentRequestsPerInstance is still %v", got)
	}
	s.wantTraffic(map[string]float64{live: 100})
	if steps := s.upSteps("after the repair", nil); len(steps) != 0 {
		t.Errorf("an up after the repair did: %v", steps)
	}

	// Whoever moves traffic by hand, to stop an incident, keeps it moved until
	// the configuration says something new.
	s.edit(s.endpoint(), func(body map[string]any) { body["properties"].(map[string]any)["traffic"] = map[string]any{} })
	s.refresh()
	s.up("after traffic was taken away by hand", nil)
	s.wantTraffic(map[string]float64{})
	s.up("another tag", func(c map[string]any) { set(c, "tags", map[string]any{"owner": "tests"}) })
	s.wantTraffic(map[string]float64{live: 100})
	s.noGap()
	s.destroy()
	s.checkBodies()
}

// TestFailures lets Azure fail in ways that it is known for, one after the other; the
// next up goes on from there, and the next destroy.
func TestFailures(t *testing.T) {
	t.Parallel()
	s := open(t, azure.New(), "dev", infra.Deploy)
	for _, failure := range []struct {
		fault azure.Fault
		words string // of the error that the user sees
	}{
		{azure.Fault{Operation: azure.OperationPut, Type: workspaces, Err: azure.Conflict("the endpoint")}, "Conflict"},
		{azure.Fault{Operation: azure.OperationPut, Type: onlineDeployments, Err: azure.QuotaExceeded("x")}, "OutOfQuota"},
		{azure.Fault{
			Operation: azure.OperationPut, Type: onlineDeployments, Accepted: true,
			Err: &azure.Error{Status: 400, Code: "ResourceNotReady", Message: "user container has crashed or terminated"},
		}, "ResourceNotReady"},
	} {
		s.Cloud.Inject(failure.fault)
		run, _, err := s.UpRun(t.Context())
		if err == nil {
			t.Fatalf("up succeeded in spite of %s", failure.words)
		}
		if all := run.Output + err.Error(); !strings.Contains(all, failure.words) {
			t.Errorf("the user doesn't see %q:\n%s", failure.words, all)
		}
	}
	s.up("again", nil)
	s.wantTraffic(map[string]float64{s.liveDeployment(): 100})
	if steps := s.upSteps("without a change", nil); len(steps) != 0 {
		t.Errorf("an up after the recovery did: %v", steps)
	}
	s.noGap()

	s.Cloud.Inject(azure.Fault{Operation: azure.OperationDelete, Type: workspaces, Err: azure.Conflict("the workspace")})
	if _, err := s.DestroyRun(t.Context()); err == nil {
		t.Fatal("destroy succeeded in spite of the failure")
	}
	s.destroy()
}

// TestRefreshAfterFailure refreshes after a deployment has failed, which makes
// Pulumi forget the failure; a replacement helps.
func TestRefreshAfterFailure(t *testing.T) {
	t.Parallel()
	s := open(t, azure.New(), "dev", infra.Deploy)
	s.Cloud.Inject(azure.Fault{
		Operation: azure.OperationPut, Type: onlineDeployments, Accepted: true,
		Err: &azure.Error{Status: 400, Code: "ResourceNotReady", Message: "user container has crashed or terminated"},
	})
	if _, _, err := s.UpRun(t.Context()); err == nil {
		t.Fatal("up succeeded in spite of the failure")
	}
	s.refresh()
	live := s.liveDeployment()
	if _, err := s.Up(t.Context(), optup.Replace([]string{"**::" + s.deploymentResource(live)})); err != nil {
		t.Fatal(err)
	}
	s.wantTraffic(map[string]float64{live: 100})
	if steps := s.upSteps("without a change", nil); len(steps) != 0 {
		t.Errorf("an up after the recovery did: %v", steps)
	}
	s.destroy()
}

// TestFailedSizeChangeKeepsServing has no quota for the deployment of another
// size: the one that is there keeps its traffic until the change succeeds.
func TestFailedSizeChangeKeepsServing(t *testing.T) {
	t.Parallel()
	s := open(t, azure.New(), "gpu", infra.Deploy)
	s.up("from nothing", nil)
	live := s.liveDeployment()
	before := s.Cloud.Find(onlineDeployments)

	s.Cloud.Inject(azure.Fault{Operation: azure.OperationPut, Type: onlineDeployments, Err: azure.QuotaExceeded(larger["gpu"])})
	s.configure(func(c map[string]any) { deployments(c)[live].(map[string]any)["instanceType"] = larger["gpu"] })
	if _, _, err := s.UpRun(t.Context()); err == nil {
		t.Fatal("up succeeded without quota")
	}
	if got := s.Cloud.Find(onlineDeployments); !slices.Equal(got, before) {
		t.Errorf("deployments are %v, before %v", got, before)
	}
	s.wantTraffic(map[string]float64{live: 100})

	s.up("with quota", nil)
	if got := s.Cloud.Find(onlineDeployments); len(got) != 1 || slices.Equal(got, before) {
		t.Errorf("deployments are %v, want another one than %v", got, before)
	}
	s.wantTraffic(map[string]float64{live: 100})
	s.noGap()
	s.destroy()
}

// TestStacksShareASubscription deploys all stacks side by side: no name meets
// another's.
func TestStacksShareASubscription(t *testing.T) {
	t.Parallel()
	cloud := azure.New()
	var all []*stack
	for _, name := range stacks {
		s := open(t, cloud, name, infra.Deploy)
		s.up("from nothing", nil)
		all = append(all, s)
	}
	if got := cloud.Find(endpoints); len(got) != len(stacks) {
		t.Fatalf("endpoints: %v", got)
	}
	for _, s := range all[1:] {
		s.destroyAlone()
	}
	if got := cloud.Find(endpoints); len(got) != 1 {
		t.Errorf("destroying the others left %v, want the first stack's endpoint", got)
	}
}
