package supply

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore/hub/hubtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnxlib"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/goldens"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// TestFolderIsPreparedOnce: an export, into the cache; what is prepared already is
// taken as it is, if it is what was asked for.
func TestFolderIsPreparedOnce(t *testing.T) {
	library, err := onnxlib.Locate("")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(onnxlib.Env, library)
	program, err := scorerproc.Build()
	if err != nil {
		t.Fatal(err)
	}
	project := t.TempDir()
	if err := os.CopyFS(filepath.Join(project, "models", "export"), os.DirFS(scorerproc.BundledModel())); err != nil {
		t.Fatal(err)
	}
	said := 0
	s := Supplier{Scorer: Scorer{Path: program, Dir: project}, Cache: t.TempDir(), Say: func(string) { said++ }, Progress: func(string) {}}
	m := stackconfig.Model{Name: "m", Source: "./models/export", File: "onnx/model.onnx", Precision: "int8", Version: "v1"}
	made := filepath.Join(s.Cache, "m-v1")
	for range 2 {
		if _, served, err := s.prepare(t.Context(), m); err != nil || served != made || said != 1 {
			t.Fatalf("served %s, %v, prepared %d times", served, err, said)
		}
	}
	if err := os.Rename(made, filepath.Join(project, "models", "int8")); err != nil {
		t.Fatal(err)
	}
	m.Source, m.File = "./models/int8", ""
	dir := filepath.Join(project, "models", "int8")
	if _, served, err := s.prepare(t.Context(), m); err != nil || served != dir || said != 1 {
		t.Errorf("served %s, %v", served, err)
	}
	m.Precision = "fp32"
	if _, _, err := s.prepare(t.Context(), m); err == nil || !strings.Contains(err.Error(), "prepared in int8, and model.precision is fp32") {
		t.Error(err)
	}
}

// TestWeightsOfAChatModel: where model.file names them, what is served is the graph that was
// made of them.
func TestWeightsOfAChatModel(t *testing.T) {
	library, err := onnxlib.Locate("")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(onnxlib.Env, library)
	program, err := scorerproc.Build()
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{"tokenizer.json": goldens.DecoderTokenizer(), "onnx/model.onnx": []byte("another")}
	for _, name := range []string{"config.json", "model.safetensors"} {
		if files[name], err = os.ReadFile(filepath.Join(goldens.DecoderDir("smollm2"), name)); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("HF_ENDPOINT", hubtest.New(t, "someone/chatty", files).URL)
	s := Supplier{Scorer: Scorer{Path: program, Dir: t.TempDir()}, Cache: t.TempDir(), Say: func(string) {}, Progress: func(string) {}}
	s.Token = func(context.Context, string) (string, error) { return "", nil }
	m := stackconfig.Model{Name: "m", Source: "someone/chatty@" + hubtest.Commit, File: "model.safetensors", Precision: "int4", Version: "v1"}
	for range 2 {
		dir, served, err := s.fetch(t.Context(), m)
		if err != nil || served != filepath.Join(dir, "optimized") {
			t.Fatalf("served %s of %s, %v", served, dir, err)
		}
	}
}
