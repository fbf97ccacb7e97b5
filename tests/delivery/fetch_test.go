package delivery

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azurite"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

// TestFetchDelivered delivers a model to Azurite and lets the scorer fetch it, as
// the init container of a Container App does, with a managed identity. Azurite is
// Microsoft's own blob service, which takes tokens over https alone.
func TestFetchDelivered(t *testing.T) {
	server := azurite.Start(t, true)
	if _, err := server.NewContainer(t.Context(), "models"); err != nil {
		t.Fatal(err)
	}
	login := append(keyLogin(server.Endpoint), "SSL_CERT_FILE="+server.CertFile)
	out, _ := mustRun(t, command(t, t.TempDir(), login, "--model", "tiny", "--from", scorerproc.BundledModel(), "--as-is", "--no-write"))
	sum := regexp.MustCompile(`[0-9a-f]{64}`).FindString(out)
	if sum == "" {
		t.Fatalf("deliver named no hash: %s", out)
	}

	dir := filepath.Join(t.TempDir(), "model")
	address := server.Endpoint + "/models/tiny/" + sum
	fetch := func(sum string) (out, errs string, err error) {
		cmd, err := scorerproc.Command(t.Context(), "fetch", address, "--to", dir, "--sha256", sum)
		if err != nil {
			t.Fatal(err)
		}
		cmd.Env = append(append(cmd.Env, "SSL_CERT_FILE="+server.CertFile), identity(t)...)
		return run(cmd)
	}
	if out, errs, err := fetch(sum); err != nil || !strings.Contains(out, "manifest "+sum) {
		t.Fatalf("%v: %s%s", err, out, errs)
	}
	for _, name := range []string{"config.json", "onnx/model.onnx"} {
		if out, err := exec.CommandContext(t.Context(), "cmp", filepath.Join(dir, name), filepath.Join(scorerproc.BundledModel(), name)).CombinedOutput(); err != nil {
			t.Errorf("%s: %v %s", name, err, out)
		}
	}
	if out, _, err := fetch(sum); err != nil || !strings.Contains(out, " 0 MB of them fetched") {
		t.Errorf("again: %v: %s", err, out)
	}
	if _, errs, err := fetch(strings.Repeat("0", 64)); err == nil || !strings.Contains(errs, "has the SHA-256 "+sum) {
		t.Errorf("with another hash: %v: %s", err, errs)
	}
}
