package journey

import (
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/graph"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore/hub/hubtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
)

// hubToken is that of a person who has accepted the licences.
const hubToken = "hf_of_a_person"

// hub has the models that the committed stacks name, at the commits that they name,
// and one that a page fetches. Their files are those of the bundled toys. Chat models
// need the token.
func hub(t *testing.T, project string) http.Handler {
	t.Helper()
	settings, err := stackconfig.ReadProject(project)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*hubtest.Hub{}
	add := func(repository, commit, toy, name string) {
		all[repository] = hubtest.New(t, repository, toyFiles(t, toy, name))
		all[repository].Commit = commit
		if toy == "gemma-tiny-chat" {
			all[repository].RequireToken(hubToken)
		}
	}
	for stack, toy := range map[string]string{"dev": "distilbert-tiny-sentiment", "gpu": "gemma-tiny-chat"} {
		config, err := settings.Read(stack, true)
		if err != nil {
			t.Fatal(err)
		}
		for _, deployment := range config.Deployments {
			repository, commit := deployment.Model.Repository()
			add(repository, commit, toy, deployment.Model.File)
		}
	}
	add("onnx-community/gemma-3-1b-it-ONNX-GQA", hubtest.Commit, "gemma-tiny-chat", "onnx/model_q4.onnx")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for repository, h := range all {
			if strings.Contains(r.URL.Path, "/"+repository+"/") {
				h.ServeHTTP(w, r)
				return
			}
		}
		w.WriteHeader(http.StatusNotFound)
	})
}

// toyFiles are a bundled model's, with its graph, and the weights beside it, under
// another name if one is given.
func toyFiles(t *testing.T, toy, name string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	add := func(folder, prefix string) {
		root := os.DirFS(folder)
		err := fs.WalkDir(root, ".", func(file string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				files[path.Join(prefix, file)], err = fs.ReadFile(root, file)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	add(goldens.ModelDir(toy), "")
	if name == "" {
		return files
	}
	model, err := graph.Load(filepath.Join(goldens.ModelDir(toy), "model.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := graph.Save(model, filepath.Join(folder, path.Base(name))); err != nil {
		t.Fatal(err)
	}
	add(folder, path.Dir(name))
	delete(files, "model.onnx")
	delete(files, "model.onnx.data")
	return files
}
