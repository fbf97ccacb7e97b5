package engine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
)

// impatient is the program with pauses that a test can wait for.
var impatient = infra.Program{Pause: 50 * time.Millisecond}.Deploy

// puts counts the requests that made or changed resources of a type.
func puts(cloud *azure.Cloud, typ string) (n int) {
	for _, r := range cloud.Requests() {
		if strings.EqualFold(r.Type, typ) {
			n++
		}
	}
	return n
}

// TestRolesTakeTime: on an empty subscription the endpoint's identity gets its
// roles a moment before the deployment needs them, and Azure takes minutes to
// know them. One update bears it.
func TestRolesTakeTime(t *testing.T) {
	t.Parallel()
	cloud := azure.New()
	signIn(t, cloud)
	cloud.Unheeded = 1
	s := open(t, cloud, "dev", impatient)
	run, _, err := s.UpRun(t.Context())
	if err != nil {
		t.Fatalf("%v\n%s", err, run.Output)
	}
	if !strings.Contains(run.Output, "does not have pull permission on the registry") || !strings.Contains(run.Output, "trying again") {
		t.Errorf("the output doesn't say what was waited for:\n%s", run.Output)
	}
	if n := puts(cloud, onlineDeployments); n < 2 {
		t.Errorf("%d PUTs of deployments: the roles held at once, nothing was tried", n)
	}
	s.wantTraffic(map[string]float64{s.liveDeployment(): 100})
	// Pulumi 3.250 keeps the mark of a failure that a retry has mended, and the
	// next update puts the deployment once more, as it is.
	for op, resources := range s.upSteps("without a change", nil) {
		if op != "update" || len(resources) != 1 || !strings.HasPrefix(resources[0], "deployment-") {
			t.Errorf("an up after it did: %s %v", op, resources)
		}
	}
	if steps := s.upSteps("without a change, once more", nil); len(steps) != 0 {
		t.Errorf("the second up after it did: %v", steps)
	}
	s.destroy()
}

// TestWhatPassesByItself: Azure is busy with something else, and then isn't.
func TestWhatPassesByItself(t *testing.T) {
	t.Parallel()
	cloud := azure.New()
	signIn(t, cloud)
	s := open(t, cloud, "dev", impatient)
	failing := map[string]int{}
	for _, fault := range []azure.Fault{
		{Type: onlineDeployments, Times: 3, Err: &azure.Error{Status: 409, Code: "Conflict",
			Message: "Cannot create a deployment in endpoint e because it is in Updating provisioning state."}},
		{Type: onlineDeployments, Times: 2, Accepted: true, Err: azure.Conflict("the endpoint")},
		{Type: templates, Times: 2, Accepted: true, Err: azure.Conflict("the endpoint")},
	} {
		fault.Operation = azure.OperationPut
		cloud.Inject(fault)
		failing[fault.Type] += fault.Times
	}
	s.up("from nothing", nil)
	for typ, times := range failing {
		if n := puts(cloud, typ); n <= times {
			t.Errorf("%d PUTs of %s, %d of them failed", n, typ, times)
		}
	}
	s.wantTraffic(map[string]float64{s.liveDeployment(): 100})
	s.noGap()
	s.destroy()
}

// TestDeploymentsGoOneByOne makes several at once, as a first update does: Azure
// takes one operation on an endpoint at a time.
func TestDeploymentsGoOneByOne(t *testing.T) {
	t.Parallel()
	cloud := azure.New()
	signIn(t, cloud)
	cloud.Latency = 50 * time.Millisecond
	s := open(t, cloud, "dev", infra.Program{}.Deploy) // nothing is tried again
	s.up("three deployments", func(c map[string]any) {
		for _, name := range []string{"green", "gray"} {
			addDeployment(c, s.liveDeployment(), name)
		}
	})
	if got := cloud.Find(onlineDeployments); len(got) != 3 {
		t.Errorf("deployments %v", got)
	}
	s.destroy()
}
