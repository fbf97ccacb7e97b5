package engine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
)

// TestFreshSubscription: a new subscription has none of the services that the
// stack needs. A preview says which an update registers, and changes nothing; the
// update registers them and waits; the next one has nothing to do.
func TestFreshSubscription(t *testing.T) {
	t.Parallel()
	cloud := azure.New()
	cloud.Fresh, cloud.Latency = true, 20*time.Millisecond
	signIn(t, cloud)
	s := open(t, cloud, "dev", impatient)
	run, err := s.PreviewRun(t.Context())
	if err != nil || !strings.Contains(run.Output, "an update registers Microsoft.") || !strings.Contains(run.Output, "Microsoft.PolicyInsights") {
		t.Errorf("a preview: %v\n%s", err, run.Output)
	}

	cloud.Reader = true
	run, _, err = s.UpRun(t.Context())
	if err == nil || !strings.Contains(run.Output+err.Error(), "az provider register --namespace Microsoft.") {
		t.Errorf("an update by somebody who may not register: %v\n%s", err, run.Output)
	}
	if n := len(cloud.Requests()); n != 0 {
		t.Errorf("it sent %d PUTs first", n)
	}

	cloud.Reader = false
	run, _, err = s.UpRun(t.Context())
	if err != nil || !strings.Contains(run.Output, "registering Microsoft.") {
		t.Fatalf("an update: %v\n%s", err, run.Output)
	}
	s.wantTraffic(map[string]float64{s.liveDeployment(): 100})
	if strings.Contains(run.Output, "not checked") {
		t.Errorf("with all services there, something wasn't checked:\n%s", run.Output)
	}
	if steps := s.upSteps("without a change", nil); len(steps) != 0 {
		t.Errorf("an up after it did: %v", steps)
	}
}
