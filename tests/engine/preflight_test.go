package engine_test

import (
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
)

// gateway answers what preflight asks Azure, for the clouds that have a token.
var gateway azure.Gateway

func TestMain(m *testing.M) {
	// Whoever runs the tests may be signed in to the real Azure, which no test
	// may ask: the program in this process gets the gateway instead.
	for _, name := range []string{"ARM_CLIENT_ID", "ARM_CLIENT_SECRET", "ARM_SUBSCRIPTION_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"} {
		os.Unsetenv(name)
	}
	server := httptest.NewServer(&gateway)
	os.Setenv("AZURE_RESOURCE_MANAGER_ENDPOINT", server.URL)
	code := m.Run()
	server.Close()
	os.Exit(code)
}

// signIn gives the cloud a token, so that preflight asks it.
func signIn(t *testing.T, cloud *azure.Cloud) {
	t.Helper()
	cloud.Token = "token of " + t.Name()
	gateway.Add(cloud)
}

// TestPreflightRefuses previews what Azure has no quota for: the preview says
// so and nothing is sent.
func TestPreflightRefuses(t *testing.T) {
	t.Parallel()
	cloud := azure.New()
	signIn(t, cloud)
	const family = "Standard NCASv3_T4 Family"
	cloud.SetQuota(family, 0)
	s := open(t, cloud, "gpu", infra.Deploy)
	run, err := s.PreviewRun(t.Context())
	if err == nil {
		t.Fatalf("the preview succeeded without quota:\n%s", run.Output)
	}
	for _, words := range []string{"preflight found", "quota", "8", "nothing was changed"} {
		if !strings.Contains(run.Output+err.Error(), words) {
			t.Errorf("the message has no %q:\n%s", words, run.Output)
		}
	}
	if requests := cloud.Requests(); len(requests) != 0 {
		t.Errorf("a refused preview sent %d PUTs", len(requests))
	}

	cloud.SetQuota(family, 8)
	s.up("with quota for one instance", nil)
	live := s.liveDeployment()
	run, _, err = s.UpRun(t.Context())
	if err != nil || !strings.Contains(run.Output, "cost of "+live) {
		t.Errorf("a second up, whose quota is its own already: %v\n%s", err, run.Output)
	}
	s.configure(func(c map[string]any) {
		addDeployment(c, live, "green")
		setTraffic(c, map[string]any{live: 90, "green": 10})
	})
	if run, err = s.PreviewRun(t.Context()); err == nil {
		t.Errorf("the overlap of blue and green was not refused:\n%s", run.Output)
	}
}

// TestPreflightSignedOut previews without a token: what needs none is checked,
// and the output says what wasn't.
func TestPreflightSignedOut(t *testing.T) {
	t.Parallel()
	s := open(t, azure.New(), "dev", infra.Deploy)
	s.Cloud.Token = ""
	run, err := s.PreviewRun(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(run.Output, "not checked") || !strings.Contains(run.Output, "estimated cost") {
		t.Errorf("the output does not say what was not checked, and what it may cost:\n%s", run.Output)
	}
	s.configure(func(c map[string]any) {
		for _, deployment := range deployments(c) {
			deployment.(map[string]any)["image"].(map[string]any)["uncompressedMiB"] = 30000
		}
	})
	if run, err = s.PreviewRun(t.Context()); err == nil || !strings.Contains(run.Output+err.Error(), "disk") {
		t.Errorf("an image larger than the disk was not refused: %v\n%s", err, run.Output)
	}
}

// TestBudgetsOffer: Azure refuses a budget, and the update with it, on an offer
// without Cost Management; a preview says so before anything is sent. The
// committed stacks have none.
func TestBudgetsOffer(t *testing.T) {
	t.Parallel()
	cloud := azure.New()
	signIn(t, cloud)
	cloud.Offer = "MS-AZR-0036P"
	s := open(t, cloud, "dev", infra.Deploy)
	if run, err := s.PreviewRun(t.Context()); err != nil {
		t.Fatalf("the committed stack: %v\n%s", err, run.Output)
	}
	s.configure(func(c map[string]any) { set(c, "budget", map[string]any{"monthlyAmount": 300}) })
	run, err := s.PreviewRun(t.Context())
	if err == nil || !strings.Contains(run.Output+err.Error(), "this subscription can't have budgets") {
		t.Errorf("%v\n%s", err, run.Output)
	}
}
