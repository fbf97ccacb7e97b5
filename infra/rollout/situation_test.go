package rollout

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/online"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig/stackconfigtest"
)

// at makes a situation: deployments of the file as NAME=DIGIT of the image,
// those of Azure in the order in which they were made.
func at(file, azure string, traffic map[string]int) *situation {
	s := &situation{cfg: &stackconfig.Config{Deployments: map[string]stackconfig.Deployment{}, Traffic: traffic}, azure: &online.Endpoint{}}
	for _, entry := range strings.Fields(file) {
		name, digit, _ := strings.Cut(entry, "=")
		s.cfg.Deployments[name] = stackconfig.Deployment{
			Image: stackconfig.Image{Repository: "s", Digest: "sha256:" + strings.Repeat(digit, 64)}, InstanceType: "Standard_F4s_v2",
		}
	}
	for i, name := range strings.Fields(azure) {
		s.azure.Deployments = append(s.azure.Deployments, online.Deployment{Name: name + "-f4sv2", Created: time.Unix(int64(1000+i), 0)})
	}
	return s
}

// TestChoose finds out which deployment is new, in a first run, after an
// interruption, and in a checkout that knows nothing of it.
func TestChoose(t *testing.T) {
	for _, c := range []struct {
		name, file, azure string
		traffic           map[string]int
		image, to         string
		want              string // from>to, done, or words of the error
	}{
		{"first", "blue=a", "blue", map[string]int{"blue": 100}, "b", "", "blue>green"},
		{"back to blue", "green=a", "green", map[string]int{"green": 100}, "b", "", "green>blue"},
		{"another name", "main=a", "main", map[string]int{"main": 100}, "b", "next", "main>next"},
		{"prepared in the file", "blue=a green=b", "blue", map[string]int{"blue": 100}, "", "", "blue>green"},
		{"prepared, the other way round", "blue=b green=a", "green", map[string]int{"green": 100}, "", "", "green>blue"},
		{"interrupted", "blue=a green=b", "blue green", map[string]int{"blue": 50, "green": 50}, "b", "", "blue>green"},
		{"interrupted, no flags", "blue=a green=b", "blue green", map[string]int{"blue": 50, "green": 50}, "", "", "blue>green"},
		{"interrupted before blue goes", "blue=a green=b", "blue green", map[string]int{"green": 100}, "", "", "blue>green"},
		{"interrupted, file lost", "blue=a", "blue green", map[string]int{"blue": 100}, "b", "", "blue>green"},
		{"interrupted, green older by name", "blue=b green=a", "green blue", map[string]int{"green": 90, "blue": 10}, "", "", "green>blue"},
		{"made anew, but asked for", "blue=a green=b", "green blue", map[string]int{"blue": 100}, "b", "", "blue>green"},
		{"done", "green=b", "green", map[string]int{"green": 100}, "b", "", "done"},
		{"done, named", "green=b", "green", map[string]int{"green": 100}, "b", "green", "done"},
		{"onto itself", "green=a", "green", map[string]int{"green": 100}, "b", "green", "is live: name another"},
		{"nothing asked", "blue=a", "blue", map[string]int{"blue": 100}, "", "", "give --image"},
		{"nothing live", "", "", nil, "b", "", "pulumi up makes the first one"},
		{"three", "blue=a green=b", "blue green red", map[string]int{"blue": 100}, "b", "", "there are 3"},
		{"a third", "blue=a green=b", "blue green", map[string]int{"blue": 100}, "b", "red", "name one of them"},
		{"live one not in the file", "green=b", "blue green", map[string]int{"green": 100}, "b", "", "has no deployment blue"},
	} {
		s := at(c.file, c.azure, c.traffic)
		o := Options{To: c.to}
		if c.image != "" {
			o.Change.Image = "sha256:" + strings.Repeat(c.image, 64)
		}
		done, err := s.choose(o)
		got := s.from + ">" + s.to
		if done {
			got = "done"
		}
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestSplitAndLeft(t *testing.T) {
	s := &situation{share: 50}
	if got := s.left([]int{10, 50, 100}); !slices.Equal(got, []int{50, 100}) {
		t.Errorf("left are %v", got)
	}
	wanted := stackconfig.Deployment{Image: stackconfig.Image{Repository: "s", Digest: digestB}, Model: stackconfig.Model{Name: "m", Version: "1"}}
	r := &Rollout{}
	d := online.Deployment{
		Environment: "/subscriptions/x/environments/s/versions/" + wanted.Image.EnvironmentVersion(""), Model: "/subscriptions/x/MODELS/m/versions/1",
	}
	if !r.runs(d, wanted) {
		t.Error("a deployment doesn't run what it runs")
	}
	d.Model = strings.Replace(d.Model, "m/versions/1", "m/versions/11", 1)
	if r.runs(d, wanted) {
		t.Error("another version counts as the same")
	}
}

// TestPassing tells what a second try may mend from what it can't.
func TestPassing(t *testing.T) {
	for message, want := range map[string]bool{
		`Status=409 Code="Conflict" Message="Another operation is in progress on the endpoint. Retry later."`: true,
		`Status=400 Code="BadRequest" Message="OutOfQuota: Not enough quota available"`:                       false,
	} {
		if got := passing(fmt.Errorf("up: %w", &UpError{Messages: []string{message}})); got != want {
			t.Errorf("%s: %v", message, got)
		}
	}
	if passing(fmt.Errorf("Conflict")) {
		t.Error("an error that isn't Pulumi's passes")
	}
}

// TestAdd puts green beside a live blue whose image is built and whose model was
// delivered: another image and another model can be rolled out.
func TestAdd(t *testing.T) {
	sum := strings.Repeat("0123456789abcdef", 4)
	text := `config:
  p:location: westeurope
  p:deployments:
    blue:
      image:
        repository: scorer-cpu
        build: {target: scorer-cpu} # by the update
        uncompressedMiB: 150
      model: {name: m, version: "0123456789abcdef", sha256: "` + sum + `", sizeMiB: 1, memoryMiB: 1}
      instanceType: Standard_F4s_v2
  p:traffic:
    blue: 100
`
	folder := t.TempDir()
	for name, text := range map[string]string{"Pulumi.yaml": "name: p\n", "Pulumi.dev.yaml": text} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	project, err := stackconfig.ReadProject(folder)
	if err != nil {
		t.Fatal(err)
	}
	stack := Stack{Project: project, Name: "dev"}
	_, cfg, err := stack.read()
	if err != nil {
		t.Fatal(err)
	}
	other := strings.Repeat("fedcba9876543210", 4)
	for _, c := range []struct {
		change Change
		image  string // of green, at its end
		model  string
		notes  int
	}{
		{Change{Image: digestB}, "digest: " + digestB + "\n        uncompressedMiB: 150\n", `version: "0123456789abcdef", sha256: "` + sum, 1},
		{Change{ModelVersion: "2"}, "build: {target: scorer-cpu}", `model: {name: m, version: "2", sizeMiB: 1`, 1},
		{Change{ModelSHA256: other, ModelMiB: 7}, "build: {target: scorer-cpu}", `version: "fedcba9876543210", sha256: "` + other + `", sizeMiB: 7`, 0},
	} {
		wanted, notes, err := c.change.apply(stackconfigtest.Root(), cfg.Deployments["blue"], "")
		if err != nil || len(notes) != c.notes {
			t.Fatalf("%+v: %q, %v", c.change, notes, err)
		}
		at := &situation{cfg: cfg, from: "blue", to: "green", wanted: wanted}
		_, after, err := stack.edited(at.add)
		if err != nil {
			t.Errorf("%+v: %v", c.change, err)
			continue
		}
		blue, green, _ := strings.Cut(string(after), "    green:\n")
		if !strings.HasPrefix(text, blue) {
			t.Errorf("%+v changed blue:\n%s", c.change, blue)
		}
		for _, want := range []string{c.image, c.model, "instanceCount: 1\n"} {
			if !strings.Contains(green, want) {
				t.Errorf("%+v: green has no %q:\n%s", c.change, want, green)
			}
		}
	}
	if _, _, err := (Change{ModelVersion: other[:16]}).apply(stackconfigtest.Root(), cfg.Deployments["blue"], ""); err == nil || !strings.Contains(err.Error(), "whose folder only its sha256 says") {
		t.Error(err)
	}
}
