package engine_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
)

// builds makes the live deployment build its image.
func builds(deployment string, arguments map[string]any) func(map[string]any) {
	return func(c map[string]any) {
		image := deployments(c)[deployment].(map[string]any)["image"].(map[string]any)
		delete(image, "digest")
		image["build"] = map[string]any{
			"context": "testdata/image", "dockerfile": "testdata/image/Dockerfile", "target": "scorer-cpu", "arguments": arguments,
		}
	}
}

// environmentImages are the images that the deployments run.
func (s *stack) environmentImages() []string {
	s.t.Helper()
	var all []string
	for _, id := range s.Cloud.Find(onlineDeployments) {
		all = append(all, s.property(s.property(id, "environmentId").(string), "image").(string))
	}
	return all
}

// TestBuild builds the image in the update: pushed with a password that is made
// for it, deployed by digest, built again only where its content changes.
func TestBuild(t *testing.T) {
	t.Parallel()
	cloud := azure.New()
	signIn(t, cloud)
	s := open(t, cloud, "dev", infra.Program{HTTP: cloud.RegistryClient()}.Deploy)
	live := s.liveDeployment()

	s.preview("of a build", builds(live, nil))
	if len(cloud.Builds()) > 0 || cloud.Exchanges() > 0 {
		t.Errorf("a preview built %v, with %d passwords", cloud.Builds(), cloud.Exchanges())
	}
	s.up("with a build", nil)
	if len(cloud.Builds()) != 1 {
		t.Fatalf("builds %v", cloud.Builds())
	}
	built := cloud.Builds()[0]
	host := s.property(cloud.Find("Microsoft.ContainerRegistry/registries")[0], "loginServer").(string)
	tags := built.Inputs["tags"].([]any)
	if len(tags) != 1 || !regexp.MustCompile(`^`+regexp.QuoteMeta(host)+`/scorer-cpu:[0-9a-f]{16}$`).MatchString(tags[0].(string)) {
		t.Errorf("tags %v", tags)
	}
	for key, want := range map[string]string{
		"platforms": "[linux/amd64]", "push": "true", "target": "scorer-cpu", "buildOnPreview": "false",
		"context": "map[location:testdata/image]", "dockerfile": "map[location:testdata/image/Dockerfile]",
		"registries": "[map[address:" + host + " username:00000000-0000-0000-0000-000000000000]]",
		"cacheFrom":  "[map[registry:map[ref:" + host + "/scorer-cpu:buildcache]]]",
	} {
		if got := fmt.Sprint(built.Inputs[key]); got != want {
			t.Errorf("%s: %s, want %s", key, got, want)
		}
	}
	if to := fmt.Sprint(built.Inputs["cacheTo"]); !strings.Contains(to, "mode:max") || !strings.Contains(to, "ignoreError:true") || !strings.Contains(to, "imageManifest:true") {
		t.Errorf("cacheTo %s", to)
	}
	first := host + "/scorer-cpu@" + built.Digest
	if got := s.environmentImages(); !slices.Equal(got, []string{first}) {
		t.Errorf("environments' images %v, want %s", got, first)
	}
	state, err := s.State()
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"offline-refresh-token", cloud.Token} {
		if strings.Contains(string(state), secret) {
			t.Errorf("the state holds %q in the clear", secret)
		}
	}

	if run, err := s.PreviewRun(t.Context()); err != nil || len(run.Steps) > 0 {
		t.Errorf("a preview without a change: %v, %v", run.Steps, err)
	}
	if steps := s.upSteps("without a change", nil); len(steps) > 0 || len(cloud.Builds()) != 1 {
		t.Errorf("an up without a change did %v, builds %d", steps, len(cloud.Builds()))
	}
	if cloud.Exchanges() != 2 {
		t.Errorf("%d passwords for two updates", cloud.Exchanges())
	}

	steps := s.upSteps("other content", builds(live, map[string]any{"BASE": "other"}))
	if len(cloud.Builds()) != 2 || !slices.Contains(flat(steps, "update"), s.deploymentResource(live)) {
		t.Errorf("other content: %d builds, did %v", len(cloud.Builds()), steps)
	}
	if got := s.environmentImages(); len(got) != 1 || got[0] == first {
		t.Errorf("environments' images %v", got)
	}
	s.wantTraffic(map[string]float64{live: 100})

	s.up("a published image again", func(c map[string]any) {
		delete(deployments(c)[live].(map[string]any)["image"].(map[string]any), "build")
		setDigest(c, live, "c")
	})
	if got := s.environmentImages(); len(got) != 1 || !strings.HasSuffix(got[0], strings.Repeat("c", 64)) {
		t.Errorf("environments' images %v", got)
	}
	s.noGap()
	s.destroy()
	s.checkBodies()
}

// TestBuildNeedsALogin: what can't be pushed is said, with the remedy.
func TestBuildNeedsALogin(t *testing.T) {
	t.Parallel()
	cloud := azure.New()
	s := open(t, cloud, "dev", infra.Program{HTTP: cloud.RegistryClient()}.Deploy)
	cloud.Token = ""
	s.configure(builds(s.liveDeployment(), nil))
	run, _, err := s.UpRun(t.Context())
	if err == nil || !strings.Contains(run.Output+err.Error(), "not signed in to Azure") {
		t.Errorf("signed out: %v\n%s", err, run.Output)
	}
	signIn(t, cloud)
	s.up("signed in", nil)
	if len(cloud.Builds()) != 1 {
		t.Errorf("builds %v", cloud.Builds())
	}
}

// TestBuildWithoutDockerfile is found before anything is declared.
func TestBuildWithoutDockerfile(t *testing.T) {
	t.Parallel()
	cloud := azure.New()
	s := open(t, cloud, "dev", infra.Deploy)
	s.configure(func(c map[string]any) {
		builds(s.liveDeployment(), nil)(c)
		image := deployments(c)[s.liveDeployment()].(map[string]any)["image"].(map[string]any)
		image["build"].(map[string]any)["dockerfile"] = "none/Dockerfile"
	})
	run, err := s.PreviewRun(t.Context())
	if err == nil || !strings.Contains(run.Output+err.Error(), `image.build.dockerfile = "none/Dockerfile"`) {
		t.Errorf("%v\n%s", err, run.Output)
	}
	if requests := cloud.Requests(); len(requests) > 0 {
		t.Errorf("%d PUTs", len(requests))
	}
}
