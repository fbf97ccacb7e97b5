package delivery

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/manifest"
)

const project = "azure-nlp-endpoint"

var delivered = manifest.Manifest{Files: []manifest.Entry{{Path: "model.onnx", Size: 256<<20 + 1, SHA256: strings.Repeat("a", 64)}}}

func stackFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "Pulumi.dev.yaml")
	if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestSetModelKeepsTheRest: only the model's lines change, comments included.
func TestSetModelKeepsTheRest(t *testing.T) {
	const before = `# A comment at the top.
config:
  azure-nlp-endpoint:location: westeurope

  azure-nlp-endpoint:deployments: # by colour
    blue:
      image: {repository: scorer-cpu, uncompressedMiB: 150}
      model:
        # what it is
        name: distilbert-sst2 # as registered
        version: "1" # was by hand
        path: distilbert/by-hand
        sizeMiB: 520   # measured
        memoryMiB: 1024
      autoscale: {minimum: 1, maximum: 2}
    "green":
      model: {name: 'distilbert-sst2', memoryMiB: 1024, sizeMiB: 1}
      instanceType: Standard_F4s_v2

    gray:
      model:
        name: other
        version: '7'
`
	path := stackFile(t, before)
	s, err := ReadStackFile(path, project)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Models(); len(got) != 3 || got[1] != (Model{Deployment: "green", Name: "distilbert-sst2"}) {
		t.Fatalf("models %+v", got)
	}
	changed, err := s.SetModel([]string{"blue", "green"}, delivered)
	if err != nil || !changed {
		t.Fatal(changed, err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum, version := delivered.Sum(), manifest.Version(delivered.Sum())
	want := strings.NewReplacer(
		`version: "1"`, `version: "`+version+`"`,
		"        path: distilbert/by-hand\n", "",
		"# as registered\n", "# as registered\n        sha256: \""+sum+"\"\n",
		"sizeMiB: 520", "sizeMiB: 257",
		"{name: 'distilbert-sst2', memoryMiB: 1024, sizeMiB: 1}",
		`{name: 'distilbert-sst2', sha256: "`+sum+`", version: "`+version+`", memoryMiB: 1024, sizeMiB: 257}`,
	).Replace(before)
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	again, err := ReadStackFile(path, project)
	if err != nil {
		t.Fatal(err)
	}
	if changed, err := again.SetModel([]string{"blue", "green"}, delivered); err != nil || changed {
		t.Errorf("a second time: changed %v, %v", changed, err)
	}
}

func TestSetModelRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"config:\n  azure-nlp-endpoint:deployments:\n    green:\n      model: {name: x}\n":                                        "has no deployment blue",
		"config:\n  azure-nlp-endpoint:deployments:\n    blue:\n      model:\n        memoryMiB: 1\n":                             "has no name",
		"config:\n  azure-nlp-endpoint:deployments:\n    blue:\n      model:\n        name: x\n        version: |\n          1\n": "plain value on one line",
		"config:\n  azure-nlp-endpoint:deployments:\n    blue:\n      model: {name: x, path: y}\n":                                "remove it by hand",
	} {
		path := stackFile(t, text)
		s, err := ReadStackFile(path, project)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.SetModel([]string{"blue"}, delivered); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\ngot %v, want %q", text, err, want)
		}
		if got, _ := os.ReadFile(path); string(got) != text {
			t.Errorf("the file was changed in spite of an error:\n%s", got)
		}
	}
	for text, want := range map[string]string{
		"config: [": "yaml:", "": "is empty",
		"config:\n  azure-nlp-endpoint:deployments:\n    blue:\n      model: x\n": "must be written out as an object",
	} {
		if _, err := ReadStackFile(stackFile(t, text), project); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	if _, err := ReadStackFile("none.yaml", project); err == nil || !strings.Contains(err.Error(), "lies beside Pulumi.yaml") {
		t.Error(err)
	}
}
