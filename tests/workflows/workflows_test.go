// Package workflows checks the repository's GitHub workflows for what actionlint
// doesn't: pins, rights, and what untrusted code could reach.
package workflows

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

type workflow struct {
	On          yaml.Node
	Permissions *map[string]string
	Concurrency struct{ Group string }
	Jobs        map[string]job
}

type job struct {
	Permissions    *map[string]string
	TimeoutMinutes int `yaml:"timeout-minutes"`
	Environment    string
	RunsOn         string `yaml:"runs-on"`
	Steps          []struct {
		Uses string
		Run  string
		With map[string]string
	}
}

func read(t *testing.T) map[string]struct {
	text string
	workflow
} {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(scorerproc.Root(), ".github", "workflows", "*.yml"))
	if err != nil || len(files) < 5 {
		t.Fatalf("%d workflows, %v", len(files), err)
	}
	all := map[string]struct {
		text string
		workflow
	}{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var w workflow
		if err := yaml.Unmarshal(data, &w); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all[filepath.Base(file)] = struct {
			text string
			workflow
		}{string(data), w}
	}
	return all
}

var pinned = regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)

func TestActionsArePinned(t *testing.T) {
	versions := map[string]string{}
	for file, w := range read(t) {
		for line := range strings.Lines(w.text) {
			_, uses, ok := strings.Cut(strings.TrimSpace(line), "uses: ")
			if !ok {
				continue
			}
			if !pinned.MatchString(uses) {
				t.Errorf("%s: %q is not pinned by a commit's full hash with its version as a comment", file, uses)
				continue
			}
			name, version, _ := strings.Cut(uses, "@")
			if before, ok := versions[name]; ok && before != version {
				t.Errorf("%s: %s is %s here and %s elsewhere", file, name, version, before)
			}
			versions[name] = version
		}
	}
}

// TestLeastRights: nothing by default, credentials stay out of the checkout, and
// whoever can sign in to Azure can't write to the repository.
func TestLeastRights(t *testing.T) {
	for file, w := range read(t) {
		if w.Permissions == nil || len(*w.Permissions) > 0 {
			t.Errorf("%s: permissions must be {} at the top", file)
		}
		if w.Concurrency.Group == "" {
			t.Errorf("%s: no concurrency group", file)
		}
		if strings.Contains(w.text, "pull_request_target") || strings.Contains(w.text, "workflow_run") {
			t.Errorf("%s: runs with rights on what others wrote", file)
		}
		for name, j := range w.Jobs {
			if j.TimeoutMinutes == 0 || strings.HasSuffix(j.RunsOn, "latest") {
				t.Errorf("%s: %s needs a time-out and a runner of a named version", file, name)
			}
			var rights map[string]string
			if j.Permissions != nil {
				rights = *j.Permissions
			}
			if rights["id-token"] == "write" && (rights["contents"] == "write" || rights["pull-requests"] == "write") {
				t.Errorf("%s: %s can sign in elsewhere and write to the repository: make it two jobs", file, name)
			}
			for _, s := range j.Steps {
				if strings.HasPrefix(s.Uses, "actions/checkout@") && s.With["persist-credentials"] != "false" {
					t.Errorf("%s: %s keeps its token in the checkout", file, name)
				}
				if strings.Contains(s.Run, "${{") {
					t.Errorf("%s: %s pastes an expression into a script, pass it in env: %s", file, name, s.Run)
				}
			}
		}
	}
}

// TestLongJobsSignInThemselves: azure/login's assertion lives for minutes, the token
// it gets for an hour, so that a job that goes on longer is locked out
// (AADSTS700024). infra/signin fetches new ones.
func TestLongJobsSignInThemselves(t *testing.T) {
	for file, w := range read(t) {
		for name, j := range w.Jobs {
			for _, s := range j.Steps {
				if strings.HasPrefix(s.Uses, "azure/login@") && j.TimeoutMinutes > 45 {
					t.Errorf("%s: %s signs in once, and may run for %d minutes", file, name, j.TimeoutMinutes)
				}
			}
		}
	}
}

// TestForksNeedNothing: the workflow that forks run has no secret, no variable
// and no token but the one that reads.
func TestForksNeedNothing(t *testing.T) {
	w := read(t)["test.yml"]
	if w.text == "" {
		t.Fatal("there is no test.yml")
	}
	for _, word := range []string{"secrets.", "vars.", "id-token", "write"} {
		if strings.Contains(w.text, word) {
			t.Errorf("test.yml has %q", word)
		}
	}
}

// TestPlanComment runs scripts/plan.sh with a stand-in for the Pulumi CLI that
// prints what a hostile pull request could, and one for preflight.
func TestPlanComment(t *testing.T) {
	root := scorerproc.Root()
	cli := filepath.Join(t.TempDir(), "pulumi")
	preflight := filepath.Join(t.TempDir(), "preflight")
	// Its answer differs with the checkout, as another size's price does.
	if err := os.WriteFile(preflight, []byte("#!/bin/sh\necho cost of $2 in $PWD\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	before := t.TempDir()
	if err := os.WriteFile(filepath.Join(before, "Pulumi.dev.yaml"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	fence := strings.Repeat("~", 12)
	for _, c := range []struct {
		script string
		failed bool
		want   []string
	}{
		{"printf '%s\\n' 'a resource' '" + fence + "' '@everyone' 'Resources:' '    + 3 to create'", false, []string{"+ 3 to create", "cost change", "-cost of dev in " + before, "+cost of dev in "}},
		{"echo 'error: deployments.blue.instanceType: no such size'; exit 255", true, []string{"**The plan failed:**", "no such size"}},
		{"yes 0123456789 | head -c 200000; echo; echo Resources:", false, []string{"(cut; the log"}},
	} {
		if err := os.WriteFile(cli, []byte("#!/bin/sh\n"+c.script+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(filepath.Join(root, "scripts", "plan.sh"), "dev", before)
		cmd.Env = append(os.Environ(), "PULUMI="+cli, "PREFLIGHT="+preflight)
		out, err := cmd.Output()
		if (err != nil) != c.failed {
			t.Errorf("%s: %v", c.script, err)
		}
		text := string(out)
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("%.40s: the comment lacks %q:\n%.600s", c.script, want, text)
			}
		}
		var fences []string
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, fence) {
				fences = append(fences, strings.TrimSpace(line))
			}
		}
		if len(fences)%2 != 0 || !slices.Contains(fences, fence) {
			t.Errorf("%.40s: the blocks of code don't end where they should: %q", c.script, fences)
		}
		if len(text) > 60000 {
			t.Errorf("%.40s: the comment has %d bytes", c.script, len(text))
		}
	}
}

// TestOperatorCommandKeepsItsStatuses: `go run` turns every status but 0 into 1,
// so that nobody could tell a rollout that was rolled back.
func TestOperatorCommandKeepsItsStatuses(t *testing.T) {
	built, run := -1, -1
	for name, w := range read(t) {
		for job, j := range w.Jobs {
			for i, s := range j.Steps {
				if strings.Contains(s.Run, "go run ./cmd/") || strings.Contains(s.Run, "go run .\n") || strings.Contains(s.Run, "go run . ") {
					t.Errorf("%s, job %s: %q", name, job, s.Run)
				}
				if name == "deploy.yml" && job == "rollout" && strings.Contains(s.Run, "go build") && strings.Contains(s.Run, "-o build/nlp ./cmd/nlp") {
					built = i
				}
				if name == "deploy.yml" && strings.HasPrefix(s.Run, "build/nlp rollout") {
					run = i
				}
			}
		}
	}
	if built < 0 || run < built {
		t.Errorf("deploy.yml builds nlp in step %d and runs it in step %d", built, run)
	}
}

// TestRegistryTokenGoesToOneHost runs the step that signs in to the image's
// registry, with stand-ins for docker and cosign that write down their
// arguments.
func TestRegistryTokenGoesToOneHost(t *testing.T) {
	var script string
	for _, s := range read(t)["deploy.yml"].Jobs["rollout"].Steps {
		if strings.Contains(s.Run, "docker login") {
			script = s.Run
		}
	}
	if script == "" {
		t.Fatal("no step signs in to a registry")
	}
	const digest = "@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	for _, c := range []struct {
		image, repository string
		login             string // the host, "" if nobody is to get the token
	}{
		{"registry.example/owner/name/scorer-cpu" + digest, "registry.example/owner/name", "registry.example"},
		{"evil.example/owner/name/scorer-cpu" + digest, "registry.example/owner/name", ""},
		{"registry.example.evil.example/scorer-cpu" + digest, "registry.example/owner/name", ""},
		{"registry.example:444/owner/name/scorer-cpu" + digest, "registry.example/owner/name", ""},
		{"--config/x" + digest, "registry.example/owner/name", ""},
		{"scorer-cpu" + digest, "registry.example/owner/name", ""},
		{"registry.example/owner/name/scorer-cpu" + digest, "", ""},
		{"/scorer-cpu" + digest, "", ""},
	} {
		dir := t.TempDir()
		calls := filepath.Join(dir, "calls")
		for _, name := range []string{"docker", "cosign"} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\ncat >/dev/null </dev/null\necho "+name+" \"$@\" >>"+calls+"\n"), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		cmd := exec.Command("bash", "-e", "-o", "pipefail", "-c", script)
		cmd.Env = []string{"PATH=" + dir + ":" + os.Getenv("PATH"), "IMAGE=" + c.image, "IMAGE_REPOSITORY=" + c.repository,
			"REGISTRY_USER=user", "REGISTRY_TOKEN=token", "GITHUB_SERVER_URL=https://github.com", "GITHUB_REPOSITORY=owner/name"}
		out, err := cmd.CombinedOutput()
		called, _ := os.ReadFile(calls)
		if c.login == "" {
			if err == nil || len(called) > 0 || !strings.Contains(string(out), "IMAGE_REPOSITORY names the host") {
				t.Errorf("%s of %q: %v, called %q\n%s", c.image, c.repository, err, called, out)
			}
			continue
		}
		if err != nil || !strings.HasPrefix(string(called), "docker login "+c.login+" ") || !strings.Contains(string(called), "cosign verify "+c.image) {
			t.Errorf("%s of %q: %v, called %q\n%s", c.image, c.repository, err, called, out)
		}
	}
}
