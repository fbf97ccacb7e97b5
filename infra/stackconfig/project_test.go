package stackconfig_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// folder holds a Pulumi.yaml and a stack's file.
func folder(t *testing.T, project, stack string) *stackconfig.Project {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"Pulumi.yaml": project, "Pulumi.dev.yaml": stack} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, err := stackconfig.ReadProject(dir)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestReadTakesTheProjectsDefaults: as the engine does, a key that the stack
// sets replaces the whole of the project's value.
func TestReadTakesTheProjectsDefaults(t *testing.T) {
	p := folder(t, `name: p
config:
  location: {type: string, default: westeurope}
  name: abc
  logs: {default: {retentionDays: 60, dailyCapGB: 5}}
  registry: {value: {sku: Standard}}
  azure-native:location: elsewhere
`, "config:\n  p:logs: {retentionDays: 90}\n  p:keyVault:\n  other:name: x\n  tags: {a: 007, b: \"1\"}\n")
	cfg, err := p.Read("dev", true)
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Location != "westeurope" || cfg.Name != "abc" || cfg.Registry.SKU != "Standard" {
		t.Errorf("the project's values: %+v", cfg)
	}
	if cfg.Logs != (stackconfig.Logs{RetentionDays: 90, DailyCapGB: 1}) {
		t.Errorf("logs %+v", cfg.Logs)
	}
	if cfg.Tags["a"] != "7" || cfg.Tags["b"] != "1" {
		t.Errorf("tags %v", cfg.Tags)
	}
}

// TestReadReportsAllAtOnce: what can't be read, and what can't be.
func TestReadReportsAllAtOnce(t *testing.T) {
	p := folder(t, "name: p\n", `config:
  p:location: westeurope
  location: northeurope
  p:tags: {secure: v1:abc}
  p:traffic: {1: 100}
  p:nmae: nlp
  p:registry: {sku: Basic2}
`)
	_, err := p.Read("dev", true)
	if err == nil {
		t.Fatal("the file was taken")
	}
	for _, want := range []string{
		"Pulumi.dev.yaml: the configuration of stack dev has 5 problem(s):",
		"location: is there twice, with the project's name and without; remove one of the two",
		"tags: is encrypted, which only Pulumi can read; set it without --secret",
		"traffic: can't be read: json: unsupported type: map[interface {}]interface {}; quote names",
		"nmae: no such key", "did you mean name?",
		`registry.sku = "Basic2": must be one of`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v\nwithout %q", err, want)
		}
	}
}

func TestReadProjectRefuses(t *testing.T) {
	if _, err := stackconfig.ReadProject(t.TempDir()); err == nil || !strings.Contains(err.Error(), "run this in the project's folder") {
		t.Error(err)
	}
	for text, want := range map[string]string{"name: [": "Pulumi.yaml: yaml:", "runtime: go\n": "name is missing"} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "Pulumi.yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := stackconfig.ReadProject(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	p := folder(t, "name: p\nstackConfigDir: stacks\n", "")
	if got, want := p.StackFile("dev"), filepath.Join(p.Folder, "stacks", "Pulumi.dev.yaml"); got != want {
		t.Errorf("the stack's file is %s, want %s", got, want)
	}
	if _, err := p.Read("dev", true); err == nil || !strings.Contains(err.Error(), "is next to Pulumi.yaml") {
		t.Error(err)
	}
}
