package engine_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig/stackconfigtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/engine"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/pulumicli"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	workspaces        = "Microsoft.MachineLearningServices/workspaces"
	endpoints         = workspaces + "/onlineEndpoints"
	onlineDeployments = endpoints + "/deployments"
	templates         = "Microsoft.Resources/deployments"
)

// larger is another size of the same kind for each stack.
var larger = map[string]string{"dev": "Standard_F8s_v2", "gpu": "Standard_NC8as_T4_v3"}

// stack is a stack under test, with what existed before it.
type stack struct {
	*engine.Stack
	t      *testing.T
	name   string
	config map[string]any // as last configured
	before []string       // ids that are not the stack's
	seen   int            // requests before the stack
}

// open makes the stack from the committed files, with an image and a model that
// are there already, and somebody is signed in.
func open(t *testing.T, cloud *azure.Cloud, name string, program pulumi.RunFunc) *stack {
	t.Helper()
	if cloud.Token == "" {
		signIn(t, cloud)
	}
	project, err := pulumicli.Repository()
	if err != nil {
		t.Fatal(err)
	}
	if err := engine.Prepare(cloud, project, name); err != nil {
		t.Fatal(err)
	}
	opened, err := engine.Open(t.Context(), cloud, project, name, t.TempDir(), program)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(opened.Close)
	s := &stack{Stack: opened, t: t, name: name, before: cloud.IDs(), seen: len(cloud.Requests())}
	s.configure(func(c map[string]any) {
		for _, d := range deployments(c) {
			stackconfigtest.Ready(d.(map[string]any), strings.Repeat("a", 64))
		}
	})
	return s
}

// restore puts the committed configuration back.
func (s *stack) restore() error {
	return s.Configure(func(c map[string]any) {
		clear(c)
		for key, value := range stackconfigtest.Values(s.t, s.name) {
			c[stackconfigtest.Project().Name+":"+key] = value
		}
		s.config = c
	})
}

func (s *stack) configure(edit func(c map[string]any)) {
	s.t.Helper()
	if edit == nil {
		return
	}
	err := s.Configure(func(c map[string]any) {
		edit(c)
		s.config = c
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// done logs what a command did and ends the test if it failed.
func (s *stack) done(command, what string, start time.Time, run engine.Run, err error) {
	s.t.Helper()
	s.t.Logf("%s, %s (%.1f s): %v", command, what, time.Since(start).Seconds(), run.Steps)
	if err != nil {
		s.t.Fatalf("%s, %s: %v\n%s", command, what, err, run.Output)
	}
}

func (s *stack) preview(what string, edit func(c map[string]any)) engine.Run {
	s.t.Helper()
	s.configure(edit)
	start := time.Now()
	run, err := s.PreviewRun(s.t.Context())
	s.done("preview", what, start, run, err)
	return run
}

func (s *stack) up(what string, edit func(c map[string]any)) auto.OutputMap {
	s.t.Helper()
	s.configure(edit)
	start := time.Now()
	run, outputs, err := s.UpRun(s.t.Context())
	s.done("up", what, start, run, err)
	return outputs
}

func (s *stack) upSteps(what string, edit func(c map[string]any)) engine.Steps {
	s.t.Helper()
	s.configure(edit)
	start := time.Now()
	run, _, err := s.UpRun(s.t.Context())
	s.done("up", what, start, run, err)
	return run.Steps
}

func (s *stack) refresh() {
	s.t.Helper()
	start := time.Now()
	run, err := s.RefreshRun(s.t.Context())
	s.done("refresh", "", start, run, err)
}

// destroy wants nothing of the stack to be left.
func (s *stack) destroy() {
	s.t.Helper()
	s.destroyAlone()
	if left := s.Cloud.IDs(); !slices.Equal(left, s.before) {
		s.t.Errorf("destroy left:\n%s\nthere was before:\n%s", strings.Join(left, "\n"), strings.Join(s.before, "\n"))
	}
}

func (s *stack) destroyAlone() {
	s.t.Helper()
	start := time.Now()
	run, err := s.DestroyRun(s.t.Context())
	s.done("destroy", "", start, run, err)
}

// endpoint returns the id of the stack's endpoint.
func (s *stack) endpoint() string {
	s.t.Helper()
	ids := s.Cloud.Find(endpoints)
	if len(ids) != 1 {
		s.t.Fatalf("endpoints: %v, want one", ids)
	}
	return ids[0]
}

func (s *stack) edit(id string, edit func(body map[string]any)) {
	s.t.Helper()
	if err := s.Cloud.Edit(id, edit); err != nil {
		s.t.Fatal(err)
	}
}

// property returns what ARM says about a property of a resource.
func (s *stack) property(id string, path ...string) any {
	s.t.Helper()
	body, err := s.Cloud.Get(id)
	if err != nil {
		s.t.Fatal(err)
	}
	v := body["properties"]
	for _, k := range path {
		m, _ := v.(map[string]any)
		v = m[k]
	}
	return v
}

// wantTraffic compares the endpoint's traffic; the keys are those of the
// configuration, which begin the deployments' names on Azure.
func (s *stack) wantTraffic(want map[string]float64) {
	s.t.Helper()
	got := map[string]float64{}
	traffic, _ := s.property(s.endpoint(), "traffic").(map[string]any)
	for name, percent := range traffic {
		if p, _ := percent.(float64); p > 0 {
			got[s.configured(name)] = p
		}
	}
	if !maps.Equal(got, want) {
		s.t.Errorf("traffic is %v, want %v", got, want)
	}
}

// configured returns the configuration's key for a deployment on Azure.
func (s *stack) configured(azureName string) string {
	for name := range deployments(s.config) {
		if azureName == name || strings.HasPrefix(azureName, name+"-") {
			return name
		}
	}
	return azureName
}

// deploymentResource returns the logical name of a deployment's resource.
func (s *stack) deploymentResource(name string) string {
	s.t.Helper()
	for _, id := range s.Cloud.Find(onlineDeployments) {
		if azureName := id[strings.LastIndex(id, "/")+1:]; s.configured(azureName) == name {
			return "deployment-" + azureName
		}
	}
	s.t.Fatalf("no deployment %s", name)
	return ""
}

// liveDeployment returns the deployment that the stack's file gives all
// traffic.
func (s *stack) liveDeployment() string {
	s.t.Helper()
	traffic, _ := get(s.config, "traffic").(map[string]any)
	for name, percent := range traffic {
		if fmt.Sprint(percent) == "100" {
			return name
		}
	}
	s.t.Fatalf("Pulumi.%s.yaml gives no deployment all traffic: %v", s.name, traffic)
	return ""
}
