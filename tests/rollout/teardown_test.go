package rollout_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/engine"
)

// TestTeardown leaves no name taken: not after it has destroyed the stack
// itself, and not after a plain destroy did.
func TestTeardown(t *testing.T) {
	t.Parallel()
	s := open(t, func(c map[string]any) { c[key("deleteLocks")] = true })
	if err := s.Teardown(t.Context(), "", true); err != nil {
		t.Fatal(err)
	}
	s.says("1. destroy everything but the workspace, the logs", "2. delete the workspace mlw-nlp-dev-", "6. check that the names are free")
	if ids := s.cloud.Find(workspaces); len(ids) != 1 {
		t.Fatal("a plan deleted the workspace")
	}
	if err := s.Teardown(t.Context(), "", false); err != nil {
		t.Fatalf("%v\n%s", err, s.out)
	}
	s.says("all names are free")
	s.empty()

	if _, _, err := s.stack.UpRun(t.Context()); err != nil {
		t.Fatalf("up after the teardown: %v", err)
	}
	if _, err := s.stack.DestroyRun(t.Context()); err != nil {
		t.Fatal(err)
	}
	if ghosts := s.cloud.Ghosts(); len(ghosts) != 3 {
		t.Errorf("a plain destroy left %v, want workspace, logs and vault", ghosts)
	}
	if err := s.Teardown(t.Context(), "", false); err == nil || !strings.Contains(err.Error(), "--subscription") {
		t.Errorf("nothing says where the names are: %v", err)
	}
	if err := s.Teardown(t.Context(), s.cloud.SubscriptionID, false); err != nil {
		t.Fatalf("%v\n%s", err, s.out)
	}
	s.empty()
}

func (s *stand) empty() {
	s.t.Helper()
	if ids, ghosts := s.cloud.IDs(), s.cloud.Ghosts(); len(ids)+len(ghosts) > 0 {
		s.t.Errorf("left: %v, and the names of %v", ids, ghosts)
	}
}

// TestTeardownLeavesOthersThings tears a stack down that lies among what a team
// has: only what the stack made is deleted and purged.
func TestTeardownLeavesOthersThings(t *testing.T) {
	t.Parallel()
	cloud := azure.New()
	cloud.Token = "token of " + t.Name()
	team, err := engine.AddTeam(cloud, "westeurope", "Standard")
	if err != nil {
		t.Fatal(err)
	}
	before := cloud.IDs()
	s := openWith(t, cloud, infra.Deploy, published, func(c map[string]any) {
		for name, value := range team {
			c[key(name)] = value
		}
	})
	if err := s.Teardown(t.Context(), "", false); err != nil {
		t.Fatalf("%v\n%s", err, s.out)
	}
	if left := cloud.IDs(); !slices.Equal(left, before) {
		t.Errorf("left:\n%s\nthere was before:\n%s", strings.Join(left, "\n"), strings.Join(before, "\n"))
	}
	if ghosts := cloud.Ghosts(); len(ghosts) != 0 {
		t.Errorf("the names of %v are held", ghosts)
	}
}
