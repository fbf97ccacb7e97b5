package engine_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"azure-nlp-endpoint/tests/armcheck"
	"azure-nlp-endpoint/tests/azure"
	"azure-nlp-endpoint/tests/engine"
	"azure-nlp-endpoint/tests/pulumicli"

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

// open makes the stack from the committed files. What an update needs and no
// file can hold, the digests of images, is filled in.
func open(t *testing.T, cloud *azure.Cloud, name string, program pulumi.RunFunc) *stack {
	t.Helper()
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
		for deployment := range deployments(c) {
			setDigest(c, deployment, "a")
		}
	})
	return s
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

func (s *stack) preview(what string, edit func(c map[string]any)) {
	s.t.Helper()
	s.configure(edit)
	start := time.Now()
	run, err := s.PreviewRun(s.t.Context())
	s.done("preview", what, start, run, err)
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

// destroy wants nothing of the stack to be left, in ARM or in the directory.
func (s *stack) destroy() {
	s.t.Helper()
	s.destroyAlone()
	if left := s.Cloud.IDs(); !slices.Equal(left, s.before) {
		s.t.Errorf("destroy left:\n%s\nthere was before:\n%s", strings.Join(left, "\n"), strings.Join(s.before, "\n"))
	}
	if left := s.Cloud.Directory(); len(left) != 0 {
		s.t.Errorf("destroy left in the directory: %v", left)
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

// noGap wants every PUT of the endpoint to carry traffic that totals 100 once
// there was some: callers never meet a 404 on the way.
func (s *stack) noGap() {
	s.t.Helper()
	live := false
	for _, r := range s.Cloud.Requests()[s.seen:] {
		if r.Type != endpoints {
			continue
		}
		total := 0.0
		properties, _ := r.Body["properties"].(map[string]any)
		traffic, _ := properties["traffic"].(map[string]any)
		for _, percent := range traffic {
			p, _ := percent.(float64)
			total += p
		}
		live = live || total == 100
		if live && total != 100 {
			s.t.Errorf("a PUT of the endpoint set the traffic to %v", traffic)
		}
	}
}

// withoutSchema lists types that the folder of schemas doesn't hold; azapi's
// validator alone judges them.
var withoutSchema = []string{
	"Microsoft.Authorization/locks@2020-05-01",
	"Microsoft.Authorization/roleDefinitions@2022-05-01-preview",
}

// checkBodies gives everything that went to ARM to Microsoft's validator and
// schemas.
func (s *stack) checkBodies() {
	s.t.Helper()
	requests := s.Cloud.Requests()[s.seen:]
	findings, err := armcheck.Microsoft(s.t.Context(), requests)
	if err != nil {
		s.t.Fatal(err)
	}
	schemas, err := armcheck.OpenSchemas()
	switch {
	case errors.Is(err, armcheck.ErrNoSchemas):
		s.t.Log("LEFT OUT: the check against the JSON Schemas:", err)
	case err != nil:
		s.t.Fatal(err)
	default:
		var covered []azure.Request
		for _, r := range requests {
			if !slices.Contains(withoutSchema, r.Type+"@"+r.APIVersion) {
				covered = append(covered, r)
			}
		}
		more, err := schemas.Check(covered)
		if err != nil {
			s.t.Fatal(err)
		}
		findings = append(findings, more...)
	}
	seen, updates := map[string]bool{}, 0
	for _, r := range requests {
		if r.Update {
			updates++
		}
	}
	for _, f := range findings {
		if line := f.String(); !seen[line] {
			seen[line] = true
			s.t.Error(line)
		}
	}
	s.t.Logf("checked %d bodies, %d of them updates", len(requests), updates)
}

// checkOutputs wants the outputs that users and the next tools need.
func checkOutputs(t *testing.T, outputs auto.OutputMap) {
	t.Helper()
	uri := false
	for name, output := range outputs {
		text, _ := output.Value.(string)
		uri = uri || strings.HasPrefix(text, "https://") && strings.HasSuffix(text, "/score")
		if strings.Contains(strings.ToLower(name), "key") && strings.HasPrefix(text, "offline-") && !output.Secret {
			t.Errorf("output %s is a key and no secret", name)
		}
	}
	if !uri {
		t.Errorf("no output is the scoring URI: %v", slices.Sorted(maps.Keys(outputs)))
	}
	if _, ok := outputs["readme"]; !ok {
		t.Errorf("no output readme: %v", slices.Sorted(maps.Keys(outputs)))
	}
}

// flat returns the names of all operations that begin with the word.
func flat(steps engine.Steps, word string) []string {
	var out []string
	for op, names := range steps {
		if strings.HasPrefix(op, word) {
			out = append(out, names...)
		}
	}
	return out
}
