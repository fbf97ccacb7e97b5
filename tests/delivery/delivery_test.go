package delivery

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore/hub/hubtest"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/onnxlib"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/azurite"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/tests/scorerproc"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := Build(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// command prepares a run in a folder that has copies of the project's and the dev stack's file.
// No login of whoever runs the tests gets in.
func command(t *testing.T, folder string, variables []string, args ...string) *exec.Cmd {
	t.Helper()
	binary, err := Build()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Pulumi.yaml", "Pulumi.dev.yaml"} {
		file := filepath.Join(folder, name)
		if _, err := os.Stat(file); err == nil {
			continue // an earlier command's
		}
		text, err := os.ReadFile(filepath.Join(scorerproc.Root(), name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), binary, append([]string{"deliver", "-s", "dev", "--container", "models"}, args...)...)
	cmd.Dir = folder
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder}, variables...)
	return cmd
}

// run returns what a command wrote to stdout and stderr.
func run(cmd *exec.Cmd) (out, errs string, err error) {
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err = cmd.Run()
	return stdout.String(), stderr.String(), err
}

func mustRun(t *testing.T, cmd *exec.Cmd) (out, errs string) {
	t.Helper()
	out, errs, err := run(cmd)
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, errs)
	}
	return out, errs
}

// keyLogin signs in to a server with the account's key.
func keyLogin(endpoint string) []string {
	return []string{"AZURE_STORAGE_ACCOUNT=" + azurite.Account, "AZURE_STORAGE_KEY=" + azurite.Key, "AZURE_STORAGE_BLOB_ENDPOINT=" + endpoint}
}

// identity is the endpoint of a managed identity, as App Service and Azure's
// agents have it; it gives tokens for Azure Storage alone.
func identity(t *testing.T) []string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		resource := r.URL.Query().Get("resource")
		if r.Header.Get("X-IDENTITY-HEADER") != "known" || resource != "https://storage.azure.com" {
			t.Errorf("a token was asked for %q", resource)
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{
			"access_token": azurite.Token(), "expires_on": fmt.Sprint(time.Now().Add(time.Hour).Unix()), "resource": resource, "token_type": "Bearer",
		})
	}))
	t.Cleanup(server.Close)
	return []string{"IDENTITY_ENDPOINT=" + server.URL, "IDENTITY_HEADER=known"}
}

// repository is the bundled model as a hub has it.
func repository(t *testing.T) *hubtest.Hub {
	t.Helper()
	files := map[string][]byte{}
	root := os.DirFS(scorerproc.BundledModel())
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files[path], err = fs.ReadFile(root, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return hubtest.New(t, "someone/gated-model", files)
}

var sumLine = regexp.MustCompile(`(?m)^        sha256: "([0-9a-f]{64})"$`)

// TestWholeWay goes from a gated repository on a hub to a stack that uses the
// model: fetched with a token, prepared by the real scorer, uploaded with a
// managed identity's token over TLS, read back, written down.
func TestWholeWay(t *testing.T) {
	t.Parallel()
	const token = "hf_must_not_be_seen"
	scorer, err := scorerproc.Build()
	if err != nil {
		t.Fatal(err)
	}
	library, err := onnxlib.Locate("")
	if err != nil {
		t.Fatal(err)
	}
	server := azurite.Start(t, true)
	storage, err := server.NewContainer(t.Context(), "models")
	if err != nil {
		t.Fatal(err)
	}
	hub := repository(t)
	hub.RequireToken(token)
	folder := t.TempDir()
	variables := append(identity(t), "AZURE_STORAGE_ACCOUNT="+azurite.Account, "AZURE_STORAGE_BLOB_ENDPOINT="+server.Endpoint, "SSL_CERT_FILE="+server.CertFile,
		"HF_ENDPOINT="+hub.URL, "HF_TOKEN="+token, "DELIVER_SCORER="+scorer, "SCORER_ONNXRUNTIME_LIBRARY="+library)
	deliver := func() string {
		t.Helper()
		out, errs := mustRun(t, command(t, folder, variables, hub.Repo, "--verify"))
		if strings.Contains(out+errs, token) || strings.Contains(out+errs, "Bearer") {
			t.Errorf("a token is in the output:\n%s%s", out, errs)
		}
		return out
	}
	first := deliver()
	for _, want := range []string{"fetched someone/gated-model", "optimised gated-model (fp32)", "distilbert-sst2 ", ": sent ", "all as delivered",
		"deployment blue uses it now; pulumi up -s dev deploys it"} {
		if !strings.Contains(first, want) {
			t.Errorf("the output has no %q:\n%s", want, first)
		}
	}
	text, err := os.ReadFile(filepath.Join(folder, "Pulumi.dev.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	sum := sumLine.FindStringSubmatch(string(text))
	if sum == nil || !strings.Contains(string(text), `version: "`+sum[1][:16]+`"`) || !strings.Contains(string(text), "# DistilBERT") {
		t.Fatalf("the stack's file:\n%s", text)
	}
	// What is in storage is what the scorer prepared, with where it came from.
	properties, err := storage.NewBlobClient("distilbert-sst2/"+sum[1]+"/model.onnx.data").GetProperties(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	prepared, err := os.Stat(filepath.Join(folder, "models", "gated-model", "optimized", "model.onnx.data"))
	if err != nil || prepared.Size() != *properties.ContentLength {
		t.Errorf("weights in storage %d bytes, here %v, %v", *properties.ContentLength, prepared, err)
	}
	if _, err := storage.NewBlobClient("distilbert-sst2/"+sum[1]+"/pull.json").GetProperties(t.Context(), nil); err != nil {
		t.Error(err)
	}

	if again := deliver(); !strings.Contains(again, "is there already, nothing was sent") || !strings.Contains(again, "uses it already") {
		t.Errorf("a second time:\n%s", again)
	}
	// Another machine prepares the same: times in records don't make a version.
	if err := os.RemoveAll(filepath.Join(folder, "models")); err != nil {
		t.Fatal(err)
	}
	if elsewhere := deliver(); !strings.Contains(elsewhere, "fetched") || !strings.Contains(elsewhere, "nothing was sent") {
		t.Errorf("from another machine:\n%s", elsewhere)
	}

	denied := command(t, folder, variables, hub.Repo, "--to", "elsewhere")
	for i, v := range denied.Env {
		denied.Env[i] = strings.Replace(v, "HF_TOKEN="+token, "HF_TOKEN=", 1)
	}
	if _, errs, err := run(denied); err == nil || !strings.Contains(errs, "accept its licence") {
		t.Errorf("without a token: %v\n%s", err, errs)
	}
}

// TestFromAFolder delivers the bundled chat model as it lies there, with a
// connection string; a folder that the scorer can't serve is refused.
func TestFromAFolder(t *testing.T) {
	t.Parallel()
	server := azurite.Start(t, false)
	if _, err := server.NewContainer(t.Context(), "models"); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	chat := filepath.Join(filepath.Dir(scorerproc.BundledModel()), "gemma-tiny-chat")
	login := []string{fmt.Sprintf("AZURE_STORAGE_CONNECTION_STRING=DefaultEndpointsProtocol=http;AccountName=%s;AccountKey=%s;BlobEndpoint=%s;",
		azurite.Account, azurite.Key, server.Endpoint)}
	out, errs := mustRun(t, command(t, folder, login, "--from", chat, "--verify", "--no-write"))
	if !strings.Contains(out, "all as delivered") || strings.Contains(out+errs, azurite.Key) {
		t.Errorf("%s%s", out, errs)
	}
	broken := t.TempDir()
	if err := os.WriteFile(filepath.Join(broken, "model.onnx"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, errs, err := run(command(t, folder, login, "--from", broken)); err == nil || !strings.Contains(errs, "config.json") || !strings.Contains(errs, "--as-is") {
		t.Errorf("a folder without a model: %v\n%s", err, errs)
	}
}
