package main

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/rollout"
)

func output(t *testing.T, arguments ...string) (int, string) {
	t.Helper()
	var out bytes.Buffer
	status := run(arguments, strings.NewReader(""), &out, &out)
	return status, out.String()
}

// TestUsage reports every mistake at once, before anyone signs in.
func TestUsage(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"Pulumi.yaml", "Pulumi.dev.yaml"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("name: p\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	status, out := output(t, "rollout", "--dir", folder, "-s", "dev", "--image", "x:1", "--steps", "5", "--poll", "0s", "--wait=-1s", "--resource-manager", "http://example.com")
	for _, words := range []string{"--image", "--steps", "--poll", "--wait", "AZURE_RESOURCE_MANAGER_ENDPOINT"} {
		if status != exitUsage || !strings.Contains(out, words) {
			t.Errorf("status %d, nothing on %s:\n%s", status, words, out)
		}
	}
	for words, arguments := range map[string][]string{
		"--stack":          {"rollout"},
		"Pulumi.other":     {"rollout", "--dir", folder, "-s", "other"},
		"Pulumi.yaml":      {"rollout", "--dir", t.TempDir(), "-s", "dev"},
		"without organ":    {"rollout", "--dir", folder, "-s", "org/dev"},
		"unknown flag":     {"rollout", "-s", "dev", "--imagine"},
		"--task must be":   {"wake", "-s", "dev", "--task", "x"},
		"unexpected argum": {"undo"},
	} {
		if status, out := output(t, arguments...); status != exitUsage || !strings.Contains(out, words) {
			t.Errorf("%v: status %d, want %q in:\n%s", arguments, status, words, out)
		}
	}
	for _, command := range []string{"rollout", "rollback", "explain", "verify", "sleep", "wake", "teardown"} {
		if status, out := output(t, command, "--help"); status != exitFine || !strings.Contains(out, "$ROLLOUT_STACK") {
			t.Errorf("%s --help: status %d\n%s", command, status, out)
		}
	}
}

// TestDefaults keeps the flags' defaults and the package's the same, and gives
// every flag of a rollout an environment variable.
func TestDefaults(t *testing.T) {
	var c cli
	typ := reflect.TypeOf(c)
	for i := range typ.NumField() {
		if name := typ.Field(i).Name; name == "Preflight" || name == "Deliver" {
			continue
		}
		eachFlag(typ.Field(i).Type, func(f reflect.StructField) {
			if f.Tag.Get("env") == "" {
				t.Errorf("%s.%s has no environment variable", typ.Field(i).Name, f.Name)
			}
		})
	}
	var parsed rolloutCmd
	if err := parse(&parsed, "-s", "dev"); err != nil {
		t.Fatal(err)
	}
	want := rollout.Defaults()
	if got := options(parsed.changeOptions, parsed.watchOptions); !reflect.DeepEqual(got, want) {
		t.Errorf("the flags' defaults are %+v, the package's %+v", got, want)
	}
}

func eachFlag(t reflect.Type, do func(reflect.StructField)) {
	for i := range t.NumField() {
		if f := t.Field(i); f.Anonymous {
			eachFlag(f.Type, do)
		} else {
			do(f)
		}
	}
}

func parse(into any, arguments ...string) error {
	parser, err := kong.New(into)
	if err != nil {
		return err
	}
	_, err = parser.Parse(arguments)
	return err
}
