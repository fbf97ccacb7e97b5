// Package stackconfigtest has the committed stacks, and edits of them, for
// tests.
package stackconfigtest

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig"
)

// Root is the repository's folder.
func Root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..", "..")
}

// Project is the repository's. It panics where Pulumi.yaml can't be read.
func Project() *stackconfig.Project {
	p, err := stackconfig.ReadProject(Root())
	if err != nil {
		panic(err)
	}
	return p
}

// Stacks are the names of the committed stacks.
func Stacks(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(Root(), "Pulumi.*.yaml"))
	if err != nil || len(files) < 2 {
		t.Fatalf("stack files: %v, %v", files, err)
	}
	var stacks []string
	for _, file := range files {
		stacks = append(stacks, strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "Pulumi."), ".yaml"))
	}
	return stacks
}

// Values are the values of a committed stack file, without the project's name
// before the keys, edited.
func Values(t testing.TB, stack string, edits ...func(map[string]any)) map[string]any {
	t.Helper()
	project := Project()
	data, err := os.ReadFile(project.StackFile(stack))
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Config map[string]any }
	if err := yaml.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	values := map[string]any{}
	for key, value := range file.Config {
		values[strings.TrimPrefix(key, project.Name+":")] = value
	}
	for _, edit := range edits {
		edit(values)
	}
	return values
}

// Set returns an edit that puts a value at a dotted path.
func Set(path string, value any) func(map[string]any) {
	return func(values map[string]any) {
		keys := strings.Split(path, ".")
		for _, key := range keys[:len(keys)-1] {
			next, ok := values[key].(map[string]any)
			if !ok {
				next = map[string]any{}
				values[key] = next
			}
			values = next
		}
		values[keys[len(keys)-1]] = value
	}
}

// WithDigests gives every deployment a published image in place of one that is
// built, and a model that somebody uploaded in place of one with a source: such
// a stack needs neither Docker nor the hub.
func WithDigests(values map[string]any) {
	for _, d := range values["deployments"].(map[string]any) {
		Ready(d.(map[string]any), strings.Repeat("ab", 32))
	}
}

// Ready is WithDigests for one deployment, with the digest's digits.
func Ready(deployment map[string]any, digits string) {
	image, model := deployment["image"].(map[string]any), deployment["model"].(map[string]any)
	delete(image, "build")
	image["digest"] = "sha256:" + digits
	if model["source"] != nil {
		model["version"] = "1"
	}
	for _, key := range []string{"source", "file", "precision", "tokenSecret"} {
		delete(model, key)
	}
}

// Texts are values as Pulumi's engine hands them over.
func Texts(t testing.TB, values map[string]any) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for key, value := range maps.All(values) {
		text, ok := value.(string)
		if !ok {
			data, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			text = string(data)
		}
		texts[key] = text
	}
	return texts
}
