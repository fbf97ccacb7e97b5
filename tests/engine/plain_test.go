package engine_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/infra/stackconfig/stackconfigtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azure"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/engine"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/pulumicli"
)

// TestPlainCLI runs `pulumi preview`, `pulumi up` and `pulumi destroy` as a user
// does, in the repository's directory, where the CLI builds and runs the
// program itself.
func TestPlainCLI(t *testing.T) {
	t.Parallel()
	project, err := pulumicli.Repository()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(project, "Pulumi.dev.yaml")
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	cloud := azure.New()
	signIn(t, cloud)
	if err := engine.Prepare(cloud, project, "dev"); err != nil {
		t.Fatal(err)
	}
	existing := len(cloud.IDs())
	var out bytes.Buffer
	plain, err := engine.OpenPlain(t.Context(), cloud, project, "dev", t.TempDir(), &out)
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()

	run := func(command string, arguments ...string) string {
		t.Helper()
		out.Reset()
		if err := plain.Run(t.Context(), command, arguments...); err != nil {
			t.Fatalf("%v\n%s", err, out.String())
		}
		return out.String()
	}
	// The committed file needs nothing else: it builds its image and fetches its
	// model.
	text := run("preview")
	for _, words := range []string{"OnlineEndpoint", "to create", "docker-build:index:Image image-scorer-cpu", "preflight: model distilbert-sst2"} {
		if !strings.Contains(text, words) {
			t.Errorf("the preview doesn't say %q:\n%s", words, text)
		}
	}
	if got := len(cloud.IDs()); got != existing {
		t.Fatalf("the preview made %d resources", got-existing)
	}
	if err := plain.Configure(func(c map[string]any) {
		for _, d := range deployments(c) {
			stackconfigtest.Ready(d.(map[string]any), strings.Repeat("a", 64))
		}
	}); err != nil {
		t.Fatal(err)
	}
	if text := run("up", "--yes", "--skip-preview"); !strings.Contains(text, "created") {
		t.Errorf("up created nothing:\n%s", text)
	}
	if got := cloud.Find(endpoints); len(got) != 1 {
		t.Errorf("endpoints after up: %v", got)
	}
	run("destroy", "--yes", "--skip-preview")
	if got := len(cloud.IDs()); got != existing {
		t.Errorf("destroy left %d resources: %v", got-existing, cloud.IDs())
	}
	after, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, after) {
		t.Errorf("%s was changed", file)
	}
}
