package engine_test

import (
	"bytes"
	"encoding/base64"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore/hub/hubtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnxlib"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/delivery"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azurite"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/blobs"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// TestOneUp is the first update of an empty subscription, with the committed
// stack file as it lies: it builds the image, fetches the model from the hub,
// prepares it with the real scorer, grants itself the right to upload it, waits
// for that and for the endpoint's roles, and ends with a deployment that has
// traffic. The second one sends nothing.
func TestOneUp(t *testing.T) {
	server := azurite.Start(t, true)
	container, err := server.NewContainer(t.Context(), "models")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	root := os.DirFS(scorerproc.BundledModel())
	err = fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files[path], err = fs.ReadFile(root, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	hub := hubtest.New(t, "distilbert/distilbert-base-uncased-finetuned-sst-2-english", files)
	scorer, err := scorerproc.Build()
	if err != nil {
		t.Fatal(err)
	}
	library, err := onnxlib.Locate("")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("HF_ENDPOINT", hub.URL)
	t.Setenv("SCORER_ONNXRUNTIME_LIBRARY", library)

	cloud := azure.New()
	claims := base64.RawURLEncoding.EncodeToString([]byte(`{"idtyp":"app"}`))
	cloud.Token = "one." + claims + ".up"
	gateway.Add(cloud)
	cloud.Propagation = time.Second
	storage := &blobs.Service{T: t, Azurite: server, Token: cloud.Token, Cloud: cloud, Other: cloud.RegistryClient().Transport}
	program := infra.Program{HTTP: &http.Client{Transport: storage}, Pause: 100 * time.Millisecond, Scorer: scorer, Cache: t.TempDir()}
	s := open(t, cloud, "dev", program.Deploy)
	if err := s.restore(); err != nil { // the file as it is committed
		t.Fatal(err)
	}
	s.configure(func(c map[string]any) {
		d := deployments(c)[s.liveDeployment()].(map[string]any)
		model := d["model"].(map[string]any)
		// The hub's stand-in has one commit.
		repository, _, _ := strings.Cut(model["source"].(string), "@")
		model["source"] = repository + "@" + hubtest.Commit
		d["image"].(map[string]any)["build"] = map[string]any{"context": "testdata/image", "dockerfile": "testdata/image/Dockerfile", "target": "scorer-cpu"}
	})

	run, err := s.PreviewRun(t.Context())
	if err != nil || !strings.Contains(run.Output, "an update fetches distilbert/") || !strings.Contains(run.Output, "files with") {
		t.Fatalf("the preview doesn't say what an update fetches: %v\n%s", err, run.Output)
	}
	if storage.Refused() > 0 || len(cloud.Builds()) > 0 {
		t.Errorf("a preview asked storage %d times, built %d images", storage.Refused(), len(cloud.Builds()))
	}
	run, _, err = s.UpRun(t.Context())
	if err != nil {
		t.Fatalf("%v\n%s", err, run.Output)
	}
	for _, words := range []string{"fetching distilbert/", "granting the role Storage Blob Data Contributor", "sent now"} {
		if !strings.Contains(run.Output, words) {
			t.Errorf("the update doesn't say %q:\n%s", words, run.Output)
		}
	}
	s.wantTraffic(map[string]float64{s.liveDeployment(): 100})
	uri := s.property(cloud.Find(workspaces + "/models/versions")[0], "modelUri").(string)
	_, folder, _ := strings.Cut(uri, "/paths/")
	if complete, _, err := delivery.Complete(t.Context(), container, folder); !complete || err != nil {
		t.Errorf("%s in storage: complete %v, %v", folder, complete, err)
	}

	asked := len(hub.Requests())
	s.upSteps("again", nil) // puts the deployment once more: see TestRolesTakeTime
	if steps := s.upSteps("without a change", nil); len(steps) > 0 || len(hub.Requests()) != asked || len(cloud.Builds()) != 1 {
		t.Errorf("another update did %v, asked the hub %d times, built %d images", steps, len(hub.Requests())-asked, len(cloud.Builds())-1)
	}
	cached, err := os.ReadDir(program.Cache)
	if err != nil || len(cached) == 0 {
		t.Errorf("nothing was kept for the next time: %v", err)
	}
	s.destroy()
	s.checkBodies()
}

// TestSourceThatCantBeHad is found before anything is made, and only said in a
// preview.
func TestSourceThatCantBeHad(t *testing.T) {
	hub := hubtest.New(t, "owner/gated", map[string][]byte{"config.json": []byte("{}"), "model.onnx": []byte("x")})
	hub.RequireToken("known")
	t.Setenv("HF_ENDPOINT", hub.URL)
	t.Setenv("HF_TOKEN", "")
	s := open(t, azure.New(), "dev", infra.Program{}.Deploy)
	s.configure(func(c map[string]any) {
		model := deployments(c)[s.liveDeployment()].(map[string]any)["model"].(map[string]any)
		delete(model, "version")
		model["source"] = "owner/gated@" + hubtest.Commit
	})
	if run, err := s.PreviewRun(t.Context()); err != nil || !strings.Contains(run.Output, "an update would stop") {
		t.Errorf("preview: %v\n%s", err, run.Output)
	}
	before := len(s.Cloud.Requests())
	run, _, err := s.UpRun(t.Context())
	if err == nil || !strings.Contains(run.Output, "HF_TOKEN") || len(s.Cloud.Requests()) != before {
		t.Errorf("update: %v, %d PUTs\n%s", err, len(s.Cloud.Requests())-before, run.Output)
	}
	if bytes.Contains([]byte(run.Output), []byte("known")) {
		t.Error("the output shows the token")
	}
}
