package journey

import (
	"io/fs"
	"net/http"
	"os"
	"path"
	"strings"
	"testing"

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
	add := func(repository, commit, toy, graph string) {
		all[repository] = hubtest.New(t, repository, toyFiles(t, toy, graph))
		all[repository].Commit = commit
		if toy == "gemma-tiny-chat" {
			all[repository].Token = hubToken
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

// toyFiles are a bundled model's, its graph under another name if one is given.
func toyFiles(t *testing.T, toy, graph string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	root := os.DirFS(goldens.ModelDir(toy))
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		to := name
		switch {
		case graph != "" && name == "model.onnx":
			to = graph
		case graph != "" && name == "model.onnx.data": // which the graph names as its neighbour
			to = path.Join(path.Dir(graph), name)
		}
		files[to], err = fs.ReadFile(root, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
