package engine_test

import (
	"encoding/base64"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnxlib"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/delivery"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azurite"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/blobs"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// counted counts what is written to storage.
type counted struct {
	http.RoundTripper
	writes atomic.Int64
}

func (c *counted) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Method == http.MethodPut && strings.HasSuffix(request.URL.Host, ".blob.core.windows.net") {
		c.writes.Add(1)
	}
	return c.RoundTripper.RoundTrip(request)
}

// TestFolderAsASource: the update prepares and uploads a model that lies in the
// project, a preview only says how large it is, a second update sends nothing, and
// a file that changed is another version.
func TestFolderAsASource(t *testing.T) {
	library, err := onnxlib.Locate("")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(onnxlib.Env, library)
	scorer, err := scorerproc.Build()
	if err != nil {
		t.Fatal(err)
	}
	server := azurite.Start(t, true)
	models, err := server.NewContainer(t.Context(), "models")
	if err != nil {
		t.Fatal(err)
	}
	cloud := azure.New()
	cloud.Token = "a." + base64.RawURLEncoding.EncodeToString([]byte(`{"idtyp":"app"}`)) + ".folder"
	gateway.Add(cloud)
	storage := &counted{RoundTripper: &blobs.Service{T: t, Azurite: server, Token: cloud.Token, Cloud: cloud, Other: cloud.RegistryClient().Transport}}
	program := infra.Program{HTTP: &http.Client{Transport: storage}, Pause: 100 * time.Millisecond, Scorer: scorer, Cache: t.TempDir()}
	s := open(t, cloud, "dev", program.Deploy)
	t.Chdir(t.TempDir())
	if err := os.CopyFS("models/mine", os.DirFS(scorerproc.BundledModel())); err != nil {
		t.Fatal(err)
	}
	s.configure(func(c map[string]any) {
		model := deployments(c)[s.liveDeployment()].(map[string]any)["model"].(map[string]any)
		delete(model, "version")
		model["source"] = "./models/mine"
	})

	run, err := s.PreviewRun(t.Context())
	if err != nil || !strings.Contains(run.Output, "an update prepares ./models/mine, 7 files with") {
		t.Fatalf("the preview doesn't say what an update prepares: %v\n%s", err, run.Output)
	}
	if made, err := os.ReadDir(program.Cache); err != nil || len(made) > 0 || storage.writes.Load() > 0 {
		t.Errorf("a preview made %v, wrote %d times, %v", made, storage.writes.Load(), err)
	}
	s.up("with a folder", nil)
	s.complete(models, 1)

	sent := storage.writes.Load()
	if steps := s.upSteps("without a change", nil); len(steps) > 0 || storage.writes.Load() != sent {
		t.Errorf("another update did %v, wrote %d times", steps, storage.writes.Load()-sent)
	}
	if made, err := filepath.Glob("models/mine/*"); err != nil || slices.Contains(made, "models/mine/optimized") {
		t.Errorf("the model's folder has %v, %v", made, err)
	}

	config := filepath.Join("models", "mine", "config.json")
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(config, append(text, '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
	s.up("with a file that changed", nil)
	s.complete(models, 2)
	if err := os.RemoveAll("models"); err != nil {
		t.Fatal(err)
	}
	run, err = s.PreviewRun(t.Context())
	if err == nil || !strings.Contains(run.Output, `model.source = "./models/mine": can't be read: there is no folder models/mine; name the folder of a model`) {
		t.Errorf("without the folder: %v\n%s", err, run.Output)
	}
}

// complete wants that many versions of models, each with all its files.
func (s *stack) complete(client *container.Client, want int) {
	s.t.Helper()
	versions := s.Cloud.Find(workspaces + "/models/versions")
	if len(versions) != want {
		s.t.Fatalf("model versions %v, want %d", versions, want)
	}
	for _, id := range versions {
		_, folder, _ := strings.Cut(s.property(id, "modelUri").(string), "/paths/")
		if complete, _, err := delivery.Complete(s.t.Context(), client, folder); !complete || err != nil {
			s.t.Errorf("%s in storage: complete %v, %v", folder, complete, err)
		}
	}
}
