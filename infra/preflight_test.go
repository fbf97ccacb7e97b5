package infra

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/preflight"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig/stackconfigtest"
)

// TestCommittedStacksFit: what can be checked without Azure holds.
func TestCommittedStacksFit(t *testing.T) {
	for _, stack := range committedStacks(t) {
		cfg, err := stackconfigtest.Project().Read(stack, true)
		if err != nil {
			t.Error(err)
			continue
		}
		if err := preflight.Check(t.Context(), preflight.Requirements(cfg, ""), nil).Err(); err != nil {
			t.Errorf("%s: %v", stack, err)
		}
	}
}

// TestNothingIsDeclaredBeforePreflight has found nothing.
func TestNothingIsDeclaredBeforePreflight(t *testing.T) {
	d, err := deploy(t, "dev", stackValues(t, "dev", set("deployments.blue.model.memoryMiB", 64<<10)), true)
	if err == nil || !strings.Contains(err.Error(), "preflight found 1 problem(s), nothing was changed") {
		t.Errorf("error %v", err)
	}
	if len(d.resources) > 1 { // the stack itself
		t.Errorf("declared: %v", d.resources)
	}
}

func TestRequirementsCountSchedules(t *testing.T) {
	values := stackValues(t, "dev", everything, set("deployments.blue.autoscale.minimum", 2), set("deployments.blue.instanceCount", 2))
	schedule := values["deployments"].(map[string]any)["blue"].(map[string]any)["autoscale"].(map[string]any)["schedules"].([]any)[0].(map[string]any)
	schedule["minimum"], schedule["maximum"] = 1, 9
	cfg, err := stackconfig.Load("dev", stackconfigtest.Texts(t, values), true)
	if err != nil {
		t.Fatal(err)
	}
	got := preflight.Requirements(cfg, "").Deployments[0]
	want := preflight.Deployment{Name: "blue", Azure: "blue-f4sv2", Size: "Standard_F4s_v2", Minimum: 1, Maximum: 9,
		ImageMiB: 150, ModelMiB: 300, MemoryMiB: 1024}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestPreflightCommand(t *testing.T) {
	t.Setenv(endpointVariable, "off")
	folder := t.TempDir()
	data, err := os.ReadFile("../Pulumi.yaml")
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "Pulumi.yaml"), data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	copyStack := func(from, to string, edits ...string) {
		data, err := os.ReadFile("../Pulumi." + from + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		text := strings.NewReplacer(edits...).Replace(string(data))
		if err := os.WriteFile(filepath.Join(folder, "Pulumi."+to+".yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	copyStack("dev", "dev")
	copyStack("dev", "full", "memoryMiB: 1024", "memoryMiB: 9000")
	copyStack("dev", "wrong", "instanceCount", "instanceCuont")
	t.Chdir(folder)
	for _, c := range []struct {
		arguments      []string
		status         int
		stdout, stderr string // contained
	}{
		{[]string{"-s", "dev"}, exitFine, "preflight found nothing that would fail", ""},
		{[]string{"--stack", "dev"}, exitFine, "estimated cost, by list prices of East US gathered in November 2026, of blue: USD 0.17 to 0.34 an hour, 123 to 247 a month (1 to 2 x Standard_F4s_v2)", ""},
		{[]string{"-s", "full"}, exitFound, "", "has 8.0 GiB; sizes that would do"},
		{[]string{"-s", "wrong"}, exitUsage, "", "deployments.blue.instanceCuont: no such key"},
		{[]string{"-s", "none"}, exitUsage, "", "Pulumi.none.yaml: no such file or directory; a stack's file lies beside Pulumi.yaml"},
		{nil, exitUsage, "", "name one stack"},
		{[]string{"-s", "dev", "gpu"}, exitUsage, "", "name one stack"},
		{[]string{"-x"}, exitUsage, "", "usage: go run . preflight -s STACK"},
		{[]string{"-h"}, exitFine, "", "usage: go run . preflight -s STACK"},
	} {
		var stdout, stderr bytes.Buffer
		if got := PreflightCommand(t.Context(), c.arguments, &stdout, &stderr); got != c.status {
			t.Errorf("%v: status %d, want %d", c.arguments, got, c.status)
		}
		if !strings.Contains(stdout.String(), c.stdout) || !strings.Contains(stderr.String(), c.stderr) {
			t.Errorf("%v: stdout %q, stderr %q", c.arguments, &stdout, &stderr)
		}
	}
}

// TestAzureCLI: the command asks as az is signed in. A script stands for az.
func TestAzureCLI(t *testing.T) {
	bin := t.TempDir()
	az := func(script string) {
		if err := os.WriteFile(filepath.Join(bin, "az"), []byte("#!/bin/sh\n"+script), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", bin+":/bin:/usr/bin")
	t.Setenv("ARM_SUBSCRIPTION_ID", "")
	t.Setenv(endpointVariable, "http://localhost:1")
	az(`echo '{"accessToken":"token","subscription":"` + subscription + `","expiresOn":"2030-01-01"}'`)
	client, err := azureCLI(t.Context())
	if err != nil || client.Token != "token" || client.Subscription != subscription || client.Endpoint != "http://localhost:1" {
		t.Errorf("%+v, %v", client, err)
	}
	t.Setenv("ARM_SUBSCRIPTION_ID", tenant)
	az(`case "$*" in *"--subscription ` + tenant + `"*) echo '{"accessToken":"token"}';; *) exit 3;; esac`)
	if client, err := azureCLI(t.Context()); err != nil || client.Subscription != tenant {
		t.Errorf("%+v, %v", client, err)
	}
	for script, want := range map[string]string{
		"echo 'Please run az login' >&2; exit 1": "az account get-access-token: exit status 1: Please run az login",
		"echo nonsense":                          "the answer holds no token",
	} {
		az(script)
		if _, err := azureCLI(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", script, err, want)
		}
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := azureCLI(t.Context()); err == nil || !strings.Contains(err.Error(), "isn't installed") {
		t.Errorf("without az: %v", err)
	}
}
