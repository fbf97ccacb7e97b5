package workflows

import (
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// TestDependabotKnowsEveryModule: a module that isn't listed would grow old
// unseen.
func TestDependabotKnowsEveryModule(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(scorerproc.Root(), ".github", "dependabot.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		Updates []struct {
			Ecosystem   string `yaml:"package-ecosystem"`
			Directory   string
			Directories []string
		}
	}
	if err := yaml.Unmarshal(data, &config); err != nil {
		t.Fatal(err)
	}
	listed := map[string][]string{}
	for _, u := range config.Updates {
		listed[u.Ecosystem] = append(listed[u.Ecosystem], u.Directories...)
		if u.Directory != "" {
			listed[u.Ecosystem] = append(listed[u.Ecosystem], u.Directory)
		}
	}
	cmd := exec.Command("git", "ls-files", "--", "go.mod", "*/go.mod")
	cmd.Dir = scorerproc.Root()
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var modules []string
	for name := range strings.Lines(string(out)) {
		modules = append(modules, path.Join("/", path.Dir(strings.TrimSpace(name))))
	}
	slices.Sort(modules)
	slices.Sort(listed["gomod"])
	if !slices.Equal(listed["gomod"], modules) {
		t.Errorf("dependabot looks after the modules\n%v, there are\n%v", listed["gomod"], modules)
	}
	if !slices.Equal(listed["github-actions"], []string{"/"}) {
		t.Errorf("dependabot looks after the actions of %v", listed["github-actions"])
	}
}
