package engine_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
)

// TestStorageWithoutKeys takes a stack from the time of keys to none, in place: the
// preview says what an update does, and a stack that wants its keys keeps them.
func TestStorageWithoutKeys(t *testing.T) {
	t.Parallel()
	s := open(t, azure.New(), "dev", infra.Deploy)
	s.up("with keys", func(c map[string]any) { set(c, "storage", map[string]any{"sharedKeyAccess": true}) })
	workspace, account := s.Cloud.Find(workspaces)[0], s.Cloud.Find("Microsoft.Storage/storageAccounts")[0]
	if mode := s.property(workspace, "systemDatastoresAuthMode"); mode != "accessKey" {
		t.Errorf("with keys, the workspace goes by %v", mode)
	}

	s.configure(func(c map[string]any) { set(c, "storage", nil) })
	run, err := s.PreviewRun(t.Context())
	if want := "storage.sharedKeyAccess = false: an update turns off the keys of "; err != nil || !strings.Contains(run.Output, want) {
		t.Errorf("the preview doesn't say %q: %v\n%s", want, err, run.Output)
	}
	steps := s.upSteps("without keys", nil)
	if len(steps) != 1 || !slices.Equal(steps["update"], []string{"storage", "workspace"}) {
		t.Errorf("want storage and workspace updated in place, did: %v", steps)
	}
	if mode, keys := s.property(workspace, "systemDatastoresAuthMode"), s.property(account, "allowSharedKeyAccess"); mode != "identity" || keys != false {
		t.Errorf("without keys, the workspace goes by %v, allowSharedKeyAccess is %v", mode, keys)
	}
	if run, err = s.PreviewRun(t.Context()); err != nil || strings.Contains(run.Output, "turns off the keys") || len(run.Steps) != 0 {
		t.Errorf("a preview after it: %v, %v\n%s", err, run.Steps, run.Output)
	}
	s.checkBodies()
}
