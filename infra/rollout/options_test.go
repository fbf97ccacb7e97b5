package rollout

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig/stackconfigtest"
)

var digestB = "sha256:" + strings.Repeat("b", 64)

func TestCheck(t *testing.T) {
	if bad := Defaults().Check(); len(bad) > 0 {
		t.Errorf("the defaults can't be: %v", bad)
	}
	for words, change := range map[string]func(*Options){
		"--image":            func(o *Options) { o.Change.Image = "registry.example.com/scorer:latest" },
		"--model-sha256":     func(o *Options) { o.Change.ModelSHA256 = "abc" },
		"--to":               func(o *Options) { o.To = "Green-1" },
		"--task":             func(o *Options) { o.Task = "translation" },
		"--mirror is 51":     func(o *Options) { o.Mirror = 51 },
		"--mirror-for is":    func(o *Options) { o.MirrorFor = -1 },
		"--steps":            func(o *Options) { o.Steps = []int{10, 50} },
		"--steps is []":      func(o *Options) { o.Steps = nil },
		"--steps is [10 10":  func(o *Options) { o.Steps = []int{10, 10, 100} },
		"--steps is [0":      func(o *Options) { o.Steps = []int{0, 100} },
		"--observe is":       func(o *Options) { o.Observe = 25 * time.Hour; o.ObserveMost = 26 * time.Hour },
		"--observe-most":     func(o *Options) { o.ObserveMost = time.Minute; o.ProbeRate = 100 },
		"--probe-rate":       func(o *Options) { o.ProbeRate = 0 },
		"149 requests":       func(o *Options) { o.ProbeRate = 0.1 },
		"--max-error":        func(o *Options) { o.Limits.MaxErrorRate = 0 },
		"--p95-ratio":        func(o *Options) { o.Limits.P95Ratio = 0.5 },
		"--min-requests":     func(o *Options) { o.Limits.MinRequests = 0 },
		"--max-p95":          func(o *Options) { o.Limits.MaxP95 = -1 },
		"--mirror-for, 30m0": func(o *Options) { o.MirrorFor = 30 * time.Minute },
	} {
		o := Defaults()
		change(&o)
		if bad := o.Check(); !strings.Contains(strings.Join(bad, "\n"), words) {
			t.Errorf("%s isn't reported: %v", words, bad)
		}
	}
	o := Defaults()
	o.Mirror, o.Steps, o.Task = 99, nil, "x"
	if bad := o.Check(); len(bad) != 3 {
		t.Errorf("three mistakes are reported as %v", bad)
	}
}

func TestImage(t *testing.T) {
	for image, want := range map[string]stackconfig.Image{
		digestB:                         {Digest: digestB},
		"scorer-cpu@" + digestB:         {Repository: "scorer-cpu", Digest: digestB},
		"team/scorer-cpu@" + digestB:    {Repository: "team/scorer-cpu", Digest: digestB},
		"r.azurecr.io/s/cpu@" + digestB: {Registry: "r.azurecr.io", Repository: "s/cpu", Digest: digestB},
		"localhost:5000/s@" + digestB:   {Registry: "localhost:5000", Repository: "s", Digest: digestB},
	} {
		if got, err := (Change{Image: image}).image(); err != nil || got != want {
			t.Errorf("%s is %+v, %v", image, got, err)
		}
	}
	for _, bad := range []string{"scorer-cpu", "scorer-cpu:1", "sha256:b", "@" + digestB, digestB + "0"} {
		if got, err := (Change{Image: bad}).image(); err == nil {
			t.Errorf("%s was taken as %+v", bad, got)
		}
	}
}

// TestWrite changes a copy of a deployment in a file, and reads it back.
func TestWrite(t *testing.T) {
	text := `config:
  p:location: westeurope
  p:deployments:
    blue:
      image: {repository: scorer-cpu, uncompressedMiB: 150}
      model: {name: m, version: "1", path: odd/place, sizeMiB: 1, memoryMiB: 1}
      instanceType: Standard_F4s_v2
`
	project := &stackconfig.Project{Name: "p"}
	cfg, err := project.Parse([]byte(text), "dev", true)
	if err != nil {
		t.Fatal(err)
	}
	change := Change{Image: "OWN.azurecr.io/scorer-cuda@" + digestB, ImageMiB: 8000, ModelVersion: "2", ModelMiB: 5, Size: "Standard_F8s_v2"}
	want, notes, err := change.apply(stackconfigtest.Root(), cfg.Deployments["blue"], "own.azurecr.io")
	if err != nil || strings.Join(notes, "") != "model.path odd/place is dropped: it is the folder of version 1" {
		t.Fatal(notes, err)
	}
	if want.Image != (stackconfig.Image{Repository: "scorer-cuda", Digest: digestB, UncompressedMiB: 8000}) {
		t.Errorf("the image is %+v", want.Image)
	}
	if want.Model != (stackconfig.Model{Name: "m", Version: "2", SizeMiB: 5, MemoryMiB: 1}) {
		t.Errorf("the model is %+v", want.Model)
	}
	path := filepath.Join(t.TempDir(), "Pulumi.dev.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := project.Open("dev", path)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Copy([]string{"deployments", "blue"}, []string{"deployments", "green"}); err != nil {
		t.Fatal(err)
	}
	if err := write(f, "green", want); err != nil {
		t.Fatal(err)
	}
	out := f.Text()
	again, err := project.Parse(out, "dev", true)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if got := again.Deployments["green"]; !same(got, want) || got.InstanceCount != want.InstanceCount {
		t.Errorf("the file has %+v, want %+v", got, want)
	}
	if !same(again.Deployments["blue"], cfg.Deployments["blue"]) {
		t.Error("blue was changed")
	}
}

// TestWriteSource: what concerns a model with a source leaves the file without a
// version, which follows from it.
func TestWriteSource(t *testing.T) {
	commit := strings.Repeat("1", 40)
	source := "{name: m, source: owner/name@" + strings.Repeat("0", 40) + ", sizeMiB: 1, memoryMiB: 1}"
	text := `config:
  p:location: westeurope
  p:deployments:
    blue:
      image: {repository: scorer-cpu, uncompressedMiB: 150}
      model: ` + source + `
      instanceType: Standard_F4s_v2
`
	project := &stackconfig.Project{Name: "p"}
	cfg, err := project.Parse([]byte(text), "dev", true)
	if err != nil {
		t.Fatal(err)
	}
	live := cfg.Deployments["blue"]
	for name, c := range map[string]struct {
		change Change
		want   string // the model in the file
	}{
		"another image":     {Change{Image: digestB}, source},
		"another precision": {Change{ModelPrecision: "int8"}, strings.Replace(source, "sizeMiB", "precision: int8, sizeMiB", 1)},
		"another source": {Change{ModelSource: "owner/other@" + commit, ModelMiB: 7},
			"{name: m, source: owner/other@" + commit + ", sizeMiB: 7, memoryMiB: 1}"},
	} {
		wanted, _, err := c.change.apply(stackconfigtest.Root(), live, "")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !c.change.isIn(stackconfigtest.Root(), wanted) || c.change.isIn(stackconfigtest.Root(), live) {
			t.Errorf("%s: the deployment has it before, or hasn't it afterwards: %+v", name, wanted.Model)
		}
		path := filepath.Join(t.TempDir(), "Pulumi.dev.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := project.Open("dev", path)
		if err != nil {
			t.Fatal(err)
		}
		if err := write(f, "blue", wanted); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !strings.Contains(string(f.Text()), "model: "+c.want+"\n") {
			t.Errorf("%s: the file is\n%s\nwant the model %s", name, f.Text(), c.want)
		}
		if again, err := project.Parse(f.Text(), "dev", true); err != nil || !same(again.Deployments["blue"], wanted) {
			t.Errorf("%s: read again: %+v, %v", name, again, err)
		}
	}
	delivered := live
	delivered.Model = stackconfig.Model{Name: "m", Version: "1"}
	if _, _, err := (Change{ModelPrecision: "int8"}).apply(stackconfigtest.Root(), delivered, ""); err == nil || !strings.Contains(err.Error(), "for a model with a source") {
		t.Errorf("a precision without a source: %v", err)
	}
}
