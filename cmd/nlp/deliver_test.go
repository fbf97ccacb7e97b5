package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// stack writes a stack's file, changes to its folder and leaves no login in the
// environment.
func stack(t *testing.T, text string) {
	t.Helper()
	folder := t.TempDir()
	for name, text := range map[string]string{"Pulumi.yaml": "name: p\n", "Pulumi.dev.yaml": text, "Pulumi.wrong.yaml": strings.Replace(text, "Standard", "standard", 1)} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(folder)
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "AZURE_") {
			t.Setenv(name, "")
			_ = os.Unsetenv(name)
		}
	}
}

const twoModels = `config:
  p:location: westeurope
  p:deployments:
    blue: &blue
      image: {repository: s, uncompressedMiB: 1}
      model: {name: sentiment, memoryMiB: 1}
      instanceType: Standard_F4s_v2
    green: *blue
    gray:
      image: {repository: s, uncompressedMiB: 1}
      model: {name: other, memoryMiB: 1}
      instanceType: Standard_F4s_v2
`

// TestMistakesAreFoundFirst: nothing is fetched or asked before.
func TestMistakesAreFoundFirst(t *testing.T) {
	stack(t, twoModels)
	t.Setenv("PATH", t.TempDir())
	for _, c := range []struct {
		args   string
		status int
		want   string
	}{
		{"-s dev", exitUsage, "name a repository of the hub, or a folder with --from"},
		{"-s dev a/b --from x", exitUsage, "name a repository of the hub, or a folder with --from"},
		{"-s dev --from x --token-secret y", exitUsage, "are for models from the hub"},
		{"-s dev --from x --parallel 65", exitUsage, "--parallel is 65, it can be 1 to 64"},
		{"-s dev --from x --retries=-1", exitUsage, "--retries is -1, it can be 0 to 20"},
		{"--from x", exitUsage, "missing flags: --stack"},
		{"-s none --from x", exitFailed, "Pulumi.none.yaml: no such file"},
		{"-s dev --from x", exitFailed, "have 2 models: name the one to deliver with --model"},
		{"-s dev --from x --deployment red", exitFailed, `--deployment is "red": Pulumi.dev.yaml has no such deployment`},
		{"-s wrong --from x --model other", exitFailed, `deployments.blue.instanceType = "standard_F4s_v2": must be a VM size`},
		{"-s dev --from x --model third", exitFailed, `no deployment in Pulumi.dev.yaml has the model "third"`},
		{"-s dev --from x --model a/b", exitFailed, `the model's name is "a/b"`},
		{"-s dev --from x --model other", exitFailed, "the Pulumi CLI isn't installed: name the stack's modelsContainer with --container"},
		{"-s dev --from x --model other --container c", exitFailed, "name the stack's storageAccount with --account"},
		{"-s dev --from x --model other --container models --blob-endpoint http://localhost", exitFailed, "tokens go over https only"},
	} {
		var out, errs bytes.Buffer
		if status := run(append([]string{"deliver"}, strings.Fields(c.args)...), strings.NewReader(""), &out, &errs); status != c.status || !strings.Contains(errs.String(), c.want) || out.Len() > 0 {
			t.Errorf("%s: status %d, %s%s\nwant %d, %q", c.args, status, &out, &errs, c.status, c.want)
		}
	}
}

// TestStackSaysThePlace: the Pulumi CLI is asked once.
func TestStackSaysThePlace(t *testing.T) {
	stack(t, twoModels)
	bin := t.TempDir()
	script := "#!/bin/sh\necho \"$@\" >> calls\necho '{\"storageAccount\": \"nlpdev\", \"modelsContainer\": \"models\"}'\n"
	if err := os.WriteFile(filepath.Join(bin, "pulumi"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	o := &stackOutputs{stack: "dev"}
	for name, want := range map[string]string{"storageAccount": "nlpdev", "modelsContainer": "models"} {
		if got, err := o.get(t.Context(), name, "--flag"); err != nil || got != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if _, err := o.get(t.Context(), "keyVaultUri", "--vault"); err == nil || !strings.Contains(err.Error(), "run pulumi up first") {
		t.Error(err)
	}
	calls, err := os.ReadFile("calls")
	if err != nil || string(calls) != "stack output --json --stack dev --non-interactive\n" {
		t.Errorf("calls %q, %v", calls, err)
	}
}

func TestProgressOffATerminal(t *testing.T) {
	var log bytes.Buffer
	p := newProgress(&log, "uploading")
	for done := int64(0); done <= 200<<20; done += 1 << 20 {
		p.set(done, 200<<20)
	}
	p.finish()
	if lines := strings.Count(log.String(), "\n"); lines != 10 || !strings.HasSuffix(log.String(), "uploading: 100 % of 209 MB\n") {
		t.Errorf("%d lines:\n%s", lines, &log)
	}
}
