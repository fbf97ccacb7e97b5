package engine_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/manifest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/delivery"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azurite"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/blobs"
)

// TestDeliveredModel: the stack's file names a model by hash, which a preview
// doesn't find in storage; deliver's packages bring it there, and the update
// uses it.
func TestDeliveredModel(t *testing.T) {
	t.Parallel()
	cloud := azure.New()
	signIn(t, cloud)
	server := azurite.Start(t, true)
	container, err := server.NewContainer(t.Context(), "models")
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &blobs.Service{T: t, Azurite: server, Token: cloud.Token}}
	s := open(t, cloud, "dev", infra.Program{HTTP: client}.Deploy)

	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "model.onnx"), []byte("weights"), 0o600); err != nil {
		t.Fatal(err)
	}
	folder, err := delivery.Scan(t.Context(), dir, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	project, err := stackconfig.ReadProject(s.Workspace().WorkDir())
	if err != nil {
		t.Fatal(err)
	}
	file, err := project.Open("dev", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.SetModel(s.liveDeployment(), stackconfig.Model{SHA256: folder.Manifest.Sum(), SizeMiB: 1}); err != nil {
		t.Fatal(err)
	}
	if err := file.Write(); err != nil {
		t.Fatal(err)
	}
	run, err := s.PreviewRun(t.Context())
	if err == nil || !strings.Contains(run.Output+err.Error(), "the model isn't in storage, or not all of it; deliver the model again") {
		t.Errorf("without the model: %v\n%s", err, run.Output)
	}

	up := delivery.Uploader{Container: container}
	result, err := up.Upload(t.Context(), "distilbert-sst2", folder)
	if err != nil {
		t.Fatal(err)
	}
	s.up("with the model", nil)
	versions := cloud.Find(workspaces + "/models/versions")
	if len(versions) != 1 || !strings.HasSuffix(versions[0], "/distilbert-sst2/versions/"+manifest.Version(folder.Sum())) {
		t.Fatalf("model versions %v", versions)
	}
	if uri := s.property(versions[0], "modelUri").(string); !strings.HasSuffix(uri, "/paths/"+result.Prefix) {
		t.Errorf("modelUri %s, delivered to %s", uri, result.Prefix)
	}
	if steps := s.upSteps("without a change", nil); len(steps) > 0 {
		t.Errorf("an up without a change did %v", steps)
	}
	s.destroy()
	s.checkBodies()
}
