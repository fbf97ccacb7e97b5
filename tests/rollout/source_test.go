package rollout_test

import (
	"encoding/base64"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore/hub/hubtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnxlib"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/delivery"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/rollout"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azurite"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/blobs"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

const repository = "owner/sentiment"

// TestRollsOutASource changes the model of a stack whose update builds the image and
// brings the model: the new one's files come in the rollout's first update, and both
// image and model of the old deployment stay what they were until it goes.
func TestRollsOutASource(t *testing.T) {
	files := map[string][]byte{}
	root := os.DirFS(scorerproc.BundledModel())
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files[path], err = fs.ReadFile(root, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	hub := hubtest.New(t, repository, files)
	server := azurite.Start(t, true)
	container, err := server.NewContainer(t.Context(), "models")
	if err != nil {
		t.Fatal(err)
	}
	scorer, err := scorerproc.Build()
	if err != nil {
		t.Fatal(err)
	}
	library, err := onnxlib.Locate("")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("HF_ENDPOINT", hub.URL)
	t.Setenv(onnxlib.Env, library)

	cloud := azure.New()
	cloud.Token = "one." + base64.RawURLEncoding.EncodeToString([]byte(`{"idtyp":"app"}`)) + ".rollout"
	storage := &blobs.Service{T: t, Azurite: server, Token: cloud.Token, Cloud: cloud, Other: cloud.RegistryClient().Transport}
	program := infra.Program{HTTP: &http.Client{Transport: storage}, Pause: 100 * time.Millisecond, Scorer: scorer, Cache: t.TempDir()}
	first := "        source: " + repository + "@" + hubtest.Commit + "\n"
	s := openWith(t, cloud, program.Deploy, func(text string) string {
		text = regexp.MustCompile(` *source: .*\n`).ReplaceAllString(text, first)
		return strings.Replace(text, "target: scorer-cpu\n", "context: testdata/image\n          dockerfile: testdata/image/Dockerfile\n          target: scorer-cpu\n", 1)
	}, nil)
	before := s.file()

	hub.Change(func(h *hubtest.Hub) { h.Commit = strings.Repeat("ab", 20) })
	o := options()
	o.Change.Image, o.Change.ModelSource = "", repository+"@"+hub.Commit
	// A model that answers badly goes back, and its source with it.
	s.publishBuilt(azure.Container{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.Header.Get("azureml-model-deployment"), "green") {
			http.Error(w, "broken", http.StatusInternalServerError)
			return
		}
		azure.Scorer(w, r)
	})})
	o.Patience = time.Second
	if err := s.Run(t.Context(), o); !errors.Is(err, rollout.ErrRolledBack) || s.file() != before {
		t.Fatalf("%v\n%s\n%s", err, s.file(), s.out)
	}
	s.want("blue-f4sv2:100")

	s.publishBuilt(azure.Container{})
	o.Patience = 20 * time.Second
	if err := s.Run(t.Context(), o); err != nil {
		t.Fatalf("%v\n%s", err, s.out)
	}
	s.want("green-f4sv2:100")
	s.noChanges()
	if want := strings.NewReplacer("blue:", "green:", hubtest.Commit, hub.Commit).Replace(before); s.file() != want {
		t.Errorf("the file is:\n%s\nwant:\n%s", s.file(), want)
	}
	versions := cloud.Find(workspaces + "/models/versions")
	if len(versions) != 2 {
		t.Fatalf("model versions %v", versions)
	}
	for _, id := range versions {
		version, err := cloud.Get(id)
		if err != nil {
			t.Fatal(err)
		}
		_, folder, _ := strings.Cut(version["properties"].(map[string]any)["modelUri"].(string), "/paths/")
		if complete, _, err := delivery.Complete(t.Context(), container, folder); !complete || err != nil {
			t.Errorf("%s in storage: complete %v, %v", folder, complete, err)
		}
	}
	if builds := len(cloud.Builds()); builds != 1 {
		t.Errorf("%d images were built, the image stayed as it was", builds)
	}
}

// publishBuilt says what the image does that the stack built.
func (s *stand) publishBuilt(c azure.Container) {
	s.t.Helper()
	for _, id := range s.cloud.Find(workspaces + "/environments/versions") {
		version, err := s.cloud.Get(id)
		if err != nil {
			s.t.Fatal(err)
		}
		image := version["properties"].(map[string]any)["image"].(string)
		_, built, _ := strings.Cut(image, "@")
		s.cloud.Publish(built, c)
	}
}
