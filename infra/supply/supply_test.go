package supply

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnxlib"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
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
